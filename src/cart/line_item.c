#include "cart/line_item.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "base/timestamp.h"
#include "cart/cart_limits.h"
#include "cart/cart_members.h"
#include "cart/shipping_details.h"
#include "catalog/product.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "inventory/availability.h"
#include "inventory/stock.h"
#include "kind/custom_fields.h"
#include "money/external_tax.h"
#include "money/money.h"
#include "pricing/product_discounts.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "store/channel.h"
#include "store/store.h"

const struct part_list CART_LINE_ITEMS = { "lineItems", "line item", "line-item" };
const struct part_list CART_CUSTOM_LINE_ITEMS = { "customLineItems", "custom line item",
	                                              "custom-line-item" };

/* Drafts */

static const struct shape_field EXTERNAL_TOTAL_FIELDS[] = {
	{ "price",      FIELD_CONVERTED, REQUIRED, .decode = typed_money_decode },
	{ "totalPrice", FIELD_CONVERTED, REQUIRED, .decode = money_decode },
};
const struct shape EXTERNAL_TOTAL_DRAFT = { 0, 2, EXTERNAL_TOTAL_FIELDS };

#define MY_FIELDS \
	{ "key",                 FIELD_TEXT,      OPTIONAL }, \
	{ "productId",           FIELD_TEXT,      OPTIONAL, 0, text_check_uuid }, \
	{ "variantId",           FIELD_LONG,      OPTIONAL }, \
	{ "sku",                 FIELD_TEXT,      OPTIONAL }, \
	{ "quantity",            FIELD_LONG,      OPTIONAL }, \
	{ "addedAt",             FIELD_TEXT,      OPTIONAL, 0, text_check_date_time }, \
	{ "distributionChannel", FIELD_CONVERTED, OPTIONAL, .argument = "channel", .decode = reference_decode }, \
	{ "supplyChannel",       FIELD_CONVERTED, OPTIONAL, .argument = "channel", .decode = reference_decode }, \
	{ "shippingDetails",     FIELD_DOCUMENT,  OPTIONAL, .inner = &SHIPPING_DETAILS_DRAFT }, \
	{ "custom",              FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode }

static const struct shape_field MY_DRAFT_FIELDS[] = { MY_FIELDS };
static const struct shape_field DRAFT_FIELDS[] = {
	MY_FIELDS,
	{ "externalPrice",       FIELD_CONVERTED, OPTIONAL, .decode = typed_money_decode },
	{ "externalTotalPrice",  FIELD_DOCUMENT,  OPTIONAL, .inner = &EXTERNAL_TOTAL_DRAFT },
	{ "externalTaxRate",     FIELD_DOCUMENT,  OPTIONAL, .inner = &EXTERNAL_TAX_RATE_DRAFT },
	{ "inventoryMode",       FIELD_TEXT,      OPTIONAL, 0, text_check_enum, CART_INVENTORY_MODES },
};
#undef MY_FIELDS
const struct shape MY_LINE_ITEM_DRAFT = { 0, sizeof MY_DRAFT_FIELDS / sizeof *MY_DRAFT_FIELDS, MY_DRAFT_FIELDS };
const struct shape LINE_ITEM_DRAFT    = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

/* Products */

static const json_t *published_data(const json_t *product)
{
	return product && product_is_published(product) ? product_current(product) : NULL;
}

bool line_item_variant(struct op *op, const json_t *line, const json_t **ret_product,
                       const json_t **ret_variant)
{
	*ret_variant = NULL;
	if (!product_lookup(op, doc_text(line, "productId"), ret_product))
		return false;
	const json_t *data = published_data(*ret_product);

	if (data)
		*ret_variant = product_variant(data, doc_int(json_object_get(line, "variant"), "id"));
	return true;
}

