#include "customer/customer_token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/random.h"
#include "customer/customer.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "resource/message.h"
#include "../../support/test_domain.h"
#include "../../support/test_query.h"

enum { MINUTE_MS = 60 * 1000 };

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

static const char *mint(struct op *op, const struct resource *customer, enum token_purpose purpose)
{
	return doc_text(customer_token_mint(op, customer, purpose, 10, false), "value");
}

/* Whose token is this? "" if it is refused, with the error recorded. */
static const char *owner(struct op *op, const char *value, enum token_purpose purpose)
{
	const struct resource *customer = customer_get_by_token(op, value, purpose);

	return customer ? customer->id : "";
}

static void assert_unknown(struct op *op, const char *value, enum token_purpose purpose)
{
	assert_string_equal(owner(op, value, purpose), "");
	assert_string_equal(test_error_message(op),
	                    arena_printf(op->arena, "The Customer with ID 'Token(%s)' was not found.",
	                                 value));
	assert_string_equal(test_take_error(op), "ResourceNotFound");
}

static void redeem(struct op *op, const char *value, enum token_purpose purpose)
{
	const struct resource *customer = customer_get_by_token(op, value, purpose);

	assert_non_null(customer);
	assert_true(customer_tokens_drop(op, customer->id, purpose));
}

static void a_token_is_represented_with_its_value(void **state)
{
	struct op *op = op_of(state);
	const struct resource *customer = test_customer(op, "a@x", NULL, NULL);
	const json_t *token = customer_token_mint(op, customer, TOKEN_OF_PASSWORD, 1440, true);

	assert_int_equal(strlen(doc_text(token, "value")), 40);
	assert_string_equal(doc_text(token, "customerId"), customer->id);
	assert_string_equal(doc_text(token, "createdAt"), "2023-11-14T22:13:20.000Z");
	assert_string_equal(doc_text(token, "expiresAt"), "2023-11-15T22:13:20.000Z");
	assert_true(doc_true(token, "invalidateOlderTokens"));
	assert_string_equal(doc_text(json_object_get(token, "createdBy"), "clientId"), "tests");
	assert_int_equal(customer->version, 1);
}

static void a_token_leads_to_its_customer(void **state)
{
	struct op *op = op_of(state);
	const struct resource *customer = test_customer(op, "a@x", NULL, NULL);

	assert_string_equal(owner(op, mint(op, customer, TOKEN_OF_EMAIL), TOKEN_OF_EMAIL),
	                    customer->id);
	assert_string_equal(owner(op, mint(op, customer, TOKEN_OF_PASSWORD), TOKEN_OF_PASSWORD),
	                    customer->id);
}

static void an_unknown_token_is_not_found(void **state)
{
	struct op *op = op_of(state);
	const char *value = mint(op, test_customer(op, "a@x", NULL, NULL), TOKEN_OF_EMAIL);

	assert_unknown(op, "", TOKEN_OF_EMAIL);
	assert_unknown(op, "x", TOKEN_OF_EMAIL);
	assert_unknown(op, "Zr8_kQ1xLw-3nT6yUe0PaVb5cHd7JfGi9mSoXt2R", TOKEN_OF_EMAIL);
	assert_unknown(op, arena_printf(op->arena, "%sA", value), TOKEN_OF_EMAIL);
	assert_unknown(op, value, TOKEN_OF_PASSWORD); /* nor one of the other kind */
	op->project = "elsewhere";
	assert_unknown(op, value, TOKEN_OF_EMAIL);
}

static void the_value_is_nowhere_in_the_database(void **state)
{
	struct op *op = op_of(state);
	const struct resource *customer = test_customer(op, "a@x", NULL, NULL);
	const char *value =
		doc_text(customer_token_mint(op, customer, TOKEN_OF_EMAIL, 61, false), "value");
	const struct query_page page = test_page(op, &MESSAGE_KIND, 500, 0);
	struct db_row *row;

	for (size_t i = 0; i < page.count; i++)
		assert_null(strstr(page.documents[i].text, value));
	assert_true(db_one(op, QUERY_CUSTOMER_TOKEN_GET,
	                   DB_VALUES(db_text(value), db_text("demo"), db_text("email")), &row));
	assert_null(row);
}

static void a_message_carries_the_value_of_short_lived_tokens_only(void **state)
{
	static const struct {
		int64_t ttl_minutes;
		bool with_value;
	} ROWS[] = { { 1, true }, { 60, true }, { 61, false } };
	struct op *op = op_of(state);
	const struct resource *customer = test_customer(op, "a@x", NULL, NULL);

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const char *value = doc_text(
			customer_token_mint(op, customer, TOKEN_OF_EMAIL, ROWS[i].ttl_minutes, false), "value");
		/* behind CustomerCreated */
		const char *text = test_page(op, &MESSAGE_KIND, 1, (int64_t)i + 1).documents[0].text;

		assert_non_null(strstr(text, "CustomerEmailTokenCreated"));
		assert_int_equal(strstr(text, value) != NULL, ROWS[i].with_value);
	}
}

