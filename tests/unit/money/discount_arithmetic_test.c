#include "money/discount_arithmetic.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "money/money.h"
#include "../../support/test_base.h"
#include "../../support/test_table.h"

static json_t *discount(struct op *op, const char *id)
{
	return keep(op, json_pack("{s:s, s:s}", "typeId", "cart-discount", "id", id));
}

static void product_row(struct op *op, const json_t *row)
{
	int64_t cents = doc_int(row, "cents");
	int64_t left = doc_has(row, "relative")
	                   ? product_discount_relative(cents, doc_int(row, "relative"))
	                   : product_discount_absolute(cents, doc_int(row, "absolute"));

	check_int(op, row, "what is left", left, doc_int(row, "left"));
}

static void a_product_discount_rounds_half_down(void **state)
{
	for_each_row(*state, "product_discounts", product_row);
}

/* -- units -- */

/* Tables name cents, or the draft of a precise price. */
static json_t *fixed_price(struct op *op, const char *currency, const json_t *given)
{
	json_t *fixed = json_object_get(given, "fixed");
	json_t *price;

	if (json_is_integer(fixed))
		return money_create(op, currency, json_integer_value(fixed));
	assert_true(typed_money_decode(op, fixed, NULL, NULL, &price));
	return price;
}

static void apply(struct op *op, struct discounted_units *units, const json_t *given)
{
	enum rounding_mode mode = ROUND_HALF_EVEN;

	rounding_mode_parse(doc_text(given, "mode"), &mode);
	if (doc_has(given, "relative"))
		units_discount_relative(op, units, doc_int(given, "relative"), mode, discount(op, "d"));
	else if (doc_has(given, "fixed"))
		units_discount_fixed(op, units, fixed_price(op, units->currency, given), discount(op, "d"));
	else
		assert_true(
			units_discount_absolute(op, units, doc_int(given, "absolute"), discount(op, "d")));
}

/* [quantity, value, [discounted amounts]], as tables have it. */
static json_t *brief_group(struct op *op, const char *currency, const struct unit_group *group)
{
	const json_t *included = unit_group_included(op, currency, group);
	json_t *amounts = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(included); i++)
		json_array_append(amounts,
		                  json_object_get(json_object_get(json_array_get(included, i),
		                                                  "discountedAmount"),
		                                  "centAmount"));
	return keep(op, json_pack("[I, I, O]", (json_int_t)group->quantity, (json_int_t)group->value,
	                          amounts));
}

static void unit_row(struct op *op, const json_t *row)
{
	const json_t *discounts = json_object_get(row, "discounts");
	struct discounted_units units =
		units_start(op, doc_text(row, "currency"), doc_int(row, "quantity"),
	                doc_int(row, "unitPrice"));
	json_t *groups = keep(op, json_array());
	int64_t total;

	for (size_t i = 0; i < json_array_size(discounts); i++)
		apply(op, &units, json_array_get(discounts, i));
	for (size_t i = 0; i < units.count; i++)
		json_array_append(groups, brief_group(op, units.currency, &units.groups[i]));
	check_json(op, row, "the groups", groups, json_object_get(row, "groups"));
	assert_true(units_total(op, &units, &total));
	check_int(op, row, "the total", total, doc_int(row, "total"));
}

static void discounts_are_taken_off_units(void **state)
{
	for_each_row(*state, "unit_discounts", unit_row);
}

/* [quantity, cents, precise amount, [discounted precise amounts]] */
static json_t *brief_precise_group(struct op *op, const char *currency,
                                   const struct unit_group *group)
{
	const json_t *included = unit_group_included(op, currency, group);
	json_t *amounts = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(included); i++)
		json_array_append(amounts,
		                  json_object_get(json_object_get(json_array_get(included, i),
		                                                  "discountedAmount"),
		                                  "preciseAmount"));
	return keep(op, json_pack("[I, I, I, O]", (json_int_t)group->quantity, (json_int_t)group->value,
	                          (json_int_t)group->precise.amount, amounts));
}

