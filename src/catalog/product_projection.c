#include "catalog/product_projection.h"

#include "base/op.h"
#include "catalog/product_data.h"
#include "catalog/product_fields.h"
#include "document/doc.h"
#include "kind/index_values.h"
#include "resource/load.h"
#include "resource/resource_fields.h"
#include "resource/save.h"

/* What refers to what is the business of the product, so nothing says `references` here. */
static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "slug", .unique = true, .values = index_slug },
	{ .name = "sku", .unique = true, .values = index_variant_skus },
	{ .name = "productType", .path = "productType.id" },
	{ .name = "categories", .path = "categories.id" },
	{ .name = "taxCategory", .path = "taxCategory.id" },
	{ 0 },
};

static const struct field FIELD_ROWS[] = {
	{ "id",               VALUE_STRING },
	{ "version",          VALUE_NUMBER },
	{ "createdAt",        VALUE_DATE_TIME },
	{ "lastModifiedAt",   VALUE_DATE_TIME },
	{ "key",              VALUE_STRING },
	REFERENCE_FIELD("productType"),
	REFERENCE_FIELD("taxCategory"),
	{ "priceMode",        VALUE_STRING },
	{ "published",        VALUE_BOOLEAN },
	{ "hasStagedChanges", VALUE_BOOLEAN },
	PRODUCT_DATA_ROWS,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

const struct resource_kind PRODUCT_PROJECTION_KIND = {
	.name = "product-projection",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.plain_head = true,
};

const struct resource_kind STAGED_PRODUCT_PROJECTION_KIND = {
	.name = "product-projection-staged",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.plain_head = true,
};

json_t *product_projection(struct op *op, const json_t *product, bool staged)
{
	static const char *const OF_PRODUCTS[] = { "masterData",     "createdBy",
		                                       "lastModifiedBy", "versionModifiedAt",
		                                       "lastMessageSequenceNumber" };
	const json_t *master_data = json_object_get(product, "masterData");
	json_t *projection = keep(op, json_deep_copy(product));

	for (size_t i = 0; i < sizeof OF_PRODUCTS / sizeof *OF_PRODUCTS; i++)
		json_object_del(projection, OF_PRODUCTS[i]);
	json_object_set(projection, "published", json_object_get(master_data, "published"));
	json_object_set(projection, "hasStagedChanges",
	                json_object_get(master_data, "hasStagedChanges"));
	json_object_update(projection, keep(op, json_deep_copy(staged ? product_staged(product)
	                                                              : product_current(product))));
	return projection;
}

static bool save(struct op *op, const struct resource_kind *kind, const struct resource *product,
                 json_t *doc)
{
	struct resource *projection;

	if (!resource_find(op, kind, product->id, &projection))
		return false;
	if (!projection)
		projection = resource_start(op, kind, product->id);
	projection->doc = doc;
	projection->version = product->version;
	projection->changed = true;
	return resource_save(op, projection);
}

static bool delete_one(struct op *op, const struct resource_kind *kind, const char *id)
{
	struct resource *projection;

	return resource_find(op, kind, id, &projection) &&
	       (!projection || resource_delete(op, projection));
}

bool product_projections_save(struct op *op, struct resource *product)
{
	if (!save(op, &STAGED_PRODUCT_PROJECTION_KIND, product,
	          product_projection(op, product->doc, true)))
		return false;
	if (!product_is_published(product->doc))
		return delete_one(op, &PRODUCT_PROJECTION_KIND, product->id);
	return save(op, &PRODUCT_PROJECTION_KIND, product,
	            product_projection(op, product->doc, false));
}

bool product_projections_delete(struct op *op, struct resource *product)
{
	return delete_one(op, &STAGED_PRODUCT_PROJECTION_KIND, product->id) &&
	       delete_one(op, &PRODUCT_PROJECTION_KIND, product->id);
}