/* The variant that a draft names. False: recorded. */
static bool choose(struct op *op, const json_t *draft, const json_t **ret_product,
                   const json_t **ret_variant)
{
	const char *sku = doc_text(draft, "sku");
	const char *product_id = doc_text(draft, "productId");

	if (!sku && !product_id)
		return fail_invalid_operation(op, "Either a 'sku' or a 'productId' is required.");
	if (sku ? !product_lookup_by_sku(op, sku, ret_product)
	        : !product_lookup(op, product_id, ret_product))
		return false;
	const json_t *data = published_data(*ret_product);

	if (!data)
		return sku ? fail_invalid_operation(
						 op, "No published product with an sku '%s' was found.", sku)
		           : fail_invalid_operation(
						 op, "The product with ID '%s' was not found or is not published.",
						 product_id);
	if (sku)
		*ret_variant = product_variant_by_sku(data, sku);
	else if (doc_has(draft, "variantId"))
		*ret_variant = product_variant(data, doc_int(draft, "variantId"));
	else
		*ret_variant = json_object_get(data, "masterVariant");
	if (*ret_variant)
		return true;
	if (sku)
		return fail_invalid_operation(op, "No published product with an sku '%s' was found.", sku);
	return fail_invalid_operation(
		op, "The product with ID '%s' does not have a variant with ID '%lld'.", product_id,
		(long long)doc_int(draft, "variantId"));
}

bool line_item_take_product(struct op *op, const json_t *cart, json_t *line, const json_t *product,
                            const json_t *variant)
{
	const char *store_key = doc_text(json_object_get(cart, "store"), "key");
	json_t *own = keep(op, json_copy((json_t *)(uintptr_t)variant)); /* jansson: no const here */
	const json_t *data = product_current(product);
	const struct discounted_variant of = { product, data, variant };
	const struct product_discounts *discounts;
	const json_t *prices;

	if (!product_discounts_in_force(op, &discounts) ||
	    !product_discounts_of_prices(op, discounts, &of, json_object_get(variant, "prices"),
	                                 &prices))
		return false;
	doc_set(line, "productKey", json_object_get(product, "key"));
	json_object_set(line, "name", json_object_get(data, "name"));
	doc_set(line, "productSlug", json_object_get(data, "slug"));
	json_object_set(line, "productType", json_object_get(product, "productType"));
	if (prices)
		json_object_set(own, "prices", (json_t *)(uintptr_t)prices);
	json_object_set(line, "variant", own);
	return availability_add_to_variant(op, own, store_key);
}

bool line_is_gift(const json_t *line)
{
	return doc_is(line, "lineItemMode", "GiftLineItem");
}

/* Quantities */

void line_touch(struct op *op, json_t *line)
{
	const char *before = doc_text(line, "lastModifiedAt");

	doc_put(line, "lastModifiedAt",
	        json_string(timestamp_text_since(op->arena, op->now_ms, before)));
}

bool line_set_quantity(struct op *op, json_t *cart, const char *list, size_t index,
                       int64_t quantity)
{
	json_t *lines = json_object_get(cart, list);
	json_t *line = json_array_get(lines, index);

	if (!line_check_quantity(op, quantity, 0))
		return false;
	if (quantity == 0) {
		json_array_remove(lines, index);
		return true;
	}
	doc_put(line, "quantity", json_integer(quantity));
	if (strcmp(list, "lineItems") == 0)
		line_touch(op, line);
	return true;
}

/* Adding */

/* The members of a new line that neither its product nor prices and taxes have a say in. */
static json_t *start_line(struct op *op, const json_t *draft, int64_t added_ms, const char *mode)
{
	char id[UUID_TEXT_BYTES];
	int64_t quantity = doc_has(draft, "quantity") ? doc_int(draft, "quantity") : 1;

	random_uuid(id);
	json_t *line =
		keep(op, json_pack("{s:s, s:O*}", "id", id, "key", json_object_get(draft, "key")));

	doc_put(line, "quantity", json_integer(quantity));
	doc_put(line, "discountedPricePerQuantity", json_array());
	doc_put(line, "perMethodTaxRate", json_array());
	doc_put(line, "taxedPricePortions", json_array());
	doc_put(line, "addedAt", json_string(timestamp_text(op->arena, added_ms)));
	line_touch(op, line);
	doc_put(line, "priceMode", json_string("Platform"));
	doc_put(line, "lineItemMode", json_string(mode));
	return line;
}

