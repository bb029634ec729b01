/* The reader of stored JSON against jansson: any bytes read as the same value, or both refuse them; and what one of
 * them writes of it, the other one writes too. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/json_memory.h"
#include "base/json_write.h"
#include "base/text.h"
#include "document/stored_json.h"
#include "../support/fuzz.h"

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	json_memory_init();
	return 0;
}

static char *dumped(const json_t *json, size_t digits)
{
	return json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));
}

/* With 15 digits, if they give each number back. */
static char *written_by_jansson(const json_t *json)
{
	char *text = dumped(json, 15);
	json_t *again = json_loads(text, JSON_DECODE_ANY, NULL);

	if (!again || !json_equal(json, again)) {
		free(text);
		text = dumped(json, 17);
	}
	json_decref(again);
	return text;
}

static void check_writing(struct arena *arena, const json_t *json)
{
	struct text_buffer text = { .arena = arena };
	char *expected = written_by_jansson(json);

	json_write(&text, json);
	fuzz_check(expected && strcmp(text.text, expected) == 0, "it is written as jansson writes it");
	free(expected);
	json_t *again = stored_json_read(arena, text.text, text.bytes);

	fuzz_check(again && json_equal(json, again), "what is written is read again");
	json_decref(again);
	text = (struct text_buffer){ .arena = arena };
	json_write_sorted(&text, json);
	again = stored_json_read(arena, text.text, text.bytes);
	fuzz_check(again && json_equal(json, again), "so is what is written in order");
	json_decref(again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size ? size : 1); /* without NUL behind it */
	struct arena *arena = arena_create();

	if (!text)
		abort();
	if (size)
		memcpy(text, data, size);
	json_t *json = stored_json_read(arena, text, size);
	json_t *expected = json_loadb(text, size, JSON_DECODE_ANY, NULL);

	free(text);
	if (size && memchr(data, '\0', size)) { /* which jansson overlooks behind a number */
		fuzz_check(!json, "a NUL is no JSON");
	} else {
		fuzz_check(!json == !expected, "both read it, or neither");
	}
	if (json) {
		fuzz_check(json_equal(json, expected) != 0, "both read the same");
		check_writing(arena, json);
	}
	json_decref(expected);
	json_decref(json);
	arena_destroy(arena);
	return 0;
}
