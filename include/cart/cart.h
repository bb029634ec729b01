/* Carts: the kind, who owns one, which one is active. */
#ifndef CART_CART_H
#define CART_CART_H

#include <stdbool.h>

#include <jansson.h>

#include "resource/resource.h"

struct op;

extern const struct resource_kind CART_KIND;

/* The index values of a cart or an order: the types of custom fields that it and its parts have. */
index_values_fn cart_type_values;

/* Loads a cart for change, as far as it exists for who asks: else a 404. NULL: recorded. */
struct resource *cart_get(struct op *op, const char *id);

/* Is the cart one that may still be changed and ordered: Active? */
bool cart_is_active(const json_t *cart);

/* The id of the active cart: that of the carts with cartState Active and origin Customer which was
 * written last. `store_key` NULL: in any store or none. *ret_id is NULL if there is none. False:
 * recorded. */
bool cart_active_of_customer(struct op *op, const char *customer_id, const char *store_key,
                             const char **ret_id);
bool cart_active_of_anonymous(struct op *op, const char *anonymous_id, const char *store_key,
                              const char **ret_id);

/* That of the caller, in the store of the path. */
bool cart_active_of_caller(struct op *op, const char **ret_id);

/* Gives a cart (or an order) to a customer: customerId, no anonymousId, the customer's group. Does
 * not touch its version. */
give_fn cart_give_to_customer;

#endif
