/* What variants say of stock: `availability`, made of the inventory entries of their SKU whenever it is
 * shown, so that it is never older than they are. */
#ifndef INVENTORY_AVAILABILITY_H
#define INVENTORY_AVAILABILITY_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* Sets `availability` on each variant of product data, of a projection, or of both data of a product;
 * a variant of whose SKU there are no entries has none. Only these supply channels count (an array of
 * references; NULL or empty: all). Changes `data`, which is the caller's own. For who shows many
 * products, and found out once whether inventory_has_entries(). False: recorded. */
bool availability_add_of_channels(struct op *op, json_t *data, const json_t *supply_channels);

/* The same for one variant in a store (NULL: in none); looks for itself whether there are any
 * entries. */
bool availability_add_to_variant(struct op *op, json_t *variant, const char *store_key);

/* The supply channels that count in a store: an array of references (borrowed). True with
 * *ret_channels == NULL: all, as the key is NULL or of no store. False: recorded. */
bool availability_channels_of_store(struct op *op, const char *store_key,
                                    const json_t **ret_channels);

#endif
