#include "base/json_write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"

/* Fails unless a JSON text, read, is written as jansson writes it with this many digits. */
static void assert_as_jansson(const char *text, size_t digits)
{
	struct arena *arena = arena_create();
	json_t *json = json_loads(text, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
	char *dumped =
		json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));

	assert_non_null(dumped);
	assert_string_equal(json_write(arena, json), dumped);
	free(dumped);
	json_decref(json);
	arena_destroy(arena);
}

static void values_are_written_as_jansson_writes_them(void **state)
{
	static const char *const TEXTS[] = {
		"null", "true", "false", "0", "-9223372036854775808", "\"\"", "[]", "{}",
		"[[],[{}],{\"a\":[]}]",
		"{\"b\":1,\"a\":{\"d\":null,\"c\":[true,false,-1]},\"\":\"\"}",
		"{\"a\\\"b\\\\\\n\":1}",
		"\"/ \\\" \\\\ \\b\\f\\n\\r\\t\\u0000\\u0001\\u001f\\u007f\"",
		"\"\\u00e9\\u20ac\\ud83d\\ude00 \\u2028\"",
	};

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++)
		assert_as_jansson(TEXTS[i], 15);
}

static void reals_have_as_many_digits_as_the_longest_needs(void **state)
{
	(void)state;
	assert_as_jansson("[0.1,1e300,-1.5,100.0,{\"a\":123456789012.345}]", 15);
	assert_as_jansson("[0.1,{\"a\":0.12345678901234567}]", 17);
	assert_as_jansson("0.30000000000000004", 17);
}

static void no_value_is_null(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	assert_string_equal(json_write(arena, NULL), "null");
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_written_as_jansson_writes_them),
		cmocka_unit_test(reals_have_as_many_digits_as_the_longest_needs),
		cmocka_unit_test(no_value_is_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
