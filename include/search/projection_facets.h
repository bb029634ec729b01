/* The facets of the product projection search as JSON. */
#ifndef SEARCH_PROJECTION_FACETS_H
#define SEARCH_PROJECTION_FACETS_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "search/search_facet.h"

struct op;

/* What facets come to, an object by their names; `counts_products` says of each whether products are told
 * beside variants. Kept by the arena. */
json_t *projection_facets(struct op *op, const struct search_facet *facets, size_t count,
                          const bool *counts_products);

#endif
