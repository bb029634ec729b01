/* What variants say of stock: `availability`, made of the inventory entries of their SKU whenever it is
 * shown, so that it is never older than they are. */
#ifndef INVENTORY_AVAILABILITY_H
#define INVENTORY_AVAILABILITY_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* Sets `availability` on each variant of product data, of a projection, or of both data of a product;
 * a variant of whose SKU there are no entries has none. In an in-store path only the supply channels of
 * that store count, if it names any. Changes `data`, which is the caller's own. Does nothing if the
 * project has no entries: callers need not look whether it has. False: recorded. */
bool availability_add(struct op *op, json_t *data);

/* The same with the supply channels (an array of references; NULL or empty: all) that count, for who
 * shows many products, and found out once whether inventory_has_entries(). */
bool availability_add_of_channels(struct op *op, json_t *data, const json_t *supply_channels);

/* The availability of a SKU (NULL: of none), likewise; kept by the arena. True with *ret_availability
 * == NULL: there are no entries. False: recorded. */
bool availability_of_sku(struct op *op, const char *sku, const json_t *supply_channels,
                         json_t **ret_availability);

/* The supply channels that count in a store: an array of references (borrowed). True with
 * *ret_channels == NULL: all, as the key is NULL or of no store. False: recorded. */
bool availability_channels_of_store(struct op *op, const char *store_key,
                                    const json_t **ret_channels);

#endif
