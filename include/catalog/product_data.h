/* Where things are in the document of a product, or of a projection: its data, and their variants. "Product data" is an
 * object with name, slug, masterVariant and so on; a product has two of them, a projection is one. */
#ifndef CATALOG_PRODUCT_DATA_H
#define CATALOG_PRODUCT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

/* Is the product published? Its current data is for customers only if it is. */
bool product_is_published(const json_t *product);

/* The current data of a product (of a projection: itself), or the staged data (borrowed). */
json_t *product_current(const json_t *product);
json_t *product_staged(const json_t *product);

/* Says in a product whether its staged data differs from the current. */
void product_note_staged_changes(json_t *product);

/* How many variants product data has, the master included, and the one at an index; the master is at
 * 0 (borrowed). */
size_t variant_count(const json_t *data);
json_t *variant_at(const json_t *data, size_t index);

/* The variant of product data with this id, or with this SKU (borrowed); NULL: there is none. */
json_t *product_variant(const json_t *data, int64_t variant_id);
json_t *product_variant_by_sku(const json_t *data, const char *sku);

#endif