static void precise_unit_row(struct op *op, const json_t *row)
{
	const json_t *discounts = json_object_get(row, "discounts");
	json_t *groups = keep(op, json_array());
	enum rounding_mode mode;
	json_t *price;
	int64_t total;

	assert_true(rounding_mode_parse(doc_text(row, "mode"), &mode));
	assert_true(typed_money_decode(op, json_object_get(row, "unitPrice"), NULL, NULL, &price));
	struct discounted_units units =
		units_start_with(op, doc_text(row, "currency"), doc_int(row, "quantity"), price, mode);

	for (size_t i = 0; i < json_array_size(discounts); i++)
		apply(op, &units, json_array_get(discounts, i));
	for (size_t i = 0; i < units.count; i++)
		json_array_append(groups, brief_precise_group(op, units.currency, &units.groups[i]));
	check_json(op, row, "the groups", groups, json_object_get(row, "groups"));
	assert_true(units_total(op, &units, &total));
	check_int(op, row, "the total", total, doc_int(row, "total"));
}

static void units_of_high_precision_are_discounted_precisely(void **state)
{
	for_each_row(*state, "precise_units", precise_unit_row);
}

static void a_line_lists_its_units_by_price(void **state)
{
	struct op *op = *state;
	struct discounted_units units = units_start(op, "EUR", 3, 1234);

	assert_string_equal(json_text(op, units_per_quantity(op, &units)), "[]");
	assert_true(units_discount_absolute(op, &units, 100, discount(op, "d-1")));
	assert_string_equal(
		json_text(op, units_per_quantity(op, &units)),
		"[{\"quantity\":1,\"discountedPrice\":{\"value\":{\"type\":\"centPrecision\",\"currencyCode\":\"EUR\","
		"\"centAmount\":1200,\"fractionDigits\":2},\"includedDiscounts\":[{\"discount\":{\"typeId\":"
		"\"cart-discount\",\"id\":\"d-1\"},\"discountedAmount\":{\"type\":\"centPrecision\",\"currencyCode\":\"EUR\","
		"\"centAmount\":34,\"fractionDigits\":2}}]}},{\"quantity\":2,\"discountedPrice\":{\"value\":{\"type\":"
		"\"centPrecision\",\"currencyCode\":\"EUR\",\"centAmount\":1201,\"fractionDigits\":2},\"includedDiscounts\":"
		"[{\"discount\":{\"typeId\":\"cart-discount\",\"id\":\"d-1\"},\"discountedAmount\":{\"type\":"
		"\"centPrecision\",\"currencyCode\":\"EUR\",\"centAmount\":33,\"fractionDigits\":2}}]}}]");
}

static void discounts_are_listed_in_the_order_in_which_they_came(void **state)
{
	struct op *op = *state;
	struct discounted_units units = units_start(op, "JPY", 1, 1000);

	units_discount_relative(op, &units, 1000, ROUND_HALF_EVEN, discount(op, "first"));
	units_discount_fixed(op, &units, money_create(op, units.currency, 2000),
	                     discount(op, "without effect"));
	units_discount_fixed(op, &units, money_create(op, units.currency, 500), discount(op, "second"));
	assert_string_equal(
		json_text(op, units_discounted_price(op, &units, 0)),
		"{\"value\":{\"type\":\"centPrecision\",\"currencyCode\":\"JPY\",\"centAmount\":500,\"fractionDigits\":0},"
		"\"includedDiscounts\":[{\"discount\":{\"typeId\":\"cart-discount\",\"id\":\"first\"},\"discountedAmount\":"
		"{\"type\":\"centPrecision\",\"currencyCode\":\"JPY\",\"centAmount\":100,\"fractionDigits\":0}},"
		"{\"discount\":{\"typeId\":\"cart-discount\",\"id\":\"second\"},\"discountedAmount\":{\"type\":"
		"\"centPrecision\",\"currencyCode\":\"JPY\",\"centAmount\":400,\"fractionDigits\":0}}]}");
}

