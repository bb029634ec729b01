#include "search/search_value.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/text.h"
#include "base/timestamp.h"

enum {
	NUMBER_BYTES = 64, /* longer ones are none */
	PLAIN_BYTES = 15,
	TIME_BYTES = 40,
	DAY_MS = 86400000,
};

/* -- numbers -- */

/* Up to 15 characters without an exponent: exact in a double, and by far the most. False: read it with
 * strtod(). */
static bool read_plain_number(const char *text, size_t bytes, double *ret_number)
{
	static const double POWERS[PLAIN_BYTES] = { 1e0, 1e1, 1e2, 1e3,  1e4,  1e5,  1e6, 1e7,
		                                        1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14 };
	bool is_negative = bytes > 0 && *text == '-';
	int64_t digits = 0;
	size_t fraction = 0;
	bool has_point = false;
	if (bytes > PLAIN_BYTES)
		return false;
	for (size_t i = is_negative; i < bytes; i++) {
		if (text[i] == '.' && !has_point && i > is_negative) {
			has_point = true;
		} else if (text[i] >= '0' && text[i] <= '9') {
			digits = digits * 10 + (text[i] - '0');
			fraction += has_point;
		} else {
			return false;
		}
	}
	if (bytes == is_negative || (has_point && fraction == 0))
		return false;
	*ret_number = (double)(is_negative ? -digits : digits) / POWERS[fraction];
	return true;
}

static bool read_number(const char *text, size_t bytes, double *ret_number)
{
	char copy[NUMBER_BYTES];
	char *end;

	if (read_plain_number(text, bytes, ret_number))
		return true;
	if (bytes == 0 || bytes >= sizeof copy ||
	    (!isdigit((unsigned char)*text) && *text != '-' && *text != '.'))
		return false;
	memcpy(copy, text, bytes);
	copy[bytes] = '\0';
	if (strspn(copy, "+-.eE0123456789") != bytes)
		return false;
	*ret_number = strtod(copy, &end);
	return *end == '\0';
}

/* -- times -- */

