#include "money/money.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "../../support/test_base.h"
#include "../../support/test_table.h"

static void cents_do_not_overflow_unseen(void **state)
{
	static const struct { char operation; int64_t a, b; bool fits; int64_t result; } ROWS[] = {
		{ '+', 1, 2, true, 3 },
		{ '+', -1, 1, true, 0 },
		{ '+', INT64_MAX, 0, true, INT64_MAX },
		{ '+', INT64_MAX, INT64_MIN, true, -1 },
		{ '+', INT64_MAX, 1, false, 0 },
		{ '+', INT64_MIN, -1, false, 0 },
		{ '-', 3, 5, true, -2 },
		{ '-', INT64_MIN, 0, true, INT64_MIN },
		{ '-', -1, INT64_MIN, true, INT64_MAX },
		{ '-', 0, INT64_MIN, false, 0 },
		{ '-', INT64_MIN, 1, false, 0 },
		{ '*', 1999, 3, true, 5997 },
		{ '*', INT64_MAX, 1, true, INT64_MAX },
		{ '*', INT64_MAX, 0, true, 0 },
		{ '*', INT64_MAX, -1, true, -INT64_MAX },
		{ '*', INT64_MIN, 1, true, INT64_MIN },
		{ '*', INT64_MIN, -1, false, 0 },
		{ '*', INT64_MAX, 2, false, 0 },
		{ '*', INT64_C(3037000500), INT64_C(3037000500), false, 0 },
	};
	struct op *op = *state;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		char operation = ROWS[i].operation;
		int64_t result = 0;
		bool fits = operation == '+'   ? money_add(op, ROWS[i].a, ROWS[i].b, &result)
		            : operation == '-' ? money_subtract(op, ROWS[i].a, ROWS[i].b, &result)
		                               : money_multiply(op, ROWS[i].a, ROWS[i].b, &result);

		assert_int_equal(fits, ROWS[i].fits);
		assert_int_equal(op_failed(op), !fits);
		if (fits)
			assert_int_equal(result, ROWS[i].result);
		else
			assert_int_equal(op->errors.items[0].code, ERROR_MONEY_OVERFLOW);
		op->errors = (struct api_errors){ 0 };
	}
}

static void a_document_has_four_members_in_order(void **state)
{
	static const struct { const char *currency; int64_t cents; const char *text; } ROWS[] = {
		{ "EUR", 1999,
		  "{\"type\":\"centPrecision\",\"currencyCode\":\"EUR\",\"centAmount\":1999,\"fractionDigits\":2}" },
		{ "JPY", 0, "{\"type\":\"centPrecision\",\"currencyCode\":\"JPY\",\"centAmount\":0,\"fractionDigits\":0}" },
		{ "KWD", -5, "{\"type\":\"centPrecision\",\"currencyCode\":\"KWD\",\"centAmount\":-5,\"fractionDigits\":3}" },
		{ "CZK0", 7, "{\"type\":\"centPrecision\",\"currencyCode\":\"CZK0\",\"centAmount\":7,\"fractionDigits\":0}" },
		{ "EUR", INT64_MAX,
		  "{\"type\":\"centPrecision\",\"currencyCode\":\"EUR\",\"centAmount\":9223372036854775807,\"fractionDigits\":"
		  "2}" },
		{ "EUR", INT64_MIN,
		  "{\"type\":\"centPrecision\",\"currencyCode\":\"EUR\",\"centAmount\":-9223372036854775808,"
		  "\"fractionDigits\":2}" },
	};
	struct op *op = *state;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const json_t *money = money_create(op, ROWS[i].currency, ROWS[i].cents);

		assert_string_equal(json_text(op, money), ROWS[i].text);
		assert_int_equal(money_cents(money), ROWS[i].cents);
		assert_string_equal(money_currency(money), ROWS[i].currency);
	}
}

static void a_member_is_made_only_if_it_is_another_amount(void **state)
{
	struct op *op = *state;
	json_t *doc = keep(op, json_object());

	assert_true(money_set(op, doc, "price", "EUR", 0));
	assert_false(money_set(op, doc, "price", "EUR", 0));
	const json_t *before = json_object_get(doc, "price");

	assert_ptr_equal(json_object_get(doc, "price"), before);
	assert_true(money_set(op, doc, "price", "EUR", 1));
	assert_true(money_set(op, doc, "price", "USD", 1));
	json_object_set(doc, "price",
	                money_create_precise(op, "USD", 1, (struct precise_amount){ 100, 4 }));
	assert_true(money_set(op, doc, "price", "USD", 1));
	assert_true(money_is(json_object_get(doc, "price"), "USD", 1));
	assert_false(money_is(NULL, "USD", 0));
}

