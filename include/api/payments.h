/* Payments under /me, which show less than the payment has. */
#ifndef API_PAYMENTS_H
#define API_PAYMENTS_H

#include "engine/route.h"

handler_fn my_payments_list;
handler_fn my_payments_create;
handler_fn my_payments_get;
handler_fn my_payments_update;
handler_fn my_payments_delete;

#endif
