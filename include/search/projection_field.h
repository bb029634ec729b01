/* The fields that filters, facets and sort expressions of the product projection search name. */
#ifndef SEARCH_PROJECTION_FIELD_H
#define SEARCH_PROJECTION_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "search/search_plan.h"

enum { MOST_NAMES = 10 }; /* of a path */

/* Finds the field of a path, `variants.attributes.size.key` cut at its dots; a path that leads nowhere is
 * that of a field that no product has. *ret_is_known (may be NULL): could a product have it? */
void projection_field(struct search_builder *builder, const char *text, const char *const *names,
                      size_t count, struct search_field *ret_field, bool *ret_is_known);

/* The fields that are searched for words of a language; *ret_count: how many. */
const struct search_text *projection_texts(struct search_builder *builder, const char *locale,
                                           size_t *ret_count);

#endif
