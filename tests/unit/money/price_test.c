#include "money/price.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/timestamp.h"
#include "money/money.h"
#include "../../support/test_base.h"
#include "../../support/test_table.h"

static struct price_selection selection_of(struct op *op, const json_t *ask)
{
	const json_t *groups = json_object_get(ask, "groups");
	size_t count = json_array_size(groups);
	const char **ids = arena_alloc(op->arena, (count + 1) * sizeof *ids);
	const char *currency = doc_text(ask, "currency");
	struct price_selection selection = {
		.currency = currency ? currency : "EUR",
		.country = doc_text(ask, "country"),
		.customer_group_ids = ids,
		.customer_group_count = count,
		.channel_id = doc_text(ask, "channel"),
		.now_ms = op->now_ms,
	};

	for (size_t i = 0; i < count; i++)
		ids[i] = json_string_value(json_array_get(groups, i));
	if (doc_has(ask, "at"))
		assert_true(timestamp_parse(doc_text(ask, "at"), &selection.now_ms));
	return selection;
}

static void select_row(struct op *op, const json_t *row)
{
	const json_t *prices = json_object_get(row, "prices");
	const json_t *asks = json_object_get(row, "asks");

	for (size_t i = 0; i < json_array_size(asks); i++) {
		const json_t *ask = json_array_get(asks, i);
		struct price_selection selection = selection_of(op, ask);
		const json_t *price = price_select(prices, &selection);

		check_json(op, ask, doc_text(row, "name"),
		           price ? json_object_get(price, "id") : json_null(),
		           json_object_get(ask, "expect"));
	}
}

static void a_price_is_selected_by_scope_and_date(void **state)
{
	for_each_row(*state, "price_selection", select_row);
}

static void no_list_of_prices_is_no_price(void **state)
{
	const struct price_selection selection = { .currency = "EUR" };

	(void)state;
	assert_null(price_select(NULL, &selection));
}

static void unit_row(struct op *op, const json_t *row)
{
	const json_t *price = json_object_get(row, "price");
	const json_t *quantities = json_object_get(row, "quantities");

	for (size_t i = 0; i < json_array_size(quantities); i++) {
		const json_t *expected = json_array_get(quantities, i);
		int64_t quantity = doc_int(expected, "quantity");
		json_t *of_line = price_of_line_item(op, price, quantity);
		json_t *value = json_object_get(of_line, "value");

		check_int(op, row, "a unit", money_cents(price_unit_value(price, quantity)),
		          doc_int(expected, "unit"));
		check_int(op, row, "the value in the line", money_cents(value), doc_int(expected, "value"));
		assert_true(price_is_of_line_item(of_line, price, quantity));
		assert_false(price_is_of_line_item(NULL, price, quantity));
		/* What the line has says the same of a unit, and is the price but for its value. */
		check_int(op, row, "a unit of the line", money_cents(price_unit_value(of_line, quantity)),
		          doc_int(expected, "unit"));
		doc_set(of_line, "value", json_object_get(price, "value"));
		check_json(op, row, "the price in the line", of_line, price);
		assert_int_equal(price_is_of_line_item(of_line, price, quantity),
		                 doc_int(expected, "value") ==
		                     money_cents(json_object_get(price, "value")));
		doc_set_text(of_line, "country", "XX");
		assert_false(price_is_of_line_item(of_line, price, quantity));
	}
}

static void a_unit_costs_the_discounted_value_or_its_tier_or_the_value(void **state)
{
	for_each_row(*state, "unit_prices", unit_row);
}

static void a_lines_price_is_a_copy(void **state)
{
	struct op *op = *state;
	const json_t *price =
		keep(op, json_pack("{s:s, s:O, s:[{s:i, s:O}]}", "id", "p", "value",
	                       money_create(op, "EUR", 100), "tiers", "minimumQuantity", 2, "value",
	                       money_create(op, "EUR", 90)));
	const char *before = json_text(op, price);
	const json_t *of_line = price_of_line_item(op, price, 3);

	assert_string_equal(json_text(op, price), before);
	assert_int_equal(money_cents(json_object_get(of_line, "value")), 90);
	doc_set(json_object_get(of_line, "value"), "type", NULL);
	assert_int_equal(json_array_size(json_object_get(of_line, "tiers")), 1);
	assert_true(json_equal(json_object_get(of_line, "tiers"), json_object_get(price, "tiers")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(a_price_is_selected_by_scope_and_date),
		OP_TEST(no_list_of_prices_is_no_price),
		OP_TEST(a_unit_costs_the_discounted_value_or_its_tier_or_the_value),
		OP_TEST(a_lines_price_is_a_copy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
