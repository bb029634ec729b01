#include "document/doc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static json_t *parse(const char *text)
{
	json_t *json = json_loads(text, JSON_DECODE_ANY, NULL);

	assert_non_null(json);
	return json;
}

/* Does the document say this? */
static void assert_doc(const json_t *doc, const char *expected)
{
	json_t *json = parse(expected);

	assert_true(json_equal(doc, json));
	json_decref(json);
}

static int setup(void **state)
{
	*state = parse(
		"{\"text\":\"t\",\"empty\":\"\",\"number\":7,\"yes\":true,\"no\":false,\"nothing\":null,"
		"\"list\":[\"a\",\"b\"],\"object\":{\"x\":1}}");
	return 0;
}

static int teardown(void **state)
{
	json_decref(*state);
	return 0;
}

static void a_member_is_read_by_its_type(void **state)
{
	const json_t *doc = *state;

	assert_string_equal(doc_text(doc, "text"), "t");
	assert_string_equal(doc_text(doc, "empty"), "");
	assert_int_equal(doc_int(doc, "number"), 7);
	assert_true(doc_true(doc, "yes"));
}

static void a_member_of_another_type_reads_as_nothing(void **state)
{
	const json_t *doc = *state;

	assert_null(doc_text(doc, "number"));
	assert_null(doc_text(doc, "nothing"));
	assert_null(doc_text(doc, "absent"));
	assert_null(doc_text(NULL, "text"));
	assert_int_equal(doc_int(doc, "text"), 0);
	assert_int_equal(doc_int(doc, "absent"), 0);
	assert_false(doc_true(doc, "no"));
	assert_false(doc_true(doc, "number"));
}

static void null_counts_as_not_there(void **state)
{
	const json_t *doc = *state;

	assert_true(doc_has(doc, "empty"));
	assert_true(doc_has(doc, "no"));
	assert_false(doc_has(doc, "nothing"));
	assert_false(doc_has(doc, "absent"));
}

static void setting_a_text_says_whether_it_changed(void **state)
{
	json_t *doc = *state;

	assert_false(doc_set_text(doc, "text", "t"));
	assert_true(doc_set_text(doc, "text", "u"));
	assert_string_equal(doc_text(doc, "text"), "u");
	assert_true(doc_set_text(doc, "fresh", "f"));
	assert_string_equal(doc_text(doc, "fresh"), "f");
	assert_true(doc_set_text(doc, "number", "7"));
	assert_string_equal(doc_text(doc, "number"), "7");
}

static void setting_no_text_removes_the_member(void **state)
{
	json_t *doc = *state;

	assert_true(doc_set_text(doc, "text", NULL));
	assert_null(json_object_get(doc, "text"));
	assert_false(doc_set_text(doc, "text", NULL));
	assert_false(doc_set_text(doc, "text", ""));
	assert_true(doc_set_text(doc, "empty", ""));
	assert_null(json_object_get(doc, "empty"));
}

static void setting_a_value_says_whether_it_changed(void **state)
{
	json_t *doc = *state;
	json_t *same = parse("[\"a\",\"b\"]");
	json_t *other = parse("[\"b\",\"a\"]");

	assert_false(doc_set(doc, "list", same));
	assert_true(doc_set(doc, "list", other));
	assert_true(json_object_get(doc, "list") == other);
	assert_true(doc_set(doc, "fresh", same));
	assert_true(doc_set(doc, "list", NULL));
	assert_false(doc_set(doc, "list", NULL));
	assert_null(json_object_get(doc, "list"));
	json_decref(same);
	json_decref(other);
}

static void put_takes_the_value_over(void **state)
{
	json_t *doc = *state;

	doc_put(doc, "text", json_integer(1));
	doc_put(doc, "fresh", json_string("f"));
	assert_int_equal(doc_int(doc, "text"), 1);
	assert_string_equal(doc_text(doc, "fresh"), "f");
}