static void what_is_no_money_has_no_cents(void **state)
{
	struct op *op = *state;

	assert_int_equal(money_cents(NULL), 0);
	assert_null(money_currency(NULL));
	assert_int_equal(money_cents(keep(op, json_string("5"))), 0);
	assert_null(money_currency(keep(op, json_object())));
}

static void money_compares_by_currency_and_cents(void **state)
{
	struct op *op = *state;
	const json_t *one = money_create(op, "EUR", 1);

	assert_true(money_equal(one, money_create(op, "EUR", 1)));
	assert_false(money_equal(one, money_create(op, "EUR", 2)));
	assert_false(money_equal(one, money_create(op, "USD", 1)));
	assert_false(money_equal(one, NULL));
	assert_false(money_equal(NULL, NULL));
	assert_int_equal(money_compare(one, money_create(op, "EUR", 2)), -1);
	assert_int_equal(money_compare(one, money_create(op, "EUR", 1)), 0);
	assert_int_equal(money_compare(one, money_create(op, "EUR", INT64_MIN)), 1);
}

/* -- drafts -- */

struct action {
	json_t *money;
};

static const struct shape_field ACTION_FIELDS[] = {
	{ "money", FIELD_CUSTOM, REQUIRED, offsetof(struct action, money), .decode = money_decode },
};
static const struct shape ACTION = { sizeof(struct action), 1, ACTION_FIELDS };

/* Decodes {"money": …}, as an action; NULL: recorded. */
static json_t *decode(struct op *op, const char *money)
{
	const struct json_path actions = { NULL, "actions" };
	const char *text = arena_printf(op->arena, "{\"money\":%s}", money);
	const json_t *json = keep(op, json_loads(text, 0, NULL));
	struct action action = { 0 };

	op->errors = (struct api_errors){ 0 };
	assert_non_null(json);
	return shape_decode(op, &ACTION, json, &actions, &action) ? action.money : NULL;
}

static void a_draft_becomes_a_document(void **state)
{
	static const struct { const char *draft; const char *currency; int64_t cents; } ROWS[] = {
		{ "{\"currencyCode\":\"EUR\",\"centAmount\":1999}", "EUR", 1999 },
		{ "{\"centAmount\":-5,\"currencyCode\":\"USD\"}", "USD", -5 },
		{ "{\"type\":\"centPrecision\",\"currencyCode\":\"EUR\",\"centAmount\":1}", "EUR", 1 },
		{ "{\"type\":null,\"currencyCode\":\"EUR\",\"centAmount\":1,\"fractionDigits\":null}", "EUR", 1 },
		{ "{\"type\":\"centPrecision\",\"currencyCode\":\"EUR\",\"centAmount\":1,\"fractionDigits\":2}", "EUR", 1 },
		{ "{\"currencyCode\":\"JPY\",\"centAmount\":100,\"fractionDigits\":0}", "JPY", 100 },
		{ "{\"currencyCode\":\"KWD\",\"centAmount\":100,\"fractionDigits\":3,\"more\":[]}", "KWD", 100 },
		{ "{\"currencyCode\":\"CZK0\",\"centAmount\":100}", "CZK0", 100 },
		{ "{\"currencyCode\":\"EUR\",\"centAmount\":9223372036854775807}", "EUR", INT64_MAX },
		{ "{\"currencyCode\":\"EUR\",\"centAmount\":-9223372036854775808}", "EUR", INT64_MIN },
	};
	struct op *op = *state;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const json_t *money = decode(op, ROWS[i].draft);

		if (!money)
			fail_msg("%s: %s", ROWS[i].draft, misfit(op));
		check_json(op, money, "the document", money,
		           money_create(op, ROWS[i].currency, ROWS[i].cents));
	}
}

