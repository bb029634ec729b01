#include "base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define UNDER_ASAN 1
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define UNDER_ASAN 1
#endif

#ifdef UNDER_ASAN
#include <sanitizer/asan_interface.h>
#endif

static void arena_memory_is_zeroed_and_aligned(void **state)
{
	struct arena *arena = arena_create();
	size_t bytes, i;

	(void)state;
	for (bytes = 0; bytes < 600; bytes++) {
		unsigned char *memory = arena_alloc(arena, bytes);

		assert_int_equal((uintptr_t)memory % _Alignof(max_align_t), 0);
		for (i = 0; i < bytes; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xFF, bytes);
	}
	arena_destroy(arena);
}

static void pieces_do_not_overlap(void **state)
{
	enum { PIECES = 3000 };
	struct arena *arena = arena_create();
	static unsigned char *pieces[PIECES];
	size_t i, k;

	(void)state;
	for (i = 0; i < PIECES; i++) {
		pieces[i] = arena_alloc(arena, i % 90);
		memset(pieces[i], (int)(i % 251), i % 90);
	}
	for (i = 0; i < PIECES; i++)
		for (k = 0; k < i % 90; k++)
			assert_int_equal(pieces[i][k], i % 251);
	arena_destroy(arena);
}

static void a_large_piece_leaves_the_chunk_in_use(void **state)
{
	struct arena *arena = arena_create();
	char *before = arena_alloc(arena, 16);
	unsigned char *large = arena_alloc(arena, 5000000);
	char *after = arena_alloc(arena, 16);

	(void)state;
	assert_int_equal(large[4999999], 0);
	large[4999999] = 1;
	assert_true(after > before && after - before < 100);
	arena_destroy(arena);
}

static void texts_are_copied(void **state)
{
	struct arena *arena = arena_create();
	char text[] = "abcdef";
	char *copy = arena_strdup(arena, text);
	char *start = arena_strndup(arena, text, 3);

	(void)state;
	text[0] = 'X';
	assert_string_equal(copy, "abcdef");
	assert_string_equal(start, "abc");
	assert_string_equal(arena_strndup(arena, NULL, 0), "");
	assert_null(arena_strdup(arena, NULL));
	arena_destroy(arena);
}

static void printf_formats_texts_of_any_length(void **state)
{
	struct arena *arena = arena_create();
	int width;

	(void)state;
	assert_string_equal(arena_printf(arena, "%s-%d", "a", 7), "a-7");
	for (width = 250; width < 260; width++) {
		char *text = arena_printf(arena, "%*d|", width, 5);

		assert_int_equal(strlen(text), width + 1);
		assert_int_equal(text[width], '|');
	}
	assert_int_equal(strlen(arena_printf(arena, "%100000d", 5)), 100000);
	arena_destroy(arena);
}

static char order[8];

static void note(void *letter)
{
	strncat(order, letter, 1);
}

static void deferred_releases_run_last_first(void **state)
{
	struct arena *arena = arena_create();
	char a[] = "a";
	char b[] = "b";
	char c[] = "c";

	(void)state;
	order[0] = '\0';
	arena_defer(arena, note, a);
	arena_defer(arena, note, b);
	arena_defer(arena, note, c);
	assert_string_equal(order, "");
	arena_destroy(arena);
	assert_string_equal(order, "cba");
}

static struct arena *deferring;

static void defer_more(void *letter)
{
	arena_defer(deferring, note, arena_strdup(deferring, letter));
}

static void a_release_may_use_the_arena_and_defer_more(void **state)
{
	char x[] = "x";

	(void)state;
	order[0] = '\0';
	deferring = arena_create();
	arena_defer(deferring, defer_more, x);
	arena_destroy(deferring);
	assert_string_equal(order, "x");
}

static void what_is_deferred_to_the_end_is_released_after_all_else(void **state)
{
	static char a[] = "a", b[] = "b", c[] = "c", d[] = "d";
	struct arena *arena = arena_create();

	(void)state;
	order[0] = '\0';
	arena_defer(arena, note, a);
	arena_defer_to_end(arena, note, b);
	arena_defer(arena, note, c);
	arena_defer_to_end(arena, note, d);
	arena_destroy(arena);
	assert_string_equal(order, "cadb");
}

static void a_sealed_arena_is_read_and_destroyed(void **state)
{
	struct arena *arena = arena_create_sealable(1000);
	size_t first = arena_bytes(arena);
	const char *text = arena_strdup(arena, "text");
	char *large = arena_alloc(arena, 100000);

	(void)state;
	large[99999] = 'x';
	assert_in_range(first, 1000, 2000);
	assert_in_range(arena_bytes(arena), first + 100000, first + 101000);
	arena_seal(arena);
	assert_string_equal(text, "text");
	assert_int_equal(large[99999], 'x');
	arena_destroy(arena);
}

static void destroy_accepts_null(void **state)
{
	(void)state;
	arena_destroy(NULL);
}

static void an_overrun_is_caught_under_asan(void **state)
{
	(void)state;
#ifdef UNDER_ASAN
	struct arena *arena = arena_create();
	size_t bytes;

	for (bytes = 1; bytes < 20000; bytes = bytes * 2 + 1) {
		char *memory = arena_alloc(arena, bytes);

		assert_false(__asan_address_is_poisoned(memory + bytes - 1));
		assert_true(__asan_address_is_poisoned(memory + bytes));
		assert_true(__asan_address_is_poisoned(memory - 1));
	}
	arena_destroy(arena);
#else
	skip();
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arena_memory_is_zeroed_and_aligned),
		cmocka_unit_test(pieces_do_not_overlap),
		cmocka_unit_test(a_large_piece_leaves_the_chunk_in_use),
		cmocka_unit_test(texts_are_copied),
		cmocka_unit_test(printf_formats_texts_of_any_length),
		cmocka_unit_test(deferred_releases_run_last_first),
		cmocka_unit_test(a_release_may_use_the_arena_and_defer_more),
		cmocka_unit_test(what_is_deferred_to_the_end_is_released_after_all_else),
		cmocka_unit_test(a_sealed_arena_is_read_and_destroyed),
		cmocka_unit_test(destroy_accepts_null),
		cmocka_unit_test(an_overrun_is_caught_under_asan),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
