/* Who waits is woken once: by what it waits for, by its time, or by the end. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/waiting.h"

enum { LONG_MS = 600 * 1000 };

struct sleeper {
	struct waiter waiter;
	atomic_int    woken;
};

static void wake(struct waiter *waiter)
{
	atomic_fetch_add(&((struct sleeper *)waiter)->woken, 1);
}

static struct sleeper sleeper_of(const char *topic, int64_t ms)
{
	return (struct sleeper){ .waiter = {
								 .wake = wake, .topic = topic, .until_ms = monotonic_ms() + ms } };
}

static void what_it_waits_for_wakes_it_and_nothing_else(void **state)
{
	struct waiting *waiting = waiting_create();
	struct sleeper shop = sleeper_of("shop", LONG_MS), other = sleeper_of("other", LONG_MS);
	struct sleeper timed = sleeper_of(NULL, LONG_MS);

	(void)state;
	waiting_add(waiting, &shop.waiter);
	waiting_add(waiting, &other.waiter);
	waiting_add(waiting, &timed.waiter);
	waiting_notify(waiting, "shop");
	assert_int_equal(atomic_load(&shop.woken), 1);
	assert_int_equal(atomic_load(&other.woken), 0);
	assert_int_equal(atomic_load(&timed.woken), 0);
	waiting_close(waiting);
	assert_int_equal(atomic_load(&shop.woken), 1);
	assert_int_equal(atomic_load(&other.woken), 1);
	assert_int_equal(atomic_load(&timed.woken), 1);
	waiting_destroy(waiting);
}

static void what_happened_after_it_looked_wakes_it_at_once(void **state)
{
	struct waiting *waiting = waiting_create();
	struct sleeper shop = sleeper_of("shop", LONG_MS);

	(void)state;
	shop.waiter.seen = waiting_count(waiting);
	waiting_notify(waiting, "shop");
	waiting_add(waiting, &shop.waiter);
	assert_int_equal(atomic_load(&shop.woken), 1);
	waiting_close(waiting);
	waiting_destroy(waiting);
}

static void its_time_wakes_it_also_if_a_later_one_came_first(void **state)
{
	struct waiting *waiting = waiting_create();
	struct sleeper late = sleeper_of(NULL, LONG_MS), soon = sleeper_of("shop", 20);

	(void)state;
	waiting_add(waiting, &late.waiter);
	waiting_add(waiting, &soon.waiter);
	while (!atomic_load(&soon.woken))
		(void)sched_yield();
	assert_true(monotonic_ms() >= soon.waiter.until_ms);
	assert_int_equal(atomic_load(&late.woken), 0);
	waiting_close(waiting);
	waiting_destroy(waiting);
}

static void nobody_waits_after_the_end(void **state)
{
	struct waiting *waiting = waiting_create();
	struct sleeper shop = sleeper_of("shop", LONG_MS);

	(void)state;
	waiting_close(waiting);
	waiting_add(waiting, &shop.waiter);
	assert_int_equal(atomic_load(&shop.woken), 1);
	waiting_destroy(waiting);
	waiting_close(NULL);
	waiting_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_it_waits_for_wakes_it_and_nothing_else),
		cmocka_unit_test(what_happened_after_it_looked_wakes_it_at_once),
		cmocka_unit_test(its_time_wakes_it_also_if_a_later_one_came_first),
		cmocka_unit_test(nobody_waits_after_the_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
