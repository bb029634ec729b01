/* What a cart discount takes off: of lines, of the shipping costs, of the total. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "cart/line_item.h"
#include "document/doc.h"
#include "money/money.h"
#include "pricing/rule.h"
#include "cart_discounts_priv.h"
#include "cart_lines_priv.h"
#include "refresh_priv.h"

/* Units that a discount is about: all of an item, or some. */
struct portion {
	struct cart_item       *item;   /* NULL: the shipping costs */
	struct discounted_units chosen;
	struct discounted_units rest;   /* of the item; no groups if all are chosen */
};

struct application {
	struct refresh *refresh;
	const json_t   *value;
	json_t         *reference;
	struct portion *portions;
	size_t          count;
};

/* Values */

/* The amount in the currency of the cart; -1: there is none. */
static int64_t amount_of(const struct refresh *refresh, const json_t *value)
{
	const json_t *amounts = json_object_get(value, "money");

	for (size_t i = 0; i < json_array_size(amounts); i++)
		if (strcmp(money_currency(json_array_get(amounts, i)), refresh->currency) == 0)
			return money_cents(json_array_get(amounts, i));
	return -1;
}

static int64_t quantity_of(const struct discounted_units *units)
{
	int64_t quantity = 0;

	for (size_t i = 0; i < units->count; i++)
		quantity += units->groups[i].quantity;
	return quantity;
}

/* How much of an absolute discount each portion gets: in proportion to its price, or to its
 * quantity. */
static bool share_amount(struct application *application, int64_t amount, int64_t *shares)
{
	struct op *op = application->refresh->op;
	bool is_even = doc_is(application->value, "applicationMode", "EvenDistribution");
	int64_t *weights = arena_take(op->arena, application->count * sizeof *weights);
	int64_t *totals = arena_take(op->arena, application->count * sizeof *totals);

	for (size_t i = 0; i < application->count; i++) {
		const struct discounted_units *units = &application->portions[i].chosen;

		if (!units_total(op, units, &totals[i]))
			return false;
		weights[i] = quantity_of(units);
	}
	return is_even ? money_share(op, amount, weights, application->count, shares)
	               : discount_share(op, amount, totals, application->count, shares);
}

static bool apply_absolute(struct application *application, int64_t amount)
{
	struct op *op = application->refresh->op;
	bool is_individual = doc_is(application->value, "applicationMode", "IndividualApplication");
	int64_t *shares = arena_alloc(op->arena, application->count * sizeof *shares);

	if (!is_individual && !share_amount(application, amount, shares))
		return false;
	for (size_t i = 0; i < application->count; i++) {
		struct discounted_units *units = &application->portions[i].chosen;

		if (is_individual && !money_multiply(op, amount, quantity_of(units), &shares[i]))
			return false;
		if (!units_discount_absolute(op, units, shares[i], application->reference))
			return false;
	}
	return true;
}

/* Applies the value to all portions. */
static bool apply_value(struct application *application, bool *ret_applied)
{
	struct refresh *refresh = application->refresh;
	const json_t *value = application->value;
	bool is_relative = doc_is(value, "type", "relative");
	int64_t amount = is_relative ? doc_int(value, "permyriad") : amount_of(refresh, value);

	*ret_applied = application->count > 0 && amount >= 0;
	if (!*ret_applied)
		return true;
	if (doc_is(value, "type", "absolute"))
		return apply_absolute(application, amount);
	for (size_t i = 0; i < application->count; i++) {
		struct discounted_units *units = &application->portions[i].chosen;

		if (is_relative)
			units_discount_relative(refresh->op, units, amount, refresh->price_rounding,
			                        application->reference);
		else
			units_discount_fixed(refresh->op, units, amount, application->reference);
	}
	return true;
}

/* Puts the portions back into their items. */
static void merge_portions(struct application *application)
{
	for (size_t i = 0; i < application->count; i++) {
		const struct portion *portion = &application->portions[i];
		const struct discounted_units *chosen = &portion->chosen;
		const struct discounted_units *rest = &portion->rest;
		struct discounted_units *units =
			portion->item ? &portion->item->units : &application->refresh->shipping;
		size_t count = chosen->count + rest->count;
		struct unit_group *groups =
			arena_take(application->refresh->op->arena, count * sizeof *groups);

		memcpy(groups, chosen->groups, chosen->count * sizeof *groups);
		if (rest->count > 0)
			memcpy(groups + chosen->count, rest->groups, rest->count * sizeof *groups);
		units->groups = groups;
		units->count = count;
	}
}

