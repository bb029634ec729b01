/* What the endpoints of products and their searches share. */
#ifndef API_PRODUCTS_PRIV_H
#define API_PRODUCTS_PRIV_H

#include <stdbool.h>

#include "engine/route.h"

struct call;
struct op;
struct product_view;

/* Reads what is asked of the products in an answer, or of projections, of which more may be asked, and opens
 * the view. False: recorded. */
bool product_view_read(struct op *op, const struct call *call, bool is_projected,
                       struct product_view *ret_view);

/* Does the call ask for what is staged instead of what is published? False: recorded. */
bool projections_are_staged(struct op *op, const struct call *call, bool *ret_staged);

/* Staged data is not for everyone. False: recorded. */
bool staged_are_permitted(struct op *op);

#endif
