#include "cart/shopping_list.h"

#include <stdint.h>
#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "catalog/product.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "inventory/availability.h"
#include "kind/index_values.h"
#include "kind/ownership.h"
#include "pricing/product_discounts.h"
#include "resource/lookup.h"
#include "resource/resource_fields.h"

/* The number of line items is that of the API docs, "Limits". */
enum { MAX_DELETE_DAYS = 365250, MAX_ITEMS = 250 };

const struct part_list SHOPPING_LIST_ITEMS = { "lineItems", "line item", "line-item" };
const struct part_list SHOPPING_LIST_TEXT_ITEMS = { "textLineItems", "text line item",
	                                                "shopping-list-text-line-item" };

/* The kind */

static const struct index_field INDEX[] = {
	OWNER_INDEX("customer.id"),
	CUSTOM_TYPE_INDEX,
	{ .name = "key",  .unique = true, .path = "key" },
	{ .name = "slug", .unique = true, .values = index_slug },
	{ 0 },
};

static const struct field ITEM_ROWS[] = {
	{ "id",            VALUE_STRING },
	{ "key",           VALUE_STRING },
	{ "productId",     VALUE_STRING },
	{ "variantId",     VALUE_NUMBER },
	{ "name",          VALUE_MAP },
	REFERENCE_FIELD("productType"),
	{ "quantity",      VALUE_NUMBER },
	{ "published",     VALUE_BOOLEAN },
	{ "addedAt",       VALUE_DATE_TIME },
	{ "deactivatedAt", VALUE_DATE_TIME },
	CUSTOM_FIELD,
};
static const struct fields ITEM_FIELDS = FIELDS(ITEM_ROWS);

