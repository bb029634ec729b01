#include "base/memory.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/json_memory.h"

static void nothing_is_still_memory(void **state)
{
	void *memory = xmalloc(0);
	void *zeroed = xcalloc(0, 8);

	(void)state;
	assert_non_null(memory);
	assert_non_null(zeroed);
	memory = xrealloc(memory, 0);
	assert_non_null(memory);
	free(memory);
	free(zeroed);
}

static void xcalloc_gives_zeroes(void **state)
{
	unsigned char *memory = xcalloc(16, 16);
	size_t i;

	(void)state;
	for (i = 0; i < 256; i++)
		assert_int_equal(memory[i], 0);
	free(memory);
}

static void xrealloc_keeps_the_content(void **state)
{
	char *text = xmalloc(4);

	(void)state;
	memcpy(text, "abc", 4);
	text = xrealloc(text, 100000);
	assert_string_equal(text, "abc");
	free(text);
}

static void lack_of_memory_aborts(void **state)
{
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		(void)signal(SIGABRT, SIG_DFL);
		(void)close(STDERR_FILENO);
		memory_exhausted(1);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void json_works_with_our_functions(void **state)
{
	json_t *json;

	(void)state;
	json_memory_init();
	json = json_pack("{s:s, s:[i, i]}", "name", "Ann", "numbers", 1, 2);
	assert_string_equal(json_string_value(json_object_get(json, "name")), "Ann");
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_still_memory),
		cmocka_unit_test(xcalloc_gives_zeroes),
		cmocka_unit_test(xrealloc_keeps_the_content),
		cmocka_unit_test(lack_of_memory_aborts),
		cmocka_unit_test(json_works_with_our_functions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
