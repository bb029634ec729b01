/* The search of product projections: what storefronts use of it. Everything is looked through; there
 * is no index of words. */
#ifndef API_SEARCH_H
#define API_SEARCH_H

#include "engine/route.h"

handler_fn product_projections_search;

#endif
