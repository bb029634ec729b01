/* Cart discounts, as data. What they take off is in money/discount_arithmetic.h. */
#ifndef PRICING_CART_DISCOUNT_H
#define PRICING_CART_DISCOUNT_H

#include "document/shape.h"
#include "resource/resource.h"

extern const struct resource_kind CART_DISCOUNT_KIND;
extern const struct shape CART_DISCOUNT_DRAFT;
extern const struct shape CART_DISCOUNT_UPDATE;

#endif
