#include "kind/type.h"
#include "kind/type_actions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "document/doc.h"
#include "kind/field_type.h"
#include "kind/kind.h"
#include "kind/type_actions.h"
#include "kind/update.h"
#include "resource/load.h"
#include "resource/save.h"
#include "../../support/test_domain.h"

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* A type for customers with one field of this type, stored. NULL: refused, recorded. */
static struct resource *make_type(struct op *op, const char *key, const char *field_type)
{
	const char *draft = arena_printf(
		op->arena,
		"{\"key\":\"%s\",\"name\":{},\"resourceTypeIds\":[\"customer\"],\"fieldDefinitions\":["
		"{\"name\":\"field\",\"label\":{},\"required\":false,\"type\":%s}]}",
		key, field_type);
	struct resource *type = kind_start(op, &TYPE_KIND, test_decode(op, &TYPE_DRAFT, draft), NULL);

	return type && resource_save(op, type) ? type : NULL;
}

static const json_t *parse(struct op *op, const char *text)
{
	return keep(op, json_loads(text, 0, NULL));
}

/* -- field types -- */

static void types_are_the_same_if_their_values_are(void **state)
{
	static const char *const TYPES[] = {
		"{\"name\":\"String\"}",
		"{\"name\":\"Number\"}",
		"{\"name\":\"Enum\",\"values\":[]}",
		"{\"name\":\"LocalizedEnum\",\"values\":[]}",
		"{\"name\":\"Reference\",\"referenceTypeId\":\"customer\"}",
		"{\"name\":\"Reference\",\"referenceTypeId\":\"category\"}",
		"{\"name\":\"Set\",\"elementType\":{\"name\":\"String\"}}",
		"{\"name\":\"Set\",\"elementType\":{\"name\":\"Number\"}}",
		"{\"name\":\"Set\",\"elementType\":{\"name\":\"Reference\",\"referenceTypeId\":\"customer\"}}",
		"{\"name\":\"Set\",\"elementType\":{\"name\":\"Reference\",\"referenceTypeId\":\"category\"}}",
	};
	struct op *op = op_of(state);
	const size_t count = sizeof TYPES / sizeof *TYPES;

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			assert_int_equal(field_type_equal(parse(op, TYPES[i]), parse(op, TYPES[j])), i == j);
}

static void the_values_of_an_enum_are_found_in_a_set_of_it_too(void **state)
{
	struct op *op = op_of(state);
	const json_t *plain = parse(op, "{\"name\":\"Enum\",\"values\":[{\"key\":\"a\"}]}");
	const json_t *set = parse(
		op, "{\"name\":\"Set\",\"elementType\":{\"name\":\"Enum\",\"values\":[{\"key\":\"b\"}]}}");

	assert_string_equal(json_text(op, field_type_enum_values(plain, "Enum")), "[{\"key\":\"a\"}]");
	assert_string_equal(json_text(op, field_type_enum_values(set, "Enum")), "[{\"key\":\"b\"}]");
	assert_null(field_type_enum_values(plain, "LocalizedEnum"));
	assert_null(field_type_enum_values(parse(op, "{\"name\":\"String\"}"), "Enum"));
}

/* The reference says 36, but the service takes more: a key's length. */
static void a_field_name_has_2_to_256_characters(void **state)
{
	static const size_t LENGTHS[] = { 1, 2, 36, 37, 256, 257 };
	char name[257];
	struct op *op = op_of(state);

	memset(name, 'a', sizeof name);
	for (size_t i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
		size_t length = LENGTHS[i];
		json_t *value = keep(op, json_pack("{s:s%, s:{}, s:b, s:{s:s}}", "name", name, length,
		                                   "label", "required", 0, "type", "name", "String"));
		json_t *definition = NULL;

		assert_int_equal(field_definition_decode(op, value, NULL, NULL, &definition),
		                 length >= 2 && length <= 256);
		if (length < 2 || length > 256)
			assert_string_equal(test_take_error(op), "InvalidField");
	}
}

/* -- types -- */

static void a_name_has_one_type_among_the_types_for_one_kind_of_resource(void **state)
{
	struct op *op = op_of(state);

	assert_non_null(make_type(op, "one", "{\"name\":\"String\"}"));
	assert_null(make_type(op, "two", "{\"name\":\"Number\"}"));
	assert_string_equal(test_take_error(op), "InvalidOperation");
	assert_non_null(make_type(op, "three", "{\"name\":\"String\"}"));
}

static void a_type_may_be_checked_against_itself(void **state)
{
	struct op *op = op_of(state);
	const struct resource *type = make_type(op, "one", "{\"name\":\"String\"}");

	assert_true(type_check_definitions(
		op, type->doc,
		parse(op, "[{\"name\":\"field\",\"type\":{\"name\":\"Number\"}}]")));
}

static void a_definition_is_found_by_its_name(void **state)
{
	struct op *op = op_of(state);
	const struct resource *type = make_type(op, "one", "{\"name\":\"String\"}");

	assert_non_null(type_definition(type->doc, "field"));
	assert_null(type_definition(type->doc, "Field"));
	assert_null(type_need_definition(op, type->doc, "Field"));
	assert_string_equal(test_error_message(op),
	                    "Field definition for 'Field' does not exist on type 'one'.");
	assert_true(type_is_for(type->doc, "customer"));
	assert_false(type_is_for(type->doc, "address"));
}

/* A handler may run twice. */
static void an_update_can_be_applied_again_to_what_was_stored(void **state)
{
	static const char BODY[] =
		"{\"version\":1,\"actions\":["
		"{\"action\":\"addEnumValue\",\"fieldName\":\"field\",\"value\":{\"key\":\"a\",\"label\":\"A\"}},"
		"{\"action\":\"changeEnumValueLabel\",\"fieldName\":\"field\",\"value\":{\"key\":\"a\",\"label\":\"B\"}},"
		"{\"action\":\"addFieldDefinition\",\"fieldDefinition\":{\"name\":\"more\",\"label\":{},\"required\":true,"
		"\"type\":{\"name\":\"Enum\",\"values\":[]}}},"
		"{\"action\":\"addEnumValue\",\"fieldName\":\"more\",\"value\":{\"key\":\"a\",\"label\":\"A\"}}]}";
	struct op *op = op_of(state);
	const char *id = make_type(op, "one", "{\"name\":\"Enum\",\"values\":[]}")->id;
	const struct update_input *input = test_decode(op, &TYPE_UPDATE, BODY);
	struct resource *first = resource_get(op, &TYPE_KIND, id);
	struct resource *second = resource_get(op, &TYPE_KIND, id);

	assert_true(resource_update(op, first, input));
	assert_true(resource_update(op, second, input));
	assert_true(json_equal(first->doc, second->doc));
	assert_int_equal(second->version, 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(types_are_the_same_if_their_values_are),
		TEST(the_values_of_an_enum_are_found_in_a_set_of_it_too),
		TEST(a_field_name_has_2_to_256_characters),
		TEST(a_name_has_one_type_among_the_types_for_one_kind_of_resource),
		TEST(a_type_may_be_checked_against_itself),
		TEST(a_definition_is_found_by_its_name),
		TEST(an_update_can_be_applied_again_to_what_was_stored),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
