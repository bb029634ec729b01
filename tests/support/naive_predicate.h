/* A second opinion on what a predicate says of a document: walks the resolved tree over jansson's objects, as plainly
 * as the rules read. It shares the tree with src/predicate, and nothing of how that evaluates it. */
#ifndef SUPPORT_NAIVE_PREDICATE_H
#define SUPPORT_NAIVE_PREDICATE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../../src/predicate/tree_priv.h"
#include "base/arena.h"
#include "base/text.h"
#include "base/timestamp.h"

/* Texts as UTF-16 */

static inline size_t naive_utf16(struct arena *arena, const char *text, size_t bytes,
                                 uint16_t **ret_units)
{
	uint16_t *units = arena_alloc(arena, (bytes + 1) * sizeof *units);
	size_t count = 0;

	for (size_t at = 0; at < bytes;) {
		uint32_t code = 0;

		at += text_utf8_char(text + at, bytes - at, &code);
		if (code >= 0x10000) {
			units[count++] = (uint16_t)(0xD800 + ((code - 0x10000) >> 10));
			units[count++] = (uint16_t)(0xDC00 + (code & 0x3FF));
		} else {
			units[count++] = (uint16_t)code;
		}
	}
	*ret_units = units;
	return count;
}

static inline int naive_compare_texts(struct arena *arena, const json_t *value,
                                      const struct operand *operand)
{
	uint16_t *a, *b;
	size_t a_count = naive_utf16(arena, json_string_value(value), json_string_length(value), &a);
	size_t b_count = naive_utf16(arena, operand->text, operand->text_bytes, &b);

	for (size_t i = 0; i < a_count && i < b_count; i++)
		if (a[i] != b[i])
			return a[i] < b[i] ? -1 : 1;
	return (a_count > b_count) - (a_count < b_count);
}

/* Numbers as one long row of digits, the places from 10^(TOP-1) downwards: every double fits, and what is larger or
 * finer only has to be told from these. */

enum { NAIVE_TOP = 500, NAIVE_PLACES = 2000 };

struct naive_number {
	bool is_negative;
	char places[NAIVE_PLACES];
};

/* Sets the digits of `text` up to `end`, the first of which is worth 10^top. */
static inline void naive_set_digits(struct naive_number *number, const char *text, const char *end,
                                    long long top)
{
	for (; text < end; text++) {
		if (*text < '0' || *text > '9')
			continue;
		long long place = NAIVE_TOP - 1 - top--;

		if (place < 0 && *text != '0')
			number->places[0] = 10; /* more than any double */
		else if (place >= NAIVE_PLACES && *text != '0')
			number->places[NAIVE_PLACES - 1] = 1; /* less, but not nothing */
		else if (place >= 0 && place < NAIVE_PLACES)
			number->places[place] = (char)(*text - '0');
	}
}

static inline void naive_from_operand(const struct operand *operand, struct naive_number *number)
{
	*number = (struct naive_number){ .is_negative = operand->number.is_negative };
	naive_set_digits(number, operand->number.digits, operand->number.end,
	                 operand->number.magnitude - 1);
}

/* From a number as jansson writes it; gives how many digits it has without zeroes at the ends. */
static inline size_t naive_from_text(const char *text, struct naive_number *number)
{
	size_t digits = 0;
	size_t zeroes = 0;
	const char *start = text + (*text == '-');
	size_t mantissa = strcspn(start, "eE");
	long long top = (long long)strcspn(start, ".eE") - 1;

	*number = (struct naive_number){ .is_negative = *text == '-' };
	if (start[mantissa])
		top += atoll(start + mantissa + 1);
	naive_set_digits(number, start, start + mantissa, top);
	for (size_t i = 0; i < mantissa; i++) {
		if (start[i] == '0') {
			zeroes += digits > 0;
		} else if (start[i] != '.') {
			digits += zeroes + 1;
			zeroes = 0;
		}
	}
	number->is_negative = number->is_negative && digits;
	return digits;
}

static inline int naive_compare_numbers(const json_t *value, const struct operand *operand)
{
	struct naive_number stored, wanted;
	char *text = json_dumps(value, JSON_ENCODE_ANY);
	size_t digits = naive_from_text(text, &stored);

	naive_from_operand(operand, &wanted);
	free(text);
	if (json_is_real(value) && digits > 15 && json_real_value(value) == operand->rounded)
		return 0;
	if (stored.is_negative != wanted.is_negative)
		return stored.is_negative ? -1 : 1;
	int order = memcmp(stored.places, wanted.places, sizeof stored.places);

	return stored.is_negative ? -order : order;
}

/* One value and one operand */

static inline bool naive_is_ordered(int order, enum comparison comparison)
{
	return comparison == COMPARE_EQUAL     ? order == 0
	       : comparison == COMPARE_LESS    ? order < 0
	       : comparison == COMPARE_GREATER ? order > 0
	       : comparison == COMPARE_AT_MOST ? order <= 0
	                                       : order >= 0;
}

