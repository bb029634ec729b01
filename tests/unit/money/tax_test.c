#include "money/tax.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "money/money.h"
#include "../../support/test_base.h"
#include "../../support/test_table.h"

static struct tax_rate rate_of(struct op *op, json_t *json)
{
	struct tax_rate rate;

	if (!tax_rate_read(op, json, &rate))
		fail_msg("%s", json_text(op, json));
	return rate;
}

static struct tax_rate rate_from(struct op *op, const char *text)
{
	return rate_of(op, keep(op, json_loads(text, 0, NULL)));
}

static int64_t member_cents(const json_t *doc, const char *name)
{
	return money_cents(json_object_get(doc, name));
}

/* [[rate, name, cents], …], as tables have it. */
static json_t *brief_portions(struct op *op, const json_t *taxed_price)
{
	const json_t *portions = json_object_get(taxed_price, "taxPortions");
	json_t *brief = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(portions); i++) {
		const json_t *portion = json_array_get(portions, i);

		json_array_append_new(brief, json_pack("[O, O, I]", json_object_get(portion, "rate"),
		                                       json_object_get(portion, "name"),
		                                       (json_int_t)member_cents(portion, "amount")));
	}
	return brief;
}

/* Net, gross, their difference, and portions that add up to it. */
static void check_taxed_price(struct op *op, const json_t *row, const json_t *taxed_price,
                              const json_t *expected)
{
	const json_t *portions = json_object_get(taxed_price, "taxPortions");
	int64_t net = member_cents(taxed_price, "totalNet");
	int64_t gross = member_cents(taxed_price, "totalGross");
	int64_t sum = 0;

	check_int(op, row, "net", net, doc_int(expected, "net"));
	check_int(op, row, "gross", gross, doc_int(expected, "gross"));
	check_int(op, row, "tax", member_cents(taxed_price, "totalTax"), gross - net);
	check_json(op, row, "the portions", brief_portions(op, taxed_price),
	           json_object_get(expected, "portions"));
	for (size_t i = 0; i < json_array_size(portions); i++)
		sum += member_cents(json_array_get(portions, i), "amount");
	check_int(op, row, "the sum of the portions", sum, gross - net);
}

/* -- rates -- */

static void select_row(struct op *op, const json_t *row)
{
	const char *country = doc_text(row, "country");
	const char *state = doc_text(row, "state");
	const json_t *rate = tax_rate_select(row, country, state, doc_true(row, "fallback"));

	check_json(op, row, "the rate", rate ? json_object_get(rate, "id") : json_null(),
	           json_object_get(row, "expect"));
}

static void a_rate_is_selected_by_country_and_state(void **state)
{
	for_each_row(*state, "tax_rates", select_row);
}

static void a_category_without_rates_has_none(void **state)
{
	struct op *op = *state;

	assert_null(tax_rate_select(keep(op, json_object()), "DE", NULL, true));
	assert_null(tax_rate_select(keep(op, json_pack("{s:[]}", "rates")), "DE", "Berlin", true));
}

static void a_rate_is_read_from_its_document(void **state)
{
	struct op *op = *state;
	struct tax_rate rate =
		rate_from(op,
	              "{\"name\":\"DE\",\"amount\":0.19,\"includedInPrice\":true,\"country\":\"DE\"}");

	assert_int_equal(rate.amount.coefficient, 19);
	assert_int_equal(rate.amount.scale, 2);
	assert_true(rate.included_in_price);
	assert_string_equal(doc_text(rate.doc, "name"), "DE");
	rate = rate_from(op, "{\"name\":\"US\",\"amount\":1,\"includedInPrice\":false}");
	assert_int_equal(rate.amount.coefficient, 1);
	assert_false(rate.included_in_price);
	rate = rate_from(op, "{\"amount\":0.3,\"subRates\":[{\"name\":\"a\",\"amount\":0.1},{\"name\":"
	                     "\"b\",\"amount\":0.2}]}");
	assert_int_equal(rate.amount.coefficient, 3); /* which 0.1 + 0.2 is not, in doubles */
}

