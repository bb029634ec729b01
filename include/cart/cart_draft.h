/* Carts from drafts. */
#ifndef CART_CART_DRAFT_H
#define CART_CART_DRAFT_H

#include <jansson.h>

#include "document/shape.h"

struct op;
struct resource;

/* What a cart is made from: as /me shows it, and as a trusted client sees it. Drafts are documents. */
extern const struct shape MY_CART_DRAFT;
extern const struct shape CART_DRAFT;

/* Makes a cart from a decoded draft, up to date, without storing it. Under /me it is the caller's;
 * in a store it is of that store. NULL: recorded. */
struct resource *cart_start(struct op *op, const json_t *draft);

#endif
