/* The member `stores` of a resource: key references, each store once. */
#ifndef KIND_STORE_REFERENCES_H
#define KIND_STORE_REFERENCES_H

#include <jansson.h>

#include "kind/update.h"
#include "resource/resource.h"

/* `addStore`, `removeStore`, `setStores`. */
apply_fn action_add_store;
apply_fn action_remove_store;
apply_fn action_set_stores;

/* Leaves each reference of an array once; kept by the arena. NULL counts as an empty array. */
json_t *stores_once(struct op *op, const json_t *stores);

/* Is a resource with a list `stores` for this cart: for its store, or for all because the list is
 * empty? */
bool stores_allow(const json_t *resource, const json_t *cart);

/* Outside of stores everything is served; in a store, what its list `stores` names. To be the is_served of kinds
 * that have one. */
visible_fn stores_serve;

/* The same as a predicate, for lists. */
#define OF_STORES "stores(key = :store)"

#endif