static void an_amount_out_of_range_is_refused(void **state)
{
	static const struct { const char *rate; enum error_code code; } ROWS[] = {
		{ "{\"amount\":-0.01}", ERROR_INVALID_FIELD },
		{ "{\"amount\":1.01}", ERROR_INVALID_FIELD },
		{ "{\"amount\":19}", ERROR_INVALID_FIELD },
		{ "{\"amount\":1e300}", ERROR_INVALID_FIELD },
		{ "{\"amount\":1e-300}", ERROR_INVALID_FIELD },
		{ "{\"amount\":\"0.19\"}", ERROR_INVALID_FIELD },
		{ "{\"amount\":null}", ERROR_INVALID_FIELD },
		{ "{}", ERROR_REQUIRED_FIELD },
		{ "{\"amount\":0.19,\"subRates\":[{\"amount\":0.1}]}", ERROR_INVALID_INPUT },
		{ "{\"amount\":0.19,\"subRates\":[{\"amount\":0.1},{\"amount\":0.1}]}", ERROR_INVALID_INPUT },
		{ "{\"amount\":0.19,\"subRates\":[{\"amount\":0.29},{\"amount\":-0.1}]}", ERROR_INVALID_FIELD },
		{ "{\"amount\":0.19,\"subRates\":[{\"name\":\"a\"}]}", ERROR_REQUIRED_FIELD },
	};
	struct op *op = *state;
	struct tax_rate rate;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		if (tax_rate_read(op, keep(op, json_loads(ROWS[i].rate, 0, NULL)), &rate))
			fail_msg("%s", ROWS[i].rate);
		assert_int_equal(op->errors.items[0].code, ROWS[i].code);
		op->errors = (struct api_errors){ 0 };
	}
}

/* -- one total -- */

static void tax_row(struct op *op, const json_t *row)
{
	struct tax_rate rate = rate_of(op, json_object_get(row, "rate"));

	for (size_t i = 0; ROUNDING_MODES[i]; i++) {
		const json_t *expected = json_object_get(row, ROUNDING_MODES[i]);
		enum rounding_mode mode = (enum rounding_mode)i;
		struct taxed taxed;
		bool fits = doc_has(row, "total")
		                ? tax_total(op, &rate, doc_int(row, "total"), mode, &taxed)
		                : tax_units(op, &rate, doc_int(row, "unitPrice"), doc_int(row, "quantity"),
		                            mode, &taxed);

		check_overflow(op, row, fits, expected);
		if (!fits)
			continue;
		check_int(op, row, "net", taxed.net, int_at(expected, 0));
		check_int(op, row, "gross", taxed.gross, int_at(expected, 1));
	}
}

static void a_total_is_rounded_and_not_its_tax(void **state)
{
	for_each_row(*state, "taxes", tax_row);
}

static void portion_row(struct op *op, const json_t *row)
{
	struct tax_rate rate = rate_of(op, json_object_get(row, "rate"));
	struct taxed taxed;

	assert_true(tax_total(op, &rate, doc_int(row, "total"), ROUND_HALF_EVEN, &taxed));
	const json_t *price = taxed_price(op, "EUR", &rate, taxed);

	assert_true(taxed_price_is(price, "EUR", &rate, taxed));
	assert_false(taxed_price_is(price, "USD", &rate, taxed));
	assert_false(taxed_price_is(price, "EUR", &rate, (struct taxed){ taxed.net, taxed.gross + 1 }));
	assert_false(taxed_price_is(NULL, "EUR", &rate, taxed));
	check_int(op, row, "tax", member_cents(price, "totalTax"), doc_int(row, "tax"));
	check_json(op, row, "the portions", brief_portions(op, price),
	           json_object_get(row, "portions"));
}

