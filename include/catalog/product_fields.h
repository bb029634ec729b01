/* What products and product projections have in common for queries and the index. */
#ifndef CATALOG_PRODUCT_FIELDS_H
#define CATALOG_PRODUCT_FIELDS_H

#include <jansson.h>

#include "resource/resource_fields.h"

struct op;

/* Product data: name, slug, variants and so on. */
extern const struct fields PRODUCT_DATA_FIELDS;
extern const struct fields VARIANT_FIELDS;
extern const struct fields ATTRIBUTE_VALUE_FIELDS;

/* The rows of product data, which a projection has at its top. */
#define PRODUCT_DATA_ROWS \
	{ "name",               VALUE_MAP }, \
	REFERENCES_FIELD("categories"), \
	{ "categoryOrderHints", VALUE_MAP }, \
	{ "description",        VALUE_MAP }, \
	{ "slug",               VALUE_MAP }, \
	{ "metaTitle",          VALUE_MAP }, \
	{ "metaDescription",    VALUE_MAP }, \
	{ "metaKeywords",       VALUE_MAP }, \
	{ "masterVariant",      VALUE_OBJECT, .inner = &VARIANT_FIELDS }, \
	{ "variants",           VALUE_OBJECT, true, &VARIANT_FIELDS }, \
	{ "searchKeywords",     VALUE_MAP }, \
	{ "attributes",         VALUE_OBJECT, true, &ATTRIBUTE_VALUE_FIELDS }

/* Index values of product data, or of a projection: the SKUs of its variants. */
void index_variant_skus(struct op *op, const json_t *data, json_t *values);

#endif
