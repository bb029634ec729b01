/* A predicate, a NUL and a document: both evaluators say the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "../support/fuzz.h"
#include "../support/naive_predicate.h"
#include "base/env.h"
#include "base/error.h"
#include "base/json_memory.h"
#include "base/op.h"
#include "base/random.h"
#include "predicate/fields.h"
#include "predicate/predicate.h"

/* A field of every type; objects have the same fields again. Short names are found sooner. */
static const struct fields FIELDS;
static const char *const WORDS[] = { "x", "y", NULL };
static const struct field ROWS[] = {
	/* name type           array  inner    enum's name and values */
	{ "a", VALUE_STRING,    false },
	{ "b", VALUE_BOOLEAN,   false },
	{ "c", VALUE_STRING,    true },
	{ "d", VALUE_DATE_TIME, false },
	{ "e", VALUE_ENUM,      false, NULL,    "Word", WORDS },
	{ "f", VALUE_OBJECT,    true,  &FIELDS },
	{ "m", VALUE_MAP,       false },
	{ "n", VALUE_NUMBER,    false },
	{ "o", VALUE_OBJECT,    false, &FIELDS },
	{ "p", VALUE_POINT,     false },
	{ "q", VALUE_NUMBER,    true },
	{ "t", VALUE_DATE_TIME, true },
	{ "v", VALUE_ANY,       false },
};
static const struct fields FIELDS = { ROWS, sizeof ROWS / sizeof ROWS[0] };

static const struct predicate_variable VARIABLES[] = {
	{ "n", "1250" }, { "t", "true" }, { "l", "x" }, { "l", "0.1" }, { "d", "2024-01-02" },
};

static struct predicate *compile(struct op *op, const char *text)
{
	const struct predicate_source source = {
		.parameter = "where",
		.texts = &text,
		.text_count = 1,
		.variables = VARIABLES,
		.variable_count = sizeof VARIABLES / sizeof VARIABLES[0],
		.fields = &FIELDS,
	};

	return predicate_compile(op, &source);
}

/* Is one of the texts at the path, in a value or in one of its elements? */
static bool has_text_at(const json_t *value, const char *path, const char *const *texts,
                        size_t count)
{
	for (size_t i = 0; i < json_array_size(value); i++)
		if (has_text_at(json_array_get(value, i), path, texts, count))
			return true;
	if (*path) {
		size_t bytes = strcspn(path, ".");

		return has_text_at(json_object_getn(value, path, bytes),
		                   path + bytes + (path[bytes] == '.'), texts, count);
	}
	for (size_t i = 0; json_is_string(value) && i < count; i++)
		if (strcmp(json_string_value(value), texts[i]) == 0)
			return true;
	return false;
}

/* What it requires is there wherever it holds. */
static void check_required(const struct predicate *predicate, const json_t *document)
{
	static const char *const PATHS[] = { "a",   "c",   "d",   "e",     "n",     "m.a",
		                                 "f.a", "f.e", "o.a", "f.o.a", "o.m.a", "m.a.b" };
	const char *const *texts;
	size_t count;

	for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++)
		if (predicate_requires(predicate, PATHS[i], &texts, &count))
			fuzz_check(has_text_at(document, PATHS[i], texts, count),
			           "a document that matches has what is required");
}

/* Compact as the service writes it, and with all the spaces and escapes there can be. */
static void check_document(struct predicate *predicate, struct arena *arena, const json_t *document)
{
	static const size_t FLAGS[] = { JSON_COMPACT, JSON_INDENT(2) | JSON_ENSURE_ASCII };
	bool expected = naive_holds(arena, predicate->root.condition, document);

	for (size_t i = 0; i < 2; i++) {
		char *text = json_dumps(document, FLAGS[i]);

		fuzz_check(text != NULL, "what was read can be written");
		fuzz_check(predicate_matches(predicate, text, strlen(text)) == expected,
		           "both evaluators agree");
		free(text);
	}
	if (expected)
		check_required(predicate, document);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	random_init();
	json_memory_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct env ENV = { 0 };
	struct op op = { .arena = arena_create(), .env = &ENV, .project = "demo" };
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	char *text = fuzz_text(data, size);
	struct predicate *predicate = nul ? compile(&op, text) : NULL;

	if (predicate) {
		/* Without the NUL, so that reading past the end is found. */
		size_t bytes = size - (size_t)(nul + 1 - data);
		char *raw = malloc(bytes ? bytes : 1);
		json_t *document = json_loadb(text + (size - bytes), bytes,
		                              JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);

		fuzz_check(raw != NULL, "there is memory");
		memcpy(raw, text + (size - bytes), bytes);
		(void)predicate_matches(predicate, raw, bytes);
		if (json_is_object(document))
			check_document(predicate, op.arena, document);
		json_decref(document);
		free(raw);
	}
	free(text);
	arena_destroy(op.arena);
	return 0;
}