static void a_taxed_price_of_another_rate_is_not_that_of_a_rate(void **state)
{
	struct op *op = *state;
	struct tax_rate rate = rate_from(op, "{\"name\":\"A\",\"amount\":0.19}");
	struct tax_rate other = rate_from(op, "{\"name\":\"B\",\"amount\":0.19}");
	struct tax_rate divided = rate_from(op, "{\"name\":\"A\",\"amount\":0.19,\"subRates\":["
	                                        "{\"name\":\"A\",\"amount\":0.1},{\"name\":\"C\",\"amount\":0.09}]}");
	const struct taxed taxed = { 100, 119 };
	json_t *price = taxed_price(op, "EUR", &rate, taxed);

	assert_true(taxed_price_is(price, "EUR", &rate, taxed));
	assert_false(taxed_price_is(price, "EUR", &other, taxed));
	assert_false(taxed_price_is(price, "EUR", &divided, taxed));
	assert_false(taxed_price_is(taxed_price(op, "EUR", &divided, taxed), "EUR", &rate, taxed));
	doc_set_text(price, "more", "x");
	assert_false(taxed_price_is(price, "EUR", &rate, taxed));
}

static void a_tax_is_listed_by_sub_rates(void **state)
{
	for_each_row(*state, "tax_portions", portion_row);
}

static void a_taxed_price_is_a_document_of_four_members(void **state)
{
	struct op *op = *state;
	struct tax_rate rate =
		rate_from(op,
	              "{\"name\":\"JP\",\"amount\":0.5,\"includedInPrice\":true,\"country\":\"JP\"}");
	struct taxed taxed;

	assert_true(tax_total(op, &rate, 150, ROUND_HALF_EVEN, &taxed));
	assert_string_equal(
		json_text(op, taxed_price(op, "JPY", &rate, taxed)),
		"{\"totalNet\":{\"type\":\"centPrecision\",\"currencyCode\":\"JPY\",\"centAmount\":100,\"fractionDigits\":0},"
		"\"totalGross\":{\"type\":\"centPrecision\",\"currencyCode\":\"JPY\",\"centAmount\":150,\"fractionDigits\":"
		"0},\"taxPortions\":[{\"rate\":0.5,\"name\":\"JP\",\"amount\":{\"type\":\"centPrecision\",\"currencyCode\":"
		"\"JPY\",\"centAmount\":50,\"fractionDigits\":0}}],\"totalTax\":{\"type\":\"centPrecision\",\"currencyCode\":"
		"\"JPY\",\"centAmount\":50,\"fractionDigits\":0}}");
}

static void net_and_tax_are_gross_within_half_a_cent(void **state)
{
	struct op *op = *state;
	uint64_t seed = 1812;

	for (int run = 0; run < 20000; run++) {
		int64_t total = (int64_t)draw(&seed, 20000001) - 10000000;
		int64_t per_10000 = (int64_t)draw(&seed, 10001);
		enum rounding_mode mode = (enum rounding_mode)draw(&seed, 3);
		struct tax_rate rate = { .amount = { per_10000, 4 },
			                     .included_in_price = draw(&seed, 2) == 1 };
		struct taxed taxed;

		assert_true(tax_total(op, &rate, total, mode, &taxed));
		assert_int_equal(rate.included_in_price ? taxed.gross : taxed.net, total);
		/* |net * (1 + rate) - gross| is at most half a cent of gross, or of net before tax. */
		int64_t off = taxed.net * (10000 + per_10000) - taxed.gross * 10000;
		int64_t most = rate.included_in_price ? (10000 + per_10000) / 2 : 5000;

		assert_in_range(off < 0 ? -off : off, 0, most);
	}
}

/* -- sums -- */

static json_t *row_sum(struct op *op, const json_t *row, enum rounding_mode mode,
                       int64_t *ret_total)
{
	const json_t *items = json_object_get(row, "items");
	struct tax_sum sum = tax_sum_start(doc_text(row, "currency"));

	*ret_total = 0;
	for (size_t i = 0; i < json_array_size(items); i++) {
		const json_t *item = json_array_get(items, i);
		struct tax_rate rate = rate_of(op, json_object_get(item, "rate"));
		struct taxed taxed;

		assert_true(tax_total(op, &rate, doc_int(item, "total"), mode, &taxed));
		check_int(op, row, "the net of an item", taxed.net,
		          int_at(json_object_get(row, "nets"), i));
		assert_true(tax_sum_add(op, &sum, taxed_price(op, sum.currency, &rate, taxed)));
		*ret_total += doc_int(item, "total");
	}
	return tax_sum_taxed_price(op, &sum);
}

