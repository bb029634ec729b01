/* Product discounts, as data: what prices are discounted by. Which ones apply is told by product_discounts.h. */
#ifndef PRICING_PRODUCT_DISCOUNT_H
#define PRICING_PRODUCT_DISCOUNT_H

#include "document/shape.h"
#include "resource/resource.h"

extern const struct resource_kind PRODUCT_DISCOUNT_KIND;

/* The index field whose value is "true" for discounts that can make a difference to prices: those that are active, and
 * external ones, which prices may name whether they are or not. */
extern const struct index_field PRODUCT_DISCOUNT_IN_USE;

extern const struct shape PRODUCT_DISCOUNT_DRAFT;
extern const struct shape PRODUCT_DISCOUNT_UPDATE;

#endif
