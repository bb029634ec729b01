#include "predicate/predicate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/predicate_customer_fields.h"
#include "../../support/test_base.h"
#include "base/text.h"

/* A kind of document with what customers do not have. */
static const struct field PLACE_ROWS[] = {
	/* name     type             array */
	{ "area",   VALUE_POINT,     true  },
	{ "at",     VALUE_POINT,     false },
	{ "dates",  VALUE_DATE_TIME, true  },
	{ "name",   VALUE_MAP,       false },
	{ "size",   VALUE_NUMBER,    false },
	{ "title",  VALUE_STRING,    false },
	{ "value",  VALUE_ANY,       false },
};
static const struct fields PLACE_FIELDS = { PLACE_ROWS, sizeof PLACE_ROWS / sizeof PLACE_ROWS[0] };

static struct predicate *compile(struct op *op, const char *text, const struct fields *fields)
{
	const struct predicate_source source = {
		.parameter = "where",
		.texts = &text,
		.text_count = 1,
		.fields = fields,
	};

	return predicate_compile(op, &source);
}

/* Does a predicate hold for a place? */
static bool holds(struct op *op, const char *text, const char *document)
{
	struct predicate *predicate = compile(op, text, &PLACE_FIELDS);

	if (!predicate)
		fail_msg("%s: %s", text, op->errors.items[0].message);
	return predicate_matches(predicate, document, strlen(document));
}

/* Forgets the failure and gives its message. */
static const char *refusal(struct op *op, const char *text, const struct fields *fields)
{
	assert_null(compile(op, text, fields));
	assert_int_equal(op->errors.count, 1);
	const char *message = op->errors.items[0].message;

	op->errors = (struct api_errors){ 0 };
	return message;
}

/* -- the budget -- */

/* `{"places":[{"size":0},{"size":1},…]}` */
static const char *many_places(struct op *op, int count)
{
	struct text_buffer text = { .arena = op->arena };

	text_append(&text, "{\"places\":[");
	for (int i = 0; i < count; i++)
		text_appendf(&text, "%s{\"size\":%d}", i ? "," : "", i);
	text_append(&text, "]}");
	return text.text;
}

/* Conditions on elements, joined by `or`, none of which holds. */
static const char *many_conditions(struct op *op, int count)
{
	struct text_buffer text = { .arena = op->arena };

	for (int i = 0; i < count; i++)
		text_appendf(&text, "%splaces(size=%d)", i ? " or " : "", -1 - i);
	return text.text;
}

static void each_condition_spends_for_each_element_it_looks_at(void **state)
{
	enum { ELEMENTS = 200, CONDITIONS = 50 };
	struct op *op = *state;
	const char *document = many_places(op, ELEMENTS);
	struct predicate *predicate = compile(op, many_conditions(op, CONDITIONS), NULL);

	assert_non_null(predicate);
	int64_t before = op->budget.spent;

	assert_false(predicate_matches(predicate, document, strlen(document)));
	assert_true(op->budget.spent - before >= ELEMENTS * CONDITIONS);
}

static void evaluating_ends_with_the_budget(void **state)
{
	enum { ENOUGH = 10000, A_LITTLE_MORE = 2000 };
	struct op *op = *state;
	const char *document = many_places(op, 2000);
	struct predicate *predicate = compile(op, many_conditions(op, 500), NULL);

	assert_non_null(predicate);
	budget_begin(&op->budget, &(struct budget_limits){ .pause_units = ENOUGH });
	(void)predicate_matches(predicate, document, strlen(document));
	assert_int_equal(op->budget.end, BUDGET_PAUSED);
	assert_true(op->budget.spent < ENOUGH + A_LITTLE_MORE);
}

static void compiling_ends_with_the_budget(void **state)
{
	struct op *op = *state;

	budget_begin(&op->budget, &(struct budget_limits){ .pause_units = 1000 });
	assert_null(compile(op, many_conditions(op, 500), NULL));
	assert_int_equal(op->budget.end, BUDGET_PAUSED);
	assert_int_equal(op->errors.count, 1);
}

