#include "money/discount_arithmetic.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "money/money.h"

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

	*group = (struct unit_group){ quantity, unit_price, keep(op, json_array()) };
	return (struct discounted_units){ currency, group, 1 };
}

json_t *included_discount(struct op *op, const char *currency, json_t *discount, int64_t cents)
{
	return keep(op, json_pack("{s:O, s:O}", "discount", discount, "discountedAmount",
	                          money_create(op, currency, cents)));
}

/* `quantity` units of a group with this much less each. */
static struct unit_group reduced(struct op *op, const char *currency,
                                 const struct unit_group *group, int64_t quantity, int64_t cents,
                                 json_t *discount)
{
	json_t *included = group->included;

	if (cents > 0) {
		included = keep(op, json_copy(included));
		json_array_append(included, included_discount(op, currency, discount, cents));
	}
	return (struct unit_group){ quantity, group->value - cents, included };
}

void units_discount_relative(struct op *op, struct discounted_units *units, int64_t permyriad,
                             enum rounding_mode mode, json_t *discount)
{
	for (size_t i = 0; i < units->count; i++) {
		struct unit_group *group = &units->groups[i];
		int64_t left = group->value > 0 ? relative(group->value, permyriad, mode) : group->value;

		*group = reduced(op, units->currency, group, group->quantity, group->value - left,
		                 discount);
	}
}

void units_discount_fixed(struct op *op, struct discounted_units *units, int64_t unit_price,
                          json_t *discount)
{
	for (size_t i = 0; i < units->count; i++) {
		struct unit_group *group = &units->groups[i];
		int64_t cents = group->value > unit_price ? group->value - unit_price : 0;

		*group = reduced(op, units->currency, group, group->quantity, cents, discount);
	}
}

/* *ret_totals: what each group costs; in the arena. False: recorded. */
static bool group_totals(struct op *op, const struct discounted_units *units, int64_t **ret_totals)
{
	int64_t *totals = arena_take(op->arena, units->count * sizeof *totals);

	for (size_t i = 0; i < units->count; i++)
		if (!money_multiply(op, units->groups[i].value, units->groups[i].quantity, &totals[i]))
			return false;
	*ret_totals = totals;
	return true;
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
	for (size_t i = 0; i < units->count; i++) {
		const struct unit_group *group = &units->groups[i];

		if (group->quantity == 0)
			continue;
		int64_t each = shares[i] / group->quantity;
		int64_t with_one_more = shares[i] % group->quantity;

		/* A share is no more than the group costs, so if there is a rest, each is less than a
		 * unit costs, and one cent more does not take the unit below 0. */
		if (with_one_more > 0)
			groups[count++] =
				reduced(op, units->currency, group, with_one_more, each + 1, discount);
		groups[count++] = reduced(op, units->currency, group, group->quantity - with_one_more, each,
		                          discount);
	}
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

json_t *units_discounted_price(struct op *op, const struct discounted_units *units, size_t group)
{
	return keep(op, json_pack("{s:O, s:O}", "value",
	                          money_create(op, units->currency, units->groups[group].value),
	                          "includedDiscounts", units->groups[group].included));
}

static bool is_discounted(const struct discounted_units *units)
{
	for (size_t i = 0; i < units->count; i++)
		if (json_array_size(units->groups[i].included) > 0)
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
