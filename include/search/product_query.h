/* The query language of the product search, compiled from its JSON. */
#ifndef SEARCH_PRODUCT_QUERY_H
#define SEARCH_PRODUCT_QUERY_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"
#include "search/search_plan.h"

/* Reads an expression that stands at a place; none (NULL, null, {}) reads as NULL, which everything fits. False:
 * recorded. */
bool product_query_read(struct search_builder *builder, const json_t *expression,
                        const struct json_path *place, struct search_query **ret_query);

/* A value that fields are compared with: a text, a number or a truth. NULL: it is none, or too long; recorded. */
struct search_constant *product_constant_read(struct search_builder *builder, const json_t *value,
                                              const struct json_path *place);

#endif
