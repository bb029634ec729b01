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
	int64_t now_ms = clock_now_ms(clock);

	(void)state;
	/* time() may lag behind by a tick; nobody sets the clock back in the meantime. */
	assert_true(now_ms >= before_ms);
	assert_true(now_ms - before_ms < 60000);
	assert_true(system_now_ms() >= now_ms);
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
		cmocka_unit_test(monotonic_time_only_grows),
		cmocka_unit_test(destroy_accepts_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
