#include "json_census_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/allowance.h"
#include "base/arena.h"
#include "base/json_memory.h"
#include "base/sanitizer.h"

/* What it may take beyond the estimate; red zones of pieces are as large as some pieces. */
#ifdef UNDER_ASAN
enum { SPARE_SHARE = 1 };
#else
enum { SPARE_SHARE = 4 };
#endif

/* A text made of a start, so many pieces and an end. */
static char *text_of(const char *start, const char *piece, size_t count, const char *end)
{
	size_t piece_bytes = strlen(piece);
	char *text = malloc(strlen(start) + count * piece_bytes + strlen(end) + 1);
	char *at = text;

	assert_non_null(text);
	at = stpcpy(at, start);
	for (size_t i = 0; i < count; i++, at += piece_bytes)
		memcpy(at, piece, piece_bytes);
	strcpy(at, end);
	return text;
}

/* What jansson really takes in an arena. */
static size_t memory_of(const char *text)
{
	struct allowance allowance = { 0 };
	struct arena *arena = arena_create();

	arena_charge(arena, &allowance);
	json_memory_enter(arena);
	assert_non_null(json_loads(text, JSON_DECODE_ANY, NULL));
	json_memory_leave();
	arena_destroy(arena);
	return allowance.most_bytes;
}

static void values_are_counted_and_names_are_not(void **state)
{
	static const char TEXT[] =
		"{ \"a\": [1, -2.5e3, true,null, \"x\\\"y\"], \"b\" :{}, \"c\":[[ ]]}";
	struct json_census census = json_census_of(TEXT, sizeof TEXT - 1);

	(void)state;
	assert_int_equal(census.depth, 3);
	assert_in_range(census.values, 10, 11); /* a name before a blank counts as a value */
}

static void texts_are_not_looked_into(void **state)
{
	static const char TEXT[] = "\"[[{,,:\\\"[[\"";
	struct json_census census = json_census_of(TEXT, sizeof TEXT - 1);

	(void)state;
	assert_int_equal(census.depth, 0);
	assert_int_equal(census.values, 1);
}

static void what_is_no_json_is_counted_all_the_same(void **state)
{
	static const char *const TEXTS[] = { "", "\"", "\"\\", "]]]}", "[[\"", ",,,:" };

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		assert_true(json_census_of(TEXTS[i], strlen(TEXTS[i])).values <= strlen(TEXTS[i]));
}

/* Of members with different names, as jansson keeps one of equal ones. */
static char *members(size_t count)
{
	char *text = malloc(count * 16 + 3);
	char *at = text;

	assert_non_null(text);
	*at++ = '{';
	for (size_t i = 0; i < count; i++)
		at += sprintf(at, "%s\"%zx\":0", i ? "," : "", i);
	memcpy(at, "}", 2);
	return text;
}

/* Whatever a text holds, it is not taken for much less than it takes, and not for more than four times that. */
static void expect_estimate(char *text)
{
	size_t real = memory_of(text);
	size_t estimate = json_census_of(text, strlen(text)).memory_bytes;

	print_message("%zu bytes take %zu, %.1f times as much; estimate %zu\n", strlen(text), real,
	              (double)real / (double)strlen(text), estimate);
	assert_true(real < estimate + estimate / SPARE_SHARE + 300 * 1024);
	assert_true(estimate < 4 * real);
	free(text);
}

static void what_jansson_takes_is_known_before(void **state)
{
	/* start, piece, how many of it, end */
	static const struct {
		const char *start, *piece;
		size_t      count;
		const char *end;
	} TEXTS[] = {
		{ "[0", ",0", 200000, "]" },
		{ "[[]", ",[]", 100000, "]" },
		{ "[{}", ",{}", 100000, "]" },
		{ "[{\"a\":0}", ",{\"a\":0}", 50000, "]" },
		{ "[\"\"", ",\"\"", 100000, "]" },
		{ "[1.5e10", ",1.5e10", 100000, "]" },
		{ "[\"", "x", 8000000, "\"]" },
		{ "[\"", "\\u0041", 1000000, "\"]" },
		{ "[\"x\"", ",\"a text of forty characters, as is common\"", 20000, "]" },
		{ "[0", ",{\"name\":\"size\",\"value\":\"M\"}", 20000, "]" },
		{ "[0", ",{\"id\":\"a2f6a0c8-96c3-4d1d-9b10-31a8ee1a3b3d\",\"typeId\":\"product\"}", 10000, "]" },
		{ "[0", ",[[[[[[[[[[[[]]]]]]]]]]]]", 5000, "]" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		expect_estimate(text_of(TEXTS[i].start, TEXTS[i].piece, TEXTS[i].count, TEXTS[i].end));
	expect_estimate(members(50000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_counted_and_names_are_not),
		cmocka_unit_test(texts_are_not_looked_into),
		cmocka_unit_test(what_is_no_json_is_counted_all_the_same),
		cmocka_unit_test(what_jansson_takes_is_known_before),
	};

	json_memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
