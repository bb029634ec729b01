/* Product discounts: what prices are discounted by. Which ones are, is set at the prices. */
#ifndef PRICING_PRODUCT_DISCOUNT_H
#define PRICING_PRODUCT_DISCOUNT_H

#include "document/shape.h"
#include "resource/resource.h"

extern const struct resource_kind PRODUCT_DISCOUNT_KIND;
extern const struct shape PRODUCT_DISCOUNT_DRAFT;
extern const struct shape PRODUCT_DISCOUNT_UPDATE;

#endif
