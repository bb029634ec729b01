/* The kind of products, and looking at one as carts do. Where things are in a product: product_data.h. */
#ifndef CATALOG_PRODUCT_H
#define CATALOG_PRODUCT_H

#include <stdbool.h>

#include <jansson.h>

#include "resource/resource.h"

struct op;

extern const struct resource_kind PRODUCT_KIND;

/* Gives the published projection, which has all that carts need in half the bytes; if it is not published, the
 * product. True with *ret_product == NULL: there is none. False: recorded. */
bool product_lookup(struct op *op, const char *id, const json_t **ret_product);

/* The same by the SKU of a variant, in its current or its staged data. */
bool product_lookup_by_sku(struct op *op, const char *sku, const json_t **ret_product);

#endif
