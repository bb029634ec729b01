/* Product projections: products with one of their two data flattened into them.
 *
 * They are stored, so that they can be queried as everything else: as kinds of their own, one for what
 * is published and one for what is staged, saved and deleted together with the product, with its id
 * and version. A product that is not published has no published projection. */
#ifndef CATALOG_PRODUCT_PROJECTION_H
#define CATALOG_PRODUCT_PROJECTION_H

#include <stdbool.h>

#include <jansson.h>

#include "resource/resource.h"

struct op;

extern const struct resource_kind PRODUCT_PROJECTION_KIND;
extern const struct resource_kind STAGED_PRODUCT_PROJECTION_KIND;

/* The projection of a product with its current or its staged data; kept by the arena. */
json_t *product_projection(struct op *op, const json_t *product, bool staged);

/* Stores the projections of a product that was just stored, or deletes them. False: recorded. */
bool product_projections_save(struct op *op, struct resource *product);
bool product_projections_delete(struct op *op, struct resource *product);

#endif
