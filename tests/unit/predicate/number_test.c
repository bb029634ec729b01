#include "number_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct number read_number_text(const char *text)
{
	struct number number;

	if (!number_read(text, strlen(text), &number))
		fail_msg("'%s' was refused", text);
	return number;
}

/* -1, 0 or 1, the same in both directions. */
static int compare(const char *a, const char *b)
{
	const struct number left = read_number_text(a);
	const struct number right = read_number_text(b);
	int order = number_compare(&left, &right);
	int back = number_compare(&right, &left);

	assert_int_equal((order > 0) - (order < 0), (back < 0) - (back > 0));
	return (order > 0) - (order < 0);
}

static void one_number_has_many_spellings(void **state)
{
	(void)state;
	assert_int_equal(compare("1250", "1250.0"), 0);
	assert_int_equal(compare("1250", "1.25e3"), 0);
	assert_int_equal(compare("1250", "12500E-1"), 0);
	assert_int_equal(compare("0.00125", "1.25e-3"), 0);
	assert_int_equal(compare("10.10", "10.1"), 0);
	assert_int_equal(compare("-0.5", "-5e-1"), 0);
	assert_int_equal(compare("100e+00000000000000000000000001", "1000"), 0);
}

static void zero_has_neither_sign_nor_size(void **state)
{
	(void)state;
	assert_int_equal(compare("0", "-0"), 0);
	assert_int_equal(compare("0.000", "0e999999999999999999999"), 0);
	assert_int_equal(compare("0", "1e-999999999999999999999"), -1);
	assert_int_equal(compare("-1e-999999999999999999999", "0"), -1);
}

static void numbers_are_in_order(void **state)
{
	static const char *const ORDER[] = {
		"-1e999999999999999999999",
		"-1e3",
		"-999.9",
		"-1",
		"-0.1",
		"-0.09",
		"0",
		"0.09",
		"0.1",
		"0.11",
		"1",
		"9",
		"9.9",
		"10",
		"10.01",
		"10.1",
		"99",
		"100",
		"1e3",
		"1e999999999999999999999",
	};
	const size_t count = sizeof ORDER / sizeof ORDER[0];

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++)
			assert_int_equal(compare(ORDER[i], ORDER[j]), (i > j) - (i < j));
}

static void no_digit_is_lost(void **state)
{
	(void)state;
	assert_int_equal(compare("9007199254740993", "9007199254740992"), 1);
	assert_int_equal(compare("0.1000000000000000000000000000000001", "0.1"), 1);
	assert_int_equal(compare("123456789012345678901234567890.5", "123456789012345678901234567890"),
	                 1);
}

static void what_is_no_number_is_refused(void **state)
{
	static const char *const TEXTS[] = {
		"", "-", "+1", "01", "-01", ".5", "5.", "5.e1", "1e", "1e+", "1e1.5", "1 ", " 1", "1x",
		"0x1", "--1", "1-", "e1", "NaN", "1.2.3", "1e5e5",
	};
	struct number number;

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof TEXTS[0]; i++)
		if (number_read(TEXTS[i], strlen(TEXTS[i]), &number))
			fail_msg("'%s' was read", TEXTS[i]);
}

static void digits_are_counted_without_zeroes_at_the_ends(void **state)
{
	static const struct {
		const char *text;
		size_t      digits;
	} ROWS[] = {
		{ "0", 0 },      { "0.00", 0 },   { "1", 1 },    { "1000", 1 },
		{ "0.0010", 1 }, { "10.01", 4 },  { "1e9", 1 },  { "0.10000000000000001", 17 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
		const struct number number = read_number_text(ROWS[i].text);

		assert_int_equal(number_digits(&number), ROWS[i].digits);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_number_has_many_spellings),
		cmocka_unit_test(zero_has_neither_sign_nor_size),
		cmocka_unit_test(numbers_are_in_order),
		cmocka_unit_test(no_digit_is_lost),
		cmocka_unit_test(what_is_no_number_is_refused),
		cmocka_unit_test(digits_are_counted_without_zeroes_at_the_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
