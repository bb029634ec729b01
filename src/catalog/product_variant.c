#include "product_variant_priv.h"

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/price_draft.h"
#include "catalog/product_data.h"
#include "document/doc.h"

#include "asset_priv.h"
#include "product_attribute_priv.h"

static const struct shape_field DIMENSION_FIELDS[] = {
	{ "w", FIELD_INT, REQUIRED },
	{ "h", FIELD_INT, REQUIRED },
};
static const struct shape DIMENSIONS = { 0, 2, DIMENSION_FIELDS };

static const struct shape_field IMAGE_FIELDS[] = {
	{ "url",        FIELD_TEXT,     REQUIRED },
	{ "dimensions", FIELD_DOCUMENT, REQUIRED, .inner = &DIMENSIONS },
	{ "label",      FIELD_TEXT,     OPTIONAL },
};
const struct shape IMAGE_DRAFT = { 0, 3, IMAGE_FIELDS };

static const struct shape_field VARIANT_FIELDS[] = { VARIANT_DRAFT_FIELDS };
const struct shape VARIANT_DRAFT = { 0, sizeof VARIANT_FIELDS / sizeof *VARIANT_FIELDS, VARIANT_FIELDS };

/* -- creating -- */

static bool create_prices(struct op *op, const json_t *drafts, json_t *variant)
{
	json_t *prices = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(drafts); i++) {
		json_t *price = price_create(op, json_array_get(drafts, i), NULL);

		if (!price)
			return false;
		json_array_append(prices, price);
	}
	json_object_set(variant, "prices", prices);
	return true;
}

static json_t *copy_or_empty(struct op *op, const json_t *array)
{
	return keep(op, array ? json_deep_copy(array) : json_array());
}

json_t *variant_create(struct op *op, const json_t *product_type, const json_t *draft, int64_t id)
{
	json_t *variant = keep(op, json_pack("{s:I}", "id", (json_int_t)id));
	const struct attribute_scope scope = { .type = product_type, .level = "Variant" };
	const char *key = doc_text(draft, "key");
	json_t *attributes;

	if (key && !check_key(key)) {
		fail_invalid_field(op, "key", json_object_get(draft, "key"), NULL);
		return NULL;
	}
	(void)doc_set_text(variant, "sku", doc_text(draft, "sku")); /* it has none */
	(void)doc_set_text(variant, "key", key);
	if (!create_prices(op, json_object_get(draft, "prices"), variant) ||
	    !attributes_read(op, &scope, json_object_get(draft, "attributes"), &attributes))
		return NULL;
	json_object_set(variant, "images", copy_or_empty(op, json_object_get(draft, "images")));
	json_object_set(variant, "attributes", attributes);
	json_t *assets = assets_create(op, json_object_get(draft, "assets"));

	return assets && json_object_set(variant, "assets", assets) == 0 ? variant : NULL;
}

/* -- what must differ -- */

/* Notes a text, if there is one. False: recorded; it was there. */
static bool note(struct op *op, json_t *seen, const char *name, const char *text)
{
	return !text || doc_note(seen, text) || fail_duplicate_field(op, name, text);
}

/* What makes a variant another one, and errors show: SKU, key, images, prices without their ids, attributes. */
static json_t *values_of(struct op *op, const json_t *variant)
{
	static const char *const MEMBERS[] = { "sku", "key", "prices", "images", "attributes" };
	json_t *values = keep(op, json_object());

	for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++)
		(void)doc_set(values, MEMBERS[i], json_object_get(variant, MEMBERS[i])); /* it has none */
	json_t *prices = keep(op, json_deep_copy(json_object_get(variant, "prices")));

	for (size_t i = 0; i < json_array_size(prices); i++)
		json_object_del(json_array_get(prices, i), "id");
	(void)doc_set(values, "prices", prices); /* seen in what is compared */
	return values;
}

static bool fail_variant_values(struct op *op, json_t *values)
{
	return fail_as(
		op, ERROR_DUPLICATE_VARIANT_VALUES, json_pack("{s:O}", "variantValues", values),
		"A duplicate combination of the variant values (sku, key, images, prices, attributes) exists.");
}

bool variants_check(struct op *op, const json_t *data)
{
	json_t *skus = keep(op, json_object());
	json_t *keys = keep(op, json_object());
	json_t *seen = keep(op, json_object());

	for (size_t i = 0; i < variant_count(data); i++) {
		const json_t *variant = variant_at(data, i);
		json_t *values = values_of(op, variant);

		if (!note(op, skus, "sku", doc_text(variant, "sku")) ||
		    !note(op, keys, "key", doc_text(variant, "key")) ||
		    !prices_check(op, json_object_get(variant, "prices")))
			return false;
		if (!doc_note(seen, json_sorted_text(op, values)))
			return fail_variant_values(op, values);
	}
	return true;
}
