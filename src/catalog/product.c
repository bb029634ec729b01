#include "catalog/product.h"

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product_data.h"
#include "catalog/product_fields.h"
#include "catalog/product_projection.h"
#include "document/doc.h"
#include "kind/index_values.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/lookup.h"
#include "resource/resource_fields.h"

#include "attribute_constraint_priv.h"
#include "product_attribute_priv.h"
#include "product_variant_priv.h"

/* -- index: values of current and staged data alike -- */

/* Adds what one product data has. */
typedef void data_values_fn(struct op *op, const json_t *data, json_t *values);

static void index_both(struct op *op, const json_t *doc, json_t *values, data_values_fn *add)
{
	add(op, product_current(doc), values);
	add(op, product_staged(doc), values);
}

static void index_skus(struct op *op, const json_t *doc, json_t *values)
{
	index_both(op, doc, values, index_variant_skus);
}

static void index_slugs(struct op *op, const json_t *doc, json_t *values)
{
	index_both(op, doc, values, index_slug);
}

/* Adds what the prices of product data refer to as `member`, or their discounts. */
static void add_price_references(const json_t *data, const char *member, json_t *values)
{
	for (size_t i = 0; i < variant_count(data); i++) {
		const json_t *prices = json_object_get(variant_at(data, i), "prices");

		for (size_t j = 0; j < json_array_size(prices); j++) {
			const json_t *price = json_array_get(prices, j);

			index_add_reference(values, json_object_get(price, member));
			index_add_reference(values,
			                    json_object_get(json_object_get(price, "discounted"), member));
		}
	}
}

static void index_price_groups(struct op *op, const json_t *doc, json_t *values)
{
	(void)op;
	add_price_references(product_current(doc), "customerGroup", values);
	add_price_references(product_staged(doc), "customerGroup", values);
}

static void index_price_channels(struct op *op, const json_t *doc, json_t *values)
{
	(void)op;
	add_price_references(product_current(doc), "channel", values);
	add_price_references(product_staged(doc), "channel", values);
}

static void index_price_discounts(struct op *op, const json_t *doc, json_t *values)
{
	(void)op;
	add_price_references(product_current(doc), "discount", values);
	add_price_references(product_staged(doc), "discount", values);
}

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "slug", .unique = true, .values = index_slugs },
	{ .name = "sku", .unique = true, .values = index_skus },
	{ .name = "productType",
	  .path = "productType.id",
	  .references = "product-type" },
	{ .name = "taxCategory",
	  .path = "taxCategory.id",
	  .references = "tax-category" },
	{ .name = "currentCategories",
	  .path = "masterData.current.categories.id",
	  .references = "category" },
	{ .name = "stagedCategories",
	  .path = "masterData.staged.categories.id",
	  .references = "category" },
	{ .name = "prices.customerGroup",
	  .values = index_price_groups,
	  .references = "customer-group" },
	{ .name = "prices.channel", .values = index_price_channels, .references = "channel" },
	{ .name = "prices.discounted.discount",
	  .values = index_price_discounts,
	  .references = "product-discount" },
	{ 0 },
};

