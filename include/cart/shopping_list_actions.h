/* The update actions of shopping lists. */
#ifndef CART_SHOPPING_LIST_ACTIONS_H
#define CART_SHOPPING_LIST_ACTIONS_H

#include "document/shape.h"

/* Updates, as a trusted client gives them and as /me takes them. */
extern const struct shape SHOPPING_LIST_UPDATE;
extern const struct shape MY_SHOPPING_LIST_UPDATE;

#endif
