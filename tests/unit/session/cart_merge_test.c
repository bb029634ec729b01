#include "session/cart_merge.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/json_memory.h"
#include "base/random.h"
#include "document/doc.h"
#include "../../support/test_base.h"

enum { SEED = 20261126, ROUNDS = 3000, MOST_LINES = 6, PRODUCTS = 3, VARIANTS = 2, KEYS = 4 };

/* Small numbers that are the same in every run (xorshift). */
static uint32_t random_state = SEED;

static int below(int limit)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 17;
	random_state ^= random_state << 5;
	return (int)(random_state % (uint32_t)limit);
}

/* Carts */

static json_t *random_custom(void)
{
	static const char *const NOTES[] = { "a", "b" };

	return below(3) ? NULL
	                : json_pack("{s:{s:s, s:s}, s:{s:s}}", "type", "typeId", "type", "id", "t",
	                            "fields", "note", NOTES[below(2)]);
}

static const char *key_of(struct op *op, const json_t *lines)
{
	const char *key = arena_printf(op->arena, "key-%d", below(KEYS));

	return below(2) || doc_find(lines, "key", key, NULL) ? NULL : key;
}

static void add_line(struct op *op, json_t *lines, int number)
{
	json_t *line = json_pack(
		"{s:o, s:o, s:{s:i}, s:i, s:s*, s:s, s:o*, s:[]}", "id", json_sprintf("line-%d", number),
		"productId", json_sprintf("product-%d", below(PRODUCTS)), "variant", "id",
		1 + below(VARIANTS), "quantity", 1 + below(9), "key", key_of(op, lines), "lineItemMode",
		below(8) ? "Standard" : "GiftLineItem", "custom", random_custom(),
		"discountedPricePerQuantity");

	json_array_append_new(lines, line);
}

static void add_custom_line(json_t *lines, int number)
{
	json_array_append_new(lines, json_pack("{s:o, s:o, s:i, s:{s:s, s:i}, s:o*}", "id",
	                                       json_sprintf("custom-%d", number), "slug",
	                                       json_sprintf("slug-%d", below(3)), "quantity",
	                                       1 + below(9), "money", "currencyCode", "EUR",
	                                       "centAmount", 100 * (1 + below(2)), "custom",
	                                       random_custom()));
}

static json_t *random_cart(struct op *op)
{
	json_t *cart = keep(op, json_pack("{s:[], s:[], s:[], s:{s:s}}", "lineItems",
	                                  "customLineItems", "itemShippingAddresses", "totalPrice",
	                                  "currencyCode", "EUR"));
	int lines = below(MOST_LINES);
	int custom_lines = below(3);

	for (int i = 0; i < lines; i++)
		add_line(op, json_object_get(cart, "lineItems"), i);
	for (int i = 0; i < custom_lines; i++)
		add_custom_line(json_object_get(cart, "customLineItems"), i);
	return cart;
}

/* What must be true of every merge */

static bool same(const json_t *one, const json_t *other, const char *member)
{
	const json_t *left = json_object_get(one, member);
	const json_t *right = json_object_get(other, member);

	return left == right || json_equal(left, right);
}

/* Lines have a product and a variant, custom lines a slug and money. */
static bool same_variant(const json_t *one, const json_t *other)
{
	return same(one, other, "productId") && same(one, other, "variant") &&
	       same(one, other, "slug") && same(one, other, "money");
}

static bool is_gift(const json_t *line)
{
	const char *mode = doc_text(line, "lineItemMode");

	return mode && strcmp(mode, "GiftLineItem") == 0;
}

/* The largest quantity of a line for the same thing. */
static int64_t most_of(const json_t *lines, const json_t *wanted)
{
	int64_t most = 0;

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);

		if (!is_gift(line) && same_variant(line, wanted) && doc_int(line, "quantity") > most)
			most = doc_int(line, "quantity");
	}
	return most;
}

/* No line of the customer's loses anything but gets more, if at all. */
static void check_kept(const json_t *before, const json_t *after)
{
	for (size_t i = 0; i < json_array_size(before); i++) {
		const json_t *old = json_array_get(before, i);
		const json_t *new = json_array_get(after, i);

		assert_string_equal(doc_text(old, "id"), doc_text(new, "id"));
		assert_true(same_variant(old, new));
		assert_true(same(old, new, "custom") && same(old, new, "key"));
		assert_true(doc_int(new, "quantity") >= doc_int(old, "quantity"));
		if (is_gift(old))
			assert_true(json_equal(old, new));
	}
}

