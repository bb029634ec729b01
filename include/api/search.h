/* The searches for products. Everything is looked through; there is no index of words. */
#ifndef API_SEARCH_H
#define API_SEARCH_H

#include "engine/route.h"

handler_fn product_projections_search;
handler_fn product_projections_suggest;
handler_fn products_search;

#endif
