/* What a cart looks like to the query language. An order has most of the same members. */
#ifndef CART_CART_FIELDS_H
#define CART_CART_FIELDS_H

#include "predicate/fields.h"

extern const struct fields CART_FIELDS;

/* Parts that an order has too. */
extern const struct fields LINE_ITEM_FIELDS;
extern const struct fields CUSTOM_LINE_ITEM_FIELDS;
extern const struct fields SHIPPING_INFO_FIELDS;
extern const struct fields TAXED_PRICE_FIELDS;
extern const struct fields DISCOUNT_CODE_INFO_FIELDS;
extern const struct fields DISCOUNT_ON_TOTAL_FIELDS;
extern const struct fields PAYMENT_INFO_FIELDS;

#endif
