/* Product discounts: what prices are discounted by. Which ones are, is set at the prices. */
#ifndef DOMAIN_PRODUCT_DISCOUNT_H
#define DOMAIN_PRODUCT_DISCOUNT_H

#include "base/shape.h"
#include "domain/resource.h"

extern const struct resource_kind PRODUCT_DISCOUNT_KIND;
extern const struct shape PRODUCT_DISCOUNT_DRAFT;
extern const struct shape PRODUCT_DISCOUNT_UPDATE;

#endif