static inline bool naive_relates(struct arena *arena, const json_t *value,
                                 const struct operand *operand, enum comparison comparison)
{
	int64_t ms;

	if (json_is_boolean(value))
		return operand->has_boolean && operand->is_true == json_is_true(value);
	if (json_is_number(value))
		return operand->has_number &&
		       naive_is_ordered(naive_compare_numbers(value, operand), comparison);
	if (!json_is_string(value))
		return false;
	if (operand->has_instant)
		return strlen(json_string_value(value)) == json_string_length(value) &&
		       timestamp_parse(json_string_value(value), &ms) &&
		       naive_is_ordered(ms < operand->instant_ms ? -1 : ms > operand->instant_ms,
		                        comparison);
	return operand->text &&
	       naive_is_ordered(naive_compare_texts(arena, value, operand), comparison);
}

/* Does some value, or element of it, relate to some operand? */
static inline bool naive_compares(struct arena *arena, const json_t *value, const struct node *node)
{
	bool found = false;
	size_t count = json_is_array(value) ? json_array_size(value) : 1;

	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < node->operand_count; k++)
			found = found ||
			        naive_relates(arena, json_is_array(value) ? json_array_get(value, i) : value,
			                               &node->operands[k], node->comparison);
	return found;
}

static inline bool naive_contains_all(struct arena *arena, const json_t *array,
                                      const struct node *node)
{
	for (size_t k = 0; k < node->operand_count; k++) {
		bool found = false;

		for (size_t i = 0; i < json_array_size(array); i++)
			found = found || naive_relates(arena, json_array_get(array, i), &node->operands[k],
			                               COMPARE_EQUAL);
		if (!found)
			return false;
	}
	return json_is_array(array);
}

static inline bool naive_matches(struct arena *arena, const json_t *value, const struct node *node)
{
	const char *text = json_string_value(value);

	return text && node->operands[0].text && strlen(text) == json_string_length(value) &&
	       strcmp(text_fold_case(arena, text), text_fold_case(arena, node->operands[0].text)) == 0;
}

static inline bool naive_is_within(const json_t *value, const struct circle *circle)
{
	const json_t *type = json_object_get(value, "type");
	const json_t *position = json_object_get(value, "coordinates");
	const json_t *longitude = json_array_get(position, 0);
	const json_t *latitude = json_array_get(position, 1);
	const double radians = 3.14159265358979323846 / 180;

	if (!json_is_string(type) || json_string_length(type) != 5 ||
	    strcmp(json_string_value(type), "Point") != 0 || !json_is_number(longitude) ||
	    !json_is_number(latitude))
		return false;
	double y = sin((json_number_value(latitude) - circle->latitude) * radians / 2);
	double x = sin((json_number_value(longitude) - circle->longitude) * radians / 2);
	double chord = y * y + cos(circle->latitude * radians) *
	                           cos(json_number_value(latitude) * radians) * x * x;

	return 2 * 6371008.8 * asin(fmin(1, sqrt(chord))) <= circle->metres;
}

/* The tree */

static inline bool naive_holds(struct arena *arena, const struct node *node, const json_t *object);

/* Is there an element, or is the value itself one, for which the inner condition or the circle holds? */
static inline bool naive_some(struct arena *arena, const json_t *value, const struct node *node)
{
	size_t count = json_is_array(value) ? json_array_size(value) : 1;

	for (size_t i = 0; i < count; i++) {
		const json_t *one = json_is_array(value) ? json_array_get(value, i) : value;

		if (!json_is_object(one))
			continue;
		if (node->kind == NODE_WITHIN ? naive_is_within(one, &node->circle)
		                              : naive_holds(arena, node->children, one))
			return true;
	}
	return false;
}

static inline bool naive_condition(struct arena *arena, const struct node *node,
                                   const json_t *value)
{
	bool is_there = value && !json_is_null(value);

	switch (node->kind) {
	case NODE_DEFINED: return is_there != node->is_negated;
	case NODE_EMPTY:
		if (!is_there)
			return !node->is_negated;
		return json_is_array(value) && (json_array_size(value) == 0) != node->is_negated;
	case NODE_COMPARE: return (is_there && naive_compares(arena, value, node)) != node->is_negated;
	case NODE_CONTAINS_ALL: return naive_contains_all(arena, value, node);
	case NODE_CONTAINS_ANY: return json_is_array(value) && naive_compares(arena, value, node);
	case NODE_MATCHES: return naive_matches(arena, value, node);
	default: return naive_some(arena, value, node);
	}
}

/* Does the condition hold for the members of an object? `arena` is for what is made on the way. */
static inline bool naive_holds(struct arena *arena, const struct node *node, const json_t *object)
{
	bool all = true;
	bool any = false;

	if (node->field)
		return naive_condition(arena, node,
		                       json_object_getn(object, node->field, node->field_bytes));
	for (const struct node *child = node->children; child; child = child->next) {
		bool holds = naive_holds(arena, child, object);

		all = all && holds;
		any = any || holds;
	}
	return node->kind == NODE_NOT ? !any : node->kind == NODE_OR ? any : all;
}

#endif
