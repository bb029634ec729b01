/* The price of each variant of a product, for who asks with a currency. */
#ifndef PRICING_PRODUCT_PRICE_H
#define PRICING_PRODUCT_PRICE_H

#include <stdbool.h>

#include <jansson.h>

struct discounted_variant;
struct op;
struct price_selection;

/* The prices among which that of a variant is chosen, as product discounts make them: its own, or the active standalone
 * prices of its SKU if that is the price mode of the product. An array that is not to be changed. False: recorded. */
bool variant_prices(struct op *op, const struct discounted_variant *of, const json_t **ret_prices);

/* Sets the member `price` of each variant that has one, in data of the product or the projection. Product discounts
 * have to be in the prices of the data already: product_discounts_apply(). False: recorded. */
bool product_select_prices(struct op *op, const json_t *product, json_t *data,
                           const struct price_selection *selection);

#endif
