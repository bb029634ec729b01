#include "kind/update.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "document/doc.h"
#include "resource/resource.h"
#include "resource/save.h"
#include "../../support/test_base.h"

/* Actions of our own */

struct input {
	const char *text;
};

static bool append(struct op *op, struct resource *resource, const struct update_action *row,
                   const void *input)
{
	const struct input *in = input;

	(void)op;
	if (doc_list_add(resource->doc, row->field, in->text))
		resource_touch(resource);
	return true;
}

static bool refuse(struct op *op, struct resource *resource, const struct update_action *row,
                   const void *input)
{
	(void)resource;
	(void)row;
	(void)input;
	return fail_invalid_operation(op, "refused");
}

static const struct shape_field INPUT_FIELDS[] = {
	{ "text", FIELD_TEXT, REQUIRED, offsetof(struct input, text), NULL, NULL, NULL, NULL },
};
static const struct shape INPUT = { sizeof(struct input), 1, INPUT_FIELDS };

static const struct update_action ROWS[] = {
	{ "append", DOOR_ANY, &INPUT, append, "texts", MESSAGE_NONE },
	{ "refuse", DOOR_ANY, &INPUT, refuse, NULL, MESSAGE_NONE },
	{ "trusted", DOOR_TRUSTED, &INPUT, append, "texts", MESSAGE_NONE },
	{ "twice", DOOR_TRUSTED, &INPUT, append, "texts", MESSAGE_NONE },
	{ "twice", DOOR_ANY, &INPUT, append, "others", MESSAGE_NONE },
};
static const struct update_actions ACTIONS = { ROWS, 5, false };
static const struct update_actions TRUSTED_ACTIONS = { ROWS, 5, true };

static const struct shape_field UPDATE_ROWS[] = UPDATE_FIELDS(ACTIONS);
static const struct shape_field TRUSTED_UPDATE_ROWS[] = UPDATE_FIELDS(TRUSTED_ACTIONS);
static const struct shape UPDATE = { sizeof(struct update_input), 2, UPDATE_ROWS };
static const struct shape TRUSTED_UPDATE = { sizeof(struct update_input), 2, TRUSTED_UPDATE_ROWS };

static const struct update_input *decode(struct op *op, const struct shape *shape, const char *body)
{
	void *input = NULL;

	op->errors = (struct api_errors){ 0 };
	return shape_decode_body(op, shape, body, strlen(body), &input) ? input : NULL;
}

static struct resource *resource_at(struct op *op, int64_t version)
{
	struct resource *resource = arena_alloc(op->arena, sizeof *resource);

	*resource = (struct resource){ .id = "7", .version = version, .doc = keep(op, json_object()) };
	return resource;
}

/* -- decoding -- */

static void actions_are_decoded_in_order(void **state)
{
	const struct update_input *input = decode(
		*state, &UPDATE,
		"{\"version\":3,\"actions\":[{\"action\":\"append\",\"text\":\"a\"},{\"text\":\"b\",\"action\":\"refuse\"}]}");
	const struct action *actions = input->actions.items;

	assert_int_equal(input->version, 3);
	assert_int_equal(input->actions.count, 2);
	assert_ptr_equal(actions[0].row, &ROWS[0]);
	assert_string_equal(((const struct input *)actions[0].input)->text, "a");
	assert_ptr_equal(actions[1].row, &ROWS[1]);
}

static void no_actions_are_fine(void **state)
{
	assert_int_equal(decode(*state, &UPDATE, "{\"version\":3,\"actions\":[]}")->actions.count, 0);
}

static void a_misfit_is_reported_as_the_wire_has_it(void **state)
{
	static const struct { const char *body, *misfit; } MISFITS[] = {
		{ "{\"actions\":[]}",                             "version: Missing required value" },
		{ "{\"version\":1}",                              "actions: Missing required value" },
		{ "{\"version\":\"1\",\"actions\":[]}",           "version: JSON Number in the range of a Long expected." },
		{ "{\"version\":1,\"actions\":{\"a\":1}}",        "actions: JSON Array expected." },
		{ "{\"version\":1,\"actions\":{}}",               "actions: JSON Array expected." },
		{ "{\"version\":1,\"actions\":null}",             "actions: Missing required value" },
		{ "{\"version\":1,\"actions\":[1]}",              "actions: JSON object expected." },
		{ "{\"version\":1,\"actions\":[{\"x\":1}]}",      "actions: Missing type field 'action' in '{\"x\":1}'" },
		{ "{\"version\":1,\"actions\":[{ \"action\" : \"flyAway\" }]}",
		  "actions: Invalid type value 'flyAway' in '{\"action\":\"flyAway\"}'" },
		{ "{\"version\":1,\"actions\":[{\"action\":\"Append\",\"text\":\"a\"}]}",
		  "actions: Invalid type value 'Append' in '{\"action\":\"Append\",\"text\":\"a\"}'" },
		{ "{\"version\":1,\"actions\":[{\"action\":\"append\"}]}", "actions -> text: Missing required value" },
		{ "{\"version\":1,\"actions\":[{\"action\":\"append\",\"text\":\"\"},{\"action\":\"append\",\"text\":1}]}",
		  "actions -> text: JSON String expected." },
		{ "{\"version\":1,\"actions\":[{\"action\":\"trusted\",\"text\":\"a\"}]}",
		  "actions: Invalid type value 'trusted' in '{\"action\":\"trusted\",\"text\":\"a\"}'" },
	};

	for (size_t i = 0; i < sizeof MISFITS / sizeof *MISFITS; i++) {
		assert_null(decode(*state, &UPDATE, MISFITS[i].body));
		assert_string_equal(misfit(*state), MISFITS[i].misfit);
	}
}

