/* Products: current and staged data, variants, prices, attributes; and what carts ask of them. */
#ifndef DOMAIN_PRODUCT_H
#define DOMAIN_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"
#include "domain/resource.h"

struct op;

extern const struct resource_kind PRODUCT_KIND;
extern const struct shape PRODUCT_DRAFT;
extern const struct shape PRODUCT_UPDATE;

/* The product that has a variant with this SKU, in its current or its staged data. True with
 * *ret_product == NULL: there is none. False: recorded. */
bool product_look_up_by_sku(struct op *op, const char *sku, const json_t **ret_product);

/* Is the product published? Its current data is for customers only if it is. */
bool product_is_published(const json_t *product);

/* The current data of a product, or the staged data (borrowed). */
json_t *product_current(const json_t *product);
json_t *product_staged(const json_t *product);

/* The variant of product data with this id, or with this SKU (borrowed); NULL: there is none. */
json_t *product_variant(const json_t *data, int64_t variant_id);
json_t *product_variant_by_sku(const json_t *data, const char *sku);

#endif