/* Targets */

/* A copy of the units, which a discount changes in place. */
static struct discounted_units copy_units(struct op *op, const struct discounted_units *units)
{
	struct discounted_units copy = *units;

	copy.groups = arena_take(op->arena, units->count * sizeof *copy.groups);
	memcpy(copy.groups, units->groups, units->count * sizeof *copy.groups);
	return copy;
}

static bool is_of_custom_items(const json_t *target)
{
	return doc_is(target, "type", "customLineItems") ||
	       doc_is(target, "type", "multiBuyCustomLineItems");
}

/* The rule of a target that has one. */
static const struct rule *rule_of(struct op *op, const json_t *target)
{
	return rule_compile(op, doc_text(target, "predicate"),
	                    is_of_custom_items(target) ? RULE_OF_CUSTOM_LINE_ITEM : RULE_OF_LINE_ITEM);
}

/* All units of the lines for which the predicate of the target holds. */
static bool choose_lines(struct application *application, const json_t *target, bool is_custom)
{
	struct refresh *refresh = application->refresh;
	struct op *op = refresh->op;
	const struct rule *rule = rule_of(op, target);

	application->portions =
		arena_alloc(op->arena, (refresh->item_count + 1) * sizeof *application->portions);
	for (size_t i = 0; i < refresh->item_count; i++) {
		struct cart_item *item = &refresh->items[i];
		bool matches;

		if (item->is_custom != is_custom || !item->is_discountable ||
		    line_is_gift(item->doc) ||
		    (is_custom && doc_is(item->doc, "priceMode", "External")))
			continue;
		if (!rule_holds_for_item(refresh->rules, rule, i, &matches))
			return false;
		if (matches)
			application->portions[application->count++] =
				(struct portion){ .item = item, .chosen = copy_units(op, &item->units) };
	}
	return true;
}

/* Units of one price in a portion. */
struct unit_choice {
	size_t  portion;
	size_t  group;
	int64_t value;
	int64_t quantity;
	int64_t chosen;
};

static int cheapest_first(const void *a, const void *b)
{
	const struct unit_choice *left = a;
	const struct unit_choice *right = b;

	if (left->value != right->value)
		return left->value < right->value ? -1 : 1;
	if (left->portion != right->portion)
		return left->portion < right->portion ? -1 : 1;
	return (left->group > right->group) - (left->group < right->group);
}

static int dearest_first(const void *a, const void *b)
{
	const struct unit_choice *left = a;
	const struct unit_choice *right = b;

	return left->value != right->value ? (left->value > right->value ? -1 : 1)
	                                   : cheapest_first(a, b);
}

/* How many units a multi-buy discount is good for. */
static int64_t discounted_quantity(const json_t *target, int64_t quantity)
{
	int64_t trigger = doc_int(target, "triggerQuantity");
	int64_t times = quantity / trigger;

	if (doc_has(target, "maxOccurrence") && times > doc_int(target, "maxOccurrence"))
		times = doc_int(target, "maxOccurrence");
	int64_t discounted = doc_int(target, "discountedQuantity");

	return times > quantity / discounted ? quantity : times * discounted;
}

/* Divides the units of the portions into those that are chosen and the rest. */
static void divide_portions(struct application *application, const struct unit_choice *choices,
                            size_t count)
{
	struct op *op = application->refresh->op;

	for (size_t i = 0; i < application->count; i++) {
		struct portion *portion = &application->portions[i];
		struct discounted_units all = portion->chosen;

		portion->rest = (struct discounted_units){ all.currency };
		portion->rest.groups = arena_take(op->arena, all.count * sizeof *all.groups);
		portion->chosen = portion->rest;
		portion->chosen.groups = arena_take(op->arena, all.count * sizeof *all.groups);
		for (size_t j = 0; j < count; j++) {
			if (choices[j].portion != i)
				continue;
			struct unit_group group = all.groups[choices[j].group];

			group.quantity = choices[j].chosen;
			if (group.quantity > 0)
				portion->chosen.groups[portion->chosen.count++] = group;
			group.quantity = choices[j].quantity - choices[j].chosen;
			if (group.quantity > 0)
				portion->rest.groups[portion->rest.count++] = group;
		}
	}
}