static void a_list_holds_each_text_once(void **state)
{
	json_t *doc = *state;

	assert_true(doc_list_holds(doc, "list", "b"));
	assert_false(doc_list_holds(doc, "list", "c"));
	assert_false(doc_list_add(doc, "list", "b"));
	assert_true(doc_list_add(doc, "list", "c"));
	assert_doc(json_object_get(doc, "list"), "[\"a\",\"b\",\"c\"]");
}

static void a_missing_list_is_empty_and_is_made_when_needed(void **state)
{
	json_t *doc = *state;

	assert_false(doc_list_holds(doc, "fresh", "a"));
	assert_false(doc_list_remove(doc, "fresh", "a"));
	assert_true(doc_list_add(doc, "fresh", "a"));
	assert_doc(json_object_get(doc, "fresh"), "[\"a\"]");
}

static void removing_keeps_the_order_of_the_rest(void **state)
{
	json_t *doc = *state;

	doc_list_add(doc, "list", "c");
	assert_true(doc_list_remove(doc, "list", "b"));
	assert_false(doc_list_remove(doc, "list", "b"));
	assert_doc(json_object_get(doc, "list"), "[\"a\",\"c\"]");
	assert_true(doc_list_remove(doc, "list", "a"));
	assert_true(doc_list_remove(doc, "list", "c"));
	assert_doc(json_object_get(doc, "list"), "[]");
}

static void find_gives_the_first_object_with_that_member(void **state)
{
	json_t *array =
		parse("[1,{\"key\":2},{\"key\":\"a\",\"n\":1},{\"key\":\"a\",\"n\":2},{\"n\":3}]");
	size_t index = 99;

	(void)state;
	assert_int_equal(doc_int(doc_find(array, "key", "a", &index), "n"), 1);
	assert_int_equal(index, 2);
	assert_non_null(doc_find(array, "key", "a", NULL));
	index = 99;
	assert_null(doc_find(array, "key", "b", &index));
	assert_int_equal(index, 99);
	assert_null(doc_find(NULL, "key", "a", NULL));
	json_decref(array);
}

static void a_text_is_noted_once(void **state)
{
	json_t *set = json_object();

	(void)state;
	assert_true(doc_note(set, "a"));
	assert_true(doc_note(set, ""));
	assert_true(doc_note(set, "b"));
	assert_false(doc_note(set, "a"));
	assert_false(doc_note(set, ""));
	json_decref(set);
}

static void texts_are_collected_at_a_path_each_once(void **state)
{
	json_t *doc = parse(
		"{\"a\":\"x\",\"n\":1,\"list\":[\"p\",\"q\",\"p\",5],"
		"\"b\":{\"c\":{\"d\":\"y\"}},"
		"\"parts\":[{\"c\":{\"d\":\"z\"}},{\"e\":1},{\"c\":{\"d\":\"z\"}},{\"c\":{\"d\":\"w\"}}]}");
	static const char *const PATHS[] = { "a", "b.c.d", "parts.c.d", "list",
		                                 "n", "none",  "a.b",       "b.c" };
	json_t *texts = json_array();

	(void)state;
	for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
		doc_collect_texts(doc, PATHS[i], texts);
	doc_collect_texts(NULL, "a", texts);
	assert_doc(texts, "[\"x\",\"y\",\"z\",\"w\",\"p\",\"q\"]");
	json_decref(texts);
	json_decref(doc);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_member_is_read_by_its_type),
		TEST(a_member_of_another_type_reads_as_nothing),
		TEST(null_counts_as_not_there),
		TEST(setting_a_text_says_whether_it_changed),
		TEST(setting_no_text_removes_the_member),
		TEST(setting_a_value_says_whether_it_changed),
		TEST(put_takes_the_value_over),
		TEST(a_list_holds_each_text_once),
		TEST(a_missing_list_is_empty_and_is_made_when_needed),
		TEST(removing_keeps_the_order_of_the_rest),
		TEST(find_gives_the_first_object_with_that_member),
		TEST(a_text_is_noted_once),
		TEST(texts_are_collected_at_a_path_each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