/* -- evaluating -- */

static void without_a_text_every_document_matches(void **state)
{
	struct predicate *predicate =
		predicate_compile(*state, &(struct predicate_source){ .fields = &PLACE_FIELDS });

	assert_non_null(predicate);
	assert_true(predicate_matches(predicate, "{}", 2));
}

static void stored_escapes_stand_for_their_characters(void **state)
{
	assert_true(holds(*state, "title = \"a\\nb\"", "{\"title\":\"a\\nb\"}"));
	assert_true(holds(*state, "title = \"a/\xF0\x9F\x91\x8D\"",
	                  "{\"title\":\"\\u0061\\/\\uD83D\\uDC4D\"}"));
	assert_true(holds(*state,
	                  "title matches ignore case \"\xC3\x84"
	                  "b\"",
	                  "{\"title\":\"\\u00E4\\u0042\"}"));
	assert_false(holds(*state, "title matches ignore case \"b\"",
	                   "{\"title\":\"\\u0062\\u0062\\u0062\\u0062\\u0062\\u0062\"}"));
	assert_true(holds(*state, "title < \"b\" and title > \"a\"", "{\"title\":\"\\u0061\\u0000\"}"));
	assert_false(holds(*state, "title = \"a\"", "{\"title\":\"a\\u0000\"}"));
}

static void stored_names_may_be_escaped(void **state)
{
	assert_true(holds(*state, "title = \"x\"", "{\"\\u0074itle\":\"x\"}"));
	assert_true(holds(*state, "name(en = \"x\")", "{\"n\\u0061me\":{\"\\u0065\\u006E\":\"x\"}}"));
	assert_false(holds(*state, "title is defined", "{\"titles\":1,\"tit\":2,\"\\\"title\":3}"));
}

static void null_is_absent(void **state)
{
	assert_false(holds(*state, "title is defined", "{\"title\":null}"));
	assert_true(holds(*state, "title != \"x\"", "{\"title\":null}"));
	assert_false(holds(*state, "name(en is not defined)", "{\"name\":null}"));
}

static void what_is_no_json_is_absent(void **state)
{
	static const char *const DOCUMENTS[] = {
		"", "   ", "[]", "x", "{", "{\"title\"", "{\"title\":", "{\"title\":}", "{\"title\":nul}",
		"{\"title\":\"x", "{title:\"x\"}", "{\"title\" \"x\"}", "{\"size\":[[[,\"title\":\"x\"}",
	};

	for (size_t i = 0; i < sizeof DOCUMENTS / sizeof DOCUMENTS[0]; i++) {
		assert_false(holds(*state, "title is defined", DOCUMENTS[i]));
		assert_true(holds(*state, "title is not defined", DOCUMENTS[i]));
	}
	assert_false(holds(*state, "size = 12", "{\"size\":12x}"));
	assert_false(holds(*state, "dates = \"2024\"", "{\"dates\":[\"20x4\",\"2024\\u0000\"]}"));
}

static void a_document_ends_where_it_is_told(void **state)
{
	struct predicate *predicate = compile(*state, "size = 12", &PLACE_FIELDS);

	assert_true(predicate_matches(predicate, "{\"size\":123}", 10));
	assert_false(predicate_matches(predicate, "{\"size\":123}", 11));
	assert_true(predicate_matches(predicate, "{\"size\":12,\"size\":13}", 11));
}

static void values_of_another_kind_than_the_field_do_not_match(void **state)
{
	assert_false(holds(*state, "size = 1", "{\"size\":\"1\"}"));
	assert_false(holds(*state, "size > 0", "{\"size\":{}}"));
	assert_true(holds(*state, "size != 1", "{\"size\":true}"));
	assert_false(holds(*state, "title = \"1\"", "{\"title\":1}"));
	assert_false(holds(*state, "at within circle(0, 0, 1)", "{\"at\":\"Point\"}"));
}

