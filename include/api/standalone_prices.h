/* Standalone prices as they are shown: with the product discount that applies to them. */
#ifndef API_STANDALONE_PRICES_H
#define API_STANDALONE_PRICES_H

#include "engine/route.h"

handler_fn standalone_prices_list;
handler_fn standalone_prices_create;
handler_fn standalone_prices_get;
handler_fn standalone_prices_get_by_key;
handler_fn standalone_prices_update;
handler_fn standalone_prices_update_by_key;
handler_fn standalone_prices_delete;
handler_fn standalone_prices_delete_by_key;

#endif