static void a_misfit_is_named_where_it_stands(void **state)
{
	static const struct { const char *draft; const char *detail; } ROWS[] = {
		{ "5", "actions -> money: JSON object expected." },
		{ "[]", "actions -> money: JSON object expected." },
		{ "\"5 EUR\"", "actions -> money: JSON object expected." },
		{ "null", "actions -> money: Missing required value" },
		{ "{}", "actions -> money -> currencyCode: Missing required value" },
		{ "{\"centAmount\":5}", "actions -> money -> currencyCode: Missing required value" },
		{ "{\"currencyCode\":null,\"centAmount\":5}", "actions -> money -> currencyCode: Missing required value" },
		{ "{\"currencyCode\":\"EUR\"}", "actions -> money -> centAmount: Missing required value" },
		{ "{\"currencyCode\":\"eur\",\"centAmount\":5}",
		  "actions -> money -> currencyCode: Currency 'eur' not valid as ISO 4217 or custom currency code." },
		{ "{\"currencyCode\":\"\",\"centAmount\":5}",
		  "actions -> money -> currencyCode: Currency '' not valid as ISO 4217 or custom currency code." },
		{ "{\"currencyCode\":\"EURO\",\"centAmount\":5}",
		  "actions -> money -> currencyCode: Currency 'EURO' not valid as ISO 4217 or custom currency code." },
		{ "{\"currencyCode\":\"QQQ\",\"centAmount\":5}",
		  "actions -> money -> currencyCode: Currency 'QQQ' not valid as ISO 4217 or custom currency code." },
		{ "{\"currencyCode\":5,\"centAmount\":5}", "actions -> money -> currencyCode: JSON string expected." },
		{ "{\"currencyCode\":\"EUR\",\"centAmount\":\"5\"}",
		  "actions -> money -> centAmount: JSON Number in the range of a Long expected." },
		{ "{\"currencyCode\":\"EUR\",\"centAmount\":5.5}",
		  "actions -> money -> centAmount: JSON Number in the range of a Long expected." },
		{ "{\"currencyCode\":\"EUR\",\"centAmount\":5.0}",
		  "actions -> money -> centAmount: JSON Number in the range of a Long expected." },
		{ "{\"currencyCode\":\"EUR\",\"centAmount\":9223372036854775808.0}",
		  "actions -> money -> centAmount: JSON Number in the range of a Long expected." },
		{ "{\"currencyCode\":\"EUR\",\"centAmount\":true}",
		  "actions -> money -> centAmount: JSON Number in the range of a Long expected." },
		{ "{\"currencyCode\":\"EUR\",\"centAmount\":5,\"fractionDigits\":\"2\"}",
		  "actions -> money -> fractionDigits: JSON Number in the range of an Int expected." },
	};
	struct op *op = *state;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		assert_null(decode(op, ROWS[i].draft));
		assert_int_equal(op->errors.items[0].code, ERROR_INVALID_JSON_INPUT);
		assert_string_equal(misfit(op), ROWS[i].detail);
	}
	assert_null(decode(op, "{\"type\":\"euro\",\"currencyCode\":\"EUR\",\"centAmount\":5}"));
	assert_int_equal(op->errors.items[0].code, ERROR_INVALID_JSON_INPUT);
}

static void money_of_high_precision_is_refused(void **state)
{
	struct op *op = *state;

	assert_null(decode(op, "{\"type\":\"highPrecision\",\"currencyCode\":\"EUR\",\"preciseAmount\":"
	                       "12345,\"fractionDigits\":4}"));
	assert_int_equal(op->errors.items[0].code, ERROR_INVALID_INPUT);
	assert_non_null(strstr(op->errors.items[0].message, "highPrecision"));
}

static void precise_row(struct op *op, const json_t *row)
{
	const char *error = doc_text(row, "error");
	json_t *money = NULL;

	if (!typed_money_decode(op, json_object_get(row, "draft"), NULL, NULL, &money)) {
		check_json(op, row, "the error", json_object_get(json_array_get(json_object_get(
			errors_body(op, false), "errors"), 0), "code"), json_object_get(row, "error"));
		op->errors.count = 0;
		return;
	}
	assert_null(error);
	check_json(op, row, "the document", money, json_object_get(row, "money"));
}

static void typed_money_may_be_of_high_precision(void **state)
{
	for_each_row(*state, "precise_money", precise_row);
}

