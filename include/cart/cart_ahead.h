/* Loading what an update of a cart, or a sign-in, needs before its turn on the writer's thread comes. */
#ifndef CART_CART_AHEAD_H
#define CART_CART_AHEAD_H

#include <stdbool.h>

struct op;

/* Loads a cart, and looks up its customer and the products of its lines. Nothing happens if there
 * is none. False: recorded. */
bool cart_fetch_ahead(struct op *op, const char *id);

/* Does the same for the active cart of a customer and, unless anonymous_id is NULL, for that of a
 * session. False: recorded. */
bool cart_fetch_active_ahead(struct op *op, const char *customer_id, const char *anonymous_id);

#endif
