#include "money/discount_arithmetic.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"

/* -- prices -- */

/* What is left of a price. The price is rounded and not what is taken off: half of 101 is 50 if
 * halves go down. */
static int64_t relative(int64_t cents, int64_t permyriad, enum rounding_mode mode)
{
	int64_t off = permyriad < 0 ? 0 : permyriad;
	int64_t left = off > PERMYRIAD_OF_ALL ? 0 : PERMYRIAD_OF_ALL - off;
	bool fits = decimal_proportion(cents, left, PERMYRIAD_OF_ALL, mode, &cents);

	assert(fits); /* it is no more than it was */
	(void)fits;
	return cents;
}

int64_t product_discount_relative(int64_t cents, int64_t permyriad)
{
	return relative(cents, permyriad, ROUND_HALF_DOWN);
}

int64_t product_discount_absolute(int64_t cents, int64_t amount)
{
	return amount < cents ? cents - amount : 0;
}

/* -- units of a line -- */

struct discounted_units units_start(struct op *op, const char *currency, int64_t quantity,
                                    int64_t unit_price)
{
	struct unit_group *group = arena_take(op->arena, sizeof *group);

	*group = (struct unit_group){ .quantity = quantity, .value = unit_price };
	return (struct discounted_units){ currency, group, 1 };
}

struct discounted_units units_start_with(struct op *op, const char *currency, int64_t quantity,
                                         const json_t *unit_price, enum rounding_mode mode)
{
	struct discounted_units units = units_start(op, currency, quantity, money_cents(unit_price));

	units.groups->precise = money_precise(unit_price);
	units.groups->mode = mode;
	return units;
}

json_t *included_discount(struct op *op, const char *currency, json_t *discount, int64_t cents)
{
	return keep(op, json_pack("{s:O, s:O}", "discount", discount, "discountedAmount",
	                          money_create(op, currency, cents)));
}

/* -- amounts of a group: in its precision, if it has one, and in cents -- */

static int64_t amount_of(const struct unit_group *group)
{
	return group->precise.digits ? group->precise.amount : group->value;
}

/* An amount with the precision of the group, or in cents. */
static struct precise_amount like(const struct unit_group *group, int64_t amount)
{
	return (struct precise_amount){ amount, group->precise.digits };
}

/* The cents of an amount of the group; it is no more than a price that had cents. */
static int64_t cents_of(const char *currency, const struct unit_group *group, int64_t amount)
{
	int64_t cents = amount;
	bool fits = decimal_proportion(amount, 1, money_precision(currency, group->precise),
	                               ROUND_HALF_EVEN, &cents);

	assert(fits);
	(void)fits;
	return cents;
}

/* An amount of cents in that of the group; the largest there is, if it is beyond that. */
static int64_t scaled(const char *currency, const struct unit_group *group, int64_t cents)
{
	int64_t amount;

	if (__builtin_mul_overflow(cents, money_precision(currency, group->precise), &amount))
		return INT64_MAX;
	return amount;
}

/* `quantity` units of a group with this amount of its own less each. */
static struct unit_group reduced(struct op *op, const char *currency,
                                 const struct unit_group *group, int64_t quantity, int64_t amount,
                                 json_t *discount)
{
	struct unit_group result = *group;
	int64_t left = amount_of(group) - amount;

	result.quantity = quantity;
	result.value = cents_of(currency, group, left);
	result.precise = like(group, left);
	if (amount <= 0)
		return result;
	struct unit_discount *off = arena_take(op->arena, sizeof *off);

	*off = (struct unit_discount){ discount, cents_of(currency, group, amount), like(group, amount),
		                           group->included };
	result.included = off;
	return result;
}

void units_discount_relative(struct op *op, struct discounted_units *units, int64_t permyriad,
                             enum rounding_mode mode, json_t *discount)
{
	for (size_t i = 0; i < units->count; i++) {
		struct unit_group *group = &units->groups[i];
		int64_t amount = amount_of(group);
		int64_t left = amount > 0 ? relative(amount, permyriad, mode) : amount;

		*group = reduced(op, units->currency, group, group->quantity, amount - left, discount);
	}
}

/* The group with so many digits, if it has fewer and its amount fits. */
static struct unit_group with_digits(const char *currency, const struct unit_group *group,
                                     int digits)
{
	struct unit_group result = *group;
	int64_t power = money_precision(currency, (struct precise_amount){ 0, digits });
	int64_t own_power = money_precision(currency, group->precise);

	if (power > own_power &&
	    !__builtin_mul_overflow(amount_of(group), power / own_power, &result.precise.amount))
		result.precise.digits = digits;
	return result;
}

