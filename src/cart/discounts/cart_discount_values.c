/* What a cart discount takes off: of lines, of the shipping costs, of the total. */
#include "cart_discount_values_priv.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "document/doc.h"
#include "money/money.h"
#include "../cart_lines_priv.h"
#include "../refresh_priv.h"
#include "cart_patterns_priv.h"
#include "cart_portions_priv.h"

/* One discount on its way through a cart. */
struct application {
	struct refresh *refresh;
	const json_t   *value;
	json_t         *reference;
};

/* -- values -- */

/* The money in the currency of the cart; NULL: there is none. */
static const json_t *money_of(const struct refresh *refresh, const json_t *value)
{
	return doc_find(json_object_get(value, "money"), "currencyCode", refresh->currency, NULL);
}

/* Its cents; -1: there is none. */
static int64_t amount_of(const struct refresh *refresh, const json_t *value)
{
	const json_t *money = money_of(refresh, value);

	return money ? money_cents(money) : -1;
}

/* Does the discount have a value for this cart? */
static bool has_value(const struct application *application)
{
	return doc_is(application->value, "type", "relative") ||
	       amount_of(application->refresh, application->value) >= 0;
}

static bool is_individual(const struct application *application)
{
	return doc_is(application->value, "applicationMode", "IndividualApplication");
}

/* Takes an amount off all portions: shared in proportion to their prices, or to their quantities. */
static bool take_shared(const struct application *application, const struct cart_portions *portions,
                        int64_t amount)
{
	struct op *op = application->refresh->op;
	size_t count = portions->count;
	int64_t *quantities = arena_take(op->arena, (count + 1) * sizeof *quantities);
	int64_t *totals = arena_take(op->arena, (count + 1) * sizeof *totals);
	int64_t *shares = arena_take(op->arena, (count + 1) * sizeof *shares);

	for (size_t i = 0; i < count; i++) {
		if (!units_total(op, &portions->items[i].units, &totals[i]))
			return false;
		quantities[i] = cart_portion_quantity(&portions->items[i]);
	}
	if (!(doc_is(application->value, "applicationMode", "EvenDistribution")
	          ? discount_share_evenly(op, amount, totals, quantities, count, shares)
	          : discount_share(op, amount, totals, count, shares)))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!units_discount_absolute(op, &portions->items[i].units, shares[i],
		                             application->reference))
			return false;
	return true;
}

/* Takes an amount off each unit. */
static bool take_individually(const struct application *application,
                              const struct cart_portions *portions, int64_t amount)
{
	struct op *op = application->refresh->op;

	for (size_t i = 0; i < portions->count; i++) {
		int64_t off;

		if (!money_multiply(op, amount, cart_portion_quantity(&portions->items[i]), &off) ||
		    !units_discount_absolute(op, &portions->items[i].units, off, application->reference))
			return false;
	}
	return true;
}

/* Makes each unit cheaper by a part of its price, or as cheap as the value says. */
static void discount_each(const struct application *application,
                          const struct cart_portions *portions)
{
	struct refresh *refresh = application->refresh;
	bool is_relative = doc_is(application->value, "type", "relative");

	for (size_t i = 0; i < portions->count; i++) {
		struct discounted_units *units = &portions->items[i].units;

		if (is_relative)
			units_discount_relative(refresh->op, units, doc_int(application->value, "permyriad"),
			                        refresh->price_rounding, application->reference);
		else
			units_discount_fixed(refresh->op, units, money_of(refresh, application->value),
			                     application->reference);
	}
}

static bool apply_to_portions(const struct application *application,
                              const struct cart_portions *portions)
{
	int64_t amount = amount_of(application->refresh, application->value);

	if (!doc_is(application->value, "type", "absolute")) {
		discount_each(application, portions);
		return true;
	}
	return is_individual(application) ? take_individually(application, portions, amount)
	                                  : take_shared(application, portions, amount);
}

/* -- targets -- */

static bool apply_to_units(const struct application *application, struct cart_portions portions,
                           bool *ret_applied)
{
	*ret_applied = portions.count > 0 && has_value(application);
	if (*ret_applied && !apply_to_portions(application, &portions))
		return false;
	cart_portions_put_back(application->refresh, &portions);
	return true;
}

static bool apply_to_lines(const struct application *application, const json_t *target,
                           bool *ret_applied)
{
	struct cart_portions portions;

	return cart_portions_of_target(application->refresh, target, &portions) &&
	       apply_to_units(application, portions, ret_applied);
}

/* -- patterns -- */

/* How much of a total the value takes off: a part of it, or what makes it the fixed price. */
static int64_t off_of(const struct refresh *refresh, const json_t *value, int64_t total,
                      int64_t fixed)
{
	int64_t left = PERMYRIAD_OF_ALL - doc_int(value, "permyriad");

	if (doc_is(value, "type", "fixed"))
		return total > fixed ? total - fixed : 0;
	return decimal_proportion(total, left, PERMYRIAD_OF_ALL, refresh->price_rounding, &left)
	           ? total - left
	           : 0;
}

/* The portions of both kinds, for a value that is borne by both. */
static struct cart_portions both_of(struct op *op, const struct cart_pattern_batch *batch)
{
	size_t count = batch->targets.count + batch->triggers.count;
	struct cart_portions both = { arena_take(op->arena, (count + 1) * sizeof *both.items), 0,
		                          count };

	for (size_t i = 0; i < batch->targets.count; i++)
		both.items[both.count++] = batch->targets.items[i];
	for (size_t i = 0; i < batch->triggers.count; i++)
		both.items[both.count++] = batch->triggers.items[i];
	return both;
}

