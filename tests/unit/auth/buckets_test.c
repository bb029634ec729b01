#include "auth/buckets.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/random.h"

static const struct bucket_rate RATE = { 1000, 5, 10000 };
static const int64_t NOW = 1700000000000;

static int setup(void **state)
{
	*state = buckets_create();
	return 0;
}

static int teardown(void **state)
{
	buckets_destroy(*state);
	return 0;
}

static void count(struct buckets *buckets, const char *name, int times)
{
	for (int i = 0; i < times; i++)
		buckets_count(buckets, name, &RATE, NOW);
}

static void so_much_is_free_and_then_one_waits(void **state)
{
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, NOW), 0);
	count(*state, "a", 4);
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, NOW), 0);
	count(*state, "a", 1);
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, NOW), 1000);
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, NOW + 999), 1);
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, NOW + 1000), 0);
	assert_int_equal(buckets_wait_ms(*state, "b", &RATE, NOW), 0);
}

static void nobody_waits_longer_than_that(void **state)
{
	count(*state, "a", 100000);
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, NOW), RATE.most_ms);
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, NOW + 2 * RATE.most_ms), 0);
}

static void a_clock_that_is_set_back_locks_nobody_out(void **state)
{
	int64_t before = NOW - 3600 * 1000;

	count(*state, "a", 100);
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, before), RATE.most_ms);
	buckets_count(*state, "a", &RATE, before);
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, before + 2 * RATE.most_ms), 0);
}

static void who_did_nothing_for_long_is_clean(void **state)
{
	assert_true(buckets_is_clean(*state, "a", NOW));
	count(*state, "a", 2);
	assert_false(buckets_is_clean(*state, "a", NOW + 1999));
	assert_true(buckets_is_clean(*state, "a", NOW + 2000));
}

static void many_names_do_not_push_out_who_waits(void **state)
{
	char name[32];

	count(*state, "a", 100);
	for (int i = 0; i < 20000; i++) {
		snprintf(name, sizeof name, "name-%d", i);
		buckets_count(*state, name, &RATE, NOW);
	}
	assert_int_equal(buckets_wait_ms(*state, "a", &RATE, NOW), RATE.most_ms);
}

static void without_a_table_nobody_waits(void **state)
{
	(void)state;
	buckets_count(NULL, "a", &RATE, NOW);
	assert_int_equal(buckets_wait_ms(NULL, "a", &RATE, NOW), 0);
	assert_true(buckets_is_clean(NULL, "a", NOW));
	buckets_destroy(NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(so_much_is_free_and_then_one_waits),
		TEST(nobody_waits_longer_than_that),
		TEST(a_clock_that_is_set_back_locks_nobody_out),
		TEST(who_did_nothing_for_long_is_clean),
		TEST(many_names_do_not_push_out_who_waits),
		TEST(without_a_table_nobody_waits),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
