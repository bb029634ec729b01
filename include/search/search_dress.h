/* Dressing documents that a search looks at, where what is asked depends on what is not stored in them. */
#ifndef SEARCH_SEARCH_DRESS_H
#define SEARCH_SEARCH_DRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "search/search_run.h"

struct op;

/* Could what the plan asks of a document, which its reader has read, be otherwise than it is stored? A quick
 * look. */
bool search_dress_may_matter(const struct search_plan *plan, const char *text, size_t bytes);

/* Dresses a document that the reader has read, and lets it read it again, if that makes a difference.
 * *ret_dressed: does it? False: recorded. */
bool search_dress(struct op *op, struct search_plan *plan, const char *text, size_t bytes,
                  bool *ret_dressed);

#endif
