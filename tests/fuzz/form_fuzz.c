/* Query strings and forms, in both modes, and percent decoding. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/parameters.h"
#include "../support/fuzz.h"

static bool same(const struct parameters *a, const struct parameters *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (strcmp(a->items[i].name, b->items[i].name) != 0 ||
		    strcmp(a->items[i].value, b->items[i].value) != 0)
			return false;
	return true;
}

static bool is_utf8(const char *text)
{
	return text_is_utf8(text, strlen(text));
}

static void check_parameters(const struct parameters *parameters)
{
	fuzz_check(parameters->count <= 1000, "there are at most 1000 parameters");
	for (size_t i = 0; i < parameters->count; i++) {
		const struct parameter *one = &parameters->items[i];
		const char *first = parameters_get(parameters, one->name);

		fuzz_check(is_utf8(one->name) && is_utf8(one->value), "names and values are UTF-8");
		fuzz_check(first != NULL, "what is there is found");
	}
	fuzz_check(!parameters_get(parameters, "\xff"), "what is not there is not found");
}

static void append_escaped(struct text_buffer *buffer, const char *text)
{
	for (; *text; text++)
		text_appendf(buffer, "%%%02X", (unsigned)(unsigned char)*text);
}

/* Written out with every byte escaped, the parameters are read as the same ones again. */
static void check_round_trip(struct arena *arena, const struct parameters *parameters)
{
	struct text_buffer buffer = { .arena = arena };
	struct parameters again;

	for (size_t i = 0; i < parameters->count; i++) {
		text_append(&buffer, i ? "&" : "");
		append_escaped(&buffer, parameters->items[i].name);
		text_append(&buffer, "=");
		append_escaped(&buffer, parameters->items[i].value);
	}
	fuzz_check(parameters_parse(arena, buffer.text ? buffer.text : "", buffer.bytes,
	                            PARAMETERS_STRICT, &again),
	           "escaped parameters can be read");
	fuzz_check(same(parameters, &again), "escaped parameters are the same ones");
}

static void check_both_modes(struct arena *arena, const char *text, size_t bytes)
{
	struct parameters strict, lenient;
	bool is_strict = parameters_parse(arena, text, bytes, PARAMETERS_STRICT, &strict);
	bool is_lenient = parameters_parse(arena, text, bytes, PARAMETERS_LENIENT, &lenient);

	fuzz_check(!is_strict || is_lenient, "what is strictly right is leniently right");
	if (is_lenient) {
		check_parameters(&lenient);
		check_round_trip(arena, &lenient);
	}
	if (is_strict)
		fuzz_check(same(&strict, &lenient), "what is strictly right means the same leniently");
}

/* Is there a `%` that does not begin an escape? */
static bool has_broken_escape(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		if (text[i] == '%' && (bytes - i < 3 || !isxdigit((unsigned char)text[i + 1]) ||
		                       !isxdigit((unsigned char)text[i + 2])))
			return true;
	return false;
}

static void check_decoding(struct arena *arena, const char *raw, size_t bytes)
{
	char *text, *spaced;
	bool done = text_percent_decode(arena, raw, bytes, false, &text);

	fuzz_check(done == text_percent_decode(arena, raw, bytes, true, &spaced),
	           "'+' decides nothing about right or wrong");
	if (!done)
		return;
	fuzz_check(!has_broken_escape(raw, bytes), "a broken escape is refused");
	fuzz_check(is_utf8(text) && strlen(text) <= bytes,
	           "the result is UTF-8 and no longer than the source");
	fuzz_check(strlen(spaced) == strlen(text), "a space is as long as a '+'");
	fuzz_check(bytes == 0 || *text != '\0', "nothing is cut off at a NUL");
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	char *text = malloc(size ? size : 1); /* without a NUL: the length is what counts */

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	check_both_modes(arena, text, size);
	check_decoding(arena, text, size);
	free(text);
	arena_destroy(arena);
	return 0;
}