static void a_value_of_any_type_is_what_it_is(void **state)
{
	assert_true(holds(*state, "value = \"red\"", "{\"value\":\"red\"}"));
	assert_true(holds(*state, "value >= 1.5 and value < 2", "{\"value\":1.5}"));
	assert_true(holds(*state, "value = true", "{\"value\":true}"));
	assert_true(
		holds(*state, "value(key = \"s\" and no is not defined)", "{\"value\":{\"key\":\"s\"}}"));
	assert_true(holds(*state, "value contains all (\"a\", \"b\")", "{\"value\":[\"b\",\"a\"]}"));
	assert_true(holds(*state, "value is empty", "{\"value\":[]}"));
	assert_false(holds(*state, "value = \"1\"", "{\"value\":1}"));
	assert_false(holds(*state, "value(key = \"s\")", "{\"value\":\"s\"}"));
	assert_false(holds(*state, "value > 1", "{\"value\":\"2\"}"));
}

static void a_real_matches_the_number_it_was_made_from(void **state)
{
	/* As jansson writes a double that it read from 0.1 and 8.41. */
	assert_true(holds(*state, "size = 0.1", "{\"size\":0.10000000000000001}"));
	assert_true(holds(*state, "size <= 0.1 and size >= 1e-1", "{\"size\":0.10000000000000001}"));
	assert_false(holds(*state, "size > 0.1 or size != 0.1", "{\"size\":0.10000000000000001}"));
	assert_true(holds(*state, "size in (8.4, 8.41)", "{\"size\":8.4100000000000001}"));
	assert_true(holds(*state, "size > 0.10000000000000000", "{\"size\":0.10000000000000003}"));
	assert_false(holds(*state, "size = 9007199254740993", "{\"size\":9007199254740992}"));
}

static void instants_in_an_array_are_compared_one_by_one(void **state)
{
	const char *document =
		"{\"dates\":[\"2024-01-01T00:00:00.000Z\",\"2025-01-01T00:00:00.000Z\"]}";

	assert_true(holds(*state, "dates = \"2024-01-01T01:00+01:00\"", document));
	assert_true(holds(*state, "dates contains all (\"2025\", \"2024\")", document));
	assert_true(holds(*state, "dates > \"2024-06\" and dates < \"2024-06\"", document));
	assert_false(holds(*state, "dates contains any (\"2026\", \"2023\")", document));
}

/* -- points -- */

static const char BERLIN[] = "{\"at\":{\"type\":\"Point\",\"coordinates\":[13.3777,52.51627]},"
							 "\"area\":[{\"type\":\"Point\",\"coordinates\":[0,0]},"
							 "{\"coordinates\":[180.0,0.0],\"type\":\"Point\"}]}";

static void a_point_is_within_a_circle_by_distance(void **state)
{
	assert_true(holds(*state, "at within circle(13.3777, 52.51627, 0)", BERLIN));
	assert_true(holds(*state, "at within circle(13.3777, 52.51627, 1000)", BERLIN));
	/* Hamburg is about 255 km away, Sydney 16 100 km. */
	assert_false(holds(*state, "at within circle(9.99, 53.55, 250000)", BERLIN));
	assert_true(holds(*state, "at within circle(9.99, 53.55, 260000)", BERLIN));
	assert_false(holds(*state, "at within circle(151.21, -33.87, 16000000)", BERLIN));
	assert_true(holds(*state, "at within circle(151.21, -33.87, 16200000)", BERLIN));
	assert_true(holds(*state, "at within circle(-166.6223, -52.51627, 20015115)", BERLIN));
}

