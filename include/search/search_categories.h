/* The categories of a project, as searches that count them need them. */
#ifndef SEARCH_SEARCH_CATEGORIES_H
#define SEARCH_SEARCH_CATEGORIES_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* Gives the ids of what stands above each category: an object of arrays by the ids of those that stand below
 * something, kept by the arena. False: recorded. */
bool search_categories_load(struct op *op, const json_t **ret_ancestors);

#endif
