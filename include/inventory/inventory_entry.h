/* Inventory entries: how much of a SKU there is, at one supply channel or at none. */
#ifndef INVENTORY_INVENTORY_ENTRY_H
#define INVENTORY_INVENTORY_ENTRY_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind INVENTORY_ENTRY_KIND;
extern const struct shape INVENTORY_ENTRY_DRAFT;

/* Are there any entries in the project? Of a read, mostly known without asking the database. *ret_are
 * is only written on success. False: recorded. */
bool inventory_has_entries(struct op *op, bool *ret_are);

/* The documents of all entries of a SKU, to be looked at only; an array kept by the arena. NULL:
 * recorded. */
json_t *inventory_entries_of_sku(struct op *op, const char *sku);

/* The id of the entry of a SKU at a supply channel (a reference; NULL: at none). True with *ret_id ==
 * NULL: there is none. False: recorded. */
bool inventory_entry_id(struct op *op, const char *sku, const json_t *supply_channel,
                        const char **ret_id);

#endif
