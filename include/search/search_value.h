/* Values: those that a search names, and how those of a document compare with them. */
#ifndef SEARCH_SEARCH_VALUE_H
#define SEARCH_SEARCH_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "document/json_reader.h"

struct arena;
struct budget;

/* A value that a search names. A text that can be read as a number, a truth or a time is these too. */
struct search_constant {
	const char *text;
	size_t      bytes;
	const char *folded;
	bool        has_number;
	double      number;
	bool        has_time;
	int64_t     time_ms;
};

/* Between two values; each may be absent. */
struct search_range {
	const struct search_constant *from;
	const struct search_constant *to;
	bool                          excludes_from;
	bool                          excludes_to;
};

/* Reads a text, or any other value that is no list and no object (else NULL); in the arena. */
struct search_constant *search_constant_of_text(struct arena *arena, const char *text);
struct search_constant *search_constant_of_json(struct arena *arena, const json_t *value);

/* Is a value of a document this one? */
bool search_value_equals(struct slice value, const struct search_constant *constant,
                         bool ignores_case);

/* Does the text of a document begin with this one? */
bool search_value_begins(struct arena *arena, struct slice value,
                         const struct search_constant *constant, bool ignores_case);

/* Does the text of a document fit a pattern of `*` and `?`? */
bool search_value_fits(struct arena *arena, struct slice value,
                       const struct search_constant *pattern, bool ignores_case,
                       struct budget *budget);

bool search_value_is_within(struct slice value, const struct search_range *range);

/* A number, or what stands for one: a text that is a number or a time (ms since 1970, or since
 * midnight). False: none. */
bool search_value_number(struct slice value, double *ret_number);

/* Reads a moment, a day or a time of day, in ms since 1970 or since midnight. False: it is none. */
bool search_time_read(const char *text, size_t bytes, int64_t *ret_ms);

/* The text of a value: of a JSON text what it says, of others how they are written; in the arena. */
const char *search_value_text(struct arena *arena, struct slice value);

#endif