static void some_point_of_an_array_is_enough(void **state)
{
	assert_true(holds(*state, "area within circle(-180, 0, 1)", BERLIN));
	assert_false(holds(*state, "area within circle(90, 0, 10007000)", BERLIN));
	assert_true(holds(*state, "area within circle(90, 0, 10008000)", BERLIN));
}

static void what_is_no_point_is_in_no_circle(void **state)
{
	static const char *const DOCUMENTS[] = {
		"{}",
		"{\"at\":[1,2]}",
		"{\"at\":{\"coordinates\":[1,2]}}",
		"{\"at\":{\"type\":\"Polygon\",\"coordinates\":[1,2]}}",
		"{\"at\":{\"type\":\"Point\",\"coordinates\":[1]}}",
		"{\"at\":{\"type\":\"Point\",\"coordinates\":[\"1\",\"2\"]}}",
		"{\"at\":{\"type\":\"Point\",\"coordinates\":1}}",
	};

	for (size_t i = 0; i < sizeof DOCUMENTS / sizeof DOCUMENTS[0]; i++)
		assert_false(holds(*state, "at within circle(1, 2, 1e99)", DOCUMENTS[i]));
}

static void a_point_takes_no_other_operator(void **state)
{
	static const char MESSAGE[] =
		"Malformed parameter: where: The field 'at' does not support this expression.";

	assert_string_equal(refusal(*state, "at = 1", &PLACE_FIELDS), MESSAGE);
	assert_string_equal(refusal(*state, "at(type = \"Point\")", &PLACE_FIELDS), MESSAGE);
	assert_string_equal(refusal(*state, "at in (1)", &PLACE_FIELDS), MESSAGE);
	assert_string_equal(refusal(*state, "at within circle(\"1\", 2, 3)", &PLACE_FIELDS), MESSAGE);
	assert_string_equal(refusal(*state, "at within circle(1, 2, true)", &PLACE_FIELDS), MESSAGE);
	assert_true(holds(*state, "at is defined and area is not empty", BERLIN));
}

/* -- limits -- */

static void expect_too_complex(struct op *op, const char *text)
{
	assert_null(compile(op, text, &CUSTOMER_FIELDS));
	assert_int_equal(op->errors.count, 1);
	assert_int_equal(op->errors.items[0].code, ERROR_QUERY_COMPLEXITY_LIMIT_EXCEEDED);
	op->errors = (struct api_errors){ 0 };
}

static const char *repeat(struct op *op, const char *start, const char *piece, size_t count,
                          const char *end)
{
	struct text_buffer buffer = { .arena = op->arena };

	text_append(&buffer, start);
	for (size_t i = 0; i < count; i++)
		text_append(&buffer, piece);
	text_append(&buffer, end);
	return buffer.text;
}

static void a_long_text_compiles(void **state)
{
	struct op *op = *state;

	assert_non_null(
		compile(op, repeat(op, "version=1", " or version=1", 1150, ""), &CUSTOMER_FIELDS));
	assert_non_null(compile(op, repeat(op, "firstName=\"", "x", 32000, "\""), &CUSTOMER_FIELDS));
	expect_too_complex(op, repeat(op, "firstName=\"", "x", 33000, "\""));
}

static void depth_is_limited_whatever_it_is_made_of(void **state)
{
	struct op *op = *state;

	expect_too_complex(op, repeat(op, "", "(", 10000, "version=7"));
	expect_too_complex(op, repeat(op, "", "not ", 8000, "version=7"));
	expect_too_complex(op, repeat(op, "", "not(", 8000, "version=7"));
	expect_too_complex(op, repeat(op, "custom(fields(", "x(", 9000, "y=1"));
	assert_non_null(
		compile(op, repeat(op, "", "not ", PREDICATE_DEPTH, "version=7"), &CUSTOMER_FIELDS));
}

