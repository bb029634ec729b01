/* The price of each variant of a product, for who asks with a currency. */
#ifndef PRICING_PRODUCT_PRICE_H
#define PRICING_PRODUCT_PRICE_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct price_selection;

/* The prices among which that of a variant is chosen: its own, or the active standalone prices of its
 * SKU if that is the price mode of the product. False: recorded. */
bool variant_prices(struct op *op, const char *price_mode, const json_t *variant,
                    const json_t **ret_prices);

/* Sets the member `price` of each variant that has one, in product data or in a projection. False:
 * recorded. */
bool product_select_prices(struct op *op, const char *price_mode, json_t *data,
                           const struct price_selection *selection);

#endif
