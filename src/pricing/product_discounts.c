#include "pricing/product_discounts.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "money/discount_arithmetic.h"
#include "money/money.h"
#include "pricing/discount_value.h"
#include "pricing/product_discount.h"
#include "pricing/rule.h"
#include "resource/index.h"
#include "resource/lookup.h"

/* More than a project of the real service may have in force. */
enum { MOST_IDS = 1000, ID_BYTES = 64 };

struct discount_in_force {
	const json_t      *doc;
	const json_t      *value;
	bool               is_external; /* what it is worth is set for each price */
	bool               is_relative;
	json_t            *reference;
	const struct rule *rule;
};

struct product_discounts {
	unsigned                  run;      /* in which they were read */
	struct discount_in_force *items;
	size_t                    count;
	bool                      matter;   /* there are some, or some external ones that are not in force */
};

/* -- reading -- */

/* Sort orders are decimals between 0 and 1, so their texts order as their values do. */
static int higher_first(const void *a, const void *b)
{
	const struct discount_in_force *left = a;
	const struct discount_in_force *right = b;

	return strcmp(doc_text(right->doc, "sortOrder"), doc_text(left->doc, "sortOrder"));
}

static void add(struct op *op, struct product_discounts *discounts, const json_t *doc)
{
	const json_t *value = json_object_get(doc, "value");

	if (!doc_true(doc, "isActive") || !discount_is_in_time(doc, op->now_ms))
		return;
	discounts->items[discounts->count++] = (struct discount_in_force){
		.doc = doc,
		.value = value,
		.is_external = doc_is(value, "type", "external"),
		.is_relative = doc_is(value, "type", "relative"),
		.reference = keep(op, json_pack("{s:s, s:O}", "typeId", "product-discount", "id", json_object_get(doc, "id"))),
		.rule = rule_compile(op, doc_text(doc, "predicate"), RULE_OF_PRICE),
	};
}

static size_t count_lines(const char *text)
{
	size_t count = 0;

	for (; (text = strchr(text, '\n')); text++)
		count++;
	return count;
}

/* Reads the discounts with these ids, each followed by a line feed. False: recorded. */
static bool read_by_ids(struct op *op, struct product_discounts *discounts, const char *ids)
{
	discounts->items = arena_alloc(op->arena, (count_lines(ids) + 1) * sizeof *discounts->items);
	for (const char *end; (end = strchr(ids, '\n')); ids = end + 1) {
		const json_t *doc;

		if (!lookup(op, &PRODUCT_DISCOUNT_KIND, arena_strndup(op->arena, ids, (size_t)(end - ids)),
		            &doc))
			return false;
		if (doc)
			add(op, discounts, doc);
		discounts->matter = true;
	}
	return true;
}

/* Reads them where there are more of them than the cache of ids takes. False: recorded. */
static bool read_all(struct op *op, struct product_discounts *discounts)
{
	const json_t *all =
		lookup_all(op, &PRODUCT_DISCOUNT_KIND, PRODUCT_DISCOUNT_IN_USE.name, "true");

	discounts->items =
		arena_alloc(op->arena, (json_array_size(all) + 1) * sizeof *discounts->items);
	discounts->matter = true;
	for (size_t i = 0; i < json_array_size(all); i++)
		add(op, discounts, json_array_get(all, i));
	return all != NULL;
}

bool product_discounts_in_force(struct op *op, const struct product_discounts **ret_discounts)
{
	struct product_discounts *discounts = op->product_discounts;
	const char *ids;

	if (!discounts || discounts->run != op->run) {
		discounts = arena_alloc(op->arena, sizeof *discounts);
		discounts->run = op->run;
		if (!index_ids(op, &PRODUCT_DISCOUNT_KIND, &PRODUCT_DISCOUNT_IN_USE, "true", MOST_IDS,
		               &ids) ||
		    !(ids ? read_by_ids(op, discounts, ids) : read_all(op, discounts)))
			return false;
		qsort(discounts->items, discounts->count, sizeof *discounts->items, higher_first);
		op->product_discounts = discounts;
	}
	*ret_discounts = discounts->matter ? discounts : NULL;
	return true;
}

bool product_discounts_may_apply(const struct product_discounts *discounts, const char *document,
                                 size_t bytes)
{
	for (size_t i = 0; i < discounts->count; i++)
		if (!discounts->items[i].is_external &&
		    rule_may_hold_in(discounts->items[i].rule, document, bytes))
			return true;
	return false;
}

/* -- values -- */

static int64_t amount_in(const json_t *value, const char *currency)
{
	const json_t *money = doc_find(json_object_get(value, "money"), "currencyCode", currency, NULL);

	return money ? money_cents(money) : -1;
}

/* Does a discount have a value for a price? An external one has that which was set for this price. */
static bool has_value(const struct discount_in_force *discount, const json_t *price)
{
	if (discount->is_external) {
		const json_t *set = json_object_get(json_object_get(price, "discounted"), "discount");
		return set && doc_is(set, "id", doc_text(discount->doc, "id"));
	}
	const char *currency = money_currency(json_object_get(price, "value"));

	return currency && (discount->is_relative ||
	                    amount_in(discount->value, currency) >= 0);
}

