#include "document/stored_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/json_write.h"
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

static bool has_sign(const json_t *json)
{
	char *text = json_dumps(json, JSON_ENCODE_ANY);
	bool has = *text == '-';

	free(text);
	return has;
}

/* Says the text the same here as in jansson, or do both refuse it? Read from memory of just its size. */
static void assert_as_jansson(struct arena *arena, const char *text, size_t bytes)
{
	char *memory = malloc(bytes ? bytes : 1);

	assert_non_null(memory);
	memcpy(memory, text, bytes);
	json_t *json = stored_json_read(arena, memory, bytes);
	json_t *expected = json_loadb(memory, bytes, JSON_DECODE_ANY, NULL);

	free(memory);
	if (!json != !expected || (json && !json_equal(json, expected)))
		fail_msg("%s reads otherwise than in jansson", text);
	if (json_is_number(json))
		assert_int_equal(has_sign(json), has_sign(expected));
	json_decref(json);
	json_decref(expected);
}

static void what_jansson_reads_is_read_and_what_it_refuses_is_refused(void **state)
{
	static const char *const ROWS[] = {
		/* values */
		"null", "true", "false", "nul", "nulll", "True", "truefalse", "x", "", " ", "{}", "[]", " [ ] ", "{ }",
		"\t[\r\n]", "[1,2]", "[1,]", "[,1]", "[1 2]", "[", "]", "[}", "{]", "{\"a\":1}", "{\"a\":1,}", "{,}",
		"{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\" : [ { \"b\" : null } ] }", "[] []", "{}x", "[]\v", "[[[[[[]]]]]]",
		"{\"a\":1,\"a\":2}", "{\"\":1}", "{\"a\":1,\"b\":2,\"a\":[3]}", "{\"a\\u0062\":1,\"ab\":2}", "\"", "\"a",
		"'a'", "[\"a\",\"b\"]", "{1:2}",
		/* numbers */
		"0", "-0", "-", "+1", "00", "01", "-01", "1.", ".5", "-.5", "1.e5", "1e", "1e+", "1e-", "1E5", "1e5",
		"1e+05", "-1e-5", "0.19", "-0.0", "0e0", "-0e5", "1.0", "123456789012345", "1234567890123456.5",
		"0.1234567890123456789", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
		"-9223372036854775809", "99999999999999999999999999", "18446744073709551616", "18446744073709551615.0",
		"1e400", "-1e400", "1e-400", "1e308", "1.7976931348623159e308", "4.9e-324", "1e99999999999999999999",
		"0.000000000000000000000001", "1.5.5", "1-2", "0x10", "NaN", "Infinity", "1a", "0.30000000000000004",
		"2.2250738585072011e-308", "0.00000000000000000000001", "1e 5", "100000000000000000000000.5", "000.5",
		"5e-1", "[0.1,0.2,-7]", "-123", "-12.5",
		/* texts */
		"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\\u00e9\\u20ac\"", "\"\\ud83d\\udc4d\"", "\"\\ud83d\"",
		"\"\\udc4d\"", "\"\\ud83dx\"", "\"\\ud83d\\n\"", "\"\\ud83d\\u0041\"", "\"\\uD83D\\uDC4D\"", "\"\\u0000\"",
		"\"a\\u0000b\"", "{\"\\u0000\":1}", "\"\\u12\"", "\"\\u12g4\"", "\"\\x\"", "\"\\\"", "\"\\", "\"\\u\"",
		"\"\\U0041\"", "\"\\ud83d\\", "\"\n\"", "\"\t\"", "\"\x1f\"", "\"\x7f\"", "\"\xC3\xA9\"", "\"\xC3\"",
		"\"\xC3", "\"\xC0\x80\"", "\"\xED\xA0\x80\"", "\"\xF0\x9F\x91\x8D\"", "\"\xF4\x90\x80\x80\"", "\"\xFF\"",
		"\"\xEF\xBF\xBF\"", "\"\\ufffe\\uffff\"", "\"12345678\xC3\xA9 and 12345678 \\\" more\"",
		"\"01234567\\u00e9\"", "\"\\u00e9\xFF\"", "\"\xC3\\u00e9\"", "{\"\xC3\xA9\":\"\\u00e9\"}", "\xEF\xBB\xBF{}",
		"\"0123456\"", "\"01234567\"", "\"012345678\"",
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_as_jansson(*state, ROWS[i], strlen(ROWS[i]));
	assert_as_jansson(*state, "\"a\0b\"", 5);
	assert_as_jansson(*state, "[1]\0", 4);
	assert_as_jansson(*state, "\0", 1);
}

static void every_prefix_of_a_document_is_refused_or_read_as_jansson_does(void **state)
{
	const char *text =
		"{\"a\\u00e9\":[{\"b\":\"\\\\\\\"\"},-1.5e3,true,null,false,12,0.25],\"c\":{\"d\":"
		"\"\\ud83d\\udc4d \xC3\xA9 0123456789\"},\"e\":[]}";

	for (size_t bytes = 0; bytes <= strlen(text); bytes++)
		assert_as_jansson(*state, text, bytes);
}

static void every_byte_that_is_changed_is_read_as_jansson_does(void **state)
{
	static const char TEXT[] =
		"{\"a\\n\":[{\"b\":\"0123456789\"},-1.5e3,true],\"c\":\"\xC3\xA9\\u00e9\"}";

	for (size_t i = 0; i < sizeof TEXT - 1; i++)
		for (int byte = 0; byte < 256; byte++) {
			char text[sizeof TEXT];

			memcpy(text, TEXT, sizeof TEXT);
			text[i] = (char)(unsigned char)byte;
			assert_as_jansson(*state, text, sizeof TEXT - 1);
		}
}

static void depth_is_bounded_where_jansson_bounds_it(void **state)
{
	enum { MOST = 2048 };
	char text[2 * (MOST + 2) + 1];

	for (size_t depth = MOST - 1; depth <= MOST + 1; depth++) {
		memset(text, '[', depth);
		memset(text + depth, ']', depth);
		assert_as_jansson(*state, text, 2 * depth);
		text[depth] = '1';
		memset(text + depth + 1, ']', depth);
		assert_as_jansson(*state, text, 2 * depth + 1);
	}
	memset(text, '[', sizeof text);
	assert_as_jansson(*state, text, sizeof text);
}

static void what_is_written_is_read_again(void **state)
{
	struct text_buffer text = { .arena = *state };
	json_t *json = json_pack("{s:[i,f,b,n],s:{s:s},s:s}", "a", -7, 0.19, 1, "b\"\x01", "c",
	                         "d\\\xC3\xA9", "e", "");

	json_write(&text, json);
	json_t *again = stored_json_read(*state, text.text, text.bytes);

	assert_true(json_equal(json, again));
	json_decref(again);
	json_decref(json);
}

static void members_stay_in_their_order(void **state)
{
	static const char TEXT[] = "{\"z\":1,\"a\":2,\"m\":{\"y\":3,\"b\":4},\"c\":5}";
	struct text_buffer text = { .arena = *state };
	json_t *json = stored_json_read(*state, TEXT, sizeof TEXT - 1);

	json_write(&text, json);
	assert_string_equal(text.text, TEXT);
	json_decref(json);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_jansson_reads_is_read_and_what_it_refuses_is_refused),
		TEST(every_prefix_of_a_document_is_refused_or_read_as_jansson_does),
		TEST(every_byte_that_is_changed_is_read_as_jansson_does),
		TEST(depth_is_bounded_where_jansson_bounds_it),
		TEST(what_is_written_is_read_again),
		TEST(members_stay_in_their_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
