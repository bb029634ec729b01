#include "base/op.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/env.h"
#include "base/random.h"

struct fixture {
	struct env env;
	struct op  op;
};

static int setup(void **state)
{
	struct arena *arena = arena_create();
	struct fixture *fixture = arena_alloc(arena, sizeof *fixture);

	fixture->env = (struct env){ .cache = cache_create(100000) };
	fixture->op = (struct op){ .arena = arena, .env = &fixture->env };
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	cache_destroy(fixture->env.cache);
	arena_destroy(fixture->op.arena);
	return 0;
}

static void put(struct fixture *fixture, const char *key)
{
	cache_put(fixture->env.cache, key, cache_epoch(fixture->env.cache), "v", 1);
}

static bool holds(struct fixture *fixture, const char *key)
{
	char *value;
	size_t bytes;

	return cache_get(fixture->env.cache, fixture->op.arena, key, &value, &bytes);
}

static void a_run_starts_clean(void **state)
{
	struct fixture *fixture = *state;
	struct op *op = &fixture->op;

	op_begin(op, NULL, 1);
	fail_internal(op, "reason");
	op_forget(op, "key");
	op_begin(op, NULL, 1700000000123);
	assert_false(op_failed(op));
	assert_null(op->errors.reason);
	assert_null(op->stale);
	assert_true(op->now_ms == 1700000000123);
}

static void a_run_keeps_what_belongs_to_the_request(void **state)
{
	struct fixture *fixture = *state;
	struct op *op = &fixture->op;

	op->project = "demo";
	op->store_key = "berlin";
	op_begin(op, NULL, 1);
	assert_string_equal(op->project, "demo");
	assert_string_equal(op->store_key, "berlin");
	assert_ptr_equal(op->env, &fixture->env);
}

static void a_run_takes_the_epoch_before_it_reads(void **state)
{
	struct fixture *fixture = *state;
	struct op *op = &fixture->op;

	op_begin(op, NULL, 1);
	cache_remove(fixture->env.cache, "key");
	cache_put(fixture->env.cache, "key", op->epoch, "stale", 5);
	assert_false(holds(fixture, "key"));
	op_begin(op, NULL, 2);
	cache_put(fixture->env.cache, "key", op->epoch, "fresh", 5);
	assert_true(holds(fixture, "key"));
}

static void what_is_stale_leaves_the_cache_when_dropped_and_not_before(void **state)
{
	struct fixture *fixture = *state;
	struct op *op = &fixture->op;

	op_begin(op, NULL, 1);
	put(fixture, "a");
	put(fixture, "b");
	put(fixture, "c");
	op_forget(op, "a");
	op_forget(op, "b");
	assert_true(holds(fixture, "a"));
	op_drop_stale(op);
	assert_false(holds(fixture, "a"));
	assert_false(holds(fixture, "b"));
	assert_true(holds(fixture, "c"));
	assert_null(op->stale);
}

static void a_run_that_is_repeated_forgets_what_it_would_have_forgotten(void **state)
{
	struct fixture *fixture = *state;
	struct op *op = &fixture->op;

	op_begin(op, NULL, 1);
	put(fixture, "a");
	op_forget(op, "a");
	op_begin(op, NULL, 1);
	op_drop_stale(op);
	assert_true(holds(fixture, "a"));
}

static void what_is_kept_goes_with_the_arena(void **state)
{
	struct fixture *fixture = *state;
	struct op op = { .arena = arena_create(), .env = &fixture->env };
	json_t *json = json_object();

	json_incref(json);
	assert_ptr_equal(keep(&op, json), json);
	assert_int_equal(json->refcount, 2);
	arena_destroy(op.arena);
	assert_int_equal(json->refcount, 1);
	json_decref(json);
	assert_null(keep(&fixture->op, NULL));
}

static void json_text_is_compact(void **state)
{
	struct op *op = &((struct fixture *)*state)->op;

	assert_string_equal(json_text(op, keep(op, json_pack("{s:[i,b], s:s}", "a", 1, 1, "b",
	                                                     "\xc3\xa9\n"))),
	                    "{\"a\":[1,true],\"b\":\"\xc3\xa9\\n\"}");
	assert_string_equal(json_text(op, keep(op, json_string("x"))), "\"x\"");
	assert_string_equal(json_text(op, NULL), "null");
}

static void equal_values_have_equal_sorted_texts(void **state)
{
	struct op *op = &((struct fixture *)*state)->op;
	const json_t *value =
		keep(op, json_pack("{s:s, s:[{s:i, s:f}]}", "b", "x", "a", "d", 1, "c", 0.1));

	assert_string_equal(json_sorted_text(op, value), "{\"a\":[{\"c\":0.1,\"d\":1}],\"b\":\"x\"}");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_run_starts_clean),
		TEST(a_run_keeps_what_belongs_to_the_request),
		TEST(a_run_takes_the_epoch_before_it_reads),
		TEST(what_is_stale_leaves_the_cache_when_dropped_and_not_before),
		TEST(a_run_that_is_repeated_forgets_what_it_would_have_forgotten),
		TEST(what_is_kept_goes_with_the_arena),
		TEST(json_text_is_compact),
		TEST(equal_values_have_equal_sorted_texts),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
