/* /stores. */
#ifndef API_STORES_H
#define API_STORES_H

#include "api/route.h"

handler_fn stores_create;
handler_fn stores_list;
handler_fn stores_get;
handler_fn stores_get_by_key;
handler_fn stores_delete;
handler_fn stores_delete_by_key;

#endif
