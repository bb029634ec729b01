#include "cart/cart_refresh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "kind/kind.h"
#include "money/money.h"
#include "pricing/cart_discount.h"
#include "resource/load.h"
#include "resource/lookup.h"
#include "resource/save.h"
#include "../../support/test_domain.h"
#include "../../support/test_table.h"

enum { ROUNDS = 300, MAX_LINES = 6, MAX_DISCOUNTS = 5 };

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

static int64_t cents(const json_t *doc, const char *member)
{
	return money_cents(json_object_get(doc, member));
}

/* -- random carts -- */

static json_t *random_rate(struct op *op, uint64_t *seed)
{
	static const char *const RATES[] = { "0", "0.07", "0.19", "0.2", "0.125", "1" };
	const char *amount = RATES[draw(seed, 6)];

	return keep(op, json_pack("{s:s, s:o, s:b, s:s, s:s, s:[]}", "name", amount, "amount",
	                          json_loads(amount, JSON_DECODE_ANY, NULL), "includedInPrice",
	                          (int)draw(seed, 2), "country", "DE", "id", "rate", "subRates"));
}

static json_t *random_line(struct op *op, uint64_t *seed)
{
	int64_t price = (int64_t)draw(seed, draw(seed, 2) ? 100 : 1000000);

	return keep(op, json_pack("{s:s, s:s, s:I, s:O, s:s, s:O, s:[], s:{}}", "id", "line", "slug",
	                          draw(seed, 2) ? "a" : "b", "quantity",
	                          (json_int_t)(draw(seed, 7) + 1), "money",
	                          money_create(op, "EUR", price), "priceMode", "Standard", "taxRate",
	                          random_rate(op, seed), "discountedPricePerQuantity", "name"));
}

static json_t *random_cart(struct op *op, uint64_t *seed)
{
	static const char *const MODES[] = { "HalfEven", "HalfUp", "HalfDown" };
	json_t *cart = keep(
		op, json_pack("{s:[], s:[], s:O, s:[], s:s, s:s, s:s, s:s, s:{s:s}, s:s}", "lineItems",
	                  "customLineItems", "totalPrice", money_create(op, "EUR", 0), "discountCodes",
	                  "taxMode", "External", "taxRoundingMode", MODES[draw(seed, 3)],
	                  "priceRoundingMode", MODES[draw(seed, 3)], "taxCalculationMode",
	                  draw(seed, 2) ? "LineItemLevel" : "UnitPriceLevel", "shippingAddress",
	                  "country", "DE", "cartState", "Active"));

	for (uint64_t i = draw(seed, MAX_LINES) + 1; i > 0; i--)
		json_array_append(json_object_get(cart, "customLineItems"), random_line(op, seed));
	if (draw(seed, 2))
		doc_put(cart, "shippingInfo",
		        json_pack("{s:{s:O, s:[]}, s:O}", "shippingRate", "price",
		                  money_create(op, "EUR", (int64_t)draw(seed, 2000)), "tiers", "taxRate",
		                  random_rate(op, seed)));
	return cart;
}

/* -- random discounts, stored -- */

static json_t *random_value(struct op *op, uint64_t *seed)
{
	if (draw(seed, 2))
		return keep(op, json_pack("{s:s, s:I}", "type", "relative", "permyriad",
		                          (json_int_t)draw(seed, 10001)));
	return keep(op, json_pack("{s:s, s:[O]}", "type", draw(seed, 2) ? "absolute" : "fixed", "money",
	                          money_create(op, "EUR", (int64_t)draw(seed, 3000))));
}

static json_t *random_component(struct op *op, uint64_t *seed)
{
	static const char *const PREDICATES[] = { "1=1", "slug = \"a\"", "slug = \"b\"", "taxRate.amount > 0.1" };
	json_int_t least = (json_int_t)draw(seed, 3) + 1;
	json_t *component =
		keep(op, json_pack("{s:s, s:s, s:I}", "type", "CountOnCustomLineItemUnits", "predicate",
	                                       PREDICATES[draw(seed, 4)], "minCount", least));

	if (draw(seed, 3))
		doc_put(component, "maxCount", json_integer(least + (json_int_t)draw(seed, 3)));
	return component;
}

static json_t *random_pattern(struct op *op, uint64_t *seed, size_t least)
{
	json_t *pattern = keep(op, json_array());

	for (size_t i = least + draw(seed, 2); i > 0; i--)
		json_array_append(pattern, random_component(op, seed));
	return pattern;
}

