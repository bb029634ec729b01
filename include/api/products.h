/* Products and product projections, with prices selected. */
#ifndef API_PRODUCTS_H
#define API_PRODUCTS_H

#include "engine/route.h"

handler_fn products_list;
handler_fn products_create;
handler_fn products_get;
handler_fn products_get_by_key;
handler_fn products_update;
handler_fn products_update_by_key;
handler_fn products_delete;
handler_fn products_delete_by_key;
handler_fn product_projections_list;
handler_fn product_projections_get;
handler_fn product_projections_get_by_key;

#endif
