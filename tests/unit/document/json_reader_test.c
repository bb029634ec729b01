#include "document/json_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A document in memory that ends where the text does, so that reading past it is found. */
static struct slice exact(char **ret_memory, const char *text)
{
	size_t bytes = strlen(text);

	*ret_memory = malloc(bytes ? bytes : 1);
	assert_non_null(*ret_memory);
	memcpy(*ret_memory, text, bytes);
	return slice_document(*ret_memory, bytes);
}

/* Is what a walk finds `name=value;…`, or `value;…` for an array? */
static void check_walk(const char *text, const char *expected)
{
	char found[256] = "";
	char *memory;
	struct slice document = exact(&memory, text);
	struct slice name, value;
	enum slice_kind kind = slice_kind(document);

	if (kind == SLICE_OBJECT || kind == SLICE_ARRAY) {
		struct slice_walk walk = slice_enter(document);

		while (kind == SLICE_OBJECT ? slice_next_member(&walk, &name, &value)
		                            : slice_next_item(&walk, &value)) {
			size_t at = strlen(found);

			if (kind == SLICE_OBJECT)
				at += (size_t)snprintf(found + at, sizeof found - at, "%.*s=",
				                       (int)(name.end - name.start), name.start);
			snprintf(found + at, sizeof found - at, "%.*s;", (int)(value.end - value.start),
			         value.start);
		}
	}
	assert_string_equal(found, expected);
	free(memory);
}

static void objects_and_arrays_are_walked(void **state)
{
	(void)state;
	check_walk("{}", "");
	check_walk("[]", "");
	check_walk("{\"a\":1,\"b\":\"x\",\"c\":null}", "a=1;b=\"x\";c=null;");
	check_walk("[1,\"x\",true,-2.5e3]", "1;\"x\";true;-2.5e3;");
	check_walk(" \n{ \"a\" :\t1 , \"b\" : [ 1 , 2 ] } ", "a=1;b=[ 1 , 2 ];");
}

static void what_is_inside_of_a_value_is_skipped(void **state)
{
	(void)state;
	check_walk("{\"a\":{\"b\":{\"c\":[1]}},\"d\":2}", "a={\"b\":{\"c\":[1]}};d=2;");
	check_walk("[\"a]}\\\"]\",[\"[\"],{\"}\":\"\\\\\"},1]",
	           "\"a]}\\\"]\";[\"[\"];{\"}\":\"\\\\\"};1;");
	check_walk("{\"a\\\"b\":\"\\\\\\\\\",\"c\":1}", "a\\\"b=\"\\\\\\\\\";c=1;");
}

static void garbage_ends_a_walk(void **state)
{
	(void)state;
	check_walk("", "");
	check_walk("{", "");
	check_walk("{\"a", "");
	check_walk("{\"a\"", "");
	check_walk("{\"a\":", "");
	check_walk("{\"a\":1", "a=1;");
	check_walk("{\"a\":1,", "a=1;");
	check_walk("{\"a\":1 \"b\":2}", "a=1;");
	check_walk("{\"a\":1,b:2}", "a=1;");
	check_walk("{\"a\":{\"b\":1,\"c\":2", "");
	check_walk("{\"a\":\"x\\\"}", "");
	check_walk("{,}", "");
	check_walk("[1,,2]", "1;");
	check_walk("[[[[", "");
	check_walk("[\"\\", "");
	check_walk("]", "");
}

static void every_prefix_of_a_document_is_read_safely(void **state)
{
	const char *text =
		"{\"a\\u00e9\":[{\"b\":\"\\\\\\\"\"},-1.5e3,true,null],\"c\":{\"d\":\"\\ud83d\\udc4d\"}}";

	(void)state;
	for (size_t bytes = 0; bytes <= strlen(text); bytes++) {
		char *memory = malloc(bytes ? bytes : 1);
		struct slice name, value;
		int order;

		assert_non_null(memory);
		memcpy(memory, text, bytes);
		struct slice document = slice_document(memory, bytes);

		if (slice_kind(document) == SLICE_OBJECT) {
			struct slice_walk walk = slice_enter(document);

			while (slice_next_member(&walk, &name, &value))
				(void)slice_compare(name, "a\xC3\xA9", 3, &order);
		}
		(void)slice_compare((struct slice){ memory, memory + bytes }, text, strlen(text), &order);
		free(memory);
	}
}