static const struct field TEXT_ITEM_ROWS[] = {
	{ "id",          VALUE_STRING },
	{ "key",         VALUE_STRING },
	{ "name",        VALUE_MAP },
	{ "description", VALUE_MAP },
	{ "quantity",    VALUE_NUMBER },
	{ "addedAt",     VALUE_DATE_TIME },
	CUSTOM_FIELD,
};
static const struct fields TEXT_ITEM_FIELDS = FIELDS(TEXT_ITEM_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",           VALUE_STRING },
	{ "name",          VALUE_MAP },
	{ "slug",          VALUE_MAP },
	{ "description",   VALUE_MAP },
	REFERENCE_FIELD("customer"),
	{ "anonymousId",   VALUE_STRING },
	{ "store",         VALUE_OBJECT, .inner = &KEY_REFERENCE_FIELDS },
	{ "lineItems",     VALUE_OBJECT, true, &ITEM_FIELDS },
	{ "textLineItems", VALUE_OBJECT, true, &TEXT_ITEM_FIELDS },
	{ "deleteDaysAfterLastModification", VALUE_NUMBER },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* Drafts */

static const struct shape_field LIST_ITEM_DRAFT_FIELDS[] = {
	{ "key",       FIELD_TEXT,      OPTIONAL },
	{ "productId", FIELD_TEXT,      OPTIONAL, .check = text_check_uuid },
	{ "variantId", FIELD_INT,       OPTIONAL },
	{ "sku",       FIELD_TEXT,      OPTIONAL },
	{ "quantity",  FIELD_INT,       OPTIONAL },
	{ "addedAt",   FIELD_TEXT,      OPTIONAL, .check = text_check_date_time },
	{ "custom",    FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape LIST_ITEM_DRAFT = { 0, 7, LIST_ITEM_DRAFT_FIELDS };

static const struct shape_field LIST_TEXT_ITEM_DRAFT_FIELDS[] = {
	{ "key",         FIELD_TEXT,      OPTIONAL },
	{ "name",        FIELD_TEXT_MAP,  REQUIRED },
	{ "description", FIELD_TEXT_MAP,  OPTIONAL },
	{ "quantity",    FIELD_INT,       OPTIONAL },
	{ "addedAt",     FIELD_TEXT,      OPTIONAL, .check = text_check_date_time },
	{ "custom",      FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape LIST_TEXT_ITEM_DRAFT = { 0, 6, LIST_TEXT_ITEM_DRAFT_FIELDS };

static const struct shape_field DRAFT_FIELDS[] = {
	{ "name",          FIELD_TEXT_MAP,  REQUIRED },
	{ "description",   FIELD_TEXT_MAP,  OPTIONAL },
	{ "lineItems",     FIELD_DOCUMENTS, OPTIONAL, .inner = &LIST_ITEM_DRAFT },
	{ "textLineItems", FIELD_DOCUMENTS, OPTIONAL, .inner = &LIST_TEXT_ITEM_DRAFT },
	{ "custom",        FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
	{ "deleteDaysAfterLastModification", FIELD_INT, OPTIONAL },
	{ "store",         FIELD_CONVERTED, OPTIONAL, .argument = "store", .decode = reference_decode },
	/* The rest is for trusted clients. */
	{ "key",           FIELD_TEXT,      OPTIONAL },
	{ "slug",          FIELD_TEXT_MAP,  OPTIONAL },
	{ "customer",      FIELD_CONVERTED, OPTIONAL, .argument = "customer", .decode = reference_decode },
	{ "anonymousId",   FIELD_TEXT,      OPTIONAL },
};
const struct shape MY_SHOPPING_LIST_DRAFT = { 0, 7, DRAFT_FIELDS };
const struct shape SHOPPING_LIST_DRAFT    = { 0, 11, DRAFT_FIELDS };

/* Products */

static const json_t *product_of(struct op *op, const json_t *draft)
{
	const char *sku = doc_text(draft, "sku");
	const char *id = doc_text(draft, "productId");
	const json_t *product = NULL;
	bool done = sku ? product_lookup_by_sku(op, sku, &product)
	                : !id || product_lookup(op, id, &product);

	if (!done || product)
		return product;
	if (sku)
		fail_invalid_operation(op, "A product variant with the SKU '%s' was not found.", sku);
	else if (id)
		fail_invalid_operation(op, "The product with the ID '%s' was not found.", id);
	else
		fail_invalid_operation(op, "One of 'productId' and 'sku' is required.");
	return NULL;
}

/* What is for customers, or, of a product that is not published, what it would be. */
static const json_t *data_of(const json_t *product)
{
	const json_t *current = product_current(product);

	return current ? current : product_staged(product);
}

static void set_product(json_t *item, const json_t *product)
{
	const json_t *data = data_of(product);

	json_object_set(item, "name", json_object_get(data, "name"));
	json_object_set(item, "productType", json_object_get(product, "productType"));
	doc_put(item, "published", json_boolean(product_is_published(product)));
}

/* Sets productId and variantId, and what the product says. */
static bool resolve_product(struct op *op, json_t *item)
{
	const json_t *product = product_of(op, item);

	if (!product)
		return false;
	const json_t *data = data_of(product);
	const char *sku = doc_text(item, "sku");
	const json_t *variant = sku ? product_variant_by_sku(data, sku)
	                            : product_variant(data, doc_has(item, "variantId")
	                                                        ? doc_int(item, "variantId")
	                                                        : 1);

	if (!variant)
		return fail_invalid_operation(op, "The product '%s' has no such variant.",
		                              doc_text(product, "id"));
	doc_put(item, "productId", json_string(doc_text(product, "id")));
	doc_put(item, "variantId", json_integer(doc_int(variant, "id")));
	json_object_del(item, "sku");
	set_product(item, product);
	return true;
}

/* Items */

static bool has_room(struct op *op, size_t count)
{
	return part_check_count(op, count, MAX_ITEMS, "items in a shopping list");
}

static bool start_item(struct op *op, json_t *item)
{
	doc_put_default(item, "quantity", json_integer(1));
	doc_put_default(item, "addedAt", json_string(timestamp_text(op->arena, op->now_ms)));
	return doc_int(item, "quantity") > 0 ||
	       fail_invalid_field(op, "quantity", json_object_get(item, "quantity"), NULL);
}

static json_t *find_equal(const json_t *items, const json_t *wanted)
{
	size_t index;
	json_t *item;

	json_array_foreach(items, index, item)
		if (json_equal(json_object_get(item, "productId"), json_object_get(wanted, "productId")) &&
		    doc_int(item, "variantId") == doc_int(wanted, "variantId") &&
		    (json_equal(json_object_get(item, "custom"), json_object_get(wanted, "custom")) ||
		     (!doc_has(item, "custom") && !doc_has(wanted, "custom"))))
			return item;
	return NULL;
}

static bool add_quantity(struct op *op, json_t *item, int64_t more)
{
	json_t *sum = keep(op, json_integer(doc_int(item, "quantity") + more));

	if (json_integer_value(sum) > INT32_MAX)
		return fail_invalid_field(op, "quantity", sum, NULL);
	json_object_set(item, "quantity", sum);
	return true;
}

bool list_item_add(struct op *op, json_t *list, const json_t *draft, json_t **ret_item)
{
	json_t *items = json_object_get(list, SHOPPING_LIST_ITEMS.member);
	json_t *item = part_create(op, &SHOPPING_LIST_ITEMS, draft);

	if (!item || !start_item(op, item) || !resolve_product(op, item))
		return false;
	json_t *equal = find_equal(items, item);

	if (ret_item)
		*ret_item = equal ? equal : item;
	if (equal)
		return add_quantity(op, equal, doc_int(item, "quantity"));
	if (!has_room(op, json_array_size(items) + 1) || !part_key_is_free(op, items, item))
		return false;
	json_array_append(items, item);
	return true;
}

bool list_text_item_add(struct op *op, json_t *list, const json_t *draft)
{
	json_t *items = json_object_get(list, SHOPPING_LIST_TEXT_ITEMS.member);
	json_t *item = part_create(op, &SHOPPING_LIST_TEXT_ITEMS, draft);

	if (!item || !start_item(op, item) || !has_room(op, json_array_size(items) + 1) ||
	    !part_key_is_free(op, items, item))
		return false;
	json_array_append(items, item);
	return true;
}

static bool fill_items(struct op *op, json_t *list, const json_t *draft)
{
	const json_t *items = json_object_get(draft, "lineItems");
	const json_t *text_items = json_object_get(draft, "textLineItems");

	doc_put(list, "lineItems", json_array());
	doc_put(list, "textLineItems", json_array());
	if (!has_room(op, json_array_size(items)) || !has_room(op, json_array_size(text_items)))
		return false;
	for (size_t i = 0; i < json_array_size(items); i++)
		if (!list_item_add(op, list, json_array_get(items, i), NULL))
			return false;
	for (size_t i = 0; i < json_array_size(text_items); i++)
		if (!list_text_item_add(op, list, json_array_get(text_items, i)))
			return false;
	return true;
}

/* Lists */

bool list_check_delete_days(struct op *op, const json_t *days)
{
	json_int_t value = json_integer_value(days);

	return !days || (value >= 1 && value <= MAX_DELETE_DAYS) ||
	       fail_invalid_field(op, "deleteDaysAfterLastModification",
	                          (json_t *)(uintptr_t)days, NULL);
}

static bool fill(struct op *op, struct resource *list, const json_t *draft)
{
	json_t *doc = list->doc;

	if (!list_check_delete_days(op, json_object_get(draft, "deleteDaysAfterLastModification")) ||
	    !owner_start(op, doc) || !slug_check(op, list, json_object_get(doc, "slug")))
		return false;
	doc_put_default(doc, "deleteDaysAfterLastModification",
	                json_integer(SHOPPING_LIST_DELETE_DAYS));
	return fill_items(op, doc, draft);
}

/* What items say of their products is as old as the last change of the list. */
static bool finish(struct op *op, struct resource *list)
{
	const json_t *items = json_object_get(list->doc, "lineItems");

	for (size_t i = 0; i < json_array_size(items); i++) {
		json_t *item = json_array_get(items, i);
		const json_t *product;

		if (!lookup(op, &PRODUCT_KIND, doc_text(item, "productId"), &product))
			return false;
		if (product)
			set_product(item, product);
		else
			doc_put(item, "published", json_false());
	}
	return true;
}

/* Puts the variant of an item beside it, with its prices as they are now, and what is on stock. */
static bool show_variant(struct op *op, json_t *item, const json_t *product, const json_t *data)
{
	const json_t *variant = product_variant(data, doc_int(item, "variantId"));
	const struct discounted_variant of = { product, data, variant };
	const struct product_discounts *discounts;
	const json_t *prices;

	if (!variant)
		return true;
	if (!product_discounts_in_force(op, &discounts) ||
	    !product_discounts_of_prices(op, discounts, &of, json_object_get(variant, "prices"),
	                                 &prices))
		return false;
	json_t *copy = keep(op, json_deep_copy(variant));

	if (prices)
		doc_put(copy, "prices", json_deep_copy(prices));
	json_object_set(item, "variant", copy);
	return availability_add_to_variant(op, copy, op->store_key);
}

/* What an item shows of its product only when it is asked for: its variant, or the slug, as they are
 * now. Source: API reference, "ShoppingListLineItem". */
static bool expand_item(struct op *op, json_t *item, const char *name)
{
	const char *id = doc_text(item, "productId");
	bool is_slug = strcmp(name, "productSlug") == 0;
	const json_t *product;

	if (!id || (!is_slug && strcmp(name, "variant") != 0))
		return true;
	if (!product_lookup(op, id, &product))
		return false;
	const json_t *data = product ? data_of(product) : NULL;

	if (!is_slug)
		return !data || show_variant(op, item, product, data);
	doc_set(item, name, json_object_get(data, "slug"));
	return true;
}

const struct resource_kind SHOPPING_LIST_KIND = {
	.name = "shopping-list",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
	.expand = expand_item,
	.is_visible = owned_is_visible,
	OWNED_BY_REFERENCE,
	.of_store = "store(key = :store)",
	.custom_type = "shopping-list",
};
