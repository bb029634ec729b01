/* What carts and orders do to stock: taking what is ordered, putting back what is returned. */
#ifndef INVENTORY_STOCK_H
#define INVENTORY_STOCK_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct op;

/* Takes the line items of a new order out of stock, as the inventory mode of each says, or that of the
 * order: each from the entry of its SKU at its supply channel, or at none. A line that must be
 * available and is not, or of which there is no entry, is named by an OutOfStock; nothing is changed
 * then. To be called once in a run, as each entry is saved. Source: API docs, "InventoryMode". False:
 * recorded. */
bool stock_take(struct op *op, const json_t *order);

/* Puts back so many of a line item of an order, if the order took them from an entry that is still
 * there. False: recorded. */
bool stock_put_back(struct op *op, const json_t *order, const json_t *line, int64_t quantity);

/* May a cart hold this many of a line's variant, by the limits of its entry? False: recorded. Source:
 * API docs, "Quantity limits". */
bool stock_check_limits(struct op *op, const json_t *line);

#endif
