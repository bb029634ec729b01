#include "auth/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/random.h"
#include "../../support/test_domain.h"

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* -- hashes and masks -- */

static void a_password_matches_its_own_hash_only(void **state)
{
	struct op *op = op_of(state);
	const char *hash = password_hash(op, "correct horse");

	assert_int_equal(strncmp(hash, "$argon2id$", 10), 0);
	assert_true(password_matches(op, hash, "correct horse"));
	assert_false(password_matches(op, hash, "correct hors"));
	assert_false(password_matches(op, hash, "Correct horse"));
	assert_false(password_matches(op, hash, ""));
	assert_string_not_equal(password_hash(op, "correct horse"), hash);
}

static void a_password_counts_in_all_its_bytes(void **state)
{
	struct op *op = op_of(state);
	char password[5001];

	memset(password, 'x', 5000);
	password[5000] = '\0';
	const char *hash = password_hash(op, password);

	assert_true(password_matches(op, hash, password));
	password[4999] = 'y';
	assert_false(password_matches(op, hash, password));
}

static void nobody_has_the_password_of_the_dummy_hash(void **state)
{
	static const char *const PASSWORDS[] = { "", "password", "dummy", "x" };

	for (size_t i = 0; i < sizeof PASSWORDS / sizeof *PASSWORDS; i++)
		assert_false(password_matches(op_of(state), NULL, PASSWORDS[i]));
}

/* What this process has used of the processor: unlike time, it does not grow while others work. */
static int64_t cpu_us(void)
{
	return (int64_t)clock() * 1000000 / CLOCKS_PER_SEC;
}

static int64_t cheapest_us(struct op *op, const char *hash)
{
	int64_t cheapest = INT64_MAX;

	for (int i = 0; i < 3; i++) {
		int64_t started_us = cpu_us();

		password_matches(op, hash, "a password");
		int64_t took_us = cpu_us() - started_us;

		if (took_us < cheapest)
			cheapest = took_us;
	}
	return cheapest;
}

static void nobody_takes_as_long_as_somebody(void **state)
{
	struct test_op *test = *state;

	test->env.password_cost = PASSWORD_COST_STANDARD;
	const char *hash = password_hash(&test->op, "another password");

	assert_non_null(strstr(hash, "$m=19456,t=2,p=1$"));
	int64_t somebody_us = cheapest_us(&test->op, hash);
	int64_t nobody_us = cheapest_us(&test->op, NULL);

	assert_true(nobody_us > somebody_us / 3 &&
	            nobody_us < somebody_us * 3); /* without a hash it would be a thousandth */
}

static void a_mask_shows_four_characters_that_change_with_the_hash(void **state)
{
	struct op *op = op_of(state);
	const char *mask = password_mask(op, "a hash");

	assert_int_equal(strlen(mask), 8);
	assert_int_equal(strncmp(mask, "****", 4), 0);
	assert_string_equal(password_mask(op, "a hash"), mask);
	assert_string_not_equal(password_mask(op, "another hash"), mask);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_password_matches_its_own_hash_only),
		TEST(a_password_counts_in_all_its_bytes),
		TEST(nobody_has_the_password_of_the_dummy_hash),
		TEST(nobody_takes_as_long_as_somebody),
		TEST(a_mask_shows_four_characters_that_change_with_the_hash),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
