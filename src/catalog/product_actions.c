#include "catalog/product_actions.h"

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/price_draft.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_fields.h"
#include "kind/index_values.h"
#include "kind/member_actions.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "resource/save.h"

#include "attribute_constraint_priv.h"
#include "asset_priv.h"
#include "product_attribute_priv.h"
#include "product_edit_priv.h"
#include "product_variant_priv.h"

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

/* The same for a member that product data always has. */
static bool edit_change_member(const struct edit *edit)
{
	json_t *texts = json_object_get(edit->input, edit->field);

	if (json_object_size(texts) == 0)
		return fail_invalid_field(edit->op, edit->field, texts, NULL);
	return edit_set_member(edit);
}

static bool edit_change_slug(const struct edit *edit)
{
	return slug_check(edit->op, edit->product, json_object_get(edit->input, "slug")) &&
	       edit_change_member(edit);
}

/* A missing hint, or "", removes the one that is there. */
static bool set_order_hint(const struct edit *edit, const char *category_id, const char *hint)
{
	if (hint && *hint && !check_rank(hint))
		return fail_invalid_field(edit->op, "orderHint", json_object_get(edit->input, "orderHint"),
		                          NULL);
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
	const json_t *type = product_type_of(op, product->doc);

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
	return type && attribute_constraints_check(op, type, product_staged(product->doc), staged);
}

/* No mode is the default one, which is always shown. */
static bool set_price_mode(struct op *op, struct resource *product, const struct update_action *row,
                           const void *input)
{
	const char *mode = doc_text(input, "priceMode");

	(void)op;
	(void)row;
	if (doc_set_text(product->doc, "priceMode", mode ? mode : "Embedded"))
		resource_touch(product);
	return true;
}

/* -- search keywords: a list of objects with a text, by language -- */

static bool search_keywords_decode(struct op *op, json_t *value, const struct json_path *path,
                                   const void *argument, void *target)
{
	const char *locale;
	json_t *keywords;

	(void)argument;
	if (!json_is_object(value))
		return fail_misfit(op, path, MISFIT_MAP);
	json_object_foreach(value, locale, keywords) {
		const struct json_path here = { path, locale };

		if (!json_is_array(keywords))
			return fail_misfit(op, &here, MISFIT_ARRAY);
		for (size_t i = 0; i < json_array_size(keywords); i++)
			if (!doc_text(json_array_get(keywords, i), "text"))
				return fail_misfit(op, &(struct json_path){ &here, "text" }, MISFIT_MISSING);
	}
	*(json_t **)target = value;
	return true;
}

static const char *const PRICE_MODES[] = { "Embedded", "Standalone", NULL };
static const char *const PUBLISH_SCOPES[] = { "All", NULL };

#define CATEGORY        FIELD_CONVERTED, REQUIRED, .argument = "category", .decode = reference_decode
#define CATEGORIES      FIELD_CONVERTED, OPTIONAL, .argument = "category", .decode = references_decode
#define PRODUCT_TYPE    FIELD_CONVERTED, REQUIRED, .argument = "product-type", .decode = reference_decode
#define TAX_CATEGORY    FIELD_CONVERTED, OPTIONAL, .argument = "tax-category", .decode = reference_decode
#define PRICE_MODE      FIELD_TEXT, OPTIONAL, 0, text_check_enum, PRICE_MODES

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",                FIELD_TEXT,      OPTIONAL },
	{ "productType",        PRODUCT_TYPE },
	{ "name",               FIELD_TEXT_MAP,  REQUIRED },
	{ "slug",               FIELD_TEXT_MAP,  REQUIRED },
	{ "description",        FIELD_TEXT_MAP,  OPTIONAL },
	{ "categories",         CATEGORIES },
	{ "categoryOrderHints", FIELD_TEXT_MAP,  OPTIONAL },
	{ "metaTitle",          FIELD_TEXT_MAP,  OPTIONAL },
	{ "metaDescription",    FIELD_TEXT_MAP,  OPTIONAL },
	{ "metaKeywords",       FIELD_TEXT_MAP,  OPTIONAL },
	{ "masterVariant",      FIELD_DOCUMENT,  OPTIONAL, .inner = &VARIANT_DRAFT },
	{ "variants",           FIELD_DOCUMENTS, OPTIONAL, .inner = &VARIANT_DRAFT },
	{ "taxCategory",        TAX_CATEGORY },
	{ "searchKeywords",     FIELD_CONVERTED, OPTIONAL, .decode = search_keywords_decode },
	{ "publish",            FIELD_BOOL,      OPTIONAL },
	{ "priceMode",          PRICE_MODE },
	{ "attributes",         FIELD_DOCUMENTS, OPTIONAL, .inner = &ATTRIBUTE_DRAFT },
};
const struct shape PRODUCT_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

