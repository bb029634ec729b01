#include "base/json_write.h"

#include <float.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/text.h"

static int setup(void **state)
{
	*state = arena_create();
	return 0;
}

static int teardown(void **state)
{
	arena_destroy(*state);
	return 0;
}

static const char *written(struct arena *arena, const json_t *json)
{
	struct text_buffer text = { .arena = arena };

	json_write(&text, json);
	assert_int_equal(text.bytes, strlen(text.text));
	return text.text;
}

static void assert_as_jansson(struct arena *arena, json_t *json, size_t digits)
{
	char *dumped = json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));

	assert_string_equal(written(arena, json), dumped);
	free(dumped);
	json_decref(json);
}

static void each_character_is_written_as_jansson_writes_it(void **state)
{
	for (uint32_t code = 1; code < 0x110000; code += code < 0x900 ? 1 : 0x3F1) {
		char text[TEXT_UTF8_BYTES + 1] = { 0 };

		if (code >= 0xD800 && code <= 0xDFFF)
			continue;
		(void)text_utf8_write(code, text);
		assert_as_jansson(*state, json_string(text), 15);
	}
}

static void marks_are_found_at_each_place_of_a_text(void **state)
{
	static const char MARKS[] = "\"\\\n\x1f\x7f/";

	for (size_t bytes = 0; bytes < 40; bytes++)
		for (size_t at = 0; at < bytes; at++)
			for (const char *mark = MARKS; *mark; mark++) {
				char text[41] = { 0 };

				memset(text, 'x', bytes);
				text[at] = *mark;
				assert_as_jansson(*state, json_pack("{s:s}", text, text), 15);
			}
}

static void a_long_text_of_escapes_only_is_written(void **state)
{
	char text[2001] = { 0 };

	memset(text, '\x01', 2000);
	assert_as_jansson(*state, json_string(text), 15);
}

static void whole_numbers_are_written_as_jansson_writes_them(void **state)
{
	static const json_int_t ROWS[] = { 0,  1,         -1,        9,        10,           -10,
		                               99, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN + 1, INT64_MIN };

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_as_jansson(*state, json_integer(ROWS[i]), 15);
}

static void reals_of_up_to_15_digits_are_written_as_they_came(void **state)
{
	static const double ROWS[] = {
		0.0,    -0.0,   1.0,      -1.0,       0.1,      0.19,    0.070,    100.0,       1e-4,     1.5e-4,
		0.0001, 9e-5,   1e-7,     2.5e-300,   1e9,      999999999.999999, 1e10, 1e15,   1e16,     1.5e20,
		1e300,  4.9e-324, 123456.789, 0.000125, 1e22,    -0.07,    -12345.678,  0.0725,  1234567.1,
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_as_jansson(*state, json_real(ROWS[i]), 15);
	for (int i = -2000; i < 20000; i++)
		assert_as_jansson(*state, json_real(i / 1000.0), 15);
}

static void one_real_that_needs_all_digits_gives_all_to_each(void **state)
{
	assert_as_jansson(*state, json_pack("[f,f]", 0.1, 1.0 / 3), 17);
	assert_as_jansson(*state, json_pack("{s:f,s:[f]}", "a", DBL_MAX, "b", 0.1), 17);
	/* The next doubles after 0.1 and 1e-4. */
	assert_as_jansson(*state, json_pack("[f]", 0.10000000000000002), 17);
	assert_as_jansson(*state, json_pack("[f]", 0.00010000000000000002), 17);
}

static void values_within_values_are_written(void **state)
{
	assert_as_jansson(*state,
	                  json_pack("{s:[],s:{},s:[b,b,n,[[i]]],s:{s:{s:s}}}", "a", "b", "c", 1, 0, 7,
	                                    "d", "e", "f", "\xF0\x9F\x91\x8D \"quoted\""),
	                  15);
	assert_string_equal(written(*state, NULL), "null");
}

static void what_was_there_before_stays(void **state)
{
	struct text_buffer text = { .arena = *state };
	json_t *json = json_pack("[f,f]", 0.5, 1.0 / 3);

	text_append(&text, "x=");
	json_write(&text, json);
	assert_string_equal(text.text, "x=[0.5,0.33333333333333331]");
	json_decref(json);
}

static void members_are_sorted_by_their_bytes(void **state)
{
	struct text_buffer text = { .arena = *state };
	json_t *json =
		json_pack("{s:i,s:i,s:{s:i,s:i},s:i}", "b", 1, "B", 2, "a", "z", 3, "", 4, "ab", 5);

	json_write_sorted(&text, json);
	assert_string_equal(text.text, "{\"B\":2,\"a\":{\"\":4,\"z\":3},\"ab\":5,\"b\":1}");
	json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(each_character_is_written_as_jansson_writes_it),
		TEST(marks_are_found_at_each_place_of_a_text),
		TEST(a_long_text_of_escapes_only_is_written),
		TEST(whole_numbers_are_written_as_jansson_writes_them),
		TEST(reals_of_up_to_15_digits_are_written_as_they_came),
		TEST(one_real_that_needs_all_digits_gives_all_to_each),
		TEST(values_within_values_are_written),
		TEST(what_was_there_before_stays),
		TEST(members_are_sorted_by_their_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
