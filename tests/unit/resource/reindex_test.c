#include "resource/reindex.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/allowance.h"
#include "base/guard.h"
#include "base/json_memory.h"
#include "document/doc.h"
#include "resource/index.h"
#include "resource/save.h"
#include "../../support/test_domain.h"

enum { THINGS = 300, VALUES = 2000, MOST_BYTES = 1024 * 1024 };

static const struct index_field INDEX[] = {
	{ .name = "key" },
	{ 0 },
};
static const struct index_field NO_INDEX[] = { { 0 } };

/* The kind as it was when things were stored, and as it is. */
static const struct resource_kind THING_BEFORE = { .name = "thing", .index = NO_INDEX };
static const struct resource_kind THING = { .name = "thing", .index = INDEX };
static const struct resource_kind *const ALL_KINDS[] = { &THING, NULL };

/* A document of some 10 KB, which take 100 when it is parsed. */
static void make_thing(struct op *op, int number)
{
	struct resource *thing = resource_start(op, &THING_BEFORE, NULL);
	json_t *values = json_array();
	char key[16];

	snprintf(key, sizeof key, "key-%d", number);
	doc_set_text(thing->doc, "key", key);
	for (int i = 0; i < VALUES; i++)
		json_array_append_new(values, json_integer(i));
	doc_put(thing->doc, "values", values);
	assert_true(resource_save(op, thing));
}

static void make_things(struct test_op *test)
{
	for (int i = 0; i < THINGS; i++) {
		struct op op = test->op;

		op.arena = arena_create();
		json_memory_enter(op.arena);
		make_thing(&op, i);
		json_memory_leave();
		op_drop_stale(&op);
		arena_destroy(op.arena);
	}
}

static void reindex_all(void *context)
{
	struct op *op = context;

	json_memory_enter(op->arena);
	assert_true(reindex(op));
	json_memory_leave();
}

static void a_large_database_is_reindexed_in_little_memory(void **state)
{
	struct test_op *test = *state;
	struct allowance allowance = { 0 };
	int64_t count = 0;

	test->env.kinds = ALL_KINDS;
	make_things(test);
	assert_true(resource_count(&test->op, &THING, "key", "key-299", &count));
	assert_int_equal(count, 0);
	arena_charge(test->op.arena, &allowance);
	assert_int_equal(guard_run(&allowance, reindex_all, &test->op), GUARD_RETURNED);
	print_message("%d documents: %zu KB\n", THINGS, allowance.most_bytes / 1024);
	assert_true(allowance.most_bytes < MOST_BYTES);
	assert_true(resource_count(&test->op, &THING, "key", "key-299", &count));
	assert_int_equal(count, 1);
	arena_charge(test->op.arena, NULL);
}

static int setup(void **state)
{
	json_memory_init();
	*state = test_op_create();
	return 0;
}

static int teardown(void **state)
{
	test_op_destroy(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_large_database_is_reindexed_in_little_memory, setup,
		                                teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