static void sum_row(struct op *op, const json_t *row)
{
	enum rounding_mode mode = ROUND_HALF_EVEN;
	int64_t total;

	assert_true(rounding_mode_parse(doc_text(row, "mode"), &mode));
	const json_t *sum = row_sum(op, row, mode, &total);

	check_taxed_price(op, row, sum, row);
	assert_string_equal(money_currency(json_object_get(sum, "totalTax")),
	                    doc_text(row, "currency"));
	if (!doc_has(row, "discount"))
		return;
	const json_t *reduced = taxed_price_reduce(op, sum, total, doc_int(row, "discount"), mode);

	assert_non_null(reduced);
	check_taxed_price(op, row, reduced, json_object_get(row, "reduced"));
	check_taxed_price(op, row, sum, row); /* what it was made from has not changed */
}

static void taxed_prices_add_up_and_shrink(void **state)
{
	for_each_row(*state, "tax_sums", sum_row);
}

static void adding_does_not_change_what_is_added(void **state)
{
	struct op *op = *state;
	struct tax_rate rate = rate_from(op, "{\"name\":\"DE\",\"amount\":0.19}");
	const json_t *item = taxed_price(op, "EUR", &rate, (struct taxed){ 100, 119 });
	const char *before = json_text(op, item);
	struct tax_sum sum = tax_sum_start("EUR");

	assert_true(tax_sum_add(op, &sum, item));
	const json_t *first = tax_sum_taxed_price(op, &sum);

	assert_string_equal(json_text(op, first), before);
	assert_true(tax_sum_add(op, &sum, item));
	assert_string_equal(json_text(op, item), before);
	assert_string_equal(json_text(op, first), before);
	assert_int_equal(member_cents(tax_sum_taxed_price(op, &sum), "totalTax"), 38);
}

static void a_sum_that_does_not_fit_is_an_error(void **state)
{
	struct op *op = *state;
	struct tax_rate rate = rate_from(op, "{\"name\":\"DE\",\"amount\":0.19}");
	struct tax_sum sum = tax_sum_start("EUR");
	const struct taxed large = { INT64_MAX - 100, INT64_MAX };

	assert_true(tax_sum_add(op, &sum, taxed_price(op, "EUR", &rate, large)));
	assert_false(tax_sum_add(op, &sum, taxed_price(op, "EUR", &rate, large)));
	assert_int_equal(op->errors.items[0].code, ERROR_MONEY_OVERFLOW);
}

static void a_tax_that_does_not_fit_is_an_error(void **state)
{
	struct op *op = *state;
	struct tax_rate half = rate_from(op, "{\"name\":\"half\",\"amount\":1}");
	struct tax_rate none = rate_from(op, "{\"name\":\"none\",\"amount\":0}");
	const int64_t large = 4000000000000000000;
	const json_t *taken = taxed_price(op, "EUR", &half, (struct taxed){ large, 2 * large });
	const json_t *given = taxed_price(op, "EUR", &none, (struct taxed){ -2 * large, -2 * large });
	struct tax_sum sum = tax_sum_start("EUR");

	/* Net and gross stay small, but what lies between them grows. */
	assert_true(tax_sum_add(op, &sum, taken));
	assert_true(tax_sum_add(op, &sum, given));
	assert_true(tax_sum_add(op, &sum, taken));
	assert_true(tax_sum_add(op, &sum, given));
	assert_false(tax_sum_add(op, &sum, taken));
	assert_int_equal(op->errors.items[0].code, ERROR_MONEY_OVERFLOW);
}

