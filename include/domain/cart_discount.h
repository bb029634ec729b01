/* Cart discounts, as data. What they take off is in domain/discount_arithmetic.h. */
#ifndef DOMAIN_CART_DISCOUNT_H
#define DOMAIN_CART_DISCOUNT_H

#include "base/shape.h"
#include "domain/resource.h"

extern const struct resource_kind CART_DISCOUNT_KIND;
extern const struct shape CART_DISCOUNT_DRAFT;
extern const struct shape CART_DISCOUNT_UPDATE;

#endif