/* What a price is after a discount; as it was set, after an external one. Kept by the arena. */
static json_t *discounted_price(struct op *op, const struct discount_in_force *discount,
                                const json_t *price)
{
	const json_t *value = json_object_get(price, "value");
	const char *currency = money_currency(value);
	int64_t cents = money_cents(value);

	if (discount->is_external)
		return json_object_get(price, "discounted");
	cents = discount->is_relative
	            ? product_discount_relative(cents, doc_int(discount->value, "permyriad"))
	            : product_discount_absolute(cents, amount_in(discount->value, currency));
	return keep(op, json_pack("{s:O, s:O}", "value", money_create(op, currency, cents), "discount",
	                          discount->reference));
}

/* -- applying -- */

/* The first discount whose rule holds; `needs_value`: of those that have a value for the price. False: recorded. */
static bool find(const struct product_discounts *discounts, struct rule_scope *scope,
                 const json_t *price, bool needs_value,
                 const struct discount_in_force **ret_discount)
{
	*ret_discount = NULL;
	for (size_t i = 0; i < discounts->count && !*ret_discount; i++) {
		const struct discount_in_force *discount = &discounts->items[i];
		bool holds = false;

		if (!has_value(discount, price) && (needs_value || !discount->is_external))
			continue;
		if (!rule_holds_for_price(scope, discount->rule, price, &holds))
			return false;
		if (holds)
			*ret_discount = discount;
	}
	return true;
}

/* May what was set for a price stay when no discount applies? Not if it is of an external discount: that one does not
 * apply, or it would have been found. False: recorded. */
static bool may_stay(struct op *op, const json_t *price, bool *ret_may)
{
	const json_t *set = json_object_get(json_object_get(price, "discounted"), "discount");
	const json_t *discount;

	if (!lookup_reference(op, set, &discount))
		return false;
	*ret_may = !doc_is(json_object_get(discount, "value"), "type", "external");
	return true;
}

/* What the member `discounted` of a price is now; NULL: it has none. False: recorded. */
static bool discounted_of(struct op *op, const struct product_discounts *discounts,
                          struct rule_scope *scope, const json_t *price, json_t **ret_discounted)
{
	const struct discount_in_force *discount;
	bool may = false;

	*ret_discounted = NULL;
	if (!find(discounts, scope, price, true, &discount))
		return false;
	if (discount) {
		*ret_discounted = discounted_price(op, discount, price);
		return true;
	}
	if (!doc_has(price, "discounted"))
		return true;
	if (!may_stay(op, price, &may))
		return false;
	if (may)
		*ret_discounted = json_object_get(price, "discounted");
	return true;
}

bool product_discounts_apply(struct op *op, const struct product_discounts *discounts,
                             const json_t *product, json_t *data)
{
	for (size_t i = 0; i < variant_count(data); i++) {
		const json_t *variant = variant_at(data, i);
		const json_t *prices = json_object_get(variant, "prices");
		struct rule_scope *scope =
			json_array_size(prices) > 0 ? rule_scope_of_variant(op, product, data, variant) : NULL;

		for (size_t j = 0; j < json_array_size(prices); j++) {
			json_t *price = json_array_get(prices, j);
			json_t *discounted;

			if (!discounted_of(op, discounts, scope, price, &discounted))
				return false;
			(void)doc_set(price, "discounted", discounted); /* changed or not */
		}
	}
	return true;
}

/* The price as it is now: itself, or a copy. NULL: recorded. */
static json_t *price_now(struct op *op, const struct product_discounts *discounts,
                         struct rule_scope *scope, json_t *price)
{
	json_t *discounted;

	if (!discounted_of(op, discounts, scope, price, &discounted))
		return NULL;
	if (discounted == json_object_get(price, "discounted"))
		return price;
	json_t *copy = keep(op, json_copy(price));

	doc_set(copy, "discounted", discounted);
	return copy;
}

bool product_discounts_of_prices(struct op *op, const struct product_discounts *discounts,
                                 const struct discounted_variant *of, const json_t *prices,
                                 const json_t **ret_prices)
{
	*ret_prices = prices;
	if (!discounts || json_array_size(prices) == 0)
		return true;
	struct rule_scope *scope = rule_scope_of_variant(op, of->product, of->data, of->variant);
	json_t *now = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(prices); i++) {
		json_t *price = price_now(op, discounts, scope, json_array_get(prices, i));

		if (!price)
			return false;
		json_array_append(now, price);
	}
	*ret_prices = now;
	return true;
}

bool product_discounts_matching(struct op *op, const struct product_discounts *discounts,
                                const struct discounted_variant *of, const json_t *price,
                                const json_t **ret_discount)
{
	const struct discount_in_force *discount = NULL;

	*ret_discount = NULL;
	if (discounts && !find(discounts, rule_scope_of_variant(op, of->product, of->data, of->variant),
	                       price, false, &discount))
		return false;
	if (discount)
		*ret_discount = discount->doc;
	return true;
}
