#include "evaluate_priv.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "number_priv.h"
#include "tree_priv.h"

/* Longer than any number that a double is written as, and any date-time. */
enum { SHORT_TEXT_BYTES = 64 };

enum {
	FOLDED_PER_UNIT = 2, /* bytes that are lower-cased */
	SLOTS_PER_UNIT = 4,  /* names that a member's is compared with */
	POINT_UNITS = 20,    /* a distance on the earth */
};

/* Every loop over what is stored, and every condition, spends; once nothing is left, all of them end at once, and what
 * they say means nothing. The budget is that of the scope at hand. */
static bool holds(const struct node *node, struct budget *budget);

/* -- one stored value and one operand -- */

static bool is_ordered(int order, enum comparison comparison)
{
	switch (comparison) {
	case COMPARE_LESS: return order < 0;
	case COMPARE_GREATER: return order > 0;
	case COMPARE_AT_MOST: return order <= 0;
	case COMPARE_AT_LEAST: return order >= 0;
	default: return order == 0;
	}
}

/* A stored number as a double. False: it is longer than the service writes one. */
static bool read_double(struct slice value, double *ret_number)
{
	char text[SHORT_TEXT_BYTES];
	size_t bytes = (size_t)(value.end - value.start);
	struct number read;

	if (bytes >= sizeof text || !number_read(value.start, bytes, &read))
		return false;
	memcpy(text, value.start, bytes);
	text[bytes] = '\0';
	*ret_number = strtod(text, NULL);
	return true;
}

/* Was the stored number the operand's before it became a double? Reals are stored with the 17 digits
 * that tell doubles apart, so that 0.1 is kept as 0.10000000000000001; with DBL_DIG digits or fewer,
 * what is stored is what was sent. */
static bool was_rounded_from(struct slice value, const struct number *stored,
                             const struct operand *operand)
{
	double number;

	return stored->is_real && number_digits(stored) > DBL_DIG && read_double(value, &number) &&
	       number == operand->rounded;
}

static bool number_relates(struct slice value, const struct operand *operand,
                           enum comparison comparison)
{
	struct number stored;

	if (!operand->has_number ||
	    !number_read(value.start, (size_t)(value.end - value.start), &stored))
		return false;
	if (was_rounded_from(value, &stored, operand))
		return is_ordered(0, comparison);
	return is_ordered(number_compare(&stored, &operand->number), comparison);
}

static bool instant_relates(struct slice raw, const struct operand *operand,
                            enum comparison comparison)
{
	char text[SHORT_TEXT_BYTES] = "";
	size_t bytes;
	int64_t stored_ms;

	if (!slice_decode(raw, text, sizeof text - 1, &bytes) || strlen(text) != bytes ||
	    !timestamp_parse(text, &stored_ms))
		return false;
	return is_ordered((stored_ms > operand->instant_ms) - (stored_ms < operand->instant_ms),
	                  comparison);
}

/* A lower-cased text is nowhere stored: it is made for the comparison. */
static bool folded_relates(struct slice raw, const struct operand *operand,
                           enum comparison comparison)
{
	size_t bytes = (size_t)(raw.end - raw.start);

	if (comparison == COMPARE_EQUAL && !memchr(raw.start, '\\', bytes))
		return text_equal_folded(raw.start, bytes, operand->text);
	struct arena *arena = arena_create();
	char *text = arena_alloc(arena, bytes + 1);
	bool is_read = slice_decode(raw, text, bytes, &bytes);
	const char *folded = text_fold_case(arena, text);
	int order =
		text_compare_utf16(folded, strlen(folded), operand->text, operand->text_bytes);

	arena_destroy(arena);
	return is_read && is_ordered(order, comparison);
}

static bool text_relates(struct slice raw, const struct operand *operand,
                         enum comparison comparison)
{
	int order;

	if (operand->has_instant)
		return instant_relates(raw, operand, comparison);
	if (!operand->text)
		return false;
	if (operand->is_folded)
		return folded_relates(raw, operand, comparison);
	if (comparison == COMPARE_EQUAL)
		return slice_equals(raw, operand->text, operand->text_bytes);
	return slice_compare(raw, operand->text, operand->text_bytes, &order) &&
	       is_ordered(order, comparison);
}

/* Values of different kinds do not relate at all. */
static bool relates(struct slice value, const struct operand *operand, enum comparison comparison)
{
	switch (slice_kind(value)) {
	case SLICE_TEXT: return text_relates(slice_inside(value), operand, comparison);
	case SLICE_NUMBER: return number_relates(value, operand, comparison);
	case SLICE_TRUE: return operand->has_boolean && operand->is_true;
	case SLICE_FALSE: return operand->has_boolean && !operand->is_true;
	default: return false;
	}
}

/* -- conditions on a field that is there -- */

/* Is it one of many texts? The same as the general way, with what is the same for all done once. */
static bool equals_some_text(struct slice raw, const struct node *node)
{
	size_t bytes = (size_t)(raw.end - raw.start);

	for (size_t i = 0; i < node->operand_count; i++) {
		const struct operand *operand = &node->operands[i];

		if (operand->text_bytes == bytes && memcmp(operand->text, raw.start, bytes) == 0)
			return true;
	}
	return false;
}