#undef CATEGORIES
#undef PRODUCT_TYPE

/* What actions name. */
#define STAGED          { "staged", FIELD_BOOL, OPTIONAL }
#define VARIANT         { "variantId", FIELD_INT, OPTIONAL }, { "sku", FIELD_TEXT, OPTIONAL }
#define PRICE_ID        { "priceId", FIELD_TEXT, REQUIRED, 0, text_check_uuid }
#define IMAGE_URL       { "imageUrl", FIELD_TEXT, REQUIRED }
#define PRICE           { "price", FIELD_DOCUMENT, REQUIRED, .inner = &PRICE_DRAFT }
#define NAME_AND_VALUE  { "name", FIELD_TEXT, REQUIRED }, { "value", FIELD_RAW, OPTIONAL }
#define ORDER_HINT      { "orderHint", FIELD_TEXT, OPTIONAL }

/* Inputs of actions. */
#define NONE            MEMBERS({ "action", FIELD_TEXT, OPTIONAL })
#define ONLY_VARIANT    MEMBERS(VARIANT, STAGED)
#define ONLY_PRICE      MEMBERS(PRICE_ID, STAGED)
#define TEXTS(name)     MEMBERS({ name, FIELD_TEXT_MAP, REQUIRED }, STAGED)
#define ANY_TEXTS(name) MEMBERS({ name, FIELD_TEXT_MAP, OPTIONAL }, STAGED)
#define KEYWORDS \
	MEMBERS({ "searchKeywords", FIELD_CONVERTED, REQUIRED, .decode = search_keywords_decode }, STAGED)
#define ATTRIBUTE       MEMBERS(NAME_AND_VALUE, STAGED)
#define ATTRIBUTE_OF    MEMBERS(VARIANT, NAME_AND_VALUE, STAGED)
#define IN_CATEGORY     MEMBERS({ "category", CATEGORY }, ORDER_HINT, STAGED)
#define FROM_CATEGORY   MEMBERS({ "category", CATEGORY }, STAGED)
#define HINT            MEMBERS({ "categoryId", FIELD_TEXT, REQUIRED }, ORDER_HINT, STAGED)
#define NEW_VARIANT     MEMBERS(VARIANT_DRAFT_FIELDS, STAGED)
#define OLD_VARIANT     MEMBERS({ "id", FIELD_INT, OPTIONAL }, { "sku", FIELD_TEXT, OPTIONAL }, STAGED)
#define VARIANT_KEY     MEMBERS(VARIANT, { "key", FIELD_TEXT, OPTIONAL }, STAGED)
#define VARIANT_SKU     MEMBERS({ "variantId", FIELD_INT, REQUIRED }, { "sku", FIELD_TEXT, OPTIONAL }, STAGED)
#define NEW_IMAGE       MEMBERS(VARIANT, { "image", FIELD_DOCUMENT, REQUIRED, .inner = &IMAGE_DRAFT }, STAGED)
#define OLD_IMAGE       MEMBERS(VARIANT, IMAGE_URL, STAGED)
#define IMAGE_LABEL     MEMBERS(VARIANT, IMAGE_URL, { "label", FIELD_TEXT, OPTIONAL }, STAGED)
#define IMAGE_POSITION  MEMBERS(VARIANT, IMAGE_URL, { "position", FIELD_INT, REQUIRED }, STAGED)
#define NEW_PRICE       MEMBERS(VARIANT, PRICE, STAGED)
#define NEW_PRICES      MEMBERS(VARIANT, { "prices", FIELD_DOCUMENTS, REQUIRED, .inner = &PRICE_DRAFT }, STAGED)
#define CHANGED_PRICE   MEMBERS(PRICE_ID, PRICE, STAGED)
#define PRICE_KEY       MEMBERS(PRICE_ID, { "key", FIELD_TEXT, OPTIONAL }, STAGED)
#define PRICE_FIELD     MEMBERS(PRICE_ID, NAME_AND_VALUE, STAGED)
#define PUBLISH         ONE_MEMBER("scope", FIELD_TEXT, OPTIONAL, 0, text_check_enum, PUBLISH_SCOPES)
#define VARIANT_ID      ONE_MEMBER("variantId", FIELD_INT, REQUIRED)
#define KEY             ONE_MEMBER("key", FIELD_TEXT, OPTIONAL)
#define NEW_PRICE_MODE  ONE_MEMBER("priceMode", PRICE_MODE)
#define NEW_TAX         ONE_MEMBER("taxCategory", TAX_CATEGORY)
#define OF_ASSET(...)   MEMBERS(VARIANT, STAGED, __VA_ARGS__)
#define NEW_ASSET       OF_ASSET(ASSET_NEW)
#define OLD_ASSET       OF_ASSET(ASSET_WHICH)
#define ALL_ASSETS      OF_ASSET(ASSET_ORDER)
#define ASSET_NAME      OF_ASSET(ASSET_TEXTS("name", REQUIRED))
#define DESCRIPTION     OF_ASSET(ASSET_TEXTS("description", OPTIONAL))
#define SOURCES         OF_ASSET(ASSET_SOURCES)
#define TAGS            OF_ASSET(ASSET_TAGS)
#define OF_ASSET_KEY    OF_ASSET(ASSET_KEY)
#define OF_ASSET_FIELD  OF_ASSET(ASSET_FIELD)
#define OF_ASSET_TYPE   OF_ASSET(ASSET_TYPE)
#define PRICE_TYPE \
	MEMBERS(PRICE_ID, { "type", FIELD_CONVERTED, OPTIONAL, .argument = "type", .decode = reference_decode }, \
	        { "fields", FIELD_MAP, OPTIONAL }, STAGED)
