#include "predicate/sort.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/test_base.h"
#include "predicate/fields.h"

static const struct field ROWS[] = {
	{ "version",        VALUE_NUMBER },
	{ "name",           VALUE_MAP },
	{ "email",          VALUE_STRING },
	{ "lowercaseEmail", VALUE_STRING, .folded_from = "email" },
	{ "addresses",      VALUE_MAP, true },
	{ "custom",         VALUE_MAP },
};
static const struct fields FIELDS_OF_TEST = { ROWS, sizeof ROWS / sizeof *ROWS };

static struct sort sort_of(struct op *op, const char *key)
{
	struct sort sort;

	assert_true(sort_compile(op, &key, 1, &FIELDS_OF_TEST, &sort));
	return sort;
}

/* How two documents compare under one key. */
static int compare(struct op *op, const char *key, const char *a, const char *b)
{
	const struct sort sort = sort_of(op, key);
	int order = sort_compare(&sort, sort_values(op->arena, &sort, a, strlen(a)),
	                         sort_values(op->arena, &sort, b, strlen(b)));

	return (order > 0) - (order < 0);
}

static void values_are_ordered_by_what_they_are(void **state)
{
	static const struct { const char *key, *a, *b; int order; } CASES[] = {
		{ "version",             "{\"version\":9}",                   "{\"version\":10}",                   -1 },
		{ "version desc",        "{\"version\":9}",                   "{\"version\":10}",                    1 },
		{ "version",             "{\"version\":1250}",                "{\"version\":1.25e3}",                0 },
		{ "version",             "{\"version\":-0.5}",                "{\"version\":-0.25}",                -1 },
		{ "version",             "{\"version\":9007199254740993}",    "{\"version\":9007199254740992}",      1 },
		{ "email",               "{\"email\":\"10\"}",                "{\"email\":\"9\"}",                  -1 },
		{ "email",               "{\"email\":\"Z\"}",                 "{\"email\":\"a\"}",                  -1 },
		{ "email",               "{\"email\":\"a\"}",                 "{\"email\":\"a\\u0001\"}",           -1 },
		{ "email",               "{\"email\":\"\\u0041\"}",           "{\"email\":\"A\"}",                   0 },
		{ "email",               "{\"email\":\"\xF0\x9F\x91\x8D\"}",  "{\"email\":\"\xEF\xBF\xBD\"}",       -1 },
		{ "lowercaseEmail",      "{\"email\":\"B\"}",                 "{\"email\":\"a\"}",                   1 },
		{ "email",               "{}",                                "{\"email\":\"\"}",                   -1 },
		{ "email desc",          "{}",                                "{\"email\":\"\"}",                    1 },
		{ "email",               "{\"email\":null}",                  "{}",                                  0 },
		{ "name.en",             "{\"name\":{\"en\":\"b\"}}",         "{\"name\":{\"en\":\"a\",\"de\":\"c\"}}", 1 },
		{ "name.en",             "{\"name\":\"b\"}",                  "{}",                                  0 },
		{ "custom.fields.p",     "{\"custom\":{\"fields\":{\"p\":true}}}",
		                         "{\"custom\":{\"fields\":{\"p\":false}}}", 1 },
		{ "addresses.city",      "{\"addresses\":[{\"city\":\"c\"},{\"city\":\"a\"}]}",
		                         "{\"addresses\":[{\"city\":\"b\"}]}", -1 },
		{ "addresses.city desc", "{\"addresses\":[{\"city\":\"c\"},{\"city\":\"a\"}]}",
		                         "{\"addresses\":[{\"city\":\"b\"}]}", -1 },
		{ "addresses.city",      "{\"addresses\":[]}",                "{\"addresses\":[{}]}",                0 },
	};
	struct op *op = *state;

	for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++)
		if (compare(op, CASES[i].key, CASES[i].a, CASES[i].b) != CASES[i].order ||
		    compare(op, CASES[i].key, CASES[i].b, CASES[i].a) != -CASES[i].order)
			fail_msg("%s: %s and %s", CASES[i].key, CASES[i].a, CASES[i].b);
}

static void a_later_key_decides_where_the_first_does_not(void **state)
{
	static const char *const KEYS[] = { "version", "email desc" };
	struct op *op = *state;
	struct sort sort;

	assert_true(sort_compile(op, KEYS, 2, &FIELDS_OF_TEST, &sort));
	const char *const documents[] = { "{\"version\":1,\"email\":\"b\"}",
		                              "{\"version\":1,\"email\":\"a\"}",
		                              "{\"version\":2,\"email\":\"c\"}" };

	for (size_t i = 0; i + 1 < 3; i++)
		assert_true(sort_compare(&sort,
		                         sort_values(op->arena, &sort, documents[i], strlen(documents[i])),
		                         sort_values(op->arena, &sort, documents[i + 1],
		                                     strlen(documents[i + 1]))) < 0);
}

static void an_unknown_field_is_told_with_those_there_are(void **state)
{
	struct op *op = *state;
	const char *key = "nickName.x desc";
	struct sort sort;

	assert_false(sort_compile(op, &key, 1, &FIELDS_OF_TEST, &sort));
	assert_string_equal(
		op->errors.items[0].message,
		"Malformed parameter: sort: Invalid query field 'nickName' in sort path. Sortable "
		"fields are: `addresses`, `custom`, `email`, `lowercaseEmail`, `name`, `version`.");
}

static void a_malformed_key_is_refused(void **state)
{
	static const char *const KEYS[] = {
		"", " ", ".", "email.", ".email", "a..b", "email up", "email asc desc", "email,version"
	};
	struct op *op = *state;
	struct sort sort;

	for (size_t i = 0; i < sizeof KEYS / sizeof *KEYS; i++) {
		op->errors.count = 0;
		if (sort_compile(op, &KEYS[i], 1, &FIELDS_OF_TEST, &sort))
			fail_msg("'%s'", KEYS[i]);
		assert_non_null(strstr(op->errors.items[0].message, "Malformed parameter: sort: "));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(values_are_ordered_by_what_they_are),
		OP_TEST(a_later_key_decides_where_the_first_does_not),
		OP_TEST(an_unknown_field_is_told_with_those_there_are),
		OP_TEST(a_malformed_key_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
