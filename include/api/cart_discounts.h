/* What endpoints of cart discounts do besides serving a kind: within a store, a token changes only what is of no
 * store that is closed to it. */
#ifndef API_CART_DISCOUNTS_H
#define API_CART_DISCOUNTS_H

#include "engine/route.h"

handler_fn cart_discounts_update;
handler_fn cart_discounts_update_by_key;

#endif