/* HH:mm:ss.SSS */
static bool read_time_of_day(const char *text, int64_t *ret_ms)
{
	char normal[DATE_TEXT_BYTES];
	int hours, minutes, seconds, thousandths;

	if (!time_normalize(text, normal) ||
	    sscanf(normal, "%2d:%2d:%2d.%3d", &hours, &minutes, &seconds, &thousandths) != 4)
		return false;
	*ret_ms = (((int64_t)hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths;
	return *ret_ms < DAY_MS;
}

bool search_time_read(const char *text, size_t bytes, int64_t *ret_ms)
{
	char copy[TIME_BYTES];

	/* 12:00, 2024-01-01, 2024-1-1T12:00Z: nothing else begins like that. */
	if (bytes < 5 || bytes >= sizeof copy || !isdigit((unsigned char)*text))
		return false;
	memcpy(copy, text, bytes);
	copy[bytes] = '\0';
	if (copy[1] == ':' || copy[2] == ':')
		return read_time_of_day(copy, ret_ms);
	return (copy[4] == '-' || copy[0] == '+') && timestamp_parse(copy, ret_ms);
}

/* -- what a search names -- */

struct search_constant *search_constant_of_text(struct arena *arena, const char *text)
{
	struct search_constant *constant = arena_alloc(arena, sizeof *constant);

	constant->text = text;
	constant->bytes = strlen(text);
	constant->folded = text_fold_case(arena, text);
	constant->has_number = read_number(text, constant->bytes, &constant->number);
	constant->has_time = search_time_read(text, constant->bytes, &constant->time_ms);
	return constant;
}

struct search_constant *search_constant_of_json(struct arena *arena, const json_t *value)
{
	struct search_constant *constant;

	switch (json_typeof(value)) {
	case JSON_STRING: return search_constant_of_text(arena, json_string_value(value));
	case JSON_TRUE: return search_constant_of_text(arena, "true");
	case JSON_FALSE: return search_constant_of_text(arena, "false");
	case JSON_INTEGER:
	case JSON_REAL:
		constant =
			search_constant_of_text(arena, arena_printf(arena, "%.17g", json_number_value(value)));
		constant->has_number = true;
		constant->number = json_number_value(value);
		return constant;
	default: return NULL;
	}
}

/* -- texts -- */

const char *search_value_text(struct arena *arena, struct slice value)
{
	size_t bytes = (size_t)(value.end - value.start);
	size_t decoded;

	if (slice_kind(value) != SLICE_TEXT)
		return arena_strndup(arena, value.start, bytes);
	struct slice raw = slice_inside(value);
	char *text = arena_take(arena, bytes);

	if (!slice_decode(raw, text, bytes - 2, &decoded))
		decoded = 0;
	text[decoded] = '\0';
	return text;
}

static bool equals_folded(struct slice raw, const struct search_constant *constant)
{
	size_t bytes = (size_t)(raw.end - raw.start);

	/* What has an escape in it is rare, and no word. */
	return !memchr(raw.start, '\\', bytes) &&
	       text_equal_folded(raw.start, bytes, constant->folded);
}

static bool text_equals(struct slice value, const struct search_constant *constant,
                        bool ignores_case)
{
	struct slice raw = slice_inside(value);
	int64_t time_ms;

	if (slice_equals(raw, constant->text, constant->bytes))
		return true;
	if (constant->has_time &&
	    search_time_read(raw.start, (size_t)(raw.end - raw.start), &time_ms))
		return time_ms == constant->time_ms;
	return ignores_case && equals_folded(raw, constant);
}

bool search_value_equals(struct slice value, const struct search_constant *constant,
                         bool ignores_case)
{
	double number;

	switch (slice_kind(value)) {
	case SLICE_TEXT: return text_equals(value, constant, ignores_case);
	case SLICE_TRUE: return strcmp(constant->text, "true") == 0;
	case SLICE_FALSE: return strcmp(constant->text, "false") == 0;
	case SLICE_NUMBER:
		return constant->has_number &&
		       read_number(value.start, (size_t)(value.end - value.start), &number) &&
		       number == constant->number;
	default: return false;
	}
}

bool search_value_begins(struct arena *arena, struct slice value,
                         const struct search_constant *constant, bool ignores_case)
{
	if (slice_kind(value) != SLICE_TEXT)
		return false;
	const char *text = search_value_text(arena, value);

	return ignores_case ? strncmp(text_fold_case(arena, text), constant->folded,
	                              strlen(constant->folded)) == 0
	                    : strncmp(text, constant->text, constant->bytes) == 0;
}

/* One character on, in UTF-8. */
static const char *next_character(const char *text)
{
	do
		text++;
	while (((unsigned char)*text & 0xC0) == 0x80);
	return text;
}

/* Goes back to the last `*` only, so it takes at most the product of both lengths. */
static bool fits(const char *text, const char *pattern, struct budget *budget)
{
	enum { LETTERS_PER_UNIT = 4 };
	const char *star = NULL;
	const char *resume = NULL;

	for (uint64_t i = 1; *text; i++) {
		if (i % LETTERS_PER_UNIT == 0 && !budget_spend(budget, STEP_UNITS))
			return false;
		if (*pattern == '*') {
			star = ++pattern;
			resume = text;
		} else if (*pattern == '?') {
			pattern++;
			text = next_character(text);
		} else if (*pattern == *text) {
			pattern++;
			text++;
		} else if (star) {
			pattern = star;
			resume = next_character(resume);
			text = resume;
		} else {
			return false;
		}
	}
	while (*pattern == '*')
		pattern++;
	return *pattern == '\0';
}

bool search_value_fits(struct arena *arena, struct slice value,
                       const struct search_constant *pattern, bool ignores_case,
                       struct budget *budget)
{
	if (slice_kind(value) != SLICE_TEXT)
		return false;
	const char *text = search_value_text(arena, value);

	return ignores_case ? fits(text_fold_case(arena, text), pattern->folded, budget)
	                    : fits(text, pattern->text, budget);
}

/* -- order -- */

bool search_value_number(struct slice value, double *ret_number)
{
	struct slice raw = slice_kind(value) == SLICE_TEXT ? slice_inside(value) : value;
	size_t bytes = raw.start ? (size_t)(raw.end - raw.start) : 0;
	int64_t time_ms;

	switch (slice_kind(value)) {
	case SLICE_NUMBER: return read_number(raw.start, bytes, ret_number);
	case SLICE_TEXT:
		if (search_time_read(raw.start, bytes, &time_ms)) {
			*ret_number = (double)time_ms;
			return true;
		}
		return read_number(raw.start, bytes, ret_number);
	default: return false;
	}
}

/* How a value compares with a constant; *ret_order is less than, equal to or greater than 0. False: they
 * are of different kinds. */
static bool compare(struct slice value, const struct search_constant *constant, int *ret_order)
{
	struct slice raw;
	double number;
	int64_t time_ms;

	switch (slice_kind(value)) {
	case SLICE_NUMBER:
		if (!constant->has_number || !search_value_number(value, &number))
			return false;
		*ret_order = (number > constant->number) - (number < constant->number);
		return true;
	case SLICE_TEXT:
		raw = slice_inside(value);
		if (constant->has_time &&
		    search_time_read(raw.start, (size_t)(raw.end - raw.start), &time_ms)) {
			*ret_order = (time_ms > constant->time_ms) - (time_ms < constant->time_ms);
			return true;
		}
		return slice_compare(raw, constant->text, constant->bytes, ret_order);
	default: return false;
	}
}

bool search_value_is_within(struct slice value, const struct search_range *range)
{
	int order;

	if (range->from && (!compare(value, range->from, &order) || order < 0 ||
	                    (order == 0 && range->excludes_from)))
		return false;
	if (range->to &&
	    (!compare(value, range->to, &order) || order > 0 || (order == 0 && range->excludes_to)))
		return false;
	return range->from || range->to || slice_kind(value) == SLICE_TEXT ||
	       slice_kind(value) == SLICE_NUMBER;
}
