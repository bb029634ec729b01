#include "base/guard.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/allowance.h"
#include "base/arena.h"
#include "base/cache.h"
#include "base/json_memory.h"
#include "base/memory.h"
#include "base/text.h"

enum { MEGABYTE = 1024 * 1024 };

static void count(void *object)
{
	++*(int *)object;
}

/* Makes an arena for each step, and wants ever more. */
static void take_megabytes(void *context)
{
	int *steps = context;

	for (int i = 0; i < 100; i++) {
		struct arena *arena = arena_create();

		arena_defer(arena, count, &steps[1]);
		arena_alloc(arena, MEGABYTE);
		++steps[0];
	}
}

static void work_that_wants_more_than_its_allowance_ends_and_leaves_nothing(void **state)
{
	struct allowance allowance = { .limit_bytes = 10 * MEGABYTE };
	int steps[2] = { 0, 0 };

	(void)state;
	assert_int_equal(guard_run(&allowance, take_megabytes, steps), GUARD_OVER_LIMIT);
	assert_int_equal(steps[0], 9);
	assert_int_equal(steps[1], 10);
	assert_int_equal(allowance.held_bytes, 0);
	assert_in_range(allowance.most_bytes, 9 * MEGABYTE, 10 * MEGABYTE);
	assert_false(guard_is_on());
}

static void a_shared_pool_that_is_empty_is_a_lack_of_memory(void **state)
{
	struct memory_pool pool = { .limit_bytes = 5 * MEGABYTE };
	struct allowance allowance = { .pool = &pool };
	int steps[2] = { 0, 0 };

	(void)state;
	assert_int_equal(guard_run(&allowance, take_megabytes, steps), GUARD_NO_MEMORY);
	assert_int_equal(steps[0], 5); /* with what is free for everybody */
	assert_int_equal(atomic_load(&pool.held_bytes), 0);
}

static void an_allocation_that_fails_ends_guarded_work(void **state)
{
	int steps[2] = { 0, 0 };

	(void)state;
	memory_fail(4, 4);
	assert_int_equal(guard_run(NULL, take_megabytes, steps), GUARD_NO_MEMORY);
	assert_int_equal(memory_count(), 4);
	memory_fail(0, 0);
	assert_int_equal(steps[0], 1);
	assert_int_equal(steps[1], 2);
}

static void make_one(void *context)
{
	*(struct arena **)context = arena_create();
}

static void what_guarded_work_made_lives_on_when_it_returns(void **state)
{
	struct allowance allowance = { 0 };
	struct arena *arena = NULL;

	(void)state;
	assert_int_equal(guard_run(&allowance, make_one, &arena), GUARD_RETURNED);
	assert_string_equal(arena_strdup(arena, "still"), "still");
	assert_true(allowance.held_bytes > 0);
	arena_destroy(arena);
	assert_int_equal(allowance.held_bytes, 0);
}

static void fail_inside(void *context)
{
	int *steps = context;

	assert_int_equal(guard_run(NULL, take_megabytes, steps), GUARD_NO_MEMORY);
	assert_true(guard_is_on());
	steps[0] = 42;
}

static void only_the_innermost_work_ends(void **state)
{
	int steps[2] = { 0, 0 };

	(void)state;
	memory_fail(3, 3);
	assert_int_equal(guard_run(NULL, fail_inside, steps), GUARD_RETURNED);
	memory_fail(0, 0);
	assert_int_equal(steps[0], 42);
	assert_false(guard_is_on());
}

static void parse(void *context)
{
	struct arena *arena = context;

	json_memory_enter(arena);
	assert_non_null(
		json_loads("{\"names\":[\"Ann\",\"Bob\"],\"deep\":{\"deeper\":[1,2,3]}}", 0, NULL));
}

static void jansson_can_be_left_anywhere(void **state)
{
	struct allowance allowance = { 0 };
	struct arena *arena = arena_create();

	(void)state;
	arena_charge(arena, &allowance);
	allowance.limit_bytes = allowance.held_bytes; /* what it has, and no chunk more */
	enum guard_end end = GUARD_RETURNED;

	for (int i = 0; i < 100 && end == GUARD_RETURNED; i++)
		end = guard_run(&allowance, parse, arena);
	json_memory_leave();
	assert_int_equal(end, GUARD_OVER_LIMIT);
	arena_destroy(arena);
}

static void large_pieces_are_given_back(void **state)
{
	struct allowance allowance = { 0 };
	struct arena *arena = arena_create();
	struct text_buffer buffer = { .arena = arena };

	(void)state;
	arena_charge(arena, &allowance);
	for (int i = 0; i < 100000; i++)
		text_append(&buffer, "0123456789");
	assert_int_equal(buffer.bytes, 1000000);
	assert_in_range(allowance.held_bytes, 1000000, 1400000);
	arena_destroy(arena);
}

static void a_cache_without_memory_is_only_empty(void **state)
{
	struct cache *cache = cache_create(MEGABYTE);
	struct arena *arena = arena_create();
	char *value;
	size_t bytes;

	(void)state;
	memory_fail(1, UINT64_MAX);
	cache_put(cache, "key", cache_epoch(cache), "value", 5);
	memory_fail(0, 0);
	assert_false(cache_get(cache, arena, "key", &value, &bytes));
	cache_put(cache, "key", cache_epoch(cache), "value", 5);
	assert_true(cache_get(cache, arena, "key", &value, &bytes));
	assert_string_equal(value, "value");
	arena_destroy(arena);
	cache_destroy(cache);
}

struct asking {
	struct cache *cache;
	struct arena *arena;
};

static void get_large(void *context)
{
	struct asking *asking = context;
	char *value;
	size_t bytes;

	cache_get(asking->cache, asking->arena, "key", &value, &bytes);
}

static void a_reader_of_the_cache_without_memory_leaves_no_lock(void **state)
{
	static char large[MEGABYTE];
	struct asking asking = { cache_create(64 * MEGABYTE), arena_create() };
	char *value;
	size_t bytes;

	(void)state;
	cache_put(asking.cache, "key", cache_epoch(asking.cache), large, sizeof large);
	memory_fail(1, UINT64_MAX);
	assert_int_equal(guard_run(NULL, get_large, &asking), GUARD_NO_MEMORY);
	memory_fail(0, 0);
	assert_true(cache_get(asking.cache, asking.arena, "key", &value, &bytes));
	assert_int_equal(bytes, sizeof large);
	arena_destroy(asking.arena);
	cache_destroy(asking.cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(work_that_wants_more_than_its_allowance_ends_and_leaves_nothing),
		cmocka_unit_test(a_shared_pool_that_is_empty_is_a_lack_of_memory),
		cmocka_unit_test(an_allocation_that_fails_ends_guarded_work),
		cmocka_unit_test(what_guarded_work_made_lives_on_when_it_returns),
		cmocka_unit_test(only_the_innermost_work_ends),
		cmocka_unit_test(jansson_can_be_left_anywhere),
		cmocka_unit_test(large_pieces_are_given_back),
		cmocka_unit_test(a_cache_without_memory_is_only_empty),
		cmocka_unit_test(a_reader_of_the_cache_without_memory_leaves_no_lock),
	};

	json_memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
