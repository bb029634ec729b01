/* What the product search sorts by. */
#ifndef SEARCH_PRODUCT_SORT_H
#define SEARCH_PRODUCT_SORT_H

#include <stdbool.h>

#include "document/shape.h"
#include "search/search_plan.h"

/* The shape of one of the things that are sorted by. */
extern const struct shape PRODUCT_SORT_SHAPE;

/* Adds them to the order of the plan. False: recorded. */
bool product_sort_read(struct search_builder *builder, const struct shape_list *sorts);

#endif
