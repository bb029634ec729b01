/* Matching the patterns of targets with the items of a cart. Which units they take is unit_pattern.c's. */
#include "cart_patterns_priv.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "cart/cart_limits.h"
#include "document/doc.h"
#include "money/unit_pattern.h"
#include "../refresh_priv.h"

/* Where units of a pattern are. */
struct place {
	struct cart_item *item;
	size_t            group;
};

struct places {
	struct place         *places;  /* of each kind of units */
	struct pattern_units *units;
	size_t                count;
};

/* The units of all items that may be discounted. */
static struct places places_of(struct refresh *refresh)
{
	struct op *op = refresh->op;
	struct places places = { 0 };
	size_t count = 0;

	for (size_t i = 0; i < refresh->item_count; i++)
		count += refresh->items[i].units.count;
	places.places = arena_alloc(op->arena, (count + 1) * sizeof *places.places);
	places.units = arena_alloc(op->arena, (count + 1) * sizeof *places.units);
	for (size_t i = 0; i < refresh->item_count; i++) {
		const struct discounted_units *units = &refresh->items[i].units;

		for (size_t j = 0; j < units->count; j++, places.count++) {
			places.places[places.count] = (struct place){ &refresh->items[i], j };
			places.units[places.count] =
				(struct pattern_units){ units->groups[j].value, units->groups[j].quantity };
		}
	}
	return places;
}

/* Are the units in few enough groups to be divided once more? False: recorded. */
static bool check_groups(const struct refresh *refresh)
{
	size_t count = 0, largest = 0;

	for (size_t i = 0; i < refresh->item_count; i++) {
		count += refresh->items[i].units.count;
		if (refresh->items[i].units.count > largest)
			largest = refresh->items[i].units.count;
	}
	return (largest <= MAX_UNIT_GROUPS && count <= MAX_UNIT_GROUPS_OF_CART) ||
	       fail_invalid_operation(refresh->op,
	                              "The cart discounts divide the line items into too many prices.");
}

/* Which units match a component. NULL: recorded. */
static const bool *matching_units(struct refresh *refresh, const struct places *places,
                                  const json_t *component)
{
	const struct rule *rule = cart_target_rule(refresh->op, component);
	bool *matches = arena_alloc(refresh->op->arena, (places->count + 1) * sizeof *matches);
	size_t unit = 0;

	for (size_t i = 0; i < refresh->item_count; i++) {
		bool item_matches;

		if (!cart_item_matches(refresh, i, component, rule, &item_matches))
			return NULL;
		for (size_t j = 0; j < refresh->items[i].units.count; j++)
			matches[unit++] = item_matches;
	}
	return matches;
}

static int64_t count_or(const json_t *component, const char *member, int64_t otherwise)
{
	return doc_has(component, member) ? doc_int(component, member) : otherwise;
}

/* Reads the components of a pattern. NULL: recorded. */
static struct pattern_component *components_of(struct refresh *refresh, const struct places *places,
                                               const json_t *pattern)
{
	size_t count = json_array_size(pattern);
	struct pattern_component *components =
		arena_alloc(refresh->op->arena, (count + 1) * sizeof *components);

	for (size_t i = 0; i < count; i++) {
		const json_t *component = json_array_get(pattern, i);

		components[i] = (struct pattern_component){
			.matches = matching_units(refresh, places, component),
			.min_count = count_or(component, "minCount", 1),
			.max_count = count_or(component, "maxCount", PATTERN_ALL_UNITS),
			.exclude_count = count_or(component, "excludeCount", 0),
		};
		if (!components[i].matches)
			return NULL;
	}
	return components;
}

/* Takes units out of the item of a place, as a portion of their own. */
static void take(struct op *op, struct cart_portions *portions, const struct place *place,
                 int64_t quantity)
{
	if (quantity == 0)
		return;
	struct cart_portion *portion = cart_portions_add(op, portions, place->item, 1);
	struct unit_group *group = &place->item->units.groups[place->group];

	portion->units.currency = place->item->units.currency;
	portion->units.groups[0] = *group;
	portion->units.groups[0].quantity = quantity;
	portion->units.count = 1;
	group->quantity -= quantity; /* a group of no units goes when the portions come back */
}

static struct cart_pattern_batch *take_batch(struct op *op, const struct places *places,
                                             const struct pattern_batch *matched)
{
	struct cart_pattern_batch *batch = arena_alloc(op->arena, sizeof *batch);

	batch->times = matched->times;
	for (size_t i = 0; i < matched->take_count; i++) {
		const struct pattern_take *of_unit = &matched->takes[i];
		const struct place *place = &places->places[of_unit->unit];

		take(op, &batch->targets, place, of_unit->discounted * matched->times);
		take(op, &batch->triggers, place, of_unit->triggering * matched->times);
	}
	return batch;
}

bool cart_pattern_match(struct refresh *refresh, const json_t *target,
                        struct cart_pattern_batch **ret_batches)
{
	const json_t *triggers = json_object_get(target, "triggerPattern");
	const json_t *targets = json_object_get(target, "targetPattern");

	*ret_batches = NULL;
	if (!check_groups(refresh))
		return false;
	const struct places places = places_of(refresh);
	struct unit_pattern pattern = {
		.units = places.units,
		.unit_count = places.count,
		.triggers = components_of(refresh, &places, triggers),
		.trigger_count = json_array_size(triggers),
		.targets = components_of(refresh, &places, targets),
		.target_count = json_array_size(targets),
		.dearest_first = doc_is(target, "selectionMode", "MostExpensive"),
		.max_occurrence = count_or(target, "maxOccurrence", INT64_MAX),
	};

	if (!pattern.triggers || !pattern.targets)
		return false;
	for (const struct pattern_batch *matched = unit_pattern_match(refresh->op, &pattern); matched;
	     matched = matched->next) {
		*ret_batches = take_batch(refresh->op, &places, matched);
		ret_batches = &(*ret_batches)->next;
	}
	return true;
}
