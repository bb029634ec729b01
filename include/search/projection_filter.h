/* The expressions of the product projection search: filters, facets and sort, as texts. */
#ifndef SEARCH_PROJECTION_FILTER_H
#define SEARCH_PROJECTION_FILTER_H

#include <stdbool.h>

#include "search/search_plan.h"

/* Reads `path`, or `path:values`: `variants.attributes.size.key:"s","m"`, `…:range (1 to 5), (9 to *)`,
 * `…:missing`, `…:exists`, `categories.id:subtree("id")`; a path alone asks whether the field exists.
 * `parameter` is what errors call it. NULL: recorded. */
struct search_query *projection_filter_read(struct search_builder *builder, const char *parameter,
                                            const char *text);

/* Reads a facet: a filter with ` as name` and ` counting products` behind it. *ret_counts_products: is the
 * latter there? Sets all but what it is counted among. False: recorded. */
bool projection_facet_read(struct search_builder *builder, const char *text,
                           struct search_facet *ret_facet, bool *ret_counts_products);

/* Reads what is sorted by: `name.en desc`, `price asc`, `variants.attributes.size asc.max`, `score desc`.
 * False: recorded. */
bool projection_sort_read(struct search_builder *builder, const char *text,
                          struct search_order *ret_order);

#endif
