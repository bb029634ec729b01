/* Shopping lists: what a customer or a visitor may want to buy, products and mere texts. */
#ifndef CART_SHOPPING_LIST_H
#define CART_SHOPPING_LIST_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"
#include "kind/part.h"
#include "resource/resource.h"

struct op;

enum { SHOPPING_LIST_DELETE_DAYS = 360 };

extern const struct resource_kind SHOPPING_LIST_KIND;
extern const struct part_list SHOPPING_LIST_ITEMS;
extern const struct part_list SHOPPING_LIST_TEXT_ITEMS;

/* Drafts, as a trusted client gives them and as /me takes them. */
extern const struct shape SHOPPING_LIST_DRAFT;
extern const struct shape MY_SHOPPING_LIST_DRAFT;

/* Drafts of line items, which actions take, too. */
extern const struct shape LIST_ITEM_DRAFT;
extern const struct shape LIST_TEXT_ITEM_DRAFT;

/* Adds a line item to a list: to the quantity of one that is for the same variant and has the same
 * custom fields, or as a new one. *ret_item (may be NULL): that. False: recorded. */
bool list_item_add(struct op *op, json_t *list, const json_t *draft, json_t **ret_item);

/* Adds a text line item. False: recorded. */
bool list_text_item_add(struct op *op, json_t *list, const json_t *draft);

/* May lists be kept for so many days after their last change? False: recorded. */
bool list_check_delete_days(struct op *op, const json_t *days);

#endif
