/* Which units a target is about. */
#include "cart_portions_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "cart/line_item.h"
#include "document/doc.h"
#include "money/money.h"
#include "../refresh_priv.h"

/* -- portions -- */

struct cart_portion *cart_portions_add(struct op *op, struct cart_portions *portions,
                                       struct cart_item *item, size_t groups)
{
	if (portions->count == portions->room) {
		size_t room = portions->room ? 2 * portions->room : 8;
		struct cart_portion *items = arena_take(op->arena, room * sizeof *items);

		if (portions->count > 0)
			memcpy(items, portions->items, portions->count * sizeof *items);
		portions->items = items;
		portions->room = room;
	}
	struct cart_portion *portion = &portions->items[portions->count++];

	*portion = (struct cart_portion){ .item = item };
	portion->units.groups = arena_take(op->arena, (groups + 1) * sizeof *portion->units.groups);
	return portion;
}

/* Takes all units out of their place. */
static void take_all(struct op *op, struct cart_portions *portions, struct cart_item *item,
                     struct discounted_units *units)
{
	struct cart_portion *portion = cart_portions_add(op, portions, item, units->count);
	struct unit_group *groups = portion->units.groups;

	if (units->count > 0)
		memcpy(groups, units->groups, units->count * sizeof *groups);
	portion->units = (struct discounted_units){ units->currency, groups, units->count };
	units->count = 0;
}

static bool are_equal(const struct unit_group *one, const struct unit_group *other)
{
	return one->value == other->value && one->precise.amount == other->precise.amount &&
	       unit_discounts_equal(one->included, other->included);
}

/* Adds units to groups that have room for one more. Gives how many groups they are then. */
static size_t add_group(struct unit_group *groups, size_t count, const struct unit_group *group)
{
	if (count > 0 && are_equal(&groups[count - 1], group)) {
		groups[count - 1].quantity += group->quantity;
		return count;
	}
	groups[count] = *group;
	return count + (group->quantity > 0);
}

void cart_portions_put_back(struct refresh *refresh, const struct cart_portions *portions)
{
	/* Each goes before what is there, so that the first is the first in the end. */
	for (size_t i = portions->count; i-- > 0;) {
		const struct cart_portion *portion = &portions->items[i];
		struct discounted_units *units = portion->item ? &portion->item->units : &refresh->shipping;
		struct unit_group *groups =
			arena_take(refresh->op->arena,
		               (portion->units.count + units->count + 1) * sizeof *groups);
		size_t count = 0;

		for (size_t j = 0; j < portion->units.count; j++)
			count = add_group(groups, count, &portion->units.groups[j]);
		for (size_t j = 0; j < units->count; j++)
			count = add_group(groups, count, &units->groups[j]);
		units->groups = groups;
		units->count = count;
	}
}

bool cart_portion_total(struct op *op, const struct cart_portions *portions, int64_t *ret_cents)
{
	*ret_cents = 0;
	for (size_t i = 0; i < portions->count; i++) {
		int64_t total;

		if (!units_total(op, &portions->items[i].units, &total) ||
		    !money_add(op, *ret_cents, total, ret_cents))
			return false;
	}
	return true;
}

int64_t cart_portion_quantity(const struct cart_portion *portion)
{
	int64_t quantity = 0;

	for (size_t i = 0; i < portion->units.count; i++)
		quantity += portion->units.groups[i].quantity;
	return quantity;
}

struct cart_portions cart_portions_of_shipping(struct refresh *refresh)
{
	struct cart_portions portions = { 0 };

	if (refresh->has_shipping)
		take_all(refresh->op, &portions, NULL, &refresh->shipping);
	return portions;
}

/* -- targets -- */

bool cart_target_is_custom(const json_t *target)
{
	return strstr(doc_text(target, "type"), "ustomLineItem") != NULL;
}

const struct rule *cart_target_rule(struct op *op, const json_t *target)
{
	return rule_compile(op, doc_text(target, "predicate"),
	                    cart_target_is_custom(target) ? RULE_OF_CUSTOM_LINE_ITEM
	                                                  : RULE_OF_LINE_ITEM);
}

bool cart_item_matches(struct refresh *refresh, size_t index, const json_t *target,
                       const struct rule *rule, bool *ret_matches)
{
	const struct cart_item *item = &refresh->items[index];
	bool is_custom = cart_target_is_custom(target);

	*ret_matches = false;
	if (item->is_custom != is_custom || !item->is_discountable || line_is_gift(item->doc) ||
	    (is_custom && doc_is(item->doc, "priceMode", "External")))
		return true;
	return rule_holds_for_item(refresh->rules, rule, index, ret_matches);
}

/* -- multi-buy -- */

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

/* Leaves the chosen units in the portions; the rest goes back into the items. */
static void keep_chosen(struct cart_portions *portions, const struct unit_choice *choices,
                        size_t count)
{
	struct cart_portion *all = portions->items;
	size_t kept = 0;

	/* The choices are in the order of the groups again, so a group is written where it was, or before that. */
	for (size_t i = 0, j = 0; i < portions->count; i++) {
		struct cart_portion portion = all[i];
		struct unit_group *rest = portion.item->units.groups;

		portion.units.count = 0;
		for (; j < count && choices[j].portion == i; j++) {
			struct unit_group group = all[i].units.groups[choices[j].group];

			group.quantity = choices[j].quantity - choices[j].chosen;
			rest[portion.item->units.count] = group;
			portion.item->units.count += group.quantity > 0;
			group.quantity = choices[j].chosen;
			portion.units.groups[portion.units.count] = group;
			portion.units.count += group.quantity > 0;
		}
		if (portion.units.count > 0)
			all[kept++] = portion;
	}
	portions->count = kept;
}

static int by_place(const void *a, const void *b)
{
	const struct unit_choice *left = a;
	const struct unit_choice *right = b;

	if (left->portion != right->portion)
		return left->portion < right->portion ? -1 : 1;
	return (left->group > right->group) - (left->group < right->group);
}

/* Chooses, of the units in the portions, those that a multi-buy discount is good for. */
static void choose_units(struct op *op, const json_t *target, struct cart_portions *portions)
{
	size_t count = 0;
	int64_t quantity = 0;

	for (size_t i = 0; i < portions->count; i++)
		count += portions->items[i].units.count;
	struct unit_choice *choices = arena_alloc(op->arena, (count + 1) * sizeof *choices);

	count = 0;
	for (size_t i = 0; i < portions->count; i++) {
		const struct discounted_units *units = &portions->items[i].units;

		for (size_t j = 0; j < units->count; j++, count++) {
			choices[count] =
				(struct unit_choice){ i, j, units->groups[j].value, units->groups[j].quantity, 0 };
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
	qsort(choices, count, sizeof *choices, by_place);
	keep_chosen(portions, choices, count);
}

bool cart_portions_of_target(struct refresh *refresh, const json_t *target,
                             struct cart_portions *ret_portions)
{
	const struct rule *rule = cart_target_rule(refresh->op, target);

	*ret_portions = (struct cart_portions){ 0 };
	for (size_t i = 0; i < refresh->item_count; i++) {
		bool matches;

		if (!cart_item_matches(refresh, i, target, rule, &matches))
			return false;
		if (matches)
			take_all(refresh->op, ret_portions, &refresh->items[i], &refresh->items[i].units);
	}
	if (doc_has(target, "triggerQuantity"))
		choose_units(refresh->op, target, ret_portions);
	return true;
}