/* A text is lower-cased anew for each operand. */
static int64_t folding_units(struct slice value, const struct node *node)
{
	if (!node->operand_count || !node->operands->is_folded)
		return 0;
	return (int64_t)node->operand_count * (value.end - value.start) / FOLDED_PER_UNIT;
}

static bool relates_to_some(struct slice value, const struct node *node, struct budget *budget)
{
	if (!budget_spend(budget, STEP_UNITS + node->operand_units + folding_units(value, node)))
		return false;
	if (node->texts && !node->operands->is_folded && slice_kind(value) == SLICE_TEXT) {
		struct slice raw = slice_inside(value);

		if (!memchr(raw.start, '\\', (size_t)(raw.end - raw.start)))
			return equals_some_text(raw, node);
	}
	for (size_t i = 0; i < node->operand_count; i++)
		if (relates(value, &node->operands[i], node->comparison))
			return true;
	return false;
}

/* The bytes of a value are looked through, at most once. */
static bool spend_bytes(struct slice value, struct budget *budget)
{
	return budget_spend(budget, text_units((uint64_t)(value.end - value.start)));
}

/* The next element, as long as there is something left to spend. */
static bool next_item(struct slice_walk *walk, struct slice *ret_item, struct budget *budget)
{
	return slice_next_item(walk, ret_item) && spend_bytes(*ret_item, budget);
}

/* Some element of an array, or the value itself, relates to some operand. */
static bool compares(struct slice value, const struct node *node, struct budget *budget)
{
	if (slice_kind(value) != SLICE_ARRAY)
		return spend_bytes(value, budget) && relates_to_some(value, node, budget);
	struct slice_walk walk = slice_enter(value);

	while (next_item(&walk, &value, budget))
		if (relates_to_some(value, node, budget))
			return true;
	return false;
}

static bool array_holds(struct slice array, const struct operand *operand, struct budget *budget)
{
	struct slice_walk walk = slice_enter(array);
	struct slice item;

	while (next_item(&walk, &item, budget))
		if (relates(item, operand, COMPARE_EQUAL))
			return true;
	return false;
}

static bool contains_all(struct slice value, const struct node *node, struct budget *budget)
{
	if (slice_kind(value) != SLICE_ARRAY)
		return false;
	for (size_t i = 0; i < node->operand_count; i++)
		if (!array_holds(value, &node->operands[i], budget))
			return false;
	return true;
}

/* One single object, the value itself or an element, satisfies all of the inner condition. */
static bool nested_holds(struct slice value, const struct node *node, struct budget *budget)
{
	if (slice_kind(value) == SLICE_OBJECT)
		return scope_holds(node->scope, value, budget);
	if (slice_kind(value) != SLICE_ARRAY)
		return false;
	struct slice_walk walk = slice_enter(value);

	while (next_item(&walk, &value, budget))
		if (slice_kind(value) == SLICE_OBJECT && scope_holds(node->scope, value, budget))
			return true;
	return false;
}

static bool matches(struct slice value, const struct node *node, struct budget *budget)
{
	if (!spend_bytes(value, budget) || slice_kind(value) != SLICE_TEXT || !node->folded)
		return false;
	struct slice raw = slice_inside(value);
	size_t bytes = (size_t)(raw.end - raw.start);

	if (!memchr(raw.start, '\\', bytes))
		return text_equal_folded(raw.start, bytes, node->folded);
	return slice_decode(raw, node->scratch, node->scratch_bytes, &bytes) &&
	       text_equal_folded(node->scratch, bytes, node->folded);
}

/* Has it no elements? What has none to count is neither empty nor not empty. */
static bool is_empty(struct slice value, bool is_negated, struct budget *budget)
{
	struct slice item;

	if (slice_kind(value) != SLICE_ARRAY)
		return false;
	struct slice_walk walk = slice_enter(value);

	return next_item(&walk, &item, budget) == is_negated;
}

/* -- points -- */

/* Reads the first two numbers of an array. Source: RFC 7946 §3.1.1. */
static bool read_position(struct slice array, double ret_position[2])
{
	struct slice_walk walk = slice_enter(array);
	struct slice item;

	for (size_t i = 0; i < 2; i++)
		if (!slice_next_item(&walk, &item) || !read_double(item, &ret_position[i]))
			return false;
	return true;
}

static bool read_point(struct slice object, double ret_position[2])
{
	struct slice_walk walk = slice_enter(object);
	struct slice name, value;
	bool is_point = false;
	bool has_position = false;

	while (slice_next_member(&walk, &name, &value)) {
		if (slice_kind(value) == SLICE_TEXT && slice_equals(name, "type", 4))
			is_point = slice_equals(slice_inside(value), "Point", 5);
		if (slice_kind(value) == SLICE_ARRAY && slice_equals(name, "coordinates", 11))
			has_position = read_position(value, ret_position);
	}
	return is_point && has_position;
}