/* NULL: recorded. */
static json_t *start_standard(struct op *op, const json_t *cart, const json_t *draft,
                              const json_t *product, const json_t *variant)
{
	const char *added = doc_text(draft, "addedAt");
	int64_t added_ms = op->now_ms;

	if (added)
		(void)timestamp_parse(added, &added_ms); /* its shape has checked it */
	json_t *line = start_line(op, draft, added_ms, "Standard");

	json_object_set(line, "productId", json_object_get(product, "id"));
	return line_item_take_product(op, cart, line, product, variant) ? line : NULL;
}

json_t *line_item_gift(struct op *op, const json_t *draft)
{
	json_t *line = start_line(op, draft, op->now_ms, "GiftLineItem");

	json_object_update(line, (json_t *)(uintptr_t)draft); /* jansson 2.14: no const here */
	return line;
}

bool line_item_set_external_price(struct op *op, const json_t *cart, json_t *line, json_t *price,
                                  json_t *total)
{
	char id[UUID_TEXT_BYTES];

	if (!cart_check_currency(op, cart, price, "price") ||
	    !cart_check_currency(op, cart, total, "total price"))
		return false;
	if (!price) {
		doc_put(line, "priceMode", json_string("Platform"));
		return true;
	}
	uuid_of_name(arena_printf(op->arena, "%s/external-price", doc_text(line, "id")), id);
	doc_put(line, "price", json_pack("{s:s, s:O}", "id", id, "value", price));
	doc_put(line, "priceMode", json_string(total ? "ExternalTotal" : "ExternalPrice"));
	if (total)
		doc_set(line, "totalPrice", total);
	return true;
}

/* A store that says where it sells, or what supplies it, sells nowhere else and has it from nowhere else. */
static bool check_store_uses(struct op *op, const json_t *cart, const json_t *channel,
                             bool is_supply)
{
	const char *key = doc_text(json_object_get(cart, "store"), "key");
	const char *id = doc_text(channel, "id");
	const json_t *store = NULL;

	if (key && !lookup_by(op, &STORE_KIND, "key", key, &store))
		return false;
	const json_t *channels =
		json_object_get(store, is_supply ? "supplyChannels" : "distributionChannels");

	return json_array_size(channels) == 0 || doc_find(channels, "id", id, NULL) ||
	       fail_invalid_operation(op, "The channel '%s' is not a %s channel of the store '%s'.", id,
	                              is_supply ? "supply" : "distribution", key);
}

bool line_item_set_channel(struct op *op, const json_t *cart, json_t *line, const char *member,
                           const json_t *draft)
{
	bool is_supply = strcmp(member, "supplyChannel") == 0;
	json_t *reference = draft ? references_resolved(op, draft) : NULL;

	if (draft && (!reference ||
	              !channel_check_role(op, reference,
	                                  is_supply ? "InventorySupply" : "ProductDistribution") ||
	              !check_store_uses(op, cart, reference, is_supply)))
		return false;
	doc_set(line, member, reference);
	return true;
}

void line_item_set_inventory_mode(const json_t *cart, json_t *line, const char *mode)
{
	doc_set_text(line, "inventoryMode", mode && !doc_is(cart, "inventoryMode", mode) ? mode : NULL);
}

static bool fill_line(struct op *op, const json_t *cart, json_t *line, const json_t *draft)
{
	const json_t *total = json_object_get(draft, "externalTotalPrice");
	const json_t *custom = json_object_get(draft, "custom");

	line_item_set_inventory_mode(cart, line, doc_text(draft, "inventoryMode"));
	if (!line_item_set_channel(op, cart, line, "distributionChannel",
	                           json_object_get(draft, "distributionChannel")) ||
	    !line_item_set_channel(op, cart, line, "supplyChannel",
	                           json_object_get(draft, "supplyChannel")))
		return false;
	if (!line_item_set_external_price(op, cart, line,
	                                  json_object_get(total ? total : draft,
	                                                  total ? "price" : "externalPrice"),
	                                  json_object_get(total, "totalPrice")))
		return false;
	return external_tax_rate_set(op, cart, line, json_object_get(draft, "externalTaxRate")) &&
	       (!custom || custom_from_draft(op, line, "line-item", custom));
}