static void a_token_lives_until_the_millisecond_it_expires(void **state)
{
	static const int64_t TTLS[] = { 1, 1440, 365 * 24 * 60 };
	struct test_op *test = *state;

	for (size_t i = 0; i < sizeof TTLS / sizeof *TTLS; i++) {
		int64_t end_ms = TEST_START_MS + TTLS[i] * MINUTE_MS;
		struct op *op = test_op_again(test, TEST_START_MS);
		const struct resource *customer =
			test_customer(op, arena_printf(op->arena, "%zu@x", i), NULL, NULL);
		const char *email = doc_text(
			customer_token_mint(op, customer, TOKEN_OF_EMAIL, TTLS[i], false), "value");
		const char *password = doc_text(
			customer_token_mint(op, customer, TOKEN_OF_PASSWORD, TTLS[i], false), "value");

		op = test_op_again(test, end_ms - 1);
		assert_string_equal(owner(op, email, TOKEN_OF_EMAIL), customer->id);
		op = test_op_again(test, end_ms);
		assert_string_equal(owner(op, email, TOKEN_OF_EMAIL), "");
		assert_string_equal(test_take_error(op), "ExpiredCustomerEmailToken");
		assert_string_equal(owner(op, password, TOKEN_OF_PASSWORD), "");
		assert_string_equal(test_take_error(op), "ExpiredCustomerPasswordToken");
	}
}

static void a_redeemed_token_and_all_others_of_its_kind_are_dead(void **state)
{
	struct op *op = op_of(state);
	const struct resource *customer = test_customer(op, "a@x", NULL, NULL);
	const struct resource *other = test_customer(op, "b@x", NULL, NULL);
	const char *earlier = mint(op, customer, TOKEN_OF_EMAIL);
	const char *others = mint(op, other, TOKEN_OF_EMAIL);
	const char *of_password = mint(op, customer, TOKEN_OF_PASSWORD);
	const char *redeemed = mint(op, customer, TOKEN_OF_EMAIL);
	const char *later = mint(op, customer, TOKEN_OF_EMAIL);

	redeem(op, redeemed, TOKEN_OF_EMAIL);
	assert_unknown(op, earlier, TOKEN_OF_EMAIL);
	assert_unknown(op, redeemed, TOKEN_OF_EMAIL);
	assert_unknown(op, later, TOKEN_OF_EMAIL);
	assert_string_equal(owner(op, others, TOKEN_OF_EMAIL), other->id);
	assert_string_equal(owner(op, of_password, TOKEN_OF_PASSWORD), customer->id);
}

static void minting_may_invalidate_what_came_before(void **state)
{
	struct op *op = op_of(state);
	const struct resource *customer = test_customer(op, "a@x", NULL, NULL);
	const struct resource *other = test_customer(op, "b@x", NULL, NULL);
	const char *first = mint(op, customer, TOKEN_OF_PASSWORD);
	const char *second = mint(op, customer, TOKEN_OF_PASSWORD);
	const char *others = mint(op, other, TOKEN_OF_PASSWORD);
	const char *of_email = mint(op, customer, TOKEN_OF_EMAIL);

	assert_string_equal(owner(op, first, TOKEN_OF_PASSWORD),
	                    customer->id); /* the second alone did it no harm */
	const char *third =
		doc_text(customer_token_mint(op, customer, TOKEN_OF_PASSWORD, 10, true), "value");

	assert_unknown(op, first, TOKEN_OF_PASSWORD);
	assert_unknown(op, second, TOKEN_OF_PASSWORD);
	assert_string_equal(owner(op, third, TOKEN_OF_PASSWORD), customer->id);
	assert_string_equal(owner(op, others, TOKEN_OF_PASSWORD), other->id);
	assert_string_equal(owner(op, of_email, TOKEN_OF_EMAIL), customer->id);
}

static void a_deleted_customers_tokens_are_unknown(void **state)
{
	struct op *op = op_of(state);
	struct resource *customer = test_customer(op, "a@x", NULL, NULL);
	const char *value = mint(op, customer, TOKEN_OF_PASSWORD);

	assert_true(kind_delete(op, customer));
	assert_unknown(op, value, TOKEN_OF_PASSWORD);
}

static void a_token_is_unknown_in_a_store_that_its_customer_is_not_of(void **state)
{
	struct op *op = op_of(state);
	const struct resource *customer = test_customer(op, "a@x", "berlin", NULL);
	const char *value = mint(op, customer, TOKEN_OF_EMAIL);

	op->store_key = "oslo";
	assert_unknown(op, value, TOKEN_OF_EMAIL);
	op->store_key = "berlin";
	assert_string_equal(owner(op, value, TOKEN_OF_EMAIL), customer->id);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_token_is_represented_with_its_value),
		TEST(a_token_leads_to_its_customer),
		TEST(an_unknown_token_is_not_found),
		TEST(the_value_is_nowhere_in_the_database),
		TEST(a_message_carries_the_value_of_short_lived_tokens_only),
		TEST(a_token_lives_until_the_millisecond_it_expires),
		TEST(a_redeemed_token_and_all_others_of_its_kind_are_dead),
		TEST(minting_may_invalidate_what_came_before),
		TEST(a_deleted_customers_tokens_are_unknown),
		TEST(a_token_is_unknown_in_a_store_that_its_customer_is_not_of),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
