/* Endpoints of what has an owner: carts, orders, payments and shopping lists. */
#ifndef API_OWNED_H
#define API_OWNED_H

#include "api/route.h"

/* One page of what is the caller's under /me, else of what is of the store of the path, if it names
 * one. */
handler_fn owned_list;

/* The same and the rest for payments under /me, which show less than the payment has. */
handler_fn my_payments_list;
handler_fn my_payments_create;
handler_fn my_payments_get;
handler_fn my_payments_update;
handler_fn my_payments_delete;

#endif
