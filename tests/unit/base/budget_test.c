#include "base/budget.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/clock.h"
#include "../../support/test_base.h"

static void a_budget_of_zeros_has_no_limits(void **state)
{
	struct budget budget = { .end = BUDGET_OPEN };

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_true(budget_spend(&budget, UNITS_PER_MS));
	assert_int_equal(budget.spent, (int64_t)1000 * UNITS_PER_MS);
}

static void what_is_too_long_for_a_thread_is_told_by_the_work_alone(void **state)
{
	struct budget budget;

	(void)state;
	budget_begin(&budget, &(struct budget_limits){ .pause_units = 150 });
	assert_true(budget_spend(&budget, 100));
	assert_true(budget_spend(&budget, 49));
	assert_false(budget_spend(&budget, 1));
	assert_int_equal(budget.end, BUDGET_PAUSED);
}

static void the_time_limit_is_found_within_a_millisecond_of_work(void **state)
{
	struct budget budget;
	int64_t units = 0;

	(void)state;
	budget_begin(&budget, &(struct budget_limits){ .end_us = monotonic_us() - 1 });
	while (units <= UNITS_PER_MS && budget_spend(&budget, 10))
		units += 10;
	assert_true(units <= UNITS_PER_MS);
	assert_int_equal(budget.end, BUDGET_TIMED_OUT);
	budget_begin(&budget, &(struct budget_limits){ .end_us = monotonic_us() + 3600000000 });
	for (int i = 0; i < 1000; i++)
		assert_true(budget_spend(&budget, UNITS_PER_MS));
}

static void the_sign_to_stop_ends_it(void **state)
{
	atomic_bool stop = false;
	struct budget budget;

	(void)state;
	budget_begin(&budget, &(struct budget_limits){ .stop = &stop });
	assert_true(budget_spend(&budget, UNITS_PER_MS));
	atomic_store(&stop, true);
	assert_false(budget_spend(&budget, UNITS_PER_MS));
	assert_int_equal(budget.end, BUDGET_STOPPED);
}

static void a_budget_can_be_made_smaller_on_the_way(void **state)
{
	struct budget budget;

	(void)state;
	budget_begin(&budget, &(struct budget_limits){ .pause_units = 1000 });
	assert_true(budget_spend(&budget, 50));
	budget_tighten(&budget, 100);
	assert_true(budget_spend(&budget, 49));
	assert_false(budget_spend(&budget, 1));
}

static void an_end_stays(void **state)
{
	struct budget budget;

	(void)state;
	budget_begin(&budget, &(struct budget_limits){ .pause_units = 1 });
	assert_false(budget_spend(&budget, 1));
	budget.limits.pause_units = 0;
	assert_false(budget_spend(&budget, 0));
	budget_begin(&budget, &(struct budget_limits){ .pause_units = 0 });
	assert_true(budget_spend(&budget, 1));
}

static void each_end_has_its_error_recorded_once(void **state)
{
	struct op *op = *state;

	budget_begin(&op->budget, &(struct budget_limits){ .end_us = 1 });
	assert_false(op_spend(op, 1));
	assert_false(op_spend(op, 1));
	assert_int_equal(op->errors.count, 1);
	assert_int_equal(errors_status(&op->errors), 400);
	assert_non_null(strstr(error_body_text(op, false), "\"code\":\"QueryTimedOut\""));

	const atomic_bool stop = true;

	op->errors = (struct api_errors){ 0 };
	budget_begin(&op->budget, &(struct budget_limits){ .stop = &stop });
	assert_false(op_spend(op, 1));
	assert_int_equal(errors_status(&op->errors), 503);
}

static void what_failed_before_stays_the_reason(void **state)
{
	struct op *op = *state;

	fail_invalid_input(op, "no");
	budget_begin(&op->budget, &(struct budget_limits){ .pause_units = 1 });
	assert_false(op_spend(op, 1));
	assert_int_equal(op->errors.count, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_budget_of_zeros_has_no_limits),
		cmocka_unit_test(what_is_too_long_for_a_thread_is_told_by_the_work_alone),
		cmocka_unit_test(the_time_limit_is_found_within_a_millisecond_of_work),
		cmocka_unit_test(the_sign_to_stop_ends_it),
		cmocka_unit_test(a_budget_can_be_made_smaller_on_the_way),
		cmocka_unit_test(an_end_stays),
		OP_TEST(each_end_has_its_error_recorded_once),
		OP_TEST(what_failed_before_stays_the_reason),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