static bool is_equal_line(const json_t *known, const json_t *line)
{
	bool is_platform = doc_is(line, "priceMode", "Platform");

	return doc_same(known, line, "productId") &&
	       doc_int(json_object_get(known, "variant"), "id") ==
	           doc_int(json_object_get(line, "variant"), "id") &&
	       doc_same(known, line, "lineItemMode") && doc_same(known, line, "priceMode") &&
	       (is_platform || doc_same(known, line, "price")) &&
	       doc_same(known, line, "custom") && doc_same(known, line, "supplyChannel") &&
	       doc_same(known, line, "distributionChannel") &&
	       doc_same(known, line, "inventoryMode");
}

static bool check_line_key(struct op *op, const json_t *lines, const json_t *line)
{
	const char *key = doc_text(line, "key");

	if (!key)
		return true;
	if (!check_key(key))
		return fail_invalid_field(op, "key", json_object_get(line, "key"), NULL);
	return !doc_find(lines, "key", key, NULL) || fail_duplicate_field(op, "key", key);
}

bool line_append(struct op *op, json_t *cart, const char *list, json_t *line,
                   const json_t *draft)
{
	json_t *lines = json_object_get(cart, list);

	if (!part_check_count(op, json_array_size(lines) + 1, MAX_CART_PARTS, "line items in a cart") ||
	    !check_line_key(op, lines, line) ||
	    !line_set_shipping_details(op, cart, line, json_object_get(draft, "shippingDetails")))
		return false;
	json_array_append(lines, line);
	return true;
}

bool line_add_to(struct op *op, const json_t *cart, json_t *known, int64_t more,
                 const json_t *draft)
{
	int64_t quantity = doc_int(known, "quantity") + more;
	const json_t *details = json_object_get(draft, "shippingDetails");

	if (!line_check_quantity(op, quantity, 1))
		return false;
	doc_put(known, "quantity", json_integer(quantity));
	return !details || line_add_shipping_targets(op, cart, known,
	                                             json_object_get(details, "targets"), 1);
}

/* The line that a new one is added to; NULL: it stays one of its own. */
static json_t *find_equal(const json_t *cart, const json_t *line)
{
	const json_t *lines = json_object_get(cart, "lineItems");

	for (size_t i = 0; i < json_array_size(lines); i++)
		if (is_equal_line(json_array_get(lines, i), line))
			return json_array_get(lines, i);
	return NULL;
}

/* There are no limits where there is no entry, and that shows. */
static bool check_limits(struct op *op, const json_t *line, const json_t *fresh)
{
	return !doc_has(json_object_get(fresh, "variant"), "availability") ||
	       stock_check_limits(op, line);
}

bool line_item_add(struct op *op, json_t *cart, const json_t *draft)
{
	const json_t *product;
	const json_t *variant;

	if (!choose(op, draft, &product, &variant))
		return false;
	json_t *line = start_standard(op, cart, draft, product, variant);

	if (!line || !line_check_quantity(op, doc_int(line, "quantity"), 1) ||
	    !fill_line(op, cart, line, draft))
		return false;
	json_t *known = find_equal(cart, line);

	if (!known)
		return line_append(op, cart, "lineItems", line, draft) && check_limits(op, line, line);
	line_touch(op, known);
	return line_add_to(op, cart, known, doc_int(line, "quantity"), draft) &&
	       check_limits(op, known, line);
}

json_t *line_item_copy(struct op *op, const json_t *line)
{
	char id[UUID_TEXT_BYTES];
	json_t *copy = keep(op, json_copy((json_t *)(uintptr_t)line)); /* jansson: no const here */

	random_uuid(id);
	doc_put(copy, "id", json_string(id));
	doc_put(copy, "discountedPricePerQuantity", json_array());
	json_object_del(copy, "taxedPrice");
	json_object_del(copy, "state"); /* whatever an order made of it, it begins again */
	return copy;
}