static void a_trusted_client_has_every_action(void **state)
{
	assert_non_null(
		decode(*state, &TRUSTED_UPDATE,
	           "{\"version\":1,\"actions\":[{\"action\":\"trusted\",\"text\":\"a\"}]}"));
}

static void an_action_may_be_another_one_for_trusted_clients(void **state)
{
	const char *body = "{\"version\":1,\"actions\":[{\"action\":\"twice\",\"text\":\"a\"}]}";
	const struct action *trusted = decode(*state, &TRUSTED_UPDATE, body)->actions.items;
	const struct action *any = decode(*state, &UPDATE, body)->actions.items;

	assert_string_equal(trusted->row->field, "texts");
	assert_string_equal(any->row->field, "others");
}

static void more_than_500_actions_are_refused(void **state)
{
	struct op *op = *state;
	struct text_buffer body = { .arena = op->arena };

	text_append(&body, "{\"version\":1,\"actions\":[{\"action\":\"append\",\"text\":\"a\"}");
	for (int i = 1; i < 500; i++)
		text_append(&body, ",{\"action\":\"append\",\"text\":\"a\"}");
	const char *full = arena_printf(op->arena, "%s]}", body.text);

	assert_int_equal(decode(op, &UPDATE, full)->actions.count, 500);
	assert_null(
		decode(op, &UPDATE,
	           arena_printf(op->arena, "%s,{\"action\":\"append\",\"text\":\"a\"}]}", body.text)));
	assert_int_equal(op->errors.items[0].code, ERROR_INVALID_INPUT);
}

/* -- running -- */

static void actions_run_in_order_and_each_effect_counts(void **state)
{
	struct op *op = *state;
	struct resource *resource = resource_at(op, 3);

	assert_true(resource_update(
		op, resource,
		decode(op, &UPDATE,
	           "{\"version\":3,\"actions\":[{\"action\":\"append\",\"text\":\"b\"},"
	                                                "{\"action\":\"append\",\"text\":\"a\"},{\"action\":\"append\","
	                                                "\"text\":\"b\"}]}")));
	assert_string_equal(json_text(op, resource->doc), "{\"texts\":[\"b\",\"a\"]}");
	assert_int_equal(resource->version, 5);
	assert_true(resource->changed);
}

static void what_changes_nothing_leaves_the_resource_alone(void **state)
{
	struct op *op = *state;
	struct resource *resource = resource_at(op, 3);

	assert_true(
		resource_update(op, resource, decode(op, &UPDATE, "{\"version\":3,\"actions\":[]}")));
	assert_int_equal(resource->version, 3);
	assert_false(resource->changed);
}

static void a_stale_version_is_refused_even_if_nothing_would_change(void **state)
{
	struct op *op = *state;

	assert_false(resource_update(op, resource_at(op, 3),
	                             decode(op, &UPDATE, "{\"version\":2,\"actions\":[]}")));
	assert_int_equal(op->errors.items[0].code, ERROR_CONCURRENT_MODIFICATION);
}

static void the_version_is_looked_at_before_the_actions(void **state)
{
	struct op *op = *state;
	struct resource *resource = resource_at(op, 3);

	assert_false(resource_update(
		op, resource,
		decode(op, &UPDATE,
	           "{\"version\":4,\"actions\":[{\"action\":\"refuse\",\"text\":\"\"}]}")));
	assert_int_equal(op->errors.count, 1);
	assert_int_equal(op->errors.items[0].code, ERROR_CONCURRENT_MODIFICATION);
}

static void the_first_action_that_fails_ends_the_update(void **state)
{
	struct op *op = *state;
	struct resource *resource = resource_at(op, 3);

	assert_false(resource_update(
		op, resource,
		decode(op, &UPDATE,
	           "{\"version\":3,\"actions\":[{\"action\":\"refuse\",\"text\":\"\"},"
	                                                 "{\"action\":\"refuse\",\"text\":\"\"},{\"action\":\"append\","
	                                                 "\"text\":\"a\"}]}")));
	assert_int_equal(op->errors.count, 1);
	assert_int_equal(json_object_size(resource->doc), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(actions_are_decoded_in_order),
		OP_TEST(no_actions_are_fine),
		OP_TEST(a_misfit_is_reported_as_the_wire_has_it),
		OP_TEST(a_trusted_client_has_every_action),
		OP_TEST(an_action_may_be_another_one_for_trusted_clients),
		OP_TEST(more_than_500_actions_are_refused),
		OP_TEST(actions_run_in_order_and_each_effect_counts),
		OP_TEST(what_changes_nothing_leaves_the_resource_alone),
		OP_TEST(a_stale_version_is_refused_even_if_nothing_would_change),
		OP_TEST(the_version_is_looked_at_before_the_actions),
		OP_TEST(the_first_action_that_fails_ends_the_update),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