/* A price in the precision of the group, which is no less. */
static int64_t price_in(const char *currency, const struct unit_group *group, const json_t *price)
{
	struct precise_amount precise = money_precise(price);
	int64_t power = money_precision(currency, precise);
	int64_t own_power = money_precision(currency, group->precise);
	int64_t amount;

	if (power > own_power) /* the group could not be told as finely */
		return money_cents(price);
	return __builtin_mul_overflow(precise.digits ? precise.amount : money_cents(price),
	                              own_power / power, &amount)
	           ? INT64_MAX
	           : amount;
}

void units_discount_fixed(struct op *op, struct discounted_units *units, const json_t *unit_price,
                          json_t *discount)
{
	int digits = money_precise(unit_price).digits;

	for (size_t i = 0; i < units->count; i++) {
		const struct unit_group group =
			with_digits(units->currency, &units->groups[i], digits);
		int64_t amount = amount_of(&group);
		int64_t fixed = price_in(units->currency, &group, unit_price);

		if (amount > fixed)
			units->groups[i] = reduced(op, units->currency, &group, group.quantity, amount - fixed,
			                           discount);
	}
}

bool unit_group_total(struct op *op, const char *currency, const struct unit_group *group,
                      int64_t *ret_total)
{
	if (!group->precise.digits)
		return money_multiply(op, group->value, group->quantity, ret_total);
	return money_precise_cents(op, currency, group->precise, group->quantity, group->mode,
	                           ret_total);
}

/* *ret_totals: what each group costs; in the arena. False: recorded. */
static bool group_totals(struct op *op, const struct discounted_units *units, int64_t **ret_totals)
{
	int64_t *totals = arena_take(op->arena, units->count * sizeof *totals);

	for (size_t i = 0; i < units->count; i++)
		if (!unit_group_total(op, units->currency, &units->groups[i], &totals[i]))
			return false;
	*ret_totals = totals;
	return true;
}

/* Divides a group where a share of cents cannot be divided: the first units have one more of the smallest amounts
 * that the group knows. Gives how many groups come of it. */
static size_t divide_share(struct op *op, const char *currency, const struct unit_group *group,
                           int64_t share, json_t *discount, struct unit_group *groups)
{
	int64_t amount = scaled(currency, group, share);
	size_t count = 0;

	if (group->quantity == 0)
		return 0;
	int64_t each = amount / group->quantity;
	int64_t with_one_more = amount % group->quantity;

	/* A share is no more than the group costs, so if there is a rest, each is less than a unit costs, and one more does
	 * not take the unit below 0. A precise group may cost less than its cents say: then its units cost nothing. */
	if (group->precise.digits && each >= amount_of(group)) {
		each = amount_of(group);
		with_one_more = 0;
	}
	if (with_one_more > 0)
		groups[count++] = reduced(op, currency, group, with_one_more, each + 1, discount);
	groups[count++] =
		reduced(op, currency, group, group->quantity - with_one_more, each, discount);
	return count;
}

bool units_discount_absolute(struct op *op, struct discounted_units *units, int64_t amount,
                             json_t *discount)
{
	struct unit_group *groups = arena_take(op->arena, 2 * units->count * sizeof *groups);
	int64_t *shares = arena_take(op->arena, units->count * sizeof *shares);
	int64_t *totals;
	size_t count = 0;

	if (!group_totals(op, units, &totals) ||
	    !discount_share(op, amount, totals, units->count, shares))
		return false;
	for (size_t i = 0; i < units->count; i++)
		count += divide_share(op, units->currency, &units->groups[i], shares[i], discount,
		                      groups + count);
	units->groups = groups;
	units->count = count;
	return true;
}

bool units_total(struct op *op, const struct discounted_units *units, int64_t *ret_total)
{
	int64_t *totals;
	int64_t sum = 0;

	if (!group_totals(op, units, &totals))
		return false;
	for (size_t i = 0; i < units->count; i++)
		if (!money_add(op, sum, totals[i], &sum))
			return false;
	*ret_total = sum;
	return true;
}

bool unit_discounts_equal(const struct unit_discount *one, const struct unit_discount *other)
{
	for (; one && other && one != other; one = one->before, other = other->before)
		if (one->cents != other->cents || one->precise.amount != other->precise.amount ||
		    one->precise.digits != other->precise.digits ||
		    !json_equal(one->discount, other->discount))
			return false;
	return one == other;
}

