/* What the sources of inventory entries share. */
#ifndef INVENTORY_INVENTORY_ENTRY_PRIV_H
#define INVENTORY_INVENTORY_ENTRY_PRIV_H

#include <jansson.h>

#include "document/shape.h"

struct op;

/* What messages say of where an entry is: `sku` and, if it has one, `supplyChannel`; kept by the
 * arena. */
json_t *inventory_entry_place(struct op *op, const json_t *entry);

extern const struct int_range RESERVATION_MINUTES;
extern const struct int_range CART_QUANTITY;

#endif