static void values_are_told_apart(void **state)
{
	static const struct {
		const char     *text;
		enum slice_kind kind;
	} ROWS[] = {
		{ "\"x\"", SLICE_TEXT },  { "1", SLICE_NUMBER },     { "-1", SLICE_NUMBER }, { "true", SLICE_TRUE },
		{ "false", SLICE_FALSE }, { "{}", SLICE_OBJECT },    { "[]", SLICE_ARRAY },  { "null", SLICE_ABSENT },
		{ "tru", SLICE_ABSENT },  { "falsey", SLICE_ABSENT }, { "", SLICE_ABSENT },  { "x", SLICE_ABSENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		char *memory;

		assert_int_equal(slice_kind(exact(&memory, ROWS[i].text)), ROWS[i].kind);
		free(memory);
	}
	assert_int_equal(slice_kind((struct slice){ NULL, NULL }), SLICE_ABSENT);
}

static bool equals(const char *raw, const char *text)
{
	char *memory;
	struct slice slice = exact(&memory, raw);
	bool equal = slice_equals(slice, text, strlen(text));

	free(memory);
	return equal;
}

static void texts_are_equal_once_their_escapes_are_decoded(void **state)
{
	(void)state;
	assert_true(equals("", ""));
	assert_true(equals("Zo\xC3\xAB", "Zo\xC3\xAB"));
	assert_true(equals("Zo\\u00eB", "Zo\xC3\xAB"));
	assert_true(equals("\\u0041\\u0042", "AB"));
	assert_true(equals("\\\"\\\\\\/\\b\\f\\n\\r\\t", "\"\\/\b\f\n\r\t"));
	assert_true(equals("\\ud83d\\udc4d", "\xF0\x9F\x91\x8D"));
	assert_false(equals("a\\n", "a\\n")); /* the same bytes, but one of them is an escape */
	assert_false(equals("ab", "abc"));
	assert_false(equals("abc", "ab"));
	assert_false(equals("a\\u0062c", "ab"));
}

static void a_broken_escape_equals_nothing(void **state)
{
	(void)state;
	assert_false(equals("\\", ""));
	assert_false(equals("a\\q", "a"));
	assert_false(equals("a\\u12", "a"));
	assert_false(equals("a\\ud83d", "a"));
	assert_false(equals("a\\udc4d", "a"));
	assert_false(equals("a\\ud83d\\n", "a"));
	assert_false(equals("a\\ud83d\\u0041", "a"));
}

static void texts_are_in_the_order_of_utf16(void **state)
{
	static const char *const ORDER[] = {
		"", "A", "AB", "B", "a", "\xC3\xAB", "\xED\x9F\xBF", "\xF0\x90\x80\x80", "\xF0\x9F\x91\x8D",
		"\xF4\x8F\xBF\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF",
	};
	static const char *const ESCAPED[] = {
		"", "\\u0041", "A\\u0042", "\\u0042", "\\u0061", "\\u00eb", "\\ud7ff", "\\ud800\\udc00",
		"\\ud83d\\udc4d", "\\udbff\\udfff", "\\ue000", "\\uffff",
	};
	const size_t count = sizeof ORDER / sizeof ORDER[0];

	(void)state;
	for (size_t i = 0; i < count; i++) {
		for (size_t j = 0; j < count; j++) {
			const struct slice plain = { ORDER[i], ORDER[i] + strlen(ORDER[i]) };
			const struct slice escaped = { ESCAPED[i], ESCAPED[i] + strlen(ESCAPED[i]) };
			int order;

			assert_true(slice_compare(plain, ORDER[j], strlen(ORDER[j]), &order));
			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
			assert_true(slice_compare(escaped, ORDER[j], strlen(ORDER[j]), &order));
			assert_int_equal((order > 0) - (order < 0), (i > j) - (i < j));
		}
	}
}

static void a_text_is_decoded_into_the_room_there_is(void **state)
{
	const char *raw = "a\\u20acb";
	const struct slice slice = { raw, raw + strlen(raw) };
	char out[8];
	size_t bytes;

	(void)state;
	assert_true(slice_decode(slice, out, 5, &bytes));
	assert_int_equal(bytes, 5);
	assert_memory_equal(out, "a\xE2\x82\xAC" "b", 5);
	assert_false(slice_decode(slice, out, 4, &bytes));
	assert_false(slice_decode((struct slice){ raw, raw + 4 }, out, sizeof out, &bytes));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_and_arrays_are_walked),
		cmocka_unit_test(what_is_inside_of_a_value_is_skipped),
		cmocka_unit_test(garbage_ends_a_walk),
		cmocka_unit_test(every_prefix_of_a_document_is_read_safely),
		cmocka_unit_test(values_are_told_apart),
		cmocka_unit_test(texts_are_equal_once_their_escapes_are_decoded),
		cmocka_unit_test(a_broken_escape_equals_nothing),
		cmocka_unit_test(texts_are_in_the_order_of_utf16),
		cmocka_unit_test(a_text_is_decoded_into_the_room_there_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
