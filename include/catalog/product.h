/* Products: current and staged data, variants, prices, attributes; and what carts ask of them. */
#ifndef CATALOG_PRODUCT_H
#define CATALOG_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "document/shape.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind PRODUCT_KIND;
extern const struct shape PRODUCT_DRAFT;
extern const struct shape PRODUCT_UPDATE;

/* Looks at a product as carts do: gives the published projection, which has all that they need in half
 * the bytes; if it is not published, the product. True with *ret_product == NULL: there is none. False:
 * recorded. */
bool product_lookup(struct op *op, const char *id, const json_t **ret_product);

/* The same by the SKU of a variant, in its current or its staged data. */
bool product_lookup_by_sku(struct op *op, const char *sku, const json_t **ret_product);

/* Is the product published? Its current data is for customers only if it is. */
bool product_is_published(const json_t *product);

/* The current data of a product (of a projection: itself), or the staged data (borrowed). */
json_t *product_current(const json_t *product);
json_t *product_staged(const json_t *product);

/* How many variants product data has, the master included, and the one at an index; the master is at
 * 0 (borrowed). */
size_t variant_count(const json_t *data);
json_t *variant_at(const json_t *data, size_t index);

/* The variant of product data with this id, or with this SKU (borrowed); NULL: there is none. */
json_t *product_variant(const json_t *data, int64_t variant_id);
json_t *product_variant_by_sku(const json_t *data, const char *sku);

#endif
