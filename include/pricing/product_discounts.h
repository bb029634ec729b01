/* Product discounts as prices feel them: which is the one that applies to a price, and what the price is then. It is
 * not stored but told whenever a price is shown or paid, so it is in force from one moment to the next. */
#ifndef PRICING_PRODUCT_DISCOUNTS_H
#define PRICING_PRODUCT_DISCOUNTS_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct product_discounts;

/* What is discounted: a variant, its product data, and the product or projection that they belong to. */
struct discounted_variant {
	const json_t *product;
	const json_t *data;
	const json_t *variant;
};

/* The discounts that are in force, the first to apply first; read and compiled once a run. *ret_discounts == NULL: the
 * project has none that matter, so that prices are as they are stored. False: recorded. */
bool product_discounts_in_force(struct op *op, const struct product_discounts **ret_discounts);

/* Could a price without the member `discounted` get it, in the stored text of a product or projection? A quick look,
 * for who goes through many. */
bool product_discounts_may_apply(const struct product_discounts *discounts, const char *document,
                                 size_t bytes);

/* Sets or removes the member `discounted` of all prices of product data, which are the caller's to change. False:
 * recorded. */
bool product_discounts_apply(struct op *op, const struct product_discounts *discounts,
                             const json_t *product, json_t *data);

/* Gives an array of prices of a variant as the discounts make them; those that change are copies. `discounts` NULL:
 * nothing does. False: recorded. */
bool product_discounts_of_prices(struct op *op, const struct product_discounts *discounts,
                                 const struct discounted_variant *of, const json_t *prices,
                                 const json_t **ret_prices);

/* The discount that would apply to a price. *ret_discount == NULL: none. False: recorded. */
bool product_discounts_matching(struct op *op, const struct product_discounts *discounts,
                                const struct discounted_variant *of, const json_t *price,
                                const json_t **ret_discount);

#endif
