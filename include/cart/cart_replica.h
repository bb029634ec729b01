/* Carts that hold what another cart, or an order, holds. */
#ifndef CART_CART_REPLICA_H
#define CART_CART_REPLICA_H

#include <jansson.h>

#include "document/shape.h"

struct op;
struct resource;

/* {reference: {typeId: cart or order, id}, key?}: as /me shows it, and as a trusted client sees it. */
extern const struct shape MY_REPLICA_DRAFT;
extern const struct shape REPLICA_DRAFT;

/* Makes a cart that holds what a cart or an order holds, as far as it can still be bought, without
 * storing it. `key` may be NULL. NULL: recorded. */
struct resource *cart_replicate(struct op *op, const json_t *source, const char *key);

#endif
