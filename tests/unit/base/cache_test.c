#include "base/cache.h"

#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/random.h"

static void put(struct cache *cache, const char *key, const char *value)
{
	cache_put(cache, key, cache_epoch(cache), value, strlen(value));
}

/* Is the value of a key this one? NULL: is the key unknown? */
static bool holds(struct cache *cache, const char *key, const char *expected)
{
	struct arena *arena = arena_create();
	char *value = NULL;
	size_t bytes = 0;
	bool found = cache_get(cache, arena, key, &value, &bytes);
	bool right = found == (expected != NULL);

	if (found && expected)
		right = bytes == strlen(expected) && strcmp(value, expected) == 0;
	arena_destroy(arena);
	return right;
}

static void what_was_put_is_found(void **state)
{
	struct cache *cache = cache_create(100000);

	(void)state;
	assert_true(holds(cache, "a", NULL));
	put(cache, "a", "one");
	put(cache, "b", "");
	assert_true(holds(cache, "a", "one"));
	assert_true(holds(cache, "b", ""));
	assert_true(holds(cache, "", NULL));
	put(cache, "a", "another");
	assert_true(holds(cache, "a", "another"));
	cache_destroy(cache);
}

static void a_value_is_bytes_and_ends_with_nul(void **state)
{
	struct cache *cache = cache_create(100000);
	struct arena *arena = arena_create();
	char *value;
	size_t bytes;

	(void)state;
	cache_put(cache, "k", cache_epoch(cache), "a\0b", 3);
	assert_true(cache_get(cache, arena, "k", &value, &bytes));
	assert_int_equal(bytes, 3);
	assert_memory_equal(value, "a\0b", 4);
	arena_destroy(arena);
	cache_destroy(cache);
}

static void what_was_removed_is_gone(void **state)
{
	struct cache *cache = cache_create(100000);

	(void)state;
	put(cache, "a", "one");
	cache_remove(cache, "a");
	cache_remove(cache, "a");
	assert_true(holds(cache, "a", NULL));
	put(cache, "a", "two");
	assert_true(holds(cache, "a", "two"));
	cache_destroy(cache);
}

static void a_value_from_before_a_removal_is_not_stored(void **state)
{
	struct cache *cache = cache_create(100000);
	uint64_t epoch = cache_epoch(cache);

	(void)state;
	cache_remove(cache, "a"); /* which was not even there */
	assert_int_not_equal(cache_epoch(cache), epoch);
	cache_put(cache, "a", epoch, "stale", 5);
	assert_true(holds(cache, "a", NULL));
	cache_destroy(cache);
}

static void a_removal_does_not_disturb_most_other_keys(void **state)
{
	struct cache *cache = cache_create(1000000);
	uint64_t epoch = cache_epoch(cache);
	char key[] = "?";
	int stored = 0;

	(void)state;
	cache_remove(cache, "gone");
	for (key[0] = 'a'; key[0] <= 'z'; key[0]++) {
		cache_put(cache, key, epoch, "value", 5);
		stored += holds(cache, key, "value");
	}
	assert_in_range(stored, 24, 26); /* two of them may be neighbours of "gone", by chance */
	cache_destroy(cache);
}

static void a_cache_without_room_stays_empty(void **state)
{
	struct cache *cache = cache_create(0);

	(void)state;
	put(cache, "a", "one");
	assert_true(holds(cache, "a", NULL));
	cache_remove(cache, "a");
	cache_destroy(cache);
}

static void a_value_that_is_too_large_is_not_stored(void **state)
{
	struct cache *cache = cache_create(16 * 1000);
	char *large = calloc(1, 1001);

	(void)state;
	assert_non_null(large);
	memset(large, 'x', 1000);
	put(cache, "a", "small");
	put(cache, "b", large);
	assert_true(holds(cache, "b", NULL));
	assert_true(holds(cache, "a", "small"));
	free(large);
	cache_destroy(cache);
}

enum { KEYS = 20000 };

static void key_of(int number, char key[32])
{
	(void)snprintf(key, 32, "/demo/customers/%d", number);
}

static int count_held(struct cache *cache)
{
	char key[32];
	int held = 0;
	int i;

	for (i = 0; i < KEYS; i++) {
		key_of(i, key);
		held += holds(cache, key, key);
	}
	return held;
}

