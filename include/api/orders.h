/* Orders. */
#ifndef API_ORDERS_H
#define API_ORDERS_H

#include "engine/route.h"

handler_fn orders_create;
handler_fn orders_get_by_number;
handler_fn orders_update_by_number;
handler_fn orders_delete_by_number;

#endif
