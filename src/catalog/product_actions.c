#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "catalog/price_draft.h"
#include "catalog/product.h"
#include "document/doc.h"
#include "kind/common_actions.h"
#include "kind/custom_fields.h"
#include "kind/index_values.h"
#include "resource/reference.h"

#include "product_priv.h"

/* -- product data -- */

/* edit->field: the member to set, or to remove if it is absent or "". */
static bool edit_set_member(const struct edit *edit)
{
	json_t *value = json_object_get(edit->input, edit->field);

	if (json_is_string(value) && json_string_length(value) == 0)
		value = NULL;
	(void)doc_set(edit->data, edit->field, keep(edit->op, json_deep_copy(value))); /* seen later */
	return true;
}

static bool prepare_slug(struct op *op, const struct resource *product, json_t *input)
{
	return slug_check(op, product, json_object_get(input, "slug"));
}

static bool set_order_hint(const struct edit *edit, const char *category_id, const char *hint)
{
	doc_put_default(edit->data, "categoryOrderHints", json_object());
	json_t *hints = json_object_get(edit->data, "categoryOrderHints");

	(void)doc_set_text(hints, category_id, hint); /* what changed is seen later */
	if (json_object_size(hints) == 0)
		json_object_del(edit->data, "categoryOrderHints");
	return true;
}

static bool edit_add_category(const struct edit *edit)
{
	json_t *categories = json_object_get(edit->data, "categories");
	json_t *category = json_object_get(edit->input, "category");
	const char *id = doc_text(category, "id");
	const char *hint = doc_text(edit->input, "orderHint");

	if (!doc_find(categories, "id", id, NULL))
		json_array_append_new(categories, json_deep_copy(category));
	return !hint || set_order_hint(edit, id, hint);
}

static bool edit_remove_category(const struct edit *edit)
{
	json_t *categories = json_object_get(edit->data, "categories");
	const char *id = doc_text(json_object_get(edit->input, "category"), "id");
	size_t index;

	if (doc_find(categories, "id", id, &index))
		json_array_remove(categories, index);
	return set_order_hint(edit, id, NULL);
}

static bool edit_set_order_hint(const struct edit *edit)
{
	const char *id = doc_text(edit->input, "categoryId");

	if (!doc_find(json_object_get(edit->data, "categories"), "id", id, NULL))
		return !edit->is_staged ||
		       fail_invalid_operation(edit->op, "The product is not in the category '%s'.", id);
	return set_order_hint(edit, id, doc_text(edit->input, "orderHint"));
}

/* -- between staged and current -- */

static json_t *master_data_of(const struct resource *product)
{
	return json_object_get(product->doc, "masterData");
}

static bool publish(struct op *op, struct resource *product, const struct update_action *row,
                    const void *input)
{
	json_t *master_data = master_data_of(product);
	json_t *staged = keep(op, json_deep_copy(product_staged(product->doc)));
	bool changed = doc_set(master_data, "current", staged);

	(void)row;
	(void)input;
	if (doc_set(master_data, "published", json_true()) || changed)
		resource_touch(product);
	return true;
}

static bool unpublish(struct op *op, struct resource *product, const struct update_action *row,
                      const void *input)
{
	(void)op;
	(void)row;
	(void)input;
	if (doc_set(master_data_of(product), "published", json_false()))
		resource_touch(product);
	return true;
}

static bool revert(struct op *op, struct resource *product, const struct update_action *row,
                   const void *input)
{
	json_t *current = keep(op, json_deep_copy(product_current(product->doc)));

	(void)row;
	(void)input;
	if (doc_set(master_data_of(product), "staged", current))
		resource_touch(product);
	return true;
}

static bool revert_variant(struct op *op, struct resource *product, const struct update_action *row,
                           const void *input)
{
	int64_t id = doc_int(input, "variantId");
	const json_t *current = product_variant(product_current(product->doc), id);
	json_t *staged = product_variant(product_staged(product->doc), id);

	(void)row;
	if (!current || !staged)
		return fail_invalid_operation(
			op, "The variant '%lld' is not both in the current and in the staged data.",
			(long long)id);
	if (json_equal(current, staged))
		return true;
	json_object_clear(staged);
	json_object_update(staged, keep(op, json_deep_copy(current)));
	resource_touch(product);
	return true;
}

/* -- search keywords: a list of objects with a text, by language -- */

