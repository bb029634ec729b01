/* Changing a cart by update actions. */
#ifndef CART_CART_UPDATE_H
#define CART_CART_UPDATE_H

#include <stdbool.h>

struct op;
struct resource;
struct update_input;

/* Checks version and state, runs the actions, brings the cart up to date. Does not store it.
 * False: recorded. */
bool cart_update(struct op *op, struct resource *cart, const struct update_input *input);

#endif
