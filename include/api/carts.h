/* /me/carts, /me/active-cart, /carts and the shipping methods that match a cart. */
#ifndef API_CARTS_H
#define API_CARTS_H

#include "engine/route.h"

handler_fn my_active_cart;
handler_fn carts_list;
handler_fn carts_create;
handler_fn carts_replicate;
handler_fn carts_get_by_customer;
handler_fn carts_update;
handler_fn carts_update_by_key;
handler_fn shipping_methods_of_cart;
handler_fn shipping_methods_of_location;
fetch_fn carts_fetch;

#endif