/* The haversine formula. */
static double distance_metres(const double a[2], const double b[2])
{
	const double earth_radius_metres = 6371008.8; /* IUGG, mean */
	const double radians = 3.14159265358979323846 / 180;
	double half_longitude = sin((b[0] - a[0]) * radians / 2);
	double half_latitude = sin((b[1] - a[1]) * radians / 2);
	double chord = half_latitude * half_latitude + cos(a[1] * radians) * cos(b[1] * radians) *
	                                                   half_longitude * half_longitude;

	/* Rounding may take the chord of opposite points over 1. */
	return 2 * earth_radius_metres * asin(fmin(1, sqrt(chord)));
}

static bool is_within(struct slice value, const struct circle *circle)
{
	const double centre[2] = { circle->longitude, circle->latitude };
	double position[2];

	return slice_kind(value) == SLICE_OBJECT && read_point(value, position) &&
	       distance_metres(centre, position) <= circle->metres;
}

/* A point, or some point of an array. */
static bool lies_within(struct slice value, const struct node *node, struct budget *budget)
{
	if (!budget_spend(budget, POINT_UNITS))
		return false;
	if (slice_kind(value) != SLICE_ARRAY)
		return spend_bytes(value, budget) && is_within(value, &node->circle);
	struct slice_walk walk = slice_enter(value);

	while (next_item(&walk, &value, budget) && budget_spend(budget, POINT_UNITS))
		if (is_within(value, &node->circle))
			return true;
	return false;
}

/* -- the tree -- */

/* A condition on a field that is absent. */
static bool holds_without(const struct node *node)
{
	switch (node->kind) {
	case NODE_COMPARE:
	case NODE_DEFINED: return node->is_negated;
	case NODE_EMPTY: return !node->is_negated;
	default: return false;
	}
}

static bool holds_with(const struct node *node, struct slice value, struct budget *budget)
{
	switch (node->kind) {
	case NODE_NESTED: return nested_holds(value, node, budget);
	case NODE_COMPARE: return compares(value, node, budget) != node->is_negated;
	case NODE_CONTAINS_ALL: return contains_all(value, node, budget);
	case NODE_CONTAINS_ANY:
		return slice_kind(value) == SLICE_ARRAY && compares(value, node, budget);
	case NODE_EMPTY: return is_empty(value, node->is_negated, budget);
	case NODE_DEFINED: return !node->is_negated;
	case NODE_MATCHES: return matches(value, node, budget);
	case NODE_WITHIN: return lies_within(value, node, budget);
	default: return false; /* has no field */
	}
}

/* Does one child hold (`wanted`), or is there one that does not? */
static bool some_child(const struct node *node, bool wanted, struct budget *budget)
{
	for (const struct node *child = node->children; child && !budget->end; child = child->next)
		if (holds(child, budget) == wanted)
			return true;
	return false;
}

/* Recurses as deep as the predicate nests, which the parser limits. */
static bool holds(const struct node *node, struct budget *budget)
{
	if (!budget_spend(budget, STEP_UNITS))
		return false;
	switch (node->kind) {
	case NODE_AND: return !some_child(node, false, budget);
	case NODE_OR: return some_child(node, true, budget);
	case NODE_NOT: return !holds(node->children, budget);
	default: break;
	}
	struct slice value = node->slot->value;

	return value.start ? holds_with(node, value, budget) : holds_without(node);
}

/* Is this the slot's member? Names are hardly ever written with escapes. */
static bool is_named(struct slice name, const struct slot *slot, bool has_escape)
{
	if (has_escape)
		return slice_equals(name, slot->name, slot->name_bytes);
	return (size_t)(name.end - name.start) == slot->name_bytes &&
	       memcmp(name.start, slot->name, slot->name_bytes) == 0;
}

/* Puts the members that the scope asks for into its slots. The first of one name counts. */
static void fill(struct scope *scope, struct slice object, struct budget *budget)
{
	size_t missing = scope->slot_count;
	struct slice name, value;

	for (struct slot *slot = scope->slots; slot; slot = slot->next)
		slot->value = (struct slice){ NULL, NULL };
	if (slice_kind(object) != SLICE_OBJECT)
		return;
	struct slice_walk walk = slice_enter(object);

	while (missing && slice_next_member(&walk, &name, &value) &&
	       budget_spend(budget, STEP_UNITS + (int64_t)(scope->slot_count / SLOTS_PER_UNIT)) &&
	       spend_bytes(value, budget)) {
		bool has_escape = memchr(name.start, '\\', (size_t)(name.end - name.start)) != NULL;

		for (struct slot *slot = scope->slots; slot; slot = slot->next) {
			if (!slot->value.start && is_named(name, slot, has_escape)) {
				slot->value = value;
				missing--;
			}
		}
	}
	for (struct slot *slot = scope->slots; slot; slot = slot->next)
		if (slice_kind(slot->value) == SLICE_ABSENT)
			slot->value.start = NULL;
}

bool scope_holds(struct scope *scope, struct slice object, struct budget *budget)
{
	fill(scope, object, budget);
	return holds(scope->condition, budget);
}
