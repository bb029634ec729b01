/* The cases of tests/cases/predicate: what each predicate says about the sample customer. */
#include "predicate/predicate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "../../support/predicate_customer_fields.h"
#include "../../support/test_base.h"
#include "base/text.h"

static const char PREFIX[] = "Malformed parameter: where: ";
static const char SYNTAX[] = "Syntax error while parsing 'where'. ";

enum { MAX_TEXTS = 8, MAX_VARIABLES = 600 };

/* One case, as predicate_compile() takes it. */
struct given {
	const char               *texts[MAX_TEXTS];
	struct predicate_variable variables[MAX_VARIABLES];
	struct predicate_source   source;
};

static void add_variable(struct given *given, const char *name, const json_t *value)
{
	assert_true(given->source.variable_count < MAX_VARIABLES);
	assert_true(json_is_string(value));
	given->variables[given->source.variable_count++] =
		(struct predicate_variable){ name, json_string_value(value) };
}

static void read_given(struct given *given, json_t *line)
{
	const json_t *where = json_object_get(line, "where");
	json_t *variables = json_object_get(line, "vars");
	const char *name;
	json_t *value;

	*given = (struct given){ .source = { .parameter = "where", .fields = &CUSTOMER_FIELDS } };
	assert_true(json_array_size(where) <= MAX_TEXTS);
	for (size_t i = 0; i < json_array_size(where); i++)
		given->texts[i] = json_string_value(json_array_get(where, i));
	json_object_foreach(variables, name, value) {
		if (json_is_string(value))
			add_variable(given, name, value);
		for (size_t i = 0; json_is_array(value) && i < json_array_size(value); i++)
			add_variable(given, name, json_array_get(value, i));
	}
	given->source.texts = given->texts;
	given->source.text_count = json_array_size(where);
	given->source.variables = given->variables;
}

/* What an error is called in the cases. */
static const char *name_of_error(struct op *op)
{
	const json_t *error = json_array_get(json_object_get(errors_body(op, false), "errors"), 0);
	const char *message = json_string_value(json_object_get(error, "message"));

	assert_int_equal(op->errors.count, 1);
	assert_int_equal(errors_status(&op->errors), 400);
	assert_int_equal(strncmp(message, PREFIX, strlen(PREFIX)), 0);
	if (strcmp(json_string_value(json_object_get(error, "code")), "InvalidInput") != 0)
		return "COMPLEXITY";
	message += strlen(PREFIX);
	return strncmp(message, SYNTAX, strlen(SYNTAX)) == 0 ? "SYNTAX" : "SEMANTIC";
}

static bool message_is(const struct op *op, const char *expected)
{
	const char *message = op_failed(op) ? op->errors.items[0].message + strlen(PREFIX) : "";

	if (!expected || strcmp(message, expected) == 0)
		return true;
	print_error("%s\ninstead of\n%s\n", message, expected);
	return false;
}

/* Does the case turn out as expected, with the document as it is and made compact? */
static bool check(json_t *line, const char *document, const char *compact)
{
	struct op *op = bare_op_create();
	struct given *given = arena_alloc(op->arena, sizeof *given);
	const char *expected = json_string_value(json_object_get(line, "expect"));
	const char *got;

	read_given(given, line);
	struct predicate *predicate = predicate_compile(op, &given->source);

	assert_int_equal(predicate != NULL, !op_failed(op));
	if (predicate) {
		bool matches = predicate_matches(predicate, document, strlen(document));

		assert_int_equal(predicate_matches(predicate, compact, strlen(compact)), matches);
		got = matches ? "MATCH" : "NO";
	} else {
		got = name_of_error(op);
	}
	bool is_fine = strcmp(got, expected) == 0 &&
	               message_is(op, json_string_value(json_object_get(line, "message")));

	if (!is_fine)
		print_error("%s: %s: %s instead of %s %s\n",
		            json_string_value(json_object_get(line, "id")), given->texts[0], got, expected,
		            op_failed(op) ? op->errors.items[0].message : "");
	bare_op_destroy(op);
	return is_fine;
}

/* The customer, as a text that the caller frees. */
static char *load_document(size_t flags)
{
	json_t *customer = json_load_file(CASES "/predicate/sample_customer.json", 0, NULL);
	char *text = json_dumps(customer, flags);

	assert_non_null(text);
	json_decref(customer);
	return text;
}

/* Checks the cases of a file, one in each line. */
static void check_file(const char *path, size_t least)
{
	FILE *file = fopen(path, "r");
	char *document = load_document(JSON_INDENT(2));
	char *compact = load_document(JSON_COMPACT);
	size_t count = 0;
	size_t failures = 0;

	assert_non_null(file);
	for (json_t *line; (line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)); count++) {
		failures += !check(line, document, compact);
		json_decref(line);
	}
	assert_true(feof(file));
	fclose(file);
	free(document);
	free(compact);
	assert_int_equal(failures, 0);
	assert_true(count >= least);
}

static void the_language_is_understood(void **state)
{
	(void)state;
	check_file(CASES "/predicate/vectors.jsonl", 100);
}

static void its_corners_are_understood(void **state)
{
	(void)state;
	check_file(CASES "/predicate/more.jsonl", 120);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_language_is_understood),
		cmocka_unit_test(its_corners_are_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