static void all_is_kept_while_there_is_room(void **state)
{
	struct cache *cache = cache_create(64 * 1024 * 1024);
	char key[32];
	int i;

	(void)state;
	for (i = 0; i < KEYS; i++) {
		key_of(i, key);
		put(cache, key, key);
	}
	assert_int_equal(count_held(cache), KEYS);
	for (i = 0; i < KEYS; i += 2) {
		key_of(i, key);
		cache_remove(cache, key);
	}
	assert_int_equal(count_held(cache), KEYS / 2);
	cache_destroy(cache);
}

static void a_full_cache_keeps_to_its_size(void **state)
{
	enum { CAPACITY = 512 * 1024 };
	struct cache *cache = cache_create(CAPACITY);
	char key[32];
	int held;
	int i;

	(void)state;
	for (i = 0; i < KEYS; i++) {
		key_of(i, key);
		put(cache, key, key);
	}
	held = count_held(cache);
	/* An entry takes 100 to 200 bytes. */
	assert_in_range(held, CAPACITY / 200, CAPACITY / 100);
	assert_true(holds(cache, key, key));
	cache_destroy(cache);
}

static void what_is_read_often_outlives_what_is_not(void **state)
{
	struct cache *cache = cache_create(256 * 1024);
	char key[32];
	int i;

	(void)state;
	put(cache, "hot", "value");
	for (i = 0; i < KEYS; i++) {
		assert_true(holds(cache, "hot", "value"));
		key_of(i, key);
		put(cache, key, key);
	}
	cache_destroy(cache);
}

/* An object that counts how often it was destroyed. */
struct counted {
	struct shared head;
	int           destroyed;
};

static void count_destroyed(struct shared *object)
{
	((struct counted *)object)->destroyed++;
}

static void an_object_lives_as_long_as_somebody_holds_it(void **state)
{
	struct cache *cache = cache_create(100000);
	struct counted counted = { .destroyed = 0 };

	(void)state;
	shared_init(&counted.head, count_destroyed);
	cache_share(cache, "a", cache_epoch(cache), &counted.head, 1000);
	shared_release(&counted.head);
	assert_ptr_equal(cache_hold(cache, "a"), &counted.head);
	cache_remove(cache, "a");
	assert_null(cache_hold(cache, "a"));
	assert_int_equal(counted.destroyed, 0);
	shared_release(&counted.head);
	assert_int_equal(counted.destroyed, 1);
	shared_release(NULL);
	cache_destroy(cache);
}

static void an_object_from_before_a_removal_is_not_stored(void **state)
{
	struct cache *cache = cache_create(100000);
	struct counted counted = { .destroyed = 0 };
	uint64_t epoch = cache_epoch(cache);

	(void)state;
	shared_init(&counted.head, count_destroyed);
	cache_remove(cache, "a");
	cache_share(cache, "a", epoch, &counted.head, 1000);
	assert_null(cache_hold(cache, "a"));
	assert_int_equal(counted.destroyed, 0);
	shared_release(&counted.head);
	assert_int_equal(counted.destroyed, 1);
	cache_destroy(cache);
}

static void objects_weigh_what_is_said(void **state)
{
	enum { COUNT = 1000, BYTES = 2000 };
	static struct counted counted[COUNT];
	struct cache *cache = cache_create(16 * 10 * BYTES);
	int destroyed = 0;

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		char key[16];

		snprintf(key, sizeof key, "%d", i);
		shared_init(&counted[i].head, count_destroyed);
		cache_share(cache, key, cache_epoch(cache), &counted[i].head, BYTES);
		shared_release(&counted[i].head);
	}
	for (int i = 0; i < COUNT; i++)
		destroyed += counted[i].destroyed;
	assert_in_range(COUNT - destroyed, 16 * 8, 16 * 10);
	shared_init(&counted[0].head, count_destroyed);
	cache_share(cache, "large", cache_epoch(cache), &counted[0].head, 11 * BYTES);
	assert_null(cache_hold(cache, "large"));
	cache_destroy(cache);
	for (int i = 1; i < COUNT; i++)
		assert_int_equal(counted[i].destroyed, 1);
}

static void destroy_accepts_null(void **state)
{
	(void)state;
	cache_destroy(NULL);
}

/* -- readers and a writer -- */

enum { READERS = 4, SHARED_KEYS = 40, WRITES = 20000 };

/* A database of numbers that only grow, so that a stale one is known by being too small. */
static struct {
	struct cache *cache;
	atomic_int    committed[SHARED_KEYS];
	atomic_int    announced[SHARED_KEYS]; /* what a client was told that was written */
	atomic_int    hits;
	atomic_int    stale;
	atomic_bool   done;
} world;

