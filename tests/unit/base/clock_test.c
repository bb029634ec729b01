#include "base/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include <cmocka.h>

static void a_clock_follows_the_system(void **state)
{
	struct clock *clock = clock_create();
	int64_t before_ms = (int64_t)time(NULL) * 1000;
	int64_t now_ms = clock_now_ms(clock, NULL);

	(void)state;
	/* time() may lag behind by a tick; nobody sets the clock back in the meantime. */
	assert_true(now_ms >= before_ms);
	assert_true(now_ms - before_ms < 60000);
	assert_true(system_now_ms() >= now_ms);
	clock_destroy(clock);
}

static void a_project_has_a_time_of_its_own(void **state)
{
	struct clock *clock = clock_create();
	const int64_t day_ms = 24 * 3600 * 1000;

	(void)state;
	assert_false(clock_is_in_use(clock));
	clock_set(clock, "shop", system_now_ms() + day_ms, false);
	assert_true(clock_is_in_use(clock));
	assert_true(clock_now_ms(clock, "shop") >= system_now_ms() + day_ms - 1000);
	assert_true(clock_now_ms(clock, "other") <= system_now_ms());
	clock_set(clock, "shop", day_ms, true);
	assert_int_equal(clock_now_ms(clock, "shop"), day_ms);
	assert_true(clock_get(clock, "shop").is_frozen);
	clock_clear(clock, "shop");
	assert_false(clock_get(clock, "shop").is_set);
	clock_clear(clock, "never");
	clock_destroy(clock);
}

static void monotonic_time_only_grows(void **state)
{
	int64_t last_us = monotonic_us();
	int64_t start_ms = monotonic_ms();
	int i;

	(void)state;
	for (i = 0; i < 10000; i++) {
		int64_t now_us = monotonic_us();

		assert_true(now_us >= last_us);
		last_us = now_us;
	}
	assert_true(monotonic_ms() >= start_ms);
	assert_true(monotonic_ms() >= last_us / 1000);
}

static void destroy_accepts_null(void **state)
{
	(void)state;
	clock_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_clock_follows_the_system),
		cmocka_unit_test(a_project_has_a_time_of_its_own),
		cmocka_unit_test(monotonic_time_only_grows),
		cmocka_unit_test(destroy_accepts_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
