#include "money/decimal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/test_base.h"
#include "../../support/test_table.h"

static struct decimal read_text(struct op *op, const char *text)
{
	struct decimal decimal = { -1, -1 };

	if (!decimal_read(keep(op, json_loads(text, JSON_DECODE_ANY, NULL)), &decimal))
		fail_msg("%s", text);
	return decimal;
}

static void a_number_is_read_as_it_was_written(void **state)
{
	static const struct { const char *text; int64_t coefficient; int scale; } ROWS[] = {
		{ "0", 0, 0 },
		{ "0.0", 0, 0 },
		{ "-0.0", 0, 0 },
		{ "1", 1, 0 },
		{ "1.0", 1, 0 },
		{ "-1", -1, 0 },
		{ "0.1", 1, 1 },
		{ "0.07", 7, 2 },
		{ "0.19", 19, 2 },
		{ "0.190", 19, 2 },
		{ "-0.19", -19, 2 },
		{ "0.29", 29, 2 },
		{ "0.57", 57, 2 },
		{ "0.077", 77, 3 },
		{ "0.08875", 8875, 5 },
		{ "1.9e-1", 19, 2 },
		{ "19e-2", 19, 2 },
		{ "0.00001", 1, 5 },
		{ "1e-7", 1, 7 },
		{ "0.000000000000000001", 1, 18 },
		{ "0.000000000123456789", 123456789, 18 },
		{ "0.123456789012345", 123456789012345, 15 },
		{ "0.999999999999999", 999999999999999, 15 },
		{ "123456789.012345", 123456789012345, 6 },
		{ "1e3", 1000, 0 },
		{ "1.5e18", 1500000000000000000, 0 },
		{ "9223372036854775807", INT64_MAX, 0 },
		{ "-9223372036854775808", INT64_MIN, 0 },
		/* more than 15 digits: rounded to 15 */
		{ "0.1234567890123456", 123456789012346, 15 },
		{ "0.30000000000000004", 3, 1 },
	};
	struct op *op = *state;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct decimal decimal = read_text(op, ROWS[i].text);

		if (decimal.coefficient != ROWS[i].coefficient || decimal.scale != ROWS[i].scale)
			fail_msg("%s: %lld / 10^%d", ROWS[i].text, (long long)decimal.coefficient,
			         decimal.scale);
	}
}

static void a_decimal_has_64_bits_and_18_places(void **state)
{
	static const char *const ROWS[] = { "1e19",    "-1e19", "1e300",   "9.3e18", "1e-19",
		                                "1.5e-18", "1e-300", "\"0.19\"", "true",   "null",
		                                "[]",      "{}" };
	struct op *op = *state;
	struct decimal decimal;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (decimal_read(keep(op, json_loads(ROWS[i], JSON_DECODE_ANY, NULL)), &decimal))
			fail_msg("%s", ROWS[i]);
	assert_false(decimal_read(NULL, &decimal));
}

static void every_rate_of_four_places_is_read_exactly(void **state)
{
	struct op *op = *state;
	char text[16];

	for (int i = 0; i <= 10000; i++) {
		snprintf(text, sizeof text, "%d.%04d", i / 10000, i % 10000);
		assert_int_equal(
			decimal_compare(read_text(op, text), (struct decimal){ .coefficient = i, .scale = 4 }),
			0);
	}
}

static void decimals_compare_by_value(void **state)
{
	(void)state;
	assert_int_equal(decimal_compare((struct decimal){ 150, 2 }, (struct decimal){ 15, 1 }), 0);
	assert_int_equal(decimal_compare((struct decimal){ 15, 2 }, (struct decimal){ 15, 1 }), -1);
	assert_int_equal(decimal_compare((struct decimal){ 2, 0 }, (struct decimal){ 19, 1 }), 1);
	assert_int_equal(decimal_compare((struct decimal){ -2, 0 }, (struct decimal){ 19, 1 }), -1);
	assert_int_equal(decimal_compare((struct decimal){ 0, 5 }, (struct decimal){ 0, 0 }), 0);
	assert_int_equal(
		decimal_compare((struct decimal){ INT64_MAX, 0 }, (struct decimal){ INT64_MAX, 18 }), 1);
	assert_int_equal(
		decimal_compare((struct decimal){ INT64_MIN, 0 }, (struct decimal){ INT64_MIN, 18 }), -1);
}

static void decimals_add_exactly(void **state)
{
	struct decimal sum;

	(void)state;
	assert_true(decimal_add((struct decimal){ 1, 0 }, (struct decimal){ 19, 2 }, &sum));
	assert_int_equal(sum.coefficient, 119);
	assert_int_equal(sum.scale, 2);
	assert_true(decimal_add((struct decimal){ 1, 1 }, (struct decimal){ 2, 1 }, &sum));
	assert_int_equal(decimal_compare(sum, (struct decimal){ 3, 1 }), 0);
	assert_true(decimal_add((struct decimal){ 1, 0 }, (struct decimal){ 1, 18 }, &sum));
	assert_int_equal(sum.coefficient, 1000000000000000001);
	assert_false(decimal_add((struct decimal){ 10, 0 }, (struct decimal){ 1, 18 }, &sum));
	assert_false(decimal_add((struct decimal){ INT64_MAX, 0 }, (struct decimal){ 1, 0 }, &sum));
	assert_false(decimal_add((struct decimal){ INT64_MIN, 0 }, (struct decimal){ -1, 0 }, &sum));
}