static json_t *random_target(struct op *op, uint64_t *seed)
{
	switch (draw(seed, 6)) {
	case 4:
	case 5:
		return keep(op, json_pack("{s:s, s:O, s:O, s:s}", "type", "pattern", "triggerPattern",
		                          random_pattern(op, seed, 0), "targetPattern",
		                          random_pattern(op, seed, 1), "selectionMode",
		                          draw(seed, 2) ? "Cheapest" : "MostExpensive"));
	case 0: return keep(op, json_pack("{s:s}", "type", "totalPrice"));
	case 1: return keep(op, json_pack("{s:s}", "type", "shipping"));
	case 2:
		return keep(op, json_pack("{s:s, s:s, s:I, s:I, s:s}", "type", "multiBuyCustomLineItems",
		                          "predicate", "1=1", "triggerQuantity",
		                          (json_int_t)(draw(seed, 3) + 2), "discountedQuantity",
		                          (json_int_t)1, "selectionMode", "Cheapest"));
	default:
		return keep(op, json_pack("{s:s, s:s}", "type", "customLineItems", "predicate",
		                          draw(seed, 2)   ? "1=1"
		                          : draw(seed, 2) ? "slug = \"a\""
		                                          : "taxedPrice.net > \"9.00 EUR\""));
	}
}

/* What can make a discount apply by what the cart is, or by what a refresh makes of it. */
static const char *random_cart_predicate(uint64_t *seed)
{
	static const char *const PREDICATES[] = {
		"1=1",
		"totalPrice > \"20.00 EUR\"",
		"taxedPrice.net > \"20.00 EUR\" or taxedPrice.gross < \"5.00 EUR\"",
		"customLineItemNetTotal(slug = \"a\") > \"10.00 EUR\"",
		"customLineItemGrossTotal(1=1) < \"100.00 EUR\" and not shippingInfoExists",
		"shippingInfo.price > \"5.00 EUR\" or shippingInfo.taxRate.amount = 0.19",
		"customLineItemExists(taxRate.includedInPrice and quantity > 2)",
		"taxedShippingPrice.gross > \"3.00 EUR\"",
	};

	return PREDICATES[draw(seed, sizeof PREDICATES / sizeof *PREDICATES)];
}

/* An absolute value is not allowed where units are counted, a relative one is shared with what triggers it. */
static json_t *value_for(struct op *op, uint64_t *seed, const json_t *target)
{
	static const char *const MODES[] = { "IndividualApplication", "ProportionateDistribution", "EvenDistribution" };
	json_t *value = random_value(op, seed);
	bool has_trigger = json_array_size(json_object_get(target, "triggerPattern")) > 0;

	if (doc_has(target, "triggerQuantity") && doc_is(value, "type", "absolute"))
		doc_put(value, "type", json_string("fixed"));
	if (draw(seed, 4) && (has_trigger || !doc_is(value, "type", "relative")))
		doc_put(value, "applicationMode", json_string(MODES[draw(seed, 3)]));
	return value;
}

static void store_discounts(struct op *op, uint64_t *seed)
{
	for (uint64_t i = draw(seed, MAX_DISCOUNTS); i > 0; i--) {
		const char *order =
			arena_printf(op->arena, "0.%06llu1", (unsigned long long)draw(seed, 1000000));
		json_t *target = random_target(op, seed);
		const json_t *draft =
			keep(op, json_pack("{s:{s:s}, s:O, s:s, s:O, s:s}", "name", "en", "x", "value",
		                       value_for(op, seed, target), "cartPredicate",
		                       random_cart_predicate(seed), "target", target, "sortOrder", order));
		struct resource *discount = kind_start(op, &CART_DISCOUNT_KIND, draft, NULL);

		assert_non_null(discount);
		assert_true(resource_save_silently(op, discount));
	}
}

static void delete_discounts(struct op *op)
{
	json_t *all = lookup_all(op, &CART_DISCOUNT_KIND, NULL, NULL);

	for (size_t i = 0; i < json_array_size(all); i++) {
		struct resource *discount =
			resource_get(op, &CART_DISCOUNT_KIND, doc_text(json_array_get(all, i), "id"));

		assert_true(resource_delete(op, discount));
	}
}

/* -- what holds for every cart -- */

