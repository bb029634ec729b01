/* The update actions of inventory entries, and the change of stock that ordering shares with them. */
#ifndef INVENTORY_INVENTORY_ENTRY_ACTIONS_H
#define INVENTORY_INVENTORY_ENTRY_ACTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "document/shape.h"

struct op;
struct resource;

/* The body of an update: a struct update_input. */
extern const struct shape INVENTORY_ENTRY_UPDATE;

/* Adds to the stock of an entry, or takes from it if `change` is negative: as much is on stock and
 * available, more or less. One change of the resource. Emits what the stock fell to: a level that the
 * entry sets, or nothing left. A sum that does not fit is an InvalidField. False: recorded. */
bool inventory_entry_change_stock(struct op *op, struct resource *entry, int64_t change);

#endif