/* Chooses, of the units in the portions, those that a multi-buy discount is good for. */
static void choose_units(struct application *application, const json_t *target)
{
	struct op *op = application->refresh->op;
	size_t count = 0;
	int64_t quantity = 0;

	for (size_t i = 0; i < application->count; i++)
		count += application->portions[i].chosen.count;
	struct unit_choice *choices = arena_alloc(op->arena, (count + 1) * sizeof *choices);

	count = 0;
	for (size_t i = 0; i < application->count; i++) {
		const struct discounted_units *units = &application->portions[i].chosen;

		for (size_t j = 0; j < units->count; j++, count++) {
			choices[count] = (struct unit_choice){ i, j, units->groups[j].value,
				                                   units->groups[j].quantity, 0 };
			quantity += units->groups[j].quantity;
		}
	}
	qsort(choices, count, sizeof *choices,
	      doc_is(target, "selectionMode", "MostExpensive") ? dearest_first : cheapest_first);
	int64_t left = discounted_quantity(target, quantity);

	for (size_t i = 0; i < count; i++) {
		choices[i].chosen = left < choices[i].quantity ? left : choices[i].quantity;
		left -= choices[i].chosen;
	}
	divide_portions(application, choices, count);
}

/* Items of which no unit was chosen stay as they are. */
static void drop_empty_portions(struct application *application)
{
	size_t count = 0;

	for (size_t i = 0; i < application->count; i++)
		if (application->portions[i].chosen.count > 0)
			application->portions[count++] = application->portions[i];
	application->count = count;
}

static bool apply_to_lines(struct application *application, const json_t *target, bool *ret_applied)
{
	if (!choose_lines(application, target, is_of_custom_items(target)))
		return false;
	if (doc_has(target, "triggerQuantity"))
		choose_units(application, target);
	drop_empty_portions(application);
	if (!apply_value(application, ret_applied))
		return false;
	merge_portions(application);
	return true;
}

static bool apply_to_shipping(struct application *application, bool *ret_applied)
{
	struct refresh *refresh = application->refresh;
	struct portion portion = { .chosen = refresh->shipping };

	if (!refresh->has_shipping)
		return true;
	application->portions = &portion;
	application->count = 1;
	if (!apply_value(application, ret_applied))
		return false;
	merge_portions(application);
	return true;
}

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
static void note_for_total(struct application *application, bool *ret_applied)
{
	struct refresh *refresh = application->refresh;
	const json_t *value = application->value;

	*ret_applied = doc_is(value, "type", "relative") ? doc_int(value, "permyriad") > 0
	                                                  : amount_of(refresh, value) > 0;
	if (*ret_applied)
		json_array_append_new(refresh->for_total, json_pack("{s:O, s:O}", "value", value,
		                                                    "discount", application->reference));
}

/* How much of a total a value takes off; what is fixed is what is left of it. */
static int64_t off_of(const struct refresh *refresh, const json_t *value, int64_t total)
{
	int64_t off = amount_of(refresh, value);
	int64_t left = PERMYRIAD_OF_ALL - doc_int(value, "permyriad");

	if (doc_is(value, "type", "relative"))
		off = decimal_proportion(total, left, PERMYRIAD_OF_ALL, refresh->price_rounding, &left)
		          ? total - left
		          : 0;
	else if (doc_is(value, "type", "fixed"))
		off = total - off;
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
		int64_t off = off_of(refresh, json_object_get(noted, "value"), total);

		if (off <= 0)
			continue;
		refresh->off_total += off;
		json_array_append(refresh->off_included,
		                  included_discount(op, refresh->currency,
		                                    json_object_get(noted, "discount"), off));
	}
	return true;
}

bool cart_target_looks_at_taxes(struct op *op, const json_t *target)
{
	return doc_has(target, "predicate") && rule_looks_at_taxes(rule_of(op, target));
}

bool cart_discount_apply(struct refresh *refresh, const json_t *discount, json_t *reference,
                         bool *ret_applied)
{
	const json_t *target = json_object_get(discount, "target");
	struct application application = { .refresh = refresh,
		                               .value = json_object_get(discount, "value"),
		                               .reference = reference };

	if (doc_is(application.value, "type", "giftLineItem"))
		return refresh_add_gift(refresh, application.value, reference, ret_applied);
	if (doc_is(target, "type", "shipping"))
		return apply_to_shipping(&application, ret_applied);
	if (doc_is(target, "type", "totalPrice")) {
		note_for_total(&application, ret_applied);
		return true;
	}
	return doc_has(target, "predicate") ? apply_to_lines(&application, target, ret_applied) : true;
}
