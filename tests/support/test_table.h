/* Tables of tests/cases/prices: calling a test for each row, and comparing with what the row says.
 * To be included behind cmocka.h. */
#ifndef SUPPORT_TEST_TABLE_H
#define SUPPORT_TEST_TABLE_H

#include <string.h>

#include "document/doc.h"
#include "test_base.h"

typedef void row_fn(struct op *op, const json_t *row);

/* Calls a function for each row of a table, with no errors recorded. */
static inline void for_each_row(struct op *op, const char *table, row_fn *run)
{
	const char *path = arena_printf(op->arena, "%s/prices/%s.json", TEST_CASES, table);
	json_error_t error = { 0 };
	const json_t *rows = keep(op, json_load_file(path, 0, &error));

	if (json_array_size(rows) == 0)
		fail_msg("%s: line %d: %s", path, error.line, error.text);
	for (size_t i = 0; i < json_array_size(rows); i++) {
		op->errors = (struct api_errors){ 0 };
		run(op, json_array_get(rows, i));
	}
}

/* The element of an array as an integer. */
static inline int64_t int_at(const json_t *array, size_t index)
{
	return json_integer_value(json_array_get(array, index));
}

/* The integers of an array, in the arena. */
static inline int64_t *ints_of(struct op *op, const json_t *array)
{
	int64_t *ints = arena_alloc(op->arena, (json_array_size(array) + 1) * sizeof *ints);

	for (size_t i = 0; i < json_array_size(array); i++)
		ints[i] = int_at(array, i);
	return ints;
}

static inline void check_int(struct op *op, const json_t *row, const char *what, int64_t actual,
                             int64_t expected)
{
	if (actual != expected)
		fail_msg("%s is %lld, not %lld: %s", what, (long long)actual, (long long)expected,
		         json_text(op, row));
}

static inline void check_json(struct op *op, const json_t *row, const char *what,
                              const json_t *actual, const json_t *expected)
{
	if (!json_equal(actual, expected))
		fail_msg("%s is %s, not %s: %s", what, json_text(op, actual), json_text(op, expected),
		         json_text(op, row));
}

/* Does the row expect an overflow instead of a result? Then it must have been recorded. */
static inline void check_overflow(struct op *op, const json_t *row, bool fits,
                                  const json_t *expected)
{
	bool is_overflow = json_is_string(expected);

	if (fits == is_overflow)
		fail_msg("%s: %s", fits ? "it fits" : "it does not fit", json_text(op, row));
	if (is_overflow) {
		assert_int_equal(op->errors.count, 1);
		assert_int_equal(op->errors.items[0].code, ERROR_MONEY_OVERFLOW);
	}
	op->errors = (struct api_errors){ 0 };
}

/* A generator with a seed of its own (xorshift64*), for tests of properties: below `limit`. */
static inline uint64_t draw(uint64_t *seed, uint64_t limit)
{
	*seed ^= *seed >> 12;
	*seed ^= *seed << 25;
	*seed ^= *seed >> 27;
	return (*seed * UINT64_C(2685821657736338717) >> 11) % limit;
}

#endif