static void units_without_a_share_are_listed_too(void **state)
{
	struct op *op = *state;
	struct discounted_units units = units_start(op, "EUR", 3, 1234);

	assert_true(units_discount_absolute(op, &units, 1, discount(op, "d")));
	const json_t *list = units_per_quantity(op, &units);
	const json_t *rest = json_object_get(json_array_get(list, 1), "discountedPrice");

	assert_int_equal(json_array_size(list), 2);
	assert_int_equal(doc_int(json_array_get(list, 1), "quantity"), 2);
	assert_int_equal(json_array_size(json_object_get(rest, "includedDiscounts")), 0);
}

static void a_line_that_costs_too_much_is_an_error(void **state)
{
	struct op *op = *state;
	struct discounted_units units = units_start(op, "EUR", 3, INT64_MAX / 2);
	int64_t total;

	assert_false(units_total(op, &units, &total));
	assert_false(units_discount_absolute(op, &units, 100, discount(op, "d")));
	assert_int_equal(op->errors.count, 2);
	assert_int_equal(op->errors.items[1].code, ERROR_MONEY_OVERFLOW);
}

static void a_price_below_zero_is_not_discounted(void **state)
{
	struct op *op = *state;
	struct discounted_units units = units_start(op, "EUR", 2, -100);

	units_discount_relative(op, &units, 5000, ROUND_HALF_EVEN, discount(op, "d"));
	units_discount_fixed(op, &units, money_create(op, units.currency, 50), discount(op, "d"));
	assert_true(units_discount_absolute(op, &units, 10, discount(op, "d")));
	assert_int_equal(units.count, 1);
	assert_int_equal(units.groups[0].value, -100);
	assert_string_equal(json_text(op, units_per_quantity(op, &units)), "[]");
}

static void taking_off_never_loses_a_cent(void **state)
{
	struct op *op = *state;
	uint64_t seed = 31337;

	for (int run = 0; run < 2000; run++) {
		int64_t quantity = 1 + (int64_t)draw(&seed, 30);
		int64_t price = (int64_t)draw(&seed, 3000);
		struct discounted_units units = units_start(op, "EUR", quantity, price);
		int64_t expected = quantity * price;

		for (uint64_t discounts = draw(&seed, 4); discounts > 0; discounts--) {
			int64_t amount = (int64_t)draw(&seed, 20000);
			int64_t total;

			assert_true(units_discount_absolute(op, &units, amount, discount(op, "d")));
			assert_true(units_total(op, &units, &total));
			expected = product_discount_absolute(expected, amount);
			assert_int_equal(total, expected);
		}
		int64_t units_left = quantity;

		for (size_t i = 0; i < units.count; i++) {
			const struct unit_group *group = &units.groups[i];
			const json_t *included = unit_group_included(op, units.currency, group);
			int64_t off = 0;

			for (size_t j = 0; j < json_array_size(included); j++)
				off += money_cents(
					json_object_get(json_array_get(included, j), "discountedAmount"));
			assert_int_equal(group->value + off, price);
			assert_in_range(group->value, 0, price);
			units_left -= group->quantity;
		}
		assert_int_equal(units_left, 0);
	}
}

/* -- lines -- */

static void share_row(struct op *op, const json_t *row)
{
	const json_t *totals = json_object_get(row, "totals");
	size_t count = json_array_size(totals);
	int64_t *parts = arena_alloc(op->arena, count * sizeof *parts);

	assert_true(
		discount_share(op, doc_int(row, "amount"), ints_of(op, totals), count, parts));
	for (size_t i = 0; i < count; i++)
		check_int(op, row, "a part", parts[i], int_at(json_object_get(row, "parts"), i));
}

static void an_amount_is_shared_among_lines(void **state)
{
	for_each_row(*state, "discount_shares", share_row);
}