static void a_scale_can_grow(void **state)
{
	int64_t coefficient;

	(void)state;
	assert_true(decimal_rescale((struct decimal){ 19, 2 }, 2, &coefficient));
	assert_int_equal(coefficient, 19);
	assert_true(decimal_rescale((struct decimal){ -19, 2 }, 5, &coefficient));
	assert_int_equal(coefficient, -19000);
	assert_false(decimal_rescale((struct decimal){ 10, 0 }, 18, &coefficient));
}

static void rounding_modes_have_names(void **state)
{
	enum rounding_mode mode;

	(void)state;
	assert_string_equal(rounding_mode_name(ROUND_HALF_EVEN), "HalfEven");
	assert_string_equal(rounding_mode_name(ROUND_HALF_UP), "HalfUp");
	assert_string_equal(rounding_mode_name(ROUND_HALF_DOWN), "HalfDown");
	for (size_t i = 0; ROUNDING_MODES[i]; i++) {
		assert_true(rounding_mode_parse(ROUNDING_MODES[i], &mode));
		assert_string_equal(rounding_mode_name(mode), ROUNDING_MODES[i]);
	}
	assert_false(rounding_mode_parse("halfEven", &mode));
	assert_false(rounding_mode_parse("", &mode));
	assert_false(rounding_mode_parse(NULL, &mode));
}

static void round_row(struct op *op, const json_t *row)
{
	int64_t amount = doc_int(row, "amount");
	struct decimal number;

	for (size_t i = 0; ROUNDING_MODES[i]; i++) {
		const json_t *expected = json_object_get(row, ROUNDING_MODES[i]);
		enum rounding_mode mode = (enum rounding_mode)i;
		int64_t result = 0;
		bool fits = false;

		if (decimal_read(json_object_get(row, "over"), &number))
			fits = decimal_divide(amount, number, mode, &result);
		else if (decimal_read(json_object_get(row, "times"), &number))
			fits = decimal_multiply(amount, number, mode, &result);
		else
			fail_msg("%s", json_text(op, row));
		check_int(op, row, "whether it fits", fits, !json_is_null(expected));
		if (fits)
			check_int(op, row, ROUNDING_MODES[i], result, json_integer_value(expected));
	}
}

static void a_result_is_rounded_once_by_its_mode(void **state)
{
	for_each_row(*state, "rounding", round_row);
}

static void a_proportion_is_rounded_once_by_its_mode(void **state)
{
	static const struct { int64_t amount, numerator, denominator, even, up, down; } ROWS[] = {
		{ 101, 1, 2, 50, 51, 50 },
		{ 103, 1, 2, 52, 52, 51 },
		{ -101, 1, 2, -50, -51, -50 },
		{ 101, -1, 2, -50, -51, -50 },
		{ 101, 1, -2, -50, -51, -50 },
		{ -101, 1, -2, 50, 51, 50 },
		{ 100, 1, 3, 33, 33, 33 },
		{ 100, 2, 3, 67, 67, 67 },
		{ 0, 5, 7, 0, 0, 0 },
		{ INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX },
		{ INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN, INT64_MIN },
		{ INT64_MAX, 1, 2, 4611686018427387904, 4611686018427387904, 4611686018427387903 },
	};
	int64_t part;

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const int64_t expected[] = { ROWS[i].even, ROWS[i].up, ROWS[i].down };

		for (size_t mode = 0; ROUNDING_MODES[mode]; mode++) {
			assert_true(decimal_proportion(ROWS[i].amount, ROWS[i].numerator, ROWS[i].denominator,
			                               (enum rounding_mode)mode, &part));
			assert_int_equal(part, expected[mode]);
		}
	}
	assert_false(decimal_proportion(INT64_MAX, 2, 1, ROUND_HALF_EVEN, &part));
	assert_false(decimal_proportion(INT64_MIN, 1, -1, ROUND_HALF_EVEN, &part));
	assert_false(decimal_proportion(INT64_MIN, INT64_MIN, 1, ROUND_HALF_EVEN, &part));
}

static void up_and_down_enclose_even(void **state)
{
	uint64_t seed = 20240305;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		int64_t amount = (int64_t)draw(&seed, 2000001) - 1000000;
		struct decimal number = { (int64_t)draw(&seed, 20000) + 1, (int)draw(&seed, 5) };
		int64_t results[3];

		for (int mode = 0; mode < 3; mode++)
			assert_true(decimal_divide(amount, number, (enum rounding_mode)mode, &results[mode]));
		int64_t up = results[ROUND_HALF_UP];
		int64_t down = results[ROUND_HALF_DOWN];
		int64_t even = results[ROUND_HALF_EVEN];

		assert_true(even == up || even == down);
		assert_true(up == down || up - down == (amount < 0 ? -1 : 1));
		assert_true(up == down || even % 2 == 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(a_number_is_read_as_it_was_written),
		OP_TEST(a_decimal_has_64_bits_and_18_places),
		OP_TEST(every_rate_of_four_places_is_read_exactly),
		OP_TEST(decimals_compare_by_value),
		OP_TEST(decimals_add_exactly),
		OP_TEST(a_scale_can_grow),
		OP_TEST(rounding_modes_have_names),
		OP_TEST(a_result_is_rounded_once_by_its_mode),
		OP_TEST(a_proportion_is_rounded_once_by_its_mode),
		OP_TEST(up_and_down_enclose_even),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
