#include "kind/custom_fields.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "kind/type.h"
#include "resource/save.h"
#include "../../support/test_domain.h"

static const char LOYALTY[] =
	"{\"key\":\"loyalty\",\"name\":{\"en\":\"x\"},\"resourceTypeIds\":[\"customer\",\"line-item\"],"
	"\"fieldDefinitions\":["
	"{\"name\":\"points\",\"label\":{},\"required\":true,\"type\":{\"name\":\"Number\"}},"
	"{\"name\":\"tags\",\"label\":{},\"required\":false,"
	"\"type\":{\"name\":\"Set\",\"elementType\":{\"name\":\"String\"}}},"
	"{\"name\":\"day\",\"label\":{},\"required\":false,\"type\":{\"name\":\"Date\"}},"
	"{\"name\":\"friend\",\"label\":{},\"required\":false,"
	"\"type\":{\"name\":\"Reference\",\"referenceTypeId\":\"customer\"}},"
	"{\"name\":\"text\",\"label\":{},\"required\":false,\"type\":{\"name\":\"LocalizedString\"}},"
	"{\"name\":\"budget\",\"label\":{},\"required\":false,\"type\":{\"name\":\"Money\"}}]}";

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

static struct resource *make_type(struct op *op, const char *draft)
{
	struct resource *type =
		kind_start(op, &TYPE_KIND, test_decode(op, &TYPE_DRAFT, draft), NULL);

	assert_non_null(type);
	assert_true(resource_save(op, type));
	return type;
}

static int setup(void **state)
{
	if (test_domain_setup(state) != 0)
		return -1;
	make_type(op_of(state), LOYALTY);
	return 0;
}

static json_t *parse(struct op *op, const char *text)
{
	json_t *json = keep(op, json_loads(text, JSON_DECODE_ANY, NULL));

	assert_non_null(json);
	return json;
}

/* Gives a holder the type `loyalty` with these fields. */
static bool set_type(struct op *op, json_t *holder, const char *fields,
                     struct custom_change *change)
{
	static const struct identifier TYPE = { .key = "loyalty" };
	const struct custom_draft draft = { &TYPE, fields ? parse(op, fields) : NULL };

	return custom_set_type(op, holder, "line-item", &draft, change);
}

static bool set_field(struct op *op, json_t *holder, const char *name, const char *value,
                      struct custom_change *change)
{
	const struct custom_field_input input = { name, value ? parse(op, value) : NULL };

	return custom_set_field(op, holder, &input, change);
}

static const char *fields_of(struct op *op, const json_t *holder)
{
	return json_text(op, json_object_get(json_object_get(holder, "custom"), "fields"));
}

/* -- types -- */

static void any_object_may_have_custom_fields(void **state)
{
	struct op *op = op_of(state);
	json_t *item = parse(op, "{\"quantity\":2}");
	struct custom_change change;

	assert_true(set_type(op, item, "{\"points\":1}", &change));
	assert_int_equal(change.event, CUSTOM_TYPE_SET);
	assert_null(change.previous_type_id);
	assert_string_equal(fields_of(op, item), "{\"points\":1}");
	assert_int_equal(doc_int(item, "quantity"), 2);
}

static void the_same_type_with_the_same_fields_is_no_change(void **state)
{
	struct op *op = op_of(state);
	json_t *item = parse(op, "{}");
	struct custom_change change;

	assert_true(set_type(op, item, "{\"points\":1,\"day\":\"2024-02-01\"}", &change));
	assert_true(set_type(op, item, "{\"day\":\"2024-2-1\",\"points\":1}", &change));
	assert_int_equal(change.event, CUSTOM_UNCHANGED);
}

static void a_removed_type_is_told(void **state)
{
	struct op *op = op_of(state);
	json_t *item = parse(op, "{}");
	const struct custom_draft none = { 0 };
	struct custom_change change;

	assert_true(set_type(op, item, "{\"points\":1}", &change));
	const char *type_id =
		doc_text(json_object_get(json_object_get(item, "custom"), "type"), "id");
	const char *id = arena_strdup(op->arena, type_id);

	assert_true(custom_set_type(op, item, "line-item", &none, &change));
	assert_int_equal(change.event, CUSTOM_TYPE_REMOVED);
	assert_string_equal(change.previous_type_id, id);
	assert_false(doc_has(item, "custom"));
	assert_true(custom_set_type(op, item, "line-item", &none, &change));
	assert_int_equal(change.event, CUSTOM_UNCHANGED);
}

static void a_type_that_is_refused_leaves_the_holder_alone(void **state)
{
	struct op *op = op_of(state);
	json_t *item = parse(op, "{}");
	struct custom_change change;

	assert_false(set_type(op, item, NULL, &change));
	assert_string_equal(test_take_error(op), "RequiredField");
	assert_false(set_type(op, item, "{\"points\":\"x\"}", &change));
	assert_string_equal(test_take_error(op), "InvalidField");
	assert_false(set_type(op, item, "{\"points\":1,\"other\":1}", &change));
	assert_string_equal(test_take_error(op), "InvalidOperation");
	assert_string_equal(json_text(op, item), "{}");
}

