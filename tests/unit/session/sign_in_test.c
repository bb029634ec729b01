#include "session/sign_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/password.h"
#include "base/random.h"
#include "customer/credential.h"
#include "document/doc.h"
#include "../../support/test_domain.h"

#define ALICE "alice@example.com"

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

static void the_right_password_finds_the_customer(void **state)
{
	struct op *op = op_of(state);
	struct verified verified;
	const json_t *customer;

	assert_true(sign_in_verify(op, "Alice@EXAMPLE.com", "alice-pw", &verified));
	assert_non_null(verified.customer_id);
	assert_true(sign_in_customer(op, &verified, ALICE, &customer));
	assert_string_equal(doc_text(customer, "id"), verified.customer_id);
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
		const json_t *customer;

		assert_true(sign_in_verify(op, ROWS[i].email, ROWS[i].password, &verified));
		assert_null(verified.customer_id);
		assert_true(sign_in_customer(op, &verified, ROWS[i].email, &customer));
		assert_null(customer);
		assert_false(op_failed(op));
	}
}

static void a_check_does_not_count_once_the_password_has_changed(void **state)
{
	struct op *op = op_of(state);
	struct verified verified;
	const json_t *customer;
	bool is_current;

	assert_true(sign_in_verify(op, ALICE, "alice-pw", &verified));
	assert_true(credential_is_current(op, verified.customer_id, &verified, &is_current) &&
	            is_current);
	assert_true(credential_replace(op, verified.customer_id, password_hash(op, "alice-pw")));
	assert_true(credential_is_current(op, verified.customer_id, &verified, &is_current) &&
	            !is_current);
	assert_true(sign_in_customer(op, &verified, ALICE, &customer));
	assert_null(customer);
}

static void a_check_counts_for_its_own_customer_only(void **state)
{
	struct op *op = op_of(state);
	struct verified alice;
	const json_t *customer;

	assert_true(sign_in_verify(op, ALICE, "alice-pw", &alice));
	assert_true(sign_in_customer(op, &alice, "bob@example.com", &customer));
	assert_null(customer);
}

static void a_deleted_credential_matches_nothing(void **state)
{
	struct op *op = op_of(state);
	struct verified verified;

	assert_true(sign_in_verify(op, ALICE, "alice-pw", &verified));
	assert_true(credential_delete(op, verified.customer_id));
	assert_true(sign_in_verify(op, ALICE, "alice-pw", &verified));
	assert_null(verified.customer_id);
}

static void a_customer_of_a_store_signs_in_there_only(void **state)
{
	struct op *op = op_of(state);
	const struct resource *bound = test_customer(op, "bound@example.com", "berlin", NULL);
	struct verified verified;

	assert_true(credential_replace(op, bound->id, password_hash(op, "pw")));
	assert_true(sign_in_verify(op, "bound@example.com", "pw", &verified));
	assert_null(verified.customer_id);
	op->store_key = "oslo";
	assert_true(sign_in_verify(op, "bound@example.com", "pw", &verified));
	assert_null(verified.customer_id);
	op->store_key = "berlin";
	assert_true(sign_in_verify(op, "bound@example.com", "pw", &verified));
	assert_string_equal(verified.customer_id, bound->id);
	assert_true(sign_in_verify(op, ALICE, "alice-pw",
	                              &verified)); /* a global customer signs in everywhere */
	assert_non_null(verified.customer_id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
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
