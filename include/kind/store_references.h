/* The member `stores` of a resource: key references, each store once. */
#ifndef KIND_STORE_REFERENCES_H
#define KIND_STORE_REFERENCES_H

#include <jansson.h>

#include "kind/update.h"

/* `addStore`, `removeStore`, `setStores`. */
apply_fn action_add_store;
apply_fn action_remove_store;
apply_fn action_set_stores;

/* Leaves each reference of an array once; kept by the arena. NULL counts as an empty array. */
json_t *stores_once(struct op *op, const json_t *stores);

/* Is a resource with a list `stores` for this cart: for its store, or for all because the list is
 * empty? */
bool stores_allow(const json_t *resource, const json_t *cart);

#endif