static void values_are_limited_over_all(void **state)
{
	struct op *op = *state;
	struct predicate_variable variables[PREDICATE_LIST_ITEMS];
	const char *texts[] = {
		repeat(op, "firstName in :v", " or firstName in :v", 19, ""),
		repeat(op, "lastName in :v", " or lastName in :v", 19, ""),
		"version = 7",
	};
	struct predicate_source source = {
		.parameter = "where",
		.texts = texts,
		.text_count = 2,
		.variables = variables,
		.variable_count = PREDICATE_LIST_ITEMS,
		.fields = &CUSTOMER_FIELDS,
	};

	for (size_t i = 0; i < PREDICATE_LIST_ITEMS; i++)
		variables[i] = (struct predicate_variable){ "v", "x" };
	assert_non_null(predicate_compile(op, &source));
	source.text_count = 3;
	assert_null(predicate_compile(op, &source));
	assert_int_equal(op->errors.items[0].code, ERROR_QUERY_COMPLEXITY_LIMIT_EXCEEDED);
}

static void only_utf8_is_accepted(void **state)
{
	const char *text = "title = :x";
	const struct predicate_variable variable = { "x", "\xFF" };
	struct op *op = *state;

	assert_string_equal(refusal(op, "title = \"\xC3\"", &PLACE_FIELDS),
	                    "Malformed parameter: where: It is not valid UTF-8.");
	assert_null(predicate_compile(op, &(struct predicate_source){ "where", &text, 1, &variable, 1,
	                                                              &PLACE_FIELDS }));
	assert_string_equal(op->errors.items[0].message,
	                    "Malformed parameter: var.x: It is not valid UTF-8.");
}

/* -- what a predicate requires -- */

/* What a predicate requires of a path: `a|b`, or "-" for nothing. */
static const char *required(struct op *op, const char *text, const char *path)
{
	struct predicate *predicate = compile(op, text, &CUSTOMER_FIELDS);
	struct text_buffer out = { .arena = op->arena };
	const char *const *values;
	size_t count;

	if (!predicate)
		fail_msg("%s: %s", text, op->errors.items[0].message);
	if (!predicate_requires(predicate, path, &values, &count))
		return "-";
	for (size_t i = 0; i < count; i++)
		text_appendf(&out, i ? "|%s" : "%s", values[i]);
	return out.text;
}

static void an_equation_requires_its_value(void **state)
{
	assert_string_equal(required(*state, "email = \"a\"", "email"), "a");
	assert_string_equal(required(*state, "email in (\"a\", \"b\")", "email"), "a|b");
	assert_string_equal(required(*state, "(version = 1 and (email = \"a\"))", "email"), "a");
	assert_string_equal(required(*state, "shippingAddressIds = \"a\"", "shippingAddressIds"), "a");
	assert_string_equal(required(*state, "authenticationMode = \"Password\"", "authenticationMode"),
	                    "Password");
}

static void nestings_are_looked_into(void **state)
{
	assert_string_equal(required(*state, "stores(key = \"a\")", "stores.key"), "a");
	assert_string_equal(required(*state, "stores(typeId = \"store\" and key in (\"a\"))",
	                             "stores.key"),
	                    "a");
	assert_string_equal(required(*state, "custom(type(id = \"a\"))", "custom.type.id"), "a");
	assert_string_equal(required(*state, "custom(fields(x = \"a\"))", "custom.fields.x"), "a");
	assert_string_equal(required(*state, "stores(key = \"a\")", "stores"), "-");
	assert_string_equal(required(*state, "stores(key = \"a\")", "key"), "-");
	assert_string_equal(required(*state, "key = \"a\"", "stores.key"), "-");
	assert_string_equal(required(*state, "customerGroup(id = \"a\")",
	                             "customerGroupAssignments.id"),
	                    "-");
}

static void the_shortest_list_is_given(void **state)
{
	assert_string_equal(required(*state,
	                             "id in (\"a\",\"b\") and id = \"c\" and id in (\"d\",\"e\")",
	                             "id"),
	                    "c");
}