static void read_one(int number)
{
	struct arena *arena = arena_create();
	int announced = atomic_load(&world.announced[number]);
	char key[32];
	char *value;
	size_t bytes;
	int found;

	key_of(number, key);
	if (cache_get(world.cache, arena, key, &value, &bytes)) {
		memcpy(&found, value, sizeof(found));
		atomic_fetch_add(&world.hits, 1);
		if (bytes != sizeof(found) || found < announced)
			atomic_fetch_add(&world.stale, 1);
	} else {
		uint64_t epoch = cache_epoch(world.cache);

		found = atomic_load(&world.committed[number]);
		(void)sched_yield(); /* here the writer may come between */
		cache_put(world.cache, key, epoch, &found, sizeof(found));
	}
	arena_destroy(arena);
}

static void *read_always(void *seed)
{
	unsigned number = *(unsigned *)seed;

	while (!atomic_load(&world.done)) {
		number = number * 1103515245u + 12345u;
		read_one((int)((number >> 16) % SHARED_KEYS));
	}
	return NULL;
}

static void write_all(void)
{
	char key[32];
	int i;

	for (i = 1; i <= WRITES; i++) {
		int number = i * 7 % SHARED_KEYS;

		key_of(number, key);
		atomic_store(&world.committed[number], i);
		cache_remove(world.cache, key);
		atomic_store(&world.announced[number], i);
		if (i % 16 == 0)
			(void)sched_yield();
	}
}

static void no_reader_sees_a_value_older_than_the_last_removal(void **state)
{
	pthread_t readers[READERS];
	unsigned seeds[READERS];
	unsigned i;

	(void)state;
	/* So small that entries are evicted as well. */
	world.cache = cache_create(16 * 300);
	for (i = 0; i < READERS; i++) {
		seeds[i] = i + 1;
		(void)pthread_create(&readers[i], NULL, read_always, &seeds[i]);
	}
	while (atomic_load(&world.hits) == 0)
		(void)sched_yield();
	write_all();
	atomic_store(&world.done, true);
	for (i = 0; i < READERS; i++)
		(void)pthread_join(readers[i], NULL);
	assert_int_equal(atomic_load(&world.stale), 0);
	cache_destroy(world.cache);
}

static void clearing_forgets_all_and_turns_away_what_was_read_before(void **state)
{
	struct cache *cache = cache_create(1024 * 1024);
	struct arena *arena = arena_create();
	uint64_t epoch = cache_epoch(cache);
	char key[16];
	char *value;
	size_t bytes;

	(void)state;
	for (int i = 0; i < 500; i++) {
		snprintf(key, sizeof key, "k%d", i);
		cache_put(cache, key, epoch, "v", 1);
	}
	cache_clear(cache);
	for (int i = 0; i < 500; i++) {
		snprintf(key, sizeof key, "k%d", i);
		assert_false(cache_get(cache, arena, key, &value, &bytes));
		cache_put(cache, key, epoch, "old", 3);
		assert_false(cache_get(cache, arena, key, &value, &bytes));
		cache_put(cache, key, cache_epoch(cache), "new", 3);
		assert_true(cache_get(cache, arena, key, &value, &bytes));
	}
	arena_destroy(arena);
	cache_destroy(cache);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clearing_forgets_all_and_turns_away_what_was_read_before),
		cmocka_unit_test(what_was_put_is_found),
		cmocka_unit_test(a_value_is_bytes_and_ends_with_nul),
		cmocka_unit_test(what_was_removed_is_gone),
		cmocka_unit_test(a_value_from_before_a_removal_is_not_stored),
		cmocka_unit_test(a_removal_does_not_disturb_most_other_keys),
		cmocka_unit_test(a_cache_without_room_stays_empty),
		cmocka_unit_test(a_value_that_is_too_large_is_not_stored),
		cmocka_unit_test(all_is_kept_while_there_is_room),
		cmocka_unit_test(a_full_cache_keeps_to_its_size),
		cmocka_unit_test(what_is_read_often_outlives_what_is_not),
		cmocka_unit_test(an_object_lives_as_long_as_somebody_holds_it),
		cmocka_unit_test(an_object_from_before_a_removal_is_not_stored),
		cmocka_unit_test(objects_weigh_what_is_said),
		cmocka_unit_test(destroy_accepts_null),
		cmocka_unit_test(no_reader_sees_a_value_older_than_the_last_removal),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