json_t *unit_group_included(struct op *op, const char *currency, const struct unit_group *group)
{
	json_t *included = keep(op, json_array());

	for (const struct unit_discount *off = group->included; off; off = off->before)
		json_array_append_new(included, json_null()); /* until all are counted */
	size_t at = json_array_size(included);

	for (const struct unit_discount *off = group->included; off; off = off->before)
		json_array_set(included, --at,
		               keep(op,
		                    json_pack("{s:O, s:O}", "discount", off->discount, "discountedAmount",
		                              money_create_precise(op, currency, off->cents,
		                                                   off->precise))));
	return included;
}

json_t *units_discounted_price(struct op *op, const struct discounted_units *units, size_t group)
{
	const struct unit_group *its = &units->groups[group];

	return keep(op, json_pack("{s:O, s:O}", "value",
	                          money_create_precise(op, units->currency, its->value, its->precise),
	                          "includedDiscounts",
	                          unit_group_included(op, units->currency, its)));
}

static bool is_discounted(const struct discounted_units *units)
{
	for (size_t i = 0; i < units->count; i++)
		if (units->groups[i].included)
			return true;
	return false;
}

json_t *units_per_quantity(struct op *op, const struct discounted_units *units)
{
	json_t *list = keep(op, json_array());

	/* Groups that go away empty-handed are listed too, as the quantities add up to the line's. */
	for (size_t i = 0; i < units->count && is_discounted(units); i++)
		json_array_append_new(list,
		                      json_pack("{s:I, s:O}", "quantity",
		                                (json_int_t)units->groups[i].quantity, "discountedPrice",
		                                units_discounted_price(op, units, i)));
	return list;
}

/* -- lines -- */

bool discount_share(struct op *op, int64_t amount, const int64_t *totals, size_t count,
                    int64_t *ret_parts)
{
	int64_t *weights = arena_take(op->arena, count * sizeof *weights);
	int64_t sum = 0;

	for (size_t i = 0; i < count; i++) {
		weights[i] = totals[i] > 0 ? totals[i] : 0;
		if (!money_add(op, sum, weights[i], &sum))
			return false;
	}
	return money_share(op, amount < sum ? amount : sum, weights, count, ret_parts);
}

/* A line that has a part of an amount. */
struct sharer {
	int64_t total;
	int64_t quantity;
	size_t  index;
};

/* By what a unit costs, the cheapest first. */
static int compare_sharers(const void *a, const void *b)
{
	const struct sharer *left = a;
	const struct sharer *right = b;
	__int128 one = (__int128)left->total * right->quantity;
	__int128 other = (__int128)right->total * left->quantity;

	if (one != other)
		return one < other ? -1 : 1;
	return (left->index > right->index) - (left->index < right->index);
}

/* Lines that cost something, in that order. *ret_quantity: their units together. */
static struct sharer *sharers_of(struct op *op, const int64_t *totals, const int64_t *quantities,
                                 size_t *count, __int128 *ret_quantity)
{
	struct sharer *sharers = arena_take(op->arena, (*count + 1) * sizeof *sharers);
	size_t found = 0;

	*ret_quantity = 0;
	for (size_t i = 0; i < *count; i++) {
		if (totals[i] <= 0 || quantities[i] <= 0)
			continue;
		sharers[found++] = (struct sharer){ totals[i], quantities[i], i };
		*ret_quantity += quantities[i];
	}
	qsort(sharers, found, sizeof *sharers, compare_sharers);
	*count = found;
	return sharers;
}

bool discount_share_evenly(struct op *op, int64_t amount, const int64_t *totals,
                           const int64_t *quantities, size_t count, int64_t *ret_parts)
{
	__int128 quantity;
	size_t filled = 0;

	memset(ret_parts, 0, count * sizeof *ret_parts);
	struct sharer *sharers = sharers_of(op, totals, quantities, &count, &quantity);

	/* A line whose units cost no more than what each unit has to bear is paid for; the others bear the rest. */
	for (; filled < count; filled++) {
		const struct sharer *sharer = &sharers[filled];

		if (sharer->total * quantity > (__int128)amount * sharer->quantity)
			break;
		ret_parts[sharer->index] = sharer->total;
		amount -= sharer->total;
		quantity -= sharer->quantity;
	}
	if (filled == count)
		return true;
	int64_t *weights = arena_take(op->arena, count * sizeof *weights);
	int64_t *parts = arena_take(op->arena, count * sizeof *parts);

	for (size_t i = filled; i < count; i++)
		weights[i] = sharers[i].quantity;
	if (!money_share(op, amount, weights + filled, count - filled, parts + filled))
		return false;
	for (size_t i = filled; i < count; i++)
		ret_parts[sharers[i].index] = parts[i];
	return true;
}