static void money_is_compared_with_all_its_digits(void **state)
{
	struct op *op = *state;
	const struct precise_amount less = { 10149, 4 };
	const struct precise_amount same = { 101000, 5 };
	const struct precise_amount least = { 1, 20 };
	json_t *cents = money_create(op, "EUR", 101);

	assert_true(money_compare(cents, money_create_precise(op, "EUR", 101, less)) < 0);
	assert_true(money_compare(money_create_precise(op, "EUR", 101, less), cents) > 0);
	assert_true(money_equal(cents, money_create_precise(op, "EUR", 101, same)));
	assert_false(money_equal(cents, money_create_precise(op, "EUR", 101, less)));
	assert_true(money_compare(money_create_precise(op, "EUR", 0, least), cents) < 0);
	assert_true(money_compare(cents, money_create_precise(op, "EUR", 0, least)) > 0);
}

static void fraction_digits_are_those_of_the_currency(void **state)
{
	struct op *op = *state;

	assert_null(
		decode(op, "{\"currencyCode\":\"EUR\",\"centAmount\":12345,\"fractionDigits\":3}"));
	assert_int_equal(op->errors.items[0].code, ERROR_INVALID_FIELD);
	assert_string_equal(op->errors.items[0].message,
	                    "The value '3' is not valid for field 'fractionDigits'.");
	assert_null(decode(op, "{\"currencyCode\":\"JPY\",\"centAmount\":1,\"fractionDigits\":2}"));
	assert_int_equal(op->errors.items[0].code, ERROR_INVALID_FIELD);
}

/* -- sharing -- */

static void share_row(struct op *op, const json_t *row)
{
	const json_t *weights = json_object_get(row, "weights");
	const json_t *expected = json_object_get(row, "parts");
	size_t count = json_array_size(weights);
	int64_t *parts = arena_alloc(op->arena, count * sizeof *parts);
	bool fits = money_share(op, doc_int(row, "amount"), ints_of(op, weights), count, parts);

	check_overflow(op, row, fits, expected);
	for (size_t i = 0; fits && i < count; i++)
		check_int(op, row, "a part", parts[i], int_at(expected, i));
}

static void an_amount_is_shared_by_weights(void **state)
{
	for_each_row(*state, "shares", share_row);
}

static void sharing_never_loses_a_cent(void **state)
{
	enum { MOST = 40 };
	struct op *op = *state;
	uint64_t seed = 4711;
	int64_t weights[MOST];
	int64_t parts[MOST];

	for (int run = 0; run < 5000; run++) {
		size_t count = 1 + draw(&seed, MOST);
		uint64_t largest = UINT64_C(1) << (1 + draw(&seed, 40));
		int64_t weight_sum = 0;
		int64_t part_sum = 0;

		for (size_t i = 0; i < count; i++) {
			weights[i] = (int64_t)draw(&seed, largest);
			weight_sum += weights[i];
		}
		int64_t amount = (int64_t)draw(&seed, (uint64_t)weight_sum + 1);

		assert_true(money_share(op, amount, weights, count, parts));
		for (size_t i = 0; i < count; i++) {
			assert_in_range(parts[i], 0, weights[i]);
			part_sum += parts[i];
		}
		assert_int_equal(part_sum, amount);
	}
}

static void equal_weights_differ_by_a_cent_at_most(void **state)
{
	static const int64_t WEIGHTS[7] = { 9, 9, 9, 9, 9, 9, 9 };
	struct op *op = *state;
	int64_t parts[7];

	for (int64_t amount = -50; amount <= 50; amount++) {
		assert_true(money_share(op, amount, WEIGHTS, 7, parts));
		for (size_t i = 1; i < 7; i++)
			assert_true(parts[i - 1] - parts[i] == 0 || parts[i - 1] - parts[i] == 1);
		assert_true(parts[0] - parts[6] <= 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(cents_do_not_overflow_unseen),
		OP_TEST(a_document_has_four_members_in_order),
		OP_TEST(a_member_is_made_only_if_it_is_another_amount),
		OP_TEST(what_is_no_money_has_no_cents),
		OP_TEST(money_compares_by_currency_and_cents),
		OP_TEST(a_draft_becomes_a_document),
		OP_TEST(a_misfit_is_named_where_it_stands),
		OP_TEST(money_of_high_precision_is_refused),
		OP_TEST(typed_money_may_be_of_high_precision),
		OP_TEST(money_is_compared_with_all_its_digits),
		OP_TEST(fraction_digits_are_those_of_the_currency),
		OP_TEST(an_amount_is_shared_by_weights),
		OP_TEST(sharing_never_loses_a_cent),
		OP_TEST(equal_weights_differ_by_a_cent_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