static void other_conditions_require_nothing(void **state)
{
	static const char *const TEXTS[] = {
		"id = \"a\" or id = \"b\"",
		"not id = \"a\"",
		"not(not(id = \"a\"))",
		"id != \"a\"",
		"id not in (\"a\")",
		"id > \"a\"",
		"id matches ignore case \"a\"",
		"id is defined",
		"version = 1 and (id = \"a\" or version = 2)",
		"not(stores(key = \"a\")) or id = \"a\"",
	};

	for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
		assert_string_equal(required(*state, TEXTS[i], "id"), "-");
	/* Equal in another sense than that of the text. */
	assert_string_equal(required(*state, "createdAt = \"2024\"", "createdAt"), "-");
	assert_string_equal(required(*state, "version = 1", "version"), "-");
	assert_string_equal(required(*state, "custom(fields(x in (\"a\", 1)))", "custom.fields.x"),
	                    "-");
}

static void variables_are_required_as_texts_only(void **state)
{
	const char *text = "id = :x and custom(fields(a = :x and b = :n))";
	const struct predicate_variable variables[] = { { "x", "v" }, { "n", "1" } };
	const struct predicate_source source = { "where", &text, 1, variables, 2, &CUSTOMER_FIELDS };
	struct predicate *predicate = predicate_compile(*state, &source);
	const char *const *values;
	size_t count;

	assert_non_null(predicate);
	assert_true(predicate_requires(predicate, "id", &values, &count));
	assert_int_equal(count, 1);
	assert_string_equal(values[0], "v");
	assert_true(predicate_requires(predicate, "custom.fields.a", &values, &count));
	assert_false(predicate_requires(predicate, "custom.fields.b", &values, &count));
}

static void a_field_is_found_by_its_whole_name(void **state)
{
	(void)state;
	assert_ptr_equal(fields_find(&PLACE_FIELDS, "at", 2), &PLACE_ROWS[1]);
	assert_ptr_equal(fields_find(&PLACE_FIELDS, "atlas", 2), &PLACE_ROWS[1]);
	assert_null(fields_find(&PLACE_FIELDS, "a", 1));
	assert_null(fields_find(&PLACE_FIELDS, "At", 2));
	assert_null(fields_find(&PLACE_FIELDS, "", 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(without_a_text_every_document_matches),
		OP_TEST(stored_escapes_stand_for_their_characters),
		OP_TEST(stored_names_may_be_escaped),
		OP_TEST(null_is_absent),
		OP_TEST(what_is_no_json_is_absent),
		OP_TEST(a_document_ends_where_it_is_told),
		OP_TEST(values_of_another_kind_than_the_field_do_not_match),
		OP_TEST(a_value_of_any_type_is_what_it_is),
		OP_TEST(a_real_matches_the_number_it_was_made_from),
		OP_TEST(instants_in_an_array_are_compared_one_by_one),
		OP_TEST(a_point_is_within_a_circle_by_distance),
		OP_TEST(some_point_of_an_array_is_enough),
		OP_TEST(what_is_no_point_is_in_no_circle),
		OP_TEST(a_point_takes_no_other_operator),
		OP_TEST(a_long_text_compiles),
		OP_TEST(depth_is_limited_whatever_it_is_made_of),
		OP_TEST(values_are_limited_over_all),
		OP_TEST(only_utf8_is_accepted),
		OP_TEST(an_equation_requires_its_value),
		OP_TEST(nestings_are_looked_into),
		OP_TEST(the_shortest_list_is_given),
		OP_TEST(other_conditions_require_nothing),
		OP_TEST(variables_are_required_as_texts_only),
		OP_TEST(each_condition_spends_for_each_element_it_looks_at),
		OP_TEST(evaluating_ends_with_the_budget),
		OP_TEST(compiling_ends_with_the_budget),
		OP_TEST(a_field_is_found_by_its_whole_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