/* The price of a line is that of its units, each of them not below 0 and not above the undiscounted
 * one. */
static void check_line(struct op *op, const json_t *line)
{
	const json_t *groups = json_object_get(line, "discountedPricePerQuantity");
	int64_t unit = cents(line, "money");
	int64_t quantity = 0;
	int64_t total = 0;

	for (size_t i = 0; i < json_array_size(groups); i++) {
		const json_t *group = json_array_get(groups, i);
		const json_t *price = json_object_get(group, "discountedPrice");
		const json_t *included = json_object_get(price, "includedDiscounts");
		int64_t value = cents(price, "value");
		int64_t off = 0;

		for (size_t j = 0; j < json_array_size(included); j++)
			off += cents(json_array_get(included, j), "discountedAmount");
		assert_true(value >= 0);
		check_int(op, line, "unit price", value + off, unit);
		quantity += doc_int(group, "quantity");
		total += value * doc_int(group, "quantity");
	}
	if (json_array_size(groups) == 0) {
		quantity = doc_int(line, "quantity");
		total = unit * quantity;
	}
	check_int(op, line, "quantity", quantity, doc_int(line, "quantity"));
	check_int(op, line, "total", cents(line, "totalPrice"), total);
}

static void check_taxed(struct op *op, const json_t *taxed)
{
	const json_t *price = json_object_get(taxed, "taxedPrice");
	const json_t *portions = json_object_get(price, "taxPortions");
	int64_t sum = 0;

	for (size_t i = 0; i < json_array_size(portions); i++)
		sum += cents(json_array_get(portions, i), "amount");
	check_int(op, taxed, "sum of portions", sum, cents(price, "totalTax"));
	check_int(op, taxed, "tax", cents(price, "totalGross") - cents(price, "totalNet"),
	          cents(price, "totalTax"));
}

static void check_cart(struct op *op, const json_t *cart)
{
	const json_t *lines = json_object_get(cart, "customLineItems");
	const json_t *info = json_object_get(cart, "shippingInfo");
	const json_t *discounted = json_object_get(info, "discountedPrice");
	int64_t off = cents(json_object_get(cart, "discountOnTotalPrice"), "discountedAmount");
	int64_t sum = discounted ? cents(discounted, "value") : cents(info, "price");
	int64_t gross = cents(json_object_get(info, "taxedPrice"), "totalGross");

	if (info)
		check_taxed(op, info);
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		check_line(op, line);
		check_taxed(op, line);
		sum += cents(line, "totalPrice");
		gross += cents(json_object_get(line, "taxedPrice"), "totalGross");
	}
	check_int(op, cart, "total", cents(cart, "totalPrice"), sum - off);
	assert_true(cents(cart, "totalPrice") >= 0);
	check_taxed(op, cart);
	if (off == 0)
		check_int(op, cart, "gross", cents(json_object_get(cart, "taxedPrice"), "totalGross"),
		          gross);
}

static void totals_are_the_sums_of_their_parts(void **state)
{
	struct op *op = op_of(state);
	uint64_t seed = 20240601;

	for (int i = 0; i < ROUNDS; i++) {
		store_discounts(op, &seed);
		json_t *cart = random_cart(op, &seed);

		assert_true(cart_refresh(op, cart, &REFRESH_OF_UPDATE));
		check_cart(op, cart);
		const json_t *before = keep(op, json_deep_copy(cart));

		assert_true(cart_refresh(op, cart, &REFRESH_OF_UPDATE));
		check_json(op, before, "the cart refreshed again", cart, before);
		delete_discounts(op);
	}
}

static void too_much_money_is_an_overflow(void **state)
{
	struct op *op = op_of(state);
	uint64_t seed = 7;
	json_t *cart = random_cart(op, &seed);
	json_t *line = json_array_get(json_object_get(cart, "customLineItems"), 0);

	doc_put(line, "quantity", json_integer(2));
	json_object_set(line, "money", money_create(op, "EUR", INT64_MAX / 2 + 1));
	assert_false(cart_refresh(op, cart, &REFRESH_OF_UPDATE));
	assert_string_equal(test_take_error(op), "MoneyOverflow");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(totals_are_the_sums_of_their_parts, test_domain_setup,
		                                test_domain_teardown),
		cmocka_unit_test_setup_teardown(too_much_money_is_an_overflow, test_domain_setup,
		                                test_domain_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