bool search_keywords_decode(struct op *op, json_t *value, const struct json_path *path,
                            const void *argument, void *target)
{
	const char *locale;
	json_t *keywords;

	(void)argument;
	if (!json_is_object(value))
		return fail_at(op, path, "JSON Object expected");
	json_object_foreach(value, locale, keywords) {
		const struct json_path here = { path, locale };

		if (!json_is_array(keywords))
			return fail_at(op, &here, "JSON Array expected.");
		for (size_t i = 0; i < json_array_size(keywords); i++)
			if (!doc_text(json_array_get(keywords, i), "text"))
				return fail_at(op, &(struct json_path){ &here, "text" }, "Missing required value");
	}
	*(json_t **)target = value;
	return true;
}

static const char *const PRICE_MODES[] = { "Embedded", "Standalone", NULL };
static const char *const PUBLISH_SCOPES[] = { "All", NULL };

#define CATEGORY FIELD_CONVERTED, REQUIRED, .argument = "category", .decode = reference_decode
#define TAX_CATEGORY FIELD_CONVERTED, OPTIONAL, .argument = "tax-category", .decode = reference_decode
#define SEARCH_KEYWORDS FIELD_CONVERTED, OPTIONAL, .decode = search_keywords_decode
#define PRICE_MODE FIELD_TEXT, OPTIONAL, 0, text_check_enum, PRICE_MODES

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",                FIELD_TEXT,      OPTIONAL },
	{ "productType",        FIELD_CONVERTED, REQUIRED, .argument = "product-type", .decode = reference_decode },
	{ "name",               FIELD_TEXT_MAP,  REQUIRED },
	{ "slug",               FIELD_TEXT_MAP,  REQUIRED },
	{ "description",        FIELD_TEXT_MAP,  OPTIONAL },
	{ "categories",         FIELD_CONVERTED, OPTIONAL, .argument = "category", .decode = references_decode },
	{ "categoryOrderHints", FIELD_TEXT_MAP,  OPTIONAL },
	{ "metaTitle",          FIELD_TEXT_MAP,  OPTIONAL },
	{ "metaDescription",    FIELD_TEXT_MAP,  OPTIONAL },
	{ "metaKeywords",       FIELD_TEXT_MAP,  OPTIONAL },
	{ "masterVariant",      FIELD_DOCUMENT,  OPTIONAL, .inner = &VARIANT_DRAFT },
	{ "variants",           FIELD_DOCUMENTS, OPTIONAL, .inner = &VARIANT_DRAFT },
	{ "taxCategory",        TAX_CATEGORY },
	{ "searchKeywords",     SEARCH_KEYWORDS },
	{ "publish",            FIELD_BOOL,      OPTIONAL },
	{ "priceMode",          PRICE_MODE },
	{ "attributes",         FIELD_DOCUMENTS, OPTIONAL, .inner = &ATTRIBUTE_DRAFT },
};
const struct shape PRODUCT_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

#define STAGED { "staged", FIELD_BOOL, OPTIONAL }
#define SKU { "sku", FIELD_TEXT, OPTIONAL }
#define WITH_STAGED(...) MEMBERS({ __VA_ARGS__ }, STAGED)
#define OF_VARIANT(...) MEMBERS({ "variantId", FIELD_INT, OPTIONAL }, SKU, { __VA_ARGS__ }, STAGED)
#define OF_PRICE(...) MEMBERS({ "priceId", FIELD_TEXT, REQUIRED, 0, text_check_uuid }, { __VA_ARGS__ }, STAGED)
#define TEXTS(name, need) WITH_STAGED(name, FIELD_TEXT_MAP, need)
#define EDIT(part, prepare, edit) &(const struct product_edit){ part, prepare, edit }
#define PRICE "price", FIELD_DOCUMENT, REQUIRED, .inner = &PRICE_DRAFT
#define IMAGE_URL "imageUrl", FIELD_TEXT, REQUIRED

static const struct shape ADD_VARIANT = { 0, 6, (const struct shape_field[]){
	SKU, { "key", FIELD_TEXT, OPTIONAL }, STAGED,
	{ "prices", FIELD_DOCUMENTS, OPTIONAL, .inner = &PRICE_DRAFT },
	{ "images", FIELD_DOCUMENTS, OPTIONAL, .inner = &IMAGE_DRAFT },
	{ "attributes", FIELD_DOCUMENTS, OPTIONAL, .inner = &ATTRIBUTE_DRAFT } } };
static const struct shape NO_MEMBERS = { 0, 0, NULL };