/* Is there a line for something else with what only one may have: a key, a slug? */
static bool clashes(const json_t *after, const json_t *line, const char *member)
{
	const char *value = doc_text(line, member);
	const json_t *other = value ? doc_find(after, member, value, NULL) : NULL;

	return other && (!same_variant(other, line) || is_gift(other) ||
	                 (doc_has(line, "slug") && !same(other, line, "custom")));
}

/* Every line of the visitor's is there in its quantity, unless it is a gift or its key, or its slug, is another's. */
static void check_taken(const json_t *source, const json_t *after)
{
	for (size_t i = 0; i < json_array_size(source); i++) {
		const json_t *line = json_array_get(source, i);

		if (!is_gift(line) && !clashes(after, line, "key") && !clashes(after, line, "slug"))
			assert_true(most_of(after, line) >= doc_int(line, "quantity"));
	}
}

/* Nothing is added up: nowhere is more than one of the two had. */
static void check_no_sums(const json_t *before, const json_t *source, const json_t *after)
{
	for (size_t i = 0; i < json_array_size(after); i++) {
		const json_t *line = json_array_get(after, i);
		int64_t had = most_of(before, line);
		int64_t came = most_of(source, line);

		if (!is_gift(line))
			assert_true(doc_int(line, "quantity") <= (had > came ? had : came));
	}
}

static void check_ids(const json_t *lines)
{
	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *line = json_array_get(lines, i);
		const char *key = doc_text(line, "key");

		assert_ptr_equal(doc_find(lines, "id", doc_text(line, "id"), NULL), line);
		if (key)
			assert_ptr_equal(doc_find(lines, "key", key, NULL), line);
	}
}

static void a_merge_lowers_no_quantity_and_loses_no_line(void **state)
{
	static const char *const LISTS[] = { "lineItems", "customLineItems" };

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct op *op = bare_op_create();
		json_t *target = random_cart(op);
		const json_t *source = random_cart(op);
		const json_t *target_before = keep(op, json_deep_copy(target));
		const json_t *source_before = keep(op, json_deep_copy(source));

		assert_true(cart_merge(op, target, source));
		assert_true(json_equal(source, source_before));
		for (size_t i = 0; i < 2; i++) {
			const json_t *before = json_object_get(target_before, LISTS[i]);
			const json_t *came = json_object_get(source, LISTS[i]);
			const json_t *after = json_object_get(target, LISTS[i]);

			check_kept(before, after);
			check_taken(came, after);
			check_no_sums(before, came, after);
			check_ids(after);
		}
		bare_op_destroy(op);
	}
}

static void merging_the_same_cart_again_changes_nothing(void **state)
{
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct op *op = bare_op_create();
		json_t *target = random_cart(op);
		const json_t *source = random_cart(op);

		assert_true(cart_merge(op, target, source));
		size_t lines = json_array_size(json_object_get(target, "lineItems"));

		assert_true(cart_merge(op, target, source));
		assert_int_equal(json_array_size(json_object_get(target, "lineItems")), lines);
		bare_op_destroy(op);
	}
}

static void carts_of_one_currency_without_a_shipping_method_may_be_merged(void **state)
{
	struct op *op = *state;
	const json_t *euros = random_cart(op);
	json_t *dollars = random_cart(op);
	const char *obstacle;

	assert_true(cart_merge_obstacle(op, euros, random_cart(op), &obstacle));
	assert_null(obstacle);
	json_object_set_new(json_object_get(dollars, "totalPrice"), "currencyCode",
	                    json_string("USD"));
	assert_true(cart_merge_obstacle(op, euros, dollars, &obstacle));
	assert_non_null(obstacle);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_merge_lowers_no_quantity_and_loses_no_line),
		cmocka_unit_test(merging_the_same_cart_again_changes_nothing),
		OP_TEST(carts_of_one_currency_without_a_shipping_method_may_be_merged),
	};

	random_init();
	json_memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
