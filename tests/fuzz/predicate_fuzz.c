/* Any text as a predicate, asked about the sample customer. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../support/fuzz.h"
#include "../support/predicate_customer_fields.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/json_memory.h"
#include "base/op.h"
#include "base/random.h"
#include "predicate/predicate.h"

static const struct predicate_variable VARIABLES[] = {
	{ "n", "1250" }, { "t", "true" }, { "l", "berlin" }, { "l", "oslo" },
	{ "d", "2024-03-10T09:15:30.25+01:00" }, { "z", "Zo\xC3\xAB" },
};

static char *customer; /* lives as long as the process */

static struct predicate *compile(struct op *op, const char *const *texts, size_t count)
{
	const struct predicate_source source = {
		.parameter = "where",
		.texts = texts,
		.text_count = count,
		.variables = VARIABLES,
		.variable_count = sizeof VARIABLES / sizeof VARIABLES[0],
		.fields = &CUSTOMER_FIELDS,
	};
	struct predicate *predicate = predicate_compile(op, &source);

	fuzz_check((predicate == NULL) == op_failed(op), "NULL means that an error is recorded");
	return predicate;
}

static void check_failure(struct op *op)
{
	static const char PREFIX[] = "Malformed parameter: where: ";

	fuzz_check(op->errors.count == 1, "the first fault is reported");
	fuzz_check(errors_status(&op->errors) == 400, "a predicate that is none is a 400");
	fuzz_check(strncmp(op->errors.items[0].message, PREFIX, strlen(PREFIX)) == 0,
	           "the error names the parameter");
	fuzz_check_error_body(json_text(op, errors_body(op, false)), 400);
}

/* The same text twice, and the same question twice, say the same. */
static void check_answer(struct op *op, struct predicate *predicate, const char *text)
{
	const char *const twice[] = { text, text };
	struct predicate *both = compile(op, twice, 2);
	bool answer = predicate_matches(predicate, customer, strlen(customer));

	fuzz_check(predicate_matches(predicate, customer, strlen(customer)) == answer,
	           "asking leaves nothing behind");
	if (both)
		fuzz_check(predicate_matches(both, customer, strlen(customer)) == answer,
		           "what holds, holds twice");
	else
		fuzz_check(op->errors.items[0].code == ERROR_QUERY_COMPLEXITY_LIMIT_EXCEEDED,
		           "only a limit tells one text from two");
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	random_init();
	json_memory_init();
	json_t *json = json_load_file(CASES "/predicate/sample_customer.json", 0, NULL);

	customer = json_dumps(json, JSON_COMPACT);
	fuzz_check(customer != NULL, "the sample is there");
	json_decref(json);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct env ENV = { 0 };
	struct op op = { .arena = arena_create(), .env = &ENV, .project = "demo" };
	char *text = fuzz_text(data, size);
	const char *const texts[] = { text };
	struct predicate *predicate = compile(&op, texts, 1);

	if (predicate)
		check_answer(&op, predicate, text);
	else
		check_failure(&op);
	free(text);
	arena_destroy(op.arena);
	return 0;
}
