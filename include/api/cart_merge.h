/* Merging an anonymous cart into that of a customer, for a trusted client. */
#ifndef API_CART_MERGE_H
#define API_CART_MERGE_H

#include "document/shape.h"
#include "engine/route.h"

extern const struct shape CART_MERGE_INPUT;

handler_fn carts_merge;

#endif
