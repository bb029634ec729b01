/* Parameters that the endpoints of products and their search share. */
#ifndef API_PRODUCTS_PRIV_H
#define API_PRODUCTS_PRIV_H

#include <stdbool.h>

#include "engine/route.h"

struct call;
struct op;
struct price_selection;
struct resource_kind;

/* Reads what prices are selected by. *ret_selection: its currency is NULL if no price is asked for.
 * False: recorded. */
bool price_selection_read(struct op *op, const struct call *call,
                          struct price_selection *ret_selection);

/* Whose projections are asked for: what is published, or what is staged, which is not for everyone.
 * NULL: recorded. */
const struct resource_kind *projection_kind(struct op *op, const struct call *call);

/* The answer that is one projection, or a page of them, in the locales that are asked for. */
struct body with_locales(struct op *op, const struct call *call, struct body body);

#endif