#define PRICE_DISCOUNT \
	MEMBERS(PRICE_ID, { "discounted", FIELD_DOCUMENT, OPTIONAL, .inner = &DISCOUNTED_PRICE_DRAFT }, STAGED)

/* Rows: of an action on staged data, which is repeated on the current data if it says so; the same with what completes
 * the input first; the same for one on assets of a variant; for one that sets a member; of an action on the product. */
#define EDIT(name, input, part, edit, member) \
	{ name, DOOR_TRUSTED, input, product_apply_edit, member, MESSAGE_NONE, \
	  &(const struct product_edit){ PART_##part, NULL, edit } }
#define PREPARED(name, input, part, prepare, edit) \
	{ name, DOOR_TRUSTED, input, product_apply_edit, NULL, MESSAGE_NONE, \
	  &(const struct product_edit){ PART_##part, prepare, edit } }
#define ASSET(name, input, asset, member) \
	{ name, DOOR_TRUSTED, input, product_apply_edit, member, MESSAGE_NONE, \
	  &(const struct product_edit){ PART_VARIANT, NULL, edit_asset, asset } }
#define ADD_ASSET(name, input) \
	{ name, DOOR_TRUSTED, input, product_apply_edit, NULL, MESSAGE_NONE, \
	  &(const struct product_edit){ PART_VARIANT, prepare_asset, edit_asset, asset_add } }
#define SET(name, input, member) \
	{ name, DOOR_TRUSTED, input, product_apply_edit, member, MESSAGE_NONE, \
	  &(const struct product_edit){ PART_DATA, NULL, edit_set_member } }
#define ROW(name, input, apply, member) { name, DOOR_TRUSTED, input, apply, member, MESSAGE_NONE, NULL }
#define LEFT_OUT(name)                  ACTION_LEFT_OUT(name, DOOR_TRUSTED)

static const struct update_action ROWS[] = {
	/*       action                        input           what it works on */
	ADD_ASSET("addAsset",                  NEW_ASSET),
	EDIT    ("addExternalImage",           NEW_IMAGE,      VARIANT, edit_add_image, NULL),
	PREPARED("addPrice",                   NEW_PRICE,      VARIANT, prepare_price, edit_add_price),
	EDIT    ("addToCategory",              IN_CATEGORY,    DATA,    edit_add_category, NULL),
	PREPARED("addVariant",                 NEW_VARIANT,    DATA,    prepare_variant, edit_add_variant),
	ASSET   ("changeAssetName",            ASSET_NAME,     asset_set_member,       "name"),
	ASSET   ("changeAssetOrder",           ALL_ASSETS,     asset_reorder,          NULL),
	EDIT    ("changeMasterVariant",        ONLY_VARIANT,   VARIANT, edit_change_master, NULL),
	EDIT    ("changeName",                 TEXTS("name"),  DATA,    edit_change_member, "name"),
	PREPARED("changePrice",                CHANGED_PRICE,  PRICE,   prepare_price, edit_change_price),
	EDIT    ("changeSlug",                 TEXTS("slug"),  DATA,    edit_change_slug, "slug"),
	PREPARED("moveImageToPosition",        IMAGE_POSITION, VARIANT, prepare_image, edit_move_image),
	ROW     ("publish",                    PUBLISH,        publish, NULL),
	ASSET   ("removeAsset",                OLD_ASSET,      asset_remove,           NULL),
	EDIT    ("removeFromCategory",         FROM_CATEGORY,  DATA,    edit_remove_category, NULL),
	EDIT    ("removeImage",                OLD_IMAGE,      VARIANT, edit_remove_image, NULL),
	EDIT    ("removePrice",                ONLY_PRICE,     PRICE,   edit_remove_price, NULL),
	EDIT    ("removeVariant",              OLD_VARIANT,    VARIANT, edit_remove_variant, NULL),
	ROW     ("revertStagedChanges",        NONE,           revert, NULL),
	ROW     ("revertStagedVariantChanges", VARIANT_ID,     revert_variant, NULL),
	ASSET   ("setAssetCustomField",        OF_ASSET_FIELD, asset_set_custom_field, NULL),
	ASSET   ("setAssetCustomType",         OF_ASSET_TYPE,  asset_set_custom_type,  NULL),
	ASSET   ("setAssetDescription",        DESCRIPTION,    asset_set_member,       "description"),
	ASSET   ("setAssetKey",                OF_ASSET_KEY,   asset_set_key,          NULL),
	ASSET   ("setAssetSources",            SOURCES,        asset_set_member,       "sources"),
	ASSET   ("setAssetTags",               TAGS,           asset_set_member,       "tags"),
	PREPARED("setAttribute",               ATTRIBUTE_OF,   VARIANT, prepare_attribute, edit_set_attribute),
	PREPARED("setAttributeInAllVariants",  ATTRIBUTE,      DATA,    prepare_attribute, edit_set_attribute_everywhere),
	EDIT    ("setCategoryOrderHint",       HINT,           DATA,    edit_set_order_hint, NULL),
	LEFT_OUT("setDefaultVariant"),
	SET     ("setDescription",             ANY_TEXTS("description"), "description"),
	EDIT    ("setDiscountedPrice",         PRICE_DISCOUNT, PRICE,   edit_set_price_member, "discounted"),
	EDIT    ("setImageLabel",              IMAGE_LABEL,    VARIANT, edit_label_image, NULL),
	ROW     ("setKey",                     KEY,            action_set_member, "key"),
	SET     ("setMetaDescription",         ANY_TEXTS("metaDescription"), "metaDescription"),
	SET     ("setMetaKeywords",            ANY_TEXTS("metaKeywords"), "metaKeywords"),
	SET     ("setMetaTitle",               ANY_TEXTS("metaTitle"), "metaTitle"),
	EDIT    ("setPriceKey",                PRICE_KEY,      PRICE,   edit_set_price_member, "key"),
	ROW     ("setPriceMode",               NEW_PRICE_MODE, set_price_mode, NULL),
	PREPARED("setPrices",                  NEW_PRICES,     VARIANT, prepare_prices, edit_set_prices),
	PREPARED("setProductAttribute",        ATTRIBUTE,      DATA,    prepare_product_attribute, edit_product_attribute),
	EDIT    ("setProductPriceCustomField", PRICE_FIELD,    PRICE,   edit_set_price_custom_field, NULL),
	EDIT    ("setProductPriceCustomType",  PRICE_TYPE,     PRICE,   edit_set_price_custom_type, NULL),
	EDIT    ("setProductVariantKey",       VARIANT_KEY,    VARIANT, edit_set_variant_member, "key"),
	SET     ("setSearchKeywords",          KEYWORDS,       "searchKeywords"),
	EDIT    ("setSku",                     VARIANT_SKU,    VARIANT, edit_set_variant_member, "sku"),
	ROW     ("setTaxCategory",             NEW_TAX,        action_set_member, "taxCategory"),
	LEFT_OUT("transitionState"),
	ROW     ("unpublish",                  NONE,           unpublish, NULL),
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(PRODUCT_UPDATE, ACTIONS);