static const struct field MASTER_DATA_ROWS[] = {
	{ "published",        VALUE_BOOLEAN },
	{ "hasStagedChanges", VALUE_BOOLEAN },
	{ "current",          VALUE_OBJECT, .inner = &PRODUCT_DATA_FIELDS },
	{ "staged",           VALUE_OBJECT, .inner = &PRODUCT_DATA_FIELDS },
};
static const struct fields MASTER_DATA_FIELDS = FIELDS(MASTER_DATA_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",        VALUE_STRING },
	REFERENCE_FIELD("productType"),
	{ "masterData", VALUE_OBJECT, .inner = &MASTER_DATA_FIELDS },
	REFERENCE_FIELD("taxCategory"),
	{ "priceMode",  VALUE_STRING },
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* -- rules -- */

/* Takes the members of product data out of the draft that became the document. */
static json_t *take_data(struct op *op, json_t *doc)
{
	static const char *const MEMBERS_OF_DATA[] = { "name",          "description",
		                                           "slug",          "categories",
		                                           "metaTitle",     "categoryOrderHints",
		                                           "metaKeywords",  "metaDescription",
		                                           "searchKeywords" };
	json_t *data = keep(op, json_object());

	for (size_t i = 0; i < sizeof MEMBERS_OF_DATA / sizeof *MEMBERS_OF_DATA; i++) {
		json_t *member = json_object_get(doc, MEMBERS_OF_DATA[i]);

		if (!member)
			continue;
		json_object_set(data, MEMBERS_OF_DATA[i], member);
		json_object_del(doc, MEMBERS_OF_DATA[i]);
	}
	doc_put_default(data, "categories", json_array());
	doc_put_default(data, "searchKeywords", json_object());
	return data;
}

/* The master variant has the id 1, the others follow. */
static bool create_variants(struct op *op, const json_t *type, const json_t *doc, json_t *data)
{
	const json_t *others = json_object_get(doc, "variants");
	json_t *variants = keep(op, json_array());

	if (json_array_size(others) > 0 && !doc_has(doc, "masterVariant"))
		return fail_required_field(op, "masterVariant");
	json_t *master = variant_create(op, type, json_object_get(doc, "masterVariant"), 1);

	if (!master)
		return false;
	for (size_t i = 0; i < json_array_size(others); i++) {
		json_t *variant = variant_create(op, type, json_array_get(others, i), (int64_t)i + 2);

		if (!variant)
			return false;
		json_array_append(variants, variant);
	}
	json_object_set(data, "masterVariant", master);
	json_object_set(data, "variants", variants);
	return true;
}

/* Are order hints such, and of categories that the product is in? False: recorded. */
static bool check_order_hints(struct op *op, const json_t *data)
{
	json_t *hints = json_object_get(data, "categoryOrderHints");
	const char *id;
	json_t *hint;

	json_object_foreach(hints, id, hint) {
		if (!doc_find(json_object_get(data, "categories"), "id", id, NULL))
			return fail_invalid_operation(op, "The product is not in the category '%s'.", id);
		if (!check_rank(json_string_value(hint)))
			return fail_invalid_field(op, "categoryOrderHints", hint, NULL);
	}
	return true;
}

/* Makes product data of the draft that became the document. NULL: recorded. */
static json_t *create_data(struct op *op, struct resource *product)
{
	json_t *doc = product->doc;
	const struct attribute_scope scope = { .type = product_type_of(op, doc), .level = "Product" };
	json_t *data = take_data(op, doc);
	json_t *attributes;

	if (!scope.type || !slug_check(op, product, json_object_get(data, "slug")) ||
	    !check_order_hints(op, data) || !create_variants(op, scope.type, doc, data) ||
	    !attribute_constraints_check(op, scope.type, data, NULL) ||
	    !attributes_read(op, &scope, json_object_get(doc, "attributes"), &attributes))
		return NULL;
	json_object_set(data, "attributes", attributes);
	json_object_del(doc, "attributes");
	json_object_del(doc, "masterVariant");
	json_object_del(doc, "variants");
	return data;
}

static bool fill(struct op *op, struct resource *product, const json_t *draft)
{
	json_t *data = create_data(op, product);

	if (!data || !variants_check(op, data))
		return false;
	json_t *staged = keep(op, json_deep_copy(data));
	json_t *master_data =
		keep(op, json_pack("{s:b, s:O, s:O, s:b}", "published", doc_true(draft, "publish"),
	                       "current", data, "staged", staged, "hasStagedChanges", 0));

	json_object_set(product->doc, "masterData", master_data);
	json_object_del(product->doc, "publish");
	doc_put_default(product->doc, "priceMode", json_string("Embedded"));
	return true;
}

static bool finish(struct op *op, struct resource *product)
{
	product_note_staged_changes(product->doc);
	doc_put_default(product->doc, "priceMode", json_string("Embedded"));
	return variants_check(op, product_staged(product->doc)) &&
	       variants_check(op, product_current(product->doc));
}

static bool before_delete(struct op *op, struct resource *product)
{
	if (product_is_published(product->doc))
		return fail_invalid_operation(op, "Unable to delete a published product.");
	return product_projections_delete(op, product);
}

const struct resource_kind PRODUCT_KIND = {
	.name = "product",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
	.saved = product_projections_save,
	.before_delete = before_delete,
};

/* -- for carts -- */

bool product_lookup(struct op *op, const char *id, const json_t **ret_product)
{
	return lookup(op, &PRODUCT_PROJECTION_KIND, id, ret_product) &&
	       (*ret_product || lookup(op, &PRODUCT_KIND, id, ret_product));
}

bool product_lookup_by_sku(struct op *op, const char *sku, const json_t **ret_product)
{
	const char *id;

	*ret_product = NULL;
	if (!resource_id_by(op, &PRODUCT_KIND, "sku", sku, &id))
		return false;
	return !id || product_lookup(op, id, ret_product);
}
