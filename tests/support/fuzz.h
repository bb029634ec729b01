/* What the fuzz targets share. */
#ifndef SUPPORT_FUZZ_H
#define SUPPORT_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

/* What libFuzzer calls. */
int LLVMFuzzerInitialize(int *count, char ***arguments);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Stops with a finding if a rule does not hold. */
static inline void fuzz_check(bool holds, const char *rule)
{
	if (holds)
		return;
	fprintf(stderr, "does not hold: %s\n", rule);
	abort();
}

/* The input as an allocation of its own that ends with NUL, so that reading past it is found. The caller frees it. */
static inline char *fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

/* Is this the body of an error: JSON of the usual shape that names this status? */
static inline void fuzz_check_error_body(const char *text, int status)
{
	json_t *body = json_loads(text, 0, NULL);
	const json_t *first = json_array_get(json_object_get(body, "errors"), 0);
	const char *message = json_string_value(json_object_get(body, "message"));
	const char *first_message = json_string_value(json_object_get(first, "message"));

	fuzz_check(body != NULL, "an error is valid JSON");
	fuzz_check(json_integer_value(json_object_get(body, "statusCode")) == status,
	           "statusCode is the status");
	fuzz_check(message != NULL, "an error has a message");
	if (status != 405) {
		fuzz_check(json_is_string(json_object_get(first, "code")), "the first error has a code");
		fuzz_check(first_message && strcmp(first_message, message) == 0,
		           "the message is that of the first error");
	}
	json_decref(body);
}

#endif
