/* Cart discounts, as data. What they take off is in money/discount_arithmetic.h. */
#ifndef PRICING_CART_DISCOUNT_H
#define PRICING_CART_DISCOUNT_H

#include "document/shape.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind CART_DISCOUNT_KIND;
extern const struct shape CART_DISCOUNT_DRAFT;
extern const struct shape CART_DISCOUNT_UPDATE;

/* The scopes of which one is enough to change cart discounts. */
#define CART_DISCOUNT_MANAGERS "manage_cart_discounts manage_orders"

/* Within a store: may who asks manage the discounts of all these stores (key references)? False: recorded. */
bool cart_discount_permits(struct op *op, const json_t *stores);

#endif
