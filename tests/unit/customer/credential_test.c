#include "customer/credential.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "auth/password.h"
#include "base/random.h"
#include "../../support/test_domain.h"

#define ALICE "alice@example.com"

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

/* -- verifying -- */

static void the_right_password_finds_the_customer(void **state)
{
	struct op *op = op_of(state);
	struct verified verified;
	struct resource *customer;

	assert_true(credential_verify(op, "Alice@EXAMPLE.com", "alice-pw", &verified));
	assert_non_null(verified.customer_id);
	assert_true(credential_customer(op, &verified, ALICE, &customer));
	assert_string_equal(customer->id, verified.customer_id);
}

static void a_wrong_password_and_an_unknown_email_look_the_same(void **state)
{
	static const struct {
		const char *email, *password;
	} ROWS[] = {
		{ ALICE, "wrong" },
		{ ALICE, "" },
		{ "nobody@example.com", "alice-pw" },
		{ "", "" },
	};
	struct op *op = op_of(state);

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		struct verified verified = { "?", "?" };
		struct resource *customer;

		assert_true(credential_verify(op, ROWS[i].email, ROWS[i].password, &verified));
		assert_null(verified.customer_id);
		assert_true(credential_customer(op, &verified, ROWS[i].email, &customer));
		assert_null(customer);
		assert_false(op_failed(op));
	}
}

static void a_check_does_not_count_once_the_password_has_changed(void **state)
{
	struct op *op = op_of(state);
	struct verified verified;
	struct resource *customer;
	bool is_current;

	assert_true(credential_verify(op, ALICE, "alice-pw", &verified));
	assert_true(credential_is_current(op, verified.customer_id, &verified, &is_current) &&
	            is_current);
	assert_true(credential_replace(op, verified.customer_id, password_hash(op, "alice-pw")));
	assert_true(credential_is_current(op, verified.customer_id, &verified, &is_current) &&
	            !is_current);
	assert_true(credential_customer(op, &verified, ALICE, &customer));
	assert_null(customer);
}

static void a_check_counts_for_its_own_customer_only(void **state)
{
	struct op *op = op_of(state);
	struct verified alice;
	struct resource *customer;

	assert_true(credential_verify(op, ALICE, "alice-pw", &alice));
	assert_true(credential_customer(op, &alice, "bob@example.com", &customer));
	assert_null(customer);
}

static void a_deleted_credential_matches_nothing(void **state)
{
	struct op *op = op_of(state);
	struct verified verified;

	assert_true(credential_verify(op, ALICE, "alice-pw", &verified));
	assert_true(credential_delete(op, verified.customer_id));
	assert_true(credential_verify(op, ALICE, "alice-pw", &verified));
	assert_null(verified.customer_id);
}

static void a_customer_of_a_store_signs_in_there_only(void **state)
{
	struct op *op = op_of(state);
	const struct resource *bound = test_customer(op, "bound@example.com", "berlin", NULL);
	struct verified verified;

	assert_true(credential_replace(op, bound->id, password_hash(op, "pw")));
	assert_true(credential_verify(op, "bound@example.com", "pw", &verified));
	assert_null(verified.customer_id);
	op->store_key = "oslo";
	assert_true(credential_verify(op, "bound@example.com", "pw", &verified));
	assert_null(verified.customer_id);
	op->store_key = "berlin";
	assert_true(credential_verify(op, "bound@example.com", "pw", &verified));
	assert_string_equal(verified.customer_id, bound->id);
	assert_true(credential_verify(op, ALICE, "alice-pw",
	                              &verified)); /* a global customer signs in everywhere */
	assert_non_null(verified.customer_id);
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
		TEST(the_right_password_finds_the_customer),
		TEST(a_wrong_password_and_an_unknown_email_look_the_same),
		TEST(a_check_does_not_count_once_the_password_has_changed),
		TEST(a_check_counts_for_its_own_customer_only),
		TEST(a_deleted_credential_matches_nothing),
		TEST(a_customer_of_a_store_signs_in_there_only),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
