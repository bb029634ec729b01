/* Line items of a cart: from a draft or another cart, found, merged, their quantities. */
#ifndef CART_LINE_ITEM_H
#define CART_LINE_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"
#include "kind/part.h"

struct op;
struct resource;

/* The lines of carts and of orders. */
extern const struct part_list CART_LINE_ITEMS;
extern const struct part_list CART_CUSTOM_LINE_ITEMS;

/* Members of a line item draft: as /me shows them, and those that a trusted client has besides. */
extern const struct shape MY_LINE_ITEM_DRAFT;
extern const struct shape LINE_ITEM_DRAFT;

/* {price, totalPrice} of a line with an external total. */
extern const struct shape EXTERNAL_TOTAL_DRAFT;

/* Adds what a draft names to the line items of a cart, to the quantity of one that is equal or as
 * a new one. The draft stays as it is. False: recorded. */
bool line_item_add(struct op *op, json_t *cart, const json_t *draft);

/* Sets or (draft NULL) removes the `distributionChannel` or `supplyChannel` of a line: one that has
 * the role for it and, in a store that has such channels, is one of them. False: recorded. */
bool line_item_set_channel(struct op *op, const json_t *cart, json_t *line, const char *member,
                           const json_t *draft);

/* Gives a line a price, and a total if one is given, from outside; a NULL price gives it back to
 * the prices of its product. False: recorded, for one in another currency than the cart's. */
bool line_item_set_external_price(struct op *op, const json_t *cart, json_t *line, json_t *price,
                                  json_t *total);

/* A gift: a new line for the `productId` and `variant.id` of a draft, without what its product says
 * of it; kept by the arena. */
json_t *line_item_gift(struct op *op, const json_t *draft);

/* A copy of a line item of another cart as it was before prices and taxes were put in, with an id
 * of its own; kept by the arena. */
json_t *line_item_copy(struct op *op, const json_t *line);

/* The product and the variant that a line item stands for, as they are now: published, or NULL.
 * *ret_product is there even if it is not published. False: recorded. */
bool line_item_variant(struct op *op, const json_t *line, const json_t **ret_product,
                       const json_t **ret_variant);

/* Is it there because a discount gives it? */
bool line_is_gift(const json_t *line);

/* Takes name, product type and variant from the product as it is now, with what is on stock of the variant: in the
 * store of the cart, of its supply channels only. False: recorded. */
bool line_item_take_product(struct op *op, const json_t *cart, json_t *line, const json_t *product,
                            const json_t *variant);

/* Sets how stock of the line is tracked, or removes it if `mode` is NULL or what the cart says anyway. */
void line_item_set_inventory_mode(const json_t *cart, json_t *line, const char *mode);

/* Puts a new line at the end of a list, with the shipping details of its draft; its key must be free.
 * False: recorded. */
bool line_append(struct op *op, json_t *cart, const char *list, json_t *line, const json_t *draft);

/* Adds a quantity to a line, and the shipping details of the draft that says so to its own. False: recorded. */
bool line_add_to(struct op *op, const json_t *cart, json_t *known, int64_t more,
                 const json_t *draft);

/* Sets the quantity; 0 takes the line out. */
bool line_set_quantity(struct op *op, json_t *cart, const char *list, size_t index,
                       int64_t quantity);

/* Notes that the line was changed now. */
void line_touch(struct op *op, json_t *line);

#endif
