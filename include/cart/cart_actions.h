/* The update actions of carts. */
#ifndef CART_CART_ACTIONS_H
#define CART_CART_ACTIONS_H

#include "document/shape.h"

/* How a cart is changed: as /me shows it, and as a trusted client sees it. */
extern const struct shape MY_CART_UPDATE;
extern const struct shape CART_UPDATE;

#endif
