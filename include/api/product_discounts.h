/* What endpoints of product discounts do besides serving a kind. */
#ifndef API_PRODUCT_DISCOUNTS_H
#define API_PRODUCT_DISCOUNTS_H

#include "document/shape.h"
#include "engine/route.h"

/* Which discount would apply to a price of a variant? {productId, variantId, staged, price} */
extern const struct shape PRODUCT_DISCOUNT_MATCH_INPUT;
handler_fn product_discounts_match;

#endif
