/* The facets of the product search: what is asked of them, and what they come to. */
#ifndef SEARCH_PRODUCT_FACETS_H
#define SEARCH_PRODUCT_FACETS_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"
#include "search/search_plan.h"

struct op;

/* The shape of one facet. */
extern const struct shape PRODUCT_FACET_SHAPE;

/* Adds facets to the plan, of which the query is set. False: recorded. */
bool product_facets_read(struct search_builder *builder, const struct shape_list *facets);

/* What they come to: an array in their order, kept by the arena. */
json_t *product_facets_results(struct op *op, const struct search_plan *plan,
                               const struct shape_list *facets);

#endif