/* Discounts the units of a batch, and puts them back. Source: API docs, "CartDiscountValueRelative" and its like: what
 * is shared is calculated from what is discounted; a relative value is shared with what triggers it. */
static bool apply_to_batch(const struct application *application,
                           const struct cart_pattern_batch *batch)
{
	struct refresh *refresh = application->refresh;
	const json_t *value = application->value;
	bool is_absolute = doc_is(value, "type", "absolute");
	bool is_shared = is_absolute ? !is_individual(application)
	                             : doc_has(value, "applicationMode") && !is_individual(application);
	struct cart_portions both = both_of(refresh->op, batch);
	struct cart_portions targets = { both.items, batch->targets.count, batch->targets.count };
	int64_t amount = 0;
	int64_t total;

	if (!is_shared) {
		if (!apply_to_portions(application, &targets))
			return false;
	} else {
		if (!doc_is(value, "type", "relative") &&
		    !money_multiply(refresh->op, amount_of(refresh, value), batch->times, &amount))
			return false;
		if (!cart_portion_total(refresh->op, &targets, &total))
			return false;
		if (!take_shared(application, doc_is(value, "type", "relative") ? &both : &targets,
		                 is_absolute ? amount : off_of(refresh, value, total, amount)))
			return false;
	}
	cart_portions_put_back(refresh, &both);
	return true;
}

static bool apply_to_pattern(const struct application *application, const json_t *target,
                             bool *ret_applied)
{
	struct cart_pattern_batch *batch;

	if (!has_value(application))
		return true;
	if (!cart_pattern_match(application->refresh, target, &batch))
		return false;
	*ret_applied = batch != NULL;
	for (; batch; batch = batch->next)
		if (!apply_to_batch(application, batch))
			return false;
	return true;
}

/* -- the total -- */

/* What everything costs by now. */
static bool total_so_far(struct refresh *refresh, int64_t *ret_cents)
{
	int64_t sum = refresh->has_shipping ? refresh->shipping.groups[0].value : 0;

	for (size_t i = 0; i < refresh->item_count; i++) {
		struct cart_item *item = &refresh->items[i];

		if (item->is_discountable && !units_total(refresh->op, &item->units, &item->total))
			return false;
		if (!money_add(refresh->op, sum, item->total, &sum))
			return false;
	}
	*ret_cents = sum - refresh->off_total;
	return true;
}

/* Whatever its place in the order is, the total is what is left when everything else was taken
 * off; so the discount is only noted. */
static void note_for_total(const struct application *application, bool *ret_applied)
{
	struct refresh *refresh = application->refresh;
	const json_t *value = application->value;

	*ret_applied = doc_is(value, "type", "relative") ? doc_int(value, "permyriad") > 0
	                                                  : amount_of(refresh, value) > 0;
	if (*ret_applied)
		json_array_append_new(refresh->for_total, json_pack("{s:O, s:O}", "value", value,
		                                                    "discount", application->reference));
}

/* How much of the total of a cart a value takes off. */
static int64_t off_total_of(const struct refresh *refresh, const json_t *value, int64_t total)
{
	int64_t amount = amount_of(refresh, value);
	int64_t off =
		doc_is(value, "type", "absolute") ? amount : off_of(refresh, value, total, amount);

	return off < total ? off : total;
}

bool cart_discounts_apply_to_total(struct refresh *refresh)
{
	struct op *op = refresh->op;

	for (size_t i = 0; i < json_array_size(refresh->for_total); i++) {
		const json_t *noted = json_array_get(refresh->for_total, i);
		int64_t total;

		if (!total_so_far(refresh, &total))
			return false;
		int64_t off = off_total_of(refresh, json_object_get(noted, "value"), total);

		if (off <= 0)
			continue;
		refresh->off_total += off;
		json_array_append(refresh->off_included,
		                  included_discount(op, refresh->currency,
		                                    json_object_get(noted, "discount"), off));
	}
	return true;
}

bool cart_discount_apply(struct refresh *refresh, const json_t *discount, json_t *reference,
                         bool *ret_applied)
{
	const json_t *target = json_object_get(discount, "target");
	const struct application application = { refresh, json_object_get(discount, "value"),
		                                     reference };

	*ret_applied = false;
	if (doc_is(application.value, "type", "giftLineItem"))
		return refresh_add_gift(refresh, application.value, reference, ret_applied);
	if (doc_is(target, "type", "shipping"))
		return apply_to_units(&application, cart_portions_of_shipping(refresh), ret_applied);
	if (doc_is(target, "type", "pattern"))
		return apply_to_pattern(&application, target, ret_applied);
	if (doc_is(target, "type", "totalPrice")) {
		note_for_total(&application, ret_applied);
		return true;
	}
	return !doc_has(target, "predicate") || apply_to_lines(&application, target, ret_applied);
}

/* -- taxes -- */

static bool rule_of_looks_at_taxes(struct op *op, const json_t *holder)
{
	return doc_has(holder, "predicate") && rule_looks_at_taxes(cart_target_rule(op, holder));
}

bool cart_target_looks_at_taxes(struct op *op, const json_t *target)
{
	static const char *const PATTERNS[] = { "triggerPattern", "targetPattern" };

	for (size_t i = 0; i < sizeof PATTERNS / sizeof *PATTERNS; i++) {
		const json_t *pattern = json_object_get(target, PATTERNS[i]);

		for (size_t j = 0; j < json_array_size(pattern); j++)
			if (rule_of_looks_at_taxes(op, json_array_get(pattern, j)))
				return true;
	}
	return rule_of_looks_at_taxes(op, target);
}