static void a_type_is_only_for_the_resources_that_it_names(void **state)
{
	struct op *op = op_of(state);
	const json_t *draft = parse(op, "{\"type\":{\"key\":\"loyalty\"},\"fields\":{\"points\":1}}");
	json_t *holder = parse(op, "{}");

	assert_true(custom_from_draft(op, holder, "customer", draft));
	assert_false(custom_from_draft(op, holder, "address", draft));
	assert_string_equal(test_take_error(op), "InvalidOperation");
}

/* -- inputs stay as they are: a handler may run twice -- */

static void a_draft_stays_as_it_came(void **state)
{
	struct op *op = op_of(state);
	static const char DRAFT[] =
		"{\"type\":{\"key\":\"loyalty\"},\"fields\":{\"points\":1,\"tags\":[\"a\",\"a\"],\"day\":\"2024-1-1\","
		"\"text\":{\"de_de\":\"x\"},\"budget\":{\"currencyCode\":\"EUR\",\"centAmount\":5}}}";
	const json_t *draft = parse(op, DRAFT);
	json_t *first = parse(op, "{}");
	json_t *second = parse(op, "{}");
	struct custom_change change;

	assert_true(custom_from_draft(op, first, "line-item", draft));
	assert_true(set_field(op, first, "points", "2", &change));
	assert_true(set_field(op, first, "tags", NULL, &change));
	assert_string_equal(json_text(op, draft), DRAFT);
	assert_true(custom_from_draft(op, second, "line-item", draft));
	assert_string_equal(
		fields_of(op, second),
		"{\"points\":1,\"tags\":[\"a\"],\"day\":\"2024-01-01\",\"text\":{\"de-DE\":\"x\"},\"budget\":{\"type\":"
		"\"centPrecision\",\"currencyCode\":\"EUR\",\"centAmount\":5,\"fractionDigits\":2}}");
}

/* -- fields -- */

static void each_change_of_a_field_is_told_with_the_values_before_and_after(void **state)
{
	struct op *op = op_of(state);
	json_t *item = parse(op, "{}");
	struct custom_change change;

	assert_true(set_type(op, item, "{\"points\":1}", &change));
	assert_true(set_field(op, item, "tags", "[\"a\"]", &change));
	assert_int_equal(change.event, CUSTOM_FIELD_ADDED);
	assert_string_equal(change.name, "tags");
	assert_string_equal(json_text(op, change.value), "[\"a\"]");
	assert_null(change.previous_value);
	assert_true(set_field(op, item, "tags", "[\"a\",\"a\"]", &change));
	assert_int_equal(change.event, CUSTOM_UNCHANGED);
	assert_true(set_field(op, item, "tags", "[\"b\"]", &change));
	assert_int_equal(change.event, CUSTOM_FIELD_CHANGED);
	assert_string_equal(json_text(op, change.previous_value), "[\"a\"]");
	assert_true(set_field(op, item, "tags", "null", &change));
	assert_int_equal(change.event, CUSTOM_FIELD_REMOVED);
	assert_string_equal(json_text(op, change.previous_value), "[\"b\"]");
	assert_null(change.value);
	assert_string_equal(fields_of(op, item), "{\"points\":1}");
}

static void a_field_that_is_refused_leaves_the_others_alone(void **state)
{
	static const struct { const char *name, *value, *code; } ROWS[] = {
		{ "points", NULL,              "RequiredField" },
		{ "points", "\"5\"",           "InvalidField" },
		{ "other",  "5",               "InvalidOperation" },
		{ "other",  NULL,              "InvalidOperation" },
		{ "day",    NULL,              "InvalidOperation" },
		{ "day",    "\"2023-02-29\"",  "InvalidField" },
		{ "tags",   "[\"a\",1]",       "InvalidField" },
		{ "budget", "{\"currencyCode\":\"EUR\",\"centAmount\":1.5}", "InvalidField" },
		{ "friend", "{\"typeId\":\"customer\",\"id\":\"11111111-2222-4333-8444-555555555555\"}",
		  "ReferencedResourceNotFound" },
		{ "friend", "{\"typeId\":\"customer\",\"key\":\"alice\"}",   "InvalidField" },
	};
	struct op *op = op_of(state);
	json_t *item = parse(op, "{}");
	struct custom_change change;

	assert_true(set_type(op, item, "{\"points\":1}", &change));
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		assert_false(set_field(op, item, ROWS[i].name, ROWS[i].value, &change));
		assert_string_equal(test_take_error(op), ROWS[i].code);
		assert_string_equal(fields_of(op, item), "{\"points\":1}");
	}
}

static void a_holder_without_a_type_has_no_fields(void **state)
{
	struct op *op = op_of(state);
	struct custom_change change;

	assert_false(set_field(op, parse(op, "{}"), "points", "1", &change));
	assert_string_equal(test_error_message(op), "Resource has no custom type");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(any_object_may_have_custom_fields),
		TEST(the_same_type_with_the_same_fields_is_no_change),
		TEST(a_removed_type_is_told),
		TEST(a_type_that_is_refused_leaves_the_holder_alone),
		TEST(a_type_is_only_for_the_resources_that_it_names),
		TEST(a_draft_stays_as_it_came),
		TEST(each_change_of_a_field_is_told_with_the_values_before_and_after),
		TEST(a_field_that_is_refused_leaves_the_others_alone),
		TEST(a_holder_without_a_type_has_no_fields),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
