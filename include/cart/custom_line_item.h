/* Custom line items of a cart: what a client charges for that is no product. */
#ifndef CART_CUSTOM_LINE_ITEM_H
#define CART_CUSTOM_LINE_ITEM_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

extern const struct shape CUSTOM_LINE_ITEM_DRAFT;

/* The priceMode of a custom line item, for shapes; ends with NULL. */
extern const char *const CUSTOM_PRICE_MODES[];

/* Do both stand for the same: slug, name, money, tax category, price mode, custom fields? */
bool custom_line_items_equal(const json_t *one, const json_t *other);

/* Adds a custom line item: to the quantity of one that stands for the same, or as a new one. Its slug must not be that
 * of another. False: recorded. */
bool custom_line_item_add(struct op *op, json_t *cart, const json_t *draft);

#endif