static void lines_that_cost_too_much_together_are_an_error(void **state)
{
	static const int64_t TOTALS[] = { INT64_MAX, 1 };
	struct op *op = *state;
	int64_t parts[2];

	assert_false(discount_share(op, 100, TOTALS, 2, parts));
	assert_int_equal(op->errors.items[0].code, ERROR_MONEY_OVERFLOW);
}

static void a_line_is_never_below_zero(void **state)
{
	enum { MOST = 12 };
	struct op *op = *state;
	uint64_t seed = 8128;
	int64_t totals[MOST];
	int64_t parts[MOST];

	for (int run = 0; run < 5000; run++) {
		size_t count = 1 + draw(&seed, MOST);
		int64_t amount = (int64_t)draw(&seed, 10000);
		int64_t sum = 0;
		int64_t shared = 0;

		for (size_t i = 0; i < count; i++) {
			totals[i] = (int64_t)draw(&seed, 2000) - 200;
			sum += totals[i] > 0 ? totals[i] : 0;
		}
		assert_true(discount_share(op, amount, totals, count, parts));
		for (size_t i = 0; i < count; i++) {
			assert_in_range(parts[i], 0, totals[i] > 0 ? totals[i] : 0);
			shared += parts[i];
		}
		assert_int_equal(shared, amount < sum ? amount : sum);
	}
}

/* -- lines, by their units -- */

static void even_share_row(struct op *op, const json_t *row)
{
	const json_t *totals = json_object_get(row, "totals");
	size_t count = json_array_size(totals);
	int64_t *parts = arena_alloc(op->arena, count * sizeof *parts);

	assert_true(discount_share_evenly(op, doc_int(row, "amount"), ints_of(op, totals),
	                                  ints_of(op, json_object_get(row, "quantities")), count,
	                                  parts));
	for (size_t i = 0; i < count; i++)
		check_int(op, row, "a part", parts[i], int_at(json_object_get(row, "parts"), i));
}

static void an_amount_is_shared_evenly_among_units(void **state)
{
	for_each_row(*state, "discount_shares_even", even_share_row);
}

static void an_even_share_is_never_more_than_a_line(void **state)
{
	enum { MOST = 12 };
	struct op *op = *state;
	uint64_t seed = 496;
	int64_t totals[MOST];
	int64_t quantities[MOST];
	int64_t parts[MOST];

	for (int run = 0; run < 5000; run++) {
		size_t count = 1 + draw(&seed, MOST);
		int64_t amount = (int64_t)draw(&seed, 10000);
		int64_t sum = 0;
		int64_t shared = 0;

		for (size_t i = 0; i < count; i++) {
			totals[i] = (int64_t)draw(&seed, 2000) - 200;
			quantities[i] = 1 + (int64_t)draw(&seed, 9);
			sum += totals[i] > 0 ? totals[i] : 0;
		}
		assert_true(discount_share_evenly(op, amount, totals, quantities, count, parts));
		for (size_t i = 0; i < count; i++) {
			assert_in_range(parts[i], 0, totals[i] > 0 ? totals[i] : 0);
			shared += parts[i];
		}
		assert_int_equal(shared, amount < sum ? amount : sum);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(a_product_discount_rounds_half_down),
		OP_TEST(discounts_are_taken_off_units),
		OP_TEST(units_of_high_precision_are_discounted_precisely),
		OP_TEST(a_line_lists_its_units_by_price),
		OP_TEST(discounts_are_listed_in_the_order_in_which_they_came),
		OP_TEST(units_without_a_share_are_listed_too),
		OP_TEST(a_line_that_costs_too_much_is_an_error),
		OP_TEST(a_price_below_zero_is_not_discounted),
		OP_TEST(taking_off_never_loses_a_cent),
		OP_TEST(an_amount_is_shared_among_lines),
		OP_TEST(lines_that_cost_too_much_together_are_an_error),
		OP_TEST(a_line_is_never_below_zero),
		OP_TEST(an_amount_is_shared_evenly_among_units),
		OP_TEST(an_even_share_is_never_more_than_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