static const struct update_action ROWS[] = {
	/* action, door, input, apply, field, message, argument */
	ACTION_LEFT_OUT("addAsset", DOOR_TRUSTED),
	{ "addExternalImage", DOOR_TRUSTED, OF_VARIANT("image", FIELD_DOCUMENT, REQUIRED, .inner = &IMAGE_DRAFT), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_VARIANT, NULL, edit_add_image) },
	{ "addPrice", DOOR_TRUSTED, OF_VARIANT(PRICE), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_VARIANT, prepare_price, edit_add_price) },
	{ "addToCategory", DOOR_TRUSTED, MEMBERS({ "category", CATEGORY }, { "orderHint", FIELD_TEXT, OPTIONAL }, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_DATA, NULL, edit_add_category) },
	{ "addVariant", DOOR_TRUSTED, &ADD_VARIANT, product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_DATA, prepare_variant, edit_add_variant) },
	ACTION_LEFT_OUT("changeAssetName", DOOR_TRUSTED),
	ACTION_LEFT_OUT("changeAssetOrder", DOOR_TRUSTED),
	{ "changeMasterVariant", DOOR_TRUSTED, OF_VARIANT("action", FIELD_TEXT, REQUIRED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_VARIANT, NULL, edit_change_master) },
	{ "changeName", DOOR_TRUSTED, TEXTS("name", REQUIRED), product_apply_edit, "name", MESSAGE_NONE, EDIT(PART_DATA, NULL, edit_set_member) },
	{ "changePrice", DOOR_TRUSTED, OF_PRICE(PRICE), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_PRICE, prepare_price, edit_change_price) },
	{ "changeSlug", DOOR_TRUSTED, TEXTS("slug", REQUIRED), product_apply_edit, "slug", MESSAGE_NONE, EDIT(PART_DATA, prepare_slug, edit_set_member) },
	{ "moveImageToPosition", DOOR_TRUSTED, MEMBERS({ "variantId", FIELD_INT, OPTIONAL }, SKU, { IMAGE_URL }, { "position", FIELD_INT, REQUIRED }, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_VARIANT, prepare_image, edit_move_image) },
	{ "publish", DOOR_TRUSTED, ONE_MEMBER("scope", FIELD_TEXT, OPTIONAL, 0, text_check_enum, PUBLISH_SCOPES), publish, NULL, MESSAGE_NONE },
	ACTION_LEFT_OUT("removeAsset", DOOR_TRUSTED),
	{ "removeFromCategory", DOOR_TRUSTED, WITH_STAGED("category", CATEGORY), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_DATA, NULL, edit_remove_category) },
	{ "removeImage", DOOR_TRUSTED, OF_VARIANT(IMAGE_URL), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_VARIANT, NULL, edit_remove_image) },
	{ "removePrice", DOOR_TRUSTED, OF_PRICE("action", FIELD_TEXT, REQUIRED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_PRICE, NULL, edit_remove_price) },
	{ "removeVariant", DOOR_TRUSTED, MEMBERS({ "id", FIELD_INT, OPTIONAL }, SKU, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_VARIANT, NULL, edit_remove_variant) },
	{ "revertStagedChanges", DOOR_TRUSTED, &NO_MEMBERS, revert, NULL, MESSAGE_NONE },
	{ "revertStagedVariantChanges", DOOR_TRUSTED, ONE_MEMBER("variantId", FIELD_INT, REQUIRED), revert_variant, NULL, MESSAGE_NONE },
	ACTION_LEFT_OUT("setAssetCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setAssetCustomType", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setAssetDescription", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setAssetKey", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setAssetSources", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setAssetTags", DOOR_TRUSTED),
	{ "setAttribute", DOOR_TRUSTED, MEMBERS({ "variantId", FIELD_INT, OPTIONAL }, SKU, { "name", FIELD_TEXT, REQUIRED }, { "value", FIELD_RAW, OPTIONAL }, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_VARIANT, prepare_attribute, edit_set_attribute) },
	{ "setAttributeInAllVariants", DOOR_TRUSTED, MEMBERS({ "name", FIELD_TEXT, REQUIRED }, { "value", FIELD_RAW, OPTIONAL }, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_DATA, prepare_attribute, edit_set_attribute_everywhere) },
	{ "setCategoryOrderHint", DOOR_TRUSTED, MEMBERS({ "categoryId", FIELD_TEXT, REQUIRED }, { "orderHint", FIELD_TEXT, OPTIONAL }, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_DATA, NULL, edit_set_order_hint) },
	ACTION_LEFT_OUT("setDefaultVariant", DOOR_TRUSTED),
	{ "setDescription", DOOR_TRUSTED, TEXTS("description", OPTIONAL), product_apply_edit, "description", MESSAGE_NONE, EDIT(PART_DATA, NULL, edit_set_member) },
	{ "setDiscountedPrice", DOOR_TRUSTED, OF_PRICE("discounted", FIELD_DOCUMENT, OPTIONAL, .inner = &DISCOUNTED_PRICE_DRAFT), product_apply_edit, "discounted", MESSAGE_NONE, EDIT(PART_PRICE, NULL, edit_set_price_member) },
	{ "setImageLabel", DOOR_TRUSTED, MEMBERS({ "variantId", FIELD_INT, OPTIONAL }, SKU, { IMAGE_URL }, { "label", FIELD_TEXT, OPTIONAL }, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_VARIANT, NULL, edit_label_image) },
	{ "setKey", DOOR_TRUSTED, ONE_MEMBER("key", FIELD_TEXT, OPTIONAL), action_set_member, "key", MESSAGE_NONE },
	{ "setMetaDescription", DOOR_TRUSTED, TEXTS("metaDescription", OPTIONAL), product_apply_edit, "metaDescription", MESSAGE_NONE, EDIT(PART_DATA, NULL, edit_set_member) },
	{ "setMetaKeywords", DOOR_TRUSTED, TEXTS("metaKeywords", OPTIONAL), product_apply_edit, "metaKeywords", MESSAGE_NONE, EDIT(PART_DATA, NULL, edit_set_member) },
	{ "setMetaTitle", DOOR_TRUSTED, TEXTS("metaTitle", OPTIONAL), product_apply_edit, "metaTitle", MESSAGE_NONE, EDIT(PART_DATA, NULL, edit_set_member) },
	{ "setPriceKey", DOOR_TRUSTED, OF_PRICE("key", FIELD_TEXT, OPTIONAL), product_apply_edit, "key", MESSAGE_NONE, EDIT(PART_PRICE, NULL, edit_set_price_member) },
	{ "setPriceMode", DOOR_TRUSTED, ONE_MEMBER("priceMode", PRICE_MODE), action_set_member, "priceMode", MESSAGE_NONE },
	{ "setPrices", DOOR_TRUSTED, OF_VARIANT("prices", FIELD_DOCUMENTS, REQUIRED, .inner = &PRICE_DRAFT), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_VARIANT, prepare_prices, edit_set_prices) },
	{ "setProductAttribute", DOOR_TRUSTED, MEMBERS({ "name", FIELD_TEXT, REQUIRED }, { "value", FIELD_RAW, OPTIONAL }, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_DATA, prepare_product_attribute, edit_set_product_attribute) },
	{ "setProductPriceCustomField", DOOR_TRUSTED, MEMBERS({ "priceId", FIELD_TEXT, REQUIRED }, { "name", FIELD_TEXT, REQUIRED }, { "value", FIELD_RAW, OPTIONAL }, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_PRICE, NULL, edit_set_price_custom_field) },
	{ "setProductPriceCustomType", DOOR_TRUSTED, MEMBERS({ "priceId", FIELD_TEXT, REQUIRED }, { "type", FIELD_CONVERTED, OPTIONAL, .argument = "type", .decode = reference_decode }, { "fields", FIELD_MAP, OPTIONAL }, STAGED), product_apply_edit, NULL, MESSAGE_NONE, EDIT(PART_PRICE, NULL, edit_set_price_custom_type) },
	{ "setProductVariantKey", DOOR_TRUSTED, OF_VARIANT("key", FIELD_TEXT, OPTIONAL), product_apply_edit, "key", MESSAGE_NONE, EDIT(PART_VARIANT, NULL, edit_set_variant_member) },
	{ "setSearchKeywords", DOOR_TRUSTED, WITH_STAGED("searchKeywords", FIELD_CONVERTED, REQUIRED, .decode = search_keywords_decode), product_apply_edit, "searchKeywords", MESSAGE_NONE, EDIT(PART_DATA, NULL, edit_set_member) },
	{ "setSku", DOOR_TRUSTED, MEMBERS({ "variantId", FIELD_INT, REQUIRED }, SKU, STAGED), product_apply_edit, "sku", MESSAGE_NONE, EDIT(PART_VARIANT, NULL, edit_set_variant_member) },
	{ "setTaxCategory", DOOR_TRUSTED, ONE_MEMBER("taxCategory", TAX_CATEGORY), action_set_member, "taxCategory", MESSAGE_NONE },
	ACTION_LEFT_OUT("transitionState", DOOR_TRUSTED),
	{ "unpublish", DOOR_TRUSTED, &NO_MEMBERS, unpublish, NULL, MESSAGE_NONE },
};
#undef CATEGORY
#undef TAX_CATEGORY
#undef SEARCH_KEYWORDS
#undef PRICE_MODE
#undef STAGED
#undef SKU
#undef WITH_STAGED
#undef OF_VARIANT
#undef OF_PRICE
#undef TEXTS
#undef EDIT
#undef PRICE
#undef IMAGE_URL
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(PRODUCT_UPDATE, ACTIONS);