static void what_cannot_shrink_stays(void **state)
{
	static const struct { int64_t total, discount, gross; } ROWS[] = {
		{ 119, 0, 119 },
		{ 119, -5, 119 },
		{ 119, 119, 0 },
		{ 119, 1000, 0 },
		{ 1, 1, 0 },
		{ 0, 0, 119 },
		{ 0, 5, 119 },
		{ -5, 5, 119 },
		{ -5, 0, 119 },
	};
	struct op *op = *state;
	struct tax_rate rate = rate_from(op, "{\"name\":\"DE\",\"amount\":0.19}");
	const json_t *price = taxed_price(op, "EUR", &rate, (struct taxed){ 100, 119 });

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const json_t *left = taxed_price_reduce(op, price, ROWS[i].total, ROWS[i].discount,
		                                        ROUND_HALF_EVEN);

		assert_int_equal(member_cents(left, "totalGross"), ROWS[i].gross);
		assert_int_equal(json_equal(left, price), ROWS[i].gross == 119);
	}
}

static void shrinking_loses_no_cent(void **state)
{
	static const char *const RATES[] = {
		"{\"name\":\"a\",\"amount\":0.19,\"includedInPrice\":true}",
		"{\"name\":\"b\",\"amount\":0.07,\"includedInPrice\":true}",
		("{\"name\":\"c\",\"amount\":0.0888,\"includedInPrice\":true,\"subRates\":[{\"name\":\"d\",\"amount\":0.0444},"
		"{\"name\":\"e\",\"amount\":0.0333},{\"name\":\"f\",\"amount\":0.0111}]}"),
	};
	struct op *op = *state;
	uint64_t seed = 1729;

	for (int run = 0; run < 1000; run++) {
		struct tax_sum sum = tax_sum_start("EUR");
		int64_t total = 0;

		for (uint64_t items = draw(&seed, 6); items > 0; items--) {
			struct tax_rate rate = rate_from(op, RATES[draw(&seed, 3)]);
			int64_t price = (int64_t)draw(&seed, 100000);
			struct taxed taxed;

			assert_true(tax_total(op, &rate, price, ROUND_HALF_EVEN, &taxed));
			assert_true(tax_sum_add(op, &sum, taxed_price(op, "EUR", &rate, taxed)));
			total += price;
		}
		int64_t discount = (int64_t)draw(&seed, (uint64_t)total + 1);
		const json_t *left = taxed_price_reduce(op, tax_sum_taxed_price(op, &sum), total, discount,
		                                        ROUND_HALF_EVEN);
		const json_t *portions = brief_portions(op, left);
		int64_t tax = 0;

		for (size_t i = 0; i < json_array_size(portions); i++) {
			int64_t cents = int_at(json_array_get(portions, i), 2);

			assert_true(cents >= 0);
			tax += cents;
		}
		assert_int_equal(member_cents(left, "totalGross"), total - discount);
		assert_int_equal(member_cents(left, "totalNet") + tax, total - discount);
		assert_int_equal(member_cents(left, "totalTax"), tax);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(a_rate_is_selected_by_country_and_state),
		OP_TEST(a_category_without_rates_has_none),
		OP_TEST(a_rate_is_read_from_its_document),
		OP_TEST(an_amount_out_of_range_is_refused),
		OP_TEST(a_total_is_rounded_and_not_its_tax),
		OP_TEST(a_taxed_price_of_another_rate_is_not_that_of_a_rate),
		OP_TEST(a_tax_is_listed_by_sub_rates),
		OP_TEST(a_taxed_price_is_a_document_of_four_members),
		OP_TEST(net_and_tax_are_gross_within_half_a_cent),
		OP_TEST(taxed_prices_add_up_and_shrink),
		OP_TEST(adding_does_not_change_what_is_added),
		OP_TEST(a_sum_that_does_not_fit_is_an_error),
		OP_TEST(a_tax_that_does_not_fit_is_an_error),
		OP_TEST(what_cannot_shrink_stays),
		OP_TEST(shrinking_loses_no_cent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
