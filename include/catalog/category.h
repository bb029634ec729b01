/* Categories: a forest. Each knows all its ancestors, from the root down to its parent. */
#ifndef CATALOG_CATEGORY_H
#define CATALOG_CATEGORY_H

#include <stdbool.h>

#include "document/shape.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind CATEGORY_KIND;
extern const struct shape CATEGORY_DRAFT;
extern const struct shape CATEGORY_UPDATE;

/* The ids of a category and of all that lie below it: an array of texts, kept by the arena; empty if
 * there is no such category. NULL: recorded. */
json_t *category_subtree(struct op *op, const char *id);

#endif
