/* Carts from drafts and from other carts. */
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart_refresh.h"
#include "cart/line_item.h"
#include "customer/customer.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/custom_fields.h"
#include "kind/ownership.h"
#include "money/decimal.h"
#include "money/external_tax.h"
#include "money/money.h"
#include "resource/lookup.h"
#include "resource/project_settings.h"
#include "resource/reference.h"
#include "store/store.h"

enum { MAX_DELETE_DAYS = 365250 };

static const char *const MY_TAX_MODES[] = { "External", "ExternalAmount", "Platform", NULL };
static const char *const TAX_MODES[] = { "Disabled", "External", "ExternalAmount", "Platform",
	                                     NULL };
static const char *const TAX_CALCULATION_MODES[] = { "LineItemLevel", "UnitPriceLevel", NULL };
static const char *const INVENTORY_MODES[] = { "None", "ReserveOnCart", "ReserveOnOrder",
	                                           "TrackOnly", NULL };
static const char *const SHIPPING_MODES[] = { "Multiple", "Single", NULL };
static const char *const ORIGINS[] = { "Customer", "Merchant", "Quote", "RecurringOrder", NULL };

/* clang-format off */
#define ENUM(name, values) { name, FIELD_TEXT, OPTIONAL, 0, text_check_enum, values }
#define REFERENCE(name, type) { name, FIELD_CONVERTED, OPTIONAL, .argument = type, .decode = reference_decode }
#define COMMON_FIELDS(tax_modes, line_item_draft) \
	{ "currency",              FIELD_TEXT,      REQUIRED, 0, text_check_currency }, \
	{ "customerEmail",         FIELD_TEXT,      OPTIONAL }, \
	{ "country",               FIELD_TEXT,      OPTIONAL, 0, text_check_country }, \
	{ "locale",                FIELD_TEXT,      OPTIONAL, 0, text_check_locale }, \
	{ "lineItems",             FIELD_DOCUMENTS, OPTIONAL, .inner = &line_item_draft }, \
	ENUM("taxMode", tax_modes), \
	ENUM("inventoryMode", INVENTORY_MODES), \
	{ "billingAddress",        FIELD_DOCUMENT,  OPTIONAL, .inner = &ADDRESS_SHAPE }, \
	{ "shippingAddress",       FIELD_DOCUMENT,  OPTIONAL, .inner = &ADDRESS_SHAPE }, \
	REFERENCE("shippingMethod", "shipping-method"), \
	{ "itemShippingAddresses", FIELD_DOCUMENTS, OPTIONAL, .inner = &ADDRESS_SHAPE }, \
	ENUM("shippingMode", SHIPPING_MODES), \
	{ "discountCodes",         FIELD_TEXTS,     OPTIONAL }, \
	REFERENCE("store", "store"), \
	{ "businessUnit",          FIELD_RAW,       OPTIONAL }, \
	{ "deleteDaysAfterLastModification", FIELD_LONG, OPTIONAL }, \
	{ "custom",                FIELD_CONVERTED, OPTIONAL, .decode = custom_draft_decode }

static const struct shape_field MY_DRAFT_FIELDS[] = { COMMON_FIELDS(MY_TAX_MODES, MY_LINE_ITEM_DRAFT) };
static const struct shape_field DRAFT_FIELDS[] = {
	COMMON_FIELDS(TAX_MODES, LINE_ITEM_DRAFT),
	{ "key",                   FIELD_TEXT,      OPTIONAL },
	{ "customerId",            FIELD_TEXT,      OPTIONAL, 0, text_check_uuid },
	{ "anonymousId",           FIELD_TEXT,      OPTIONAL },
	REFERENCE("customerGroup", "customer-group"),
	{ "customLineItems",       FIELD_DOCUMENTS, OPTIONAL, .inner = &CUSTOM_LINE_ITEM_DRAFT },
	{ "externalTaxRateForShippingMethod", FIELD_DOCUMENT, OPTIONAL, .inner = &EXTERNAL_TAX_RATE_DRAFT },
	ENUM("priceRoundingMode", ROUNDING_MODES),
	ENUM("taxRoundingMode", ROUNDING_MODES),
	ENUM("taxCalculationMode", TAX_CALCULATION_MODES),
	ENUM("origin", ORIGINS),
	{ "purchaseOrderNumber",   FIELD_TEXT,      OPTIONAL },
};
#undef COMMON_FIELDS
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
const struct shape MY_CART_DRAFT = { 0, COUNT(MY_DRAFT_FIELDS), MY_DRAFT_FIELDS };
const struct shape CART_DRAFT    = { 0, COUNT(DRAFT_FIELDS), DRAFT_FIELDS };

/* What is replicated may be a cart or an order. */
static const char *const REPLICABLE[] = { "cart", "order", NULL };
static const struct shape_field SOURCE_FIELDS[] = {
	{ "typeId", FIELD_TEXT, REQUIRED, 0, text_check_enum, REPLICABLE },
	{ "id",     FIELD_TEXT, REQUIRED, 0, text_check_uuid },
};
static const struct shape SOURCE = { 0, 2, SOURCE_FIELDS };
static const struct shape_field REPLICA_FIELDS[] = {
	{ "reference", FIELD_DOCUMENT, REQUIRED, .inner = &SOURCE },
	{ "key",       FIELD_TEXT,     OPTIONAL },
};
const struct shape MY_REPLICA_DRAFT = { 0, 1, REPLICA_FIELDS };
const struct shape REPLICA_DRAFT    = { 0, 2, REPLICA_FIELDS };
/* clang-format on */

/* Members */

static void copy(json_t *doc, const json_t *draft, const char *member)
{
	json_t *value = json_object_get(draft, member);

	if (value)
		json_object_set(doc, member, value);
}

static void set_mode(json_t *doc, const json_t *draft, const char *member, const char *standard)
{
	const char *text = doc_text(draft, member);

	doc_put(doc, member, json_string(text ? text : standard));
}

static bool check_delete_days(struct op *op, const json_t *draft)
{
	static const char MEMBER[] = "deleteDaysAfterLastModification";
	int64_t days = doc_int(draft, MEMBER);

	return !doc_has(draft, MEMBER) || (days >= 1 && days <= MAX_DELETE_DAYS) ||
	       fail_invalid_field(op, MEMBER, json_object_get(draft, MEMBER), NULL);
}

bool cart_set_delete_days(struct op *op, json_t *cart, const json_t *draft)
{
	static const char MEMBER[] = "deleteDaysAfterLastModification";
	struct project_settings settings;

	if (!check_delete_days(op, draft) || !project_settings(op, &settings))
		return false;
	doc_put(cart, MEMBER,
	        json_integer(doc_has(draft, MEMBER) ? doc_int(draft, MEMBER) : settings.cart_days));
	return true;
}

/* The members that every cart has, in the order in which they go out. */
static bool start_document(struct op *op, struct resource *cart, const json_t *draft)
{
	static const char *const LISTS[] = { "lineItems", "customLineItems" };
	static const char *const LATER_LISTS[] = { "shipping", "discountCodes", "directDiscounts",
		                                       "refusedGifts", "itemShippingAddresses" };
	json_t *doc = keep(op, json_pack("{s:s}", "type", "Cart"));
	struct project_settings settings;

	if (!project_settings(op, &settings))
		return false;
	json_object_update(doc, cart->doc);
	cart->doc = doc;
	for (size_t i = 0; i < 2; i++)
		doc_put(doc, LISTS[i], json_array());
	doc_put(doc, "cartState", json_string("Active"));
	json_object_set(doc, "totalPrice", money_create(op, doc_text(draft, "currency"), 0));
	set_mode(doc, draft, "shippingMode", "Single");
	for (size_t i = 0; i < COUNT(LATER_LISTS); i++)
		doc_put(doc, LATER_LISTS[i], json_array());
	set_mode(doc, draft, "inventoryMode", "None");
	set_mode(doc, draft, "taxMode", "Platform");
	set_mode(doc, draft, "priceRoundingMode", settings.price_rounding_mode);
	set_mode(doc, draft, "taxRoundingMode", settings.tax_rounding_mode);
	set_mode(doc, draft, "taxCalculationMode", "LineItemLevel");
	set_mode(doc, draft, "origin", "Customer");
	doc_put(doc, "discountTypeCombination", json_pack("{s:s}", "type", "Stacking"));
	return cart_set_delete_days(op, doc, draft);
}

/* Owners */

static bool set_owner(struct op *op, json_t *doc, const json_t *draft)
{
	const json_t *customer = NULL;

	if (op->mine) {
		owner_set_from_caller(op, doc);
	} else if (doc_has(draft, "customerId") && doc_has(draft, "anonymousId")) {
		return fail_invalid_operation(op,
		                              "Only one of 'customerId' and 'anonymousId' can be set.");
	} else {
		copy(doc, draft, "customerId");
		copy(doc, draft, "anonymousId");
	}
	const char *customer_id = doc_text(doc, "customerId");

	if (!customer_id)
		return true;
	if (!lookup(op, &CUSTOMER_KIND, customer_id, &customer))
		return false;
	if (!customer)
		return op->mine ? fail_not_found(op, customer_id)
		                : fail_reference_not_found(op, "customer", customer_id, NULL);
	copy(doc, customer, "customerGroup");
	return true;
}

static bool set_group(struct op *op, json_t *doc, const json_t *draft)
{
	json_t *group = keep(op, json_deep_copy(json_object_get(draft, "customerGroup")));

	if (!group)
		return true;
	if (doc_has(doc, "customerId"))
		return fail_invalid_operation(
			op, "The customer group of a cart with a customer is that of the customer.");
	return references_resolve(op, group) && (doc_set(doc, "customerGroup", group), true);
}

/* Stores and countries */

bool cart_check_country(struct op *op, const json_t *cart, const char *country)
{
	const char *key = doc_text(json_object_get(cart, "store"), "key");
	struct resource *store;

	if (!key || !country)
		return true;
	if (!resource_find_by(op, &STORE_KIND, "key", key, &store))
		return false;
	json_t *countries = store ? json_object_get(store->doc, "countries") : NULL;

	if (json_array_size(countries) == 0 || doc_find(countries, "code", country, NULL))
		return true;
	json_t *codes = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(countries); i++)
		json_array_append(codes, json_object_get(json_array_get(countries, i), "code"));
	return fail_country_not_in_store(op, country, key, codes);
}

static bool set_store(struct op *op, json_t *doc, const json_t *draft)
{
	json_t *store = keep(op, json_deep_copy(json_object_get(draft, "store")));

	if (op->store_key) {
		store = keep(op, json_pack("{s:s, s:s}", "typeId", "store", "key", op->store_key));
		if (!store_of_path_exists(op))
			return false;
	}
	return references_resolve(op, store) && (doc_set(doc, "store", store), true);
}

static bool set_country(struct op *op, json_t *doc, const json_t *draft)
{
	const char *country = doc_text(draft, "country");
	const char *locale = doc_text(draft, "locale");

	if (!cart_check_country(op, doc, country) ||
	    (locale && *locale && !customer_check_locale(op, locale)))
		return false;
	doc_set_text(doc, "country", country);
	doc_set_text(doc, "locale", locale);
	return true;
}

/* Contents */

static bool add_items(struct op *op, json_t *doc, const json_t *draft)
{
	const json_t *lines = json_object_get(draft, "lineItems");
	const json_t *custom_lines = json_object_get(draft, "customLineItems");

	if (!part_check_count(op, json_array_size(lines), MAX_CART_PARTS, "line items in a draft"))
		return false;
	for (size_t i = 0; i < json_array_size(lines); i++)
		if (!line_item_add(op, doc, json_array_get(lines, i)))
			return false;
	for (size_t i = 0; i < json_array_size(custom_lines); i++)
		if (!custom_line_item_add(op, doc, json_array_get(custom_lines, i)))
			return false;
	return true;
}

static bool add_codes(struct op *op, json_t *doc, const json_t *draft)
{
	const json_t *codes = json_object_get(draft, "discountCodes");

	if (!part_check_count(op, json_array_size(codes), MAX_CART_PARTS, "discount codes in a draft"))
		return false;
	for (size_t i = 0; i < json_array_size(codes); i++)
		if (!cart_add_discount_code(op, doc, json_string_value(json_array_get(codes, i))))
			return false;
	return true;
}

static bool add_item_addresses(struct op *op, json_t *doc, const json_t *draft)
{
	json_t *addresses = json_object_get(doc, "itemShippingAddresses");
	const json_t *drafts = json_object_get(draft, "itemShippingAddresses");

	if (!part_check_count(op, json_array_size(drafts), MAX_CART_PARTS, "item shipping addresses"))
		return false;
	for (size_t i = 0; i < json_array_size(drafts); i++)
		if (!cart_add_item_address(op, addresses, json_array_get(drafts, i)))
			return false;
	return true;
}

bool cart_add_item_address(struct op *op, json_t *addresses, json_t *address)
{
	const char *key = doc_text(address, "key");

	if (!key)
		return fail_invalid_operation(op, "An item shipping address must have a key.");
	if (!check_key(key))
		return fail_invalid_field(op, "key", json_object_get(address, "key"), NULL);
	if (doc_find(addresses, "key", key, NULL))
		return fail_duplicate_field(op, "itemShippingAddresses.key", key);
	if (!part_check_count(op, json_array_size(addresses) + 1, MAX_CART_PARTS,
	                      "item shipping addresses"))
		return false;
	json_array_append(addresses, address);
	return true;
}

/* Values of the real API that ask for what is not here. */
static bool refuse_unknown(struct op *op, const json_t *draft)
{
	const char *mode = doc_text(draft, "shippingMode");

	if (mode && strcmp(mode, "Multiple") == 0)
		return fail_action_not_implemented(op, "shippingMode Multiple");
	return !doc_has(draft, "businessUnit") || fail_action_not_implemented(op, "businessUnit");
}

static bool check_cart_key(struct op *op, const json_t *draft)
{
	const char *key = doc_text(draft, "key");

	return !key || check_key(key) ||
	       fail_invalid_field(op, "key", json_object_get(draft, "key"), NULL);
}

static bool fill(struct op *op, json_t *doc, const json_t *draft)
{
	const json_t *custom = json_object_get(draft, "custom");

	if (!refuse_unknown(op, draft) || !check_cart_key(op, draft) || !set_owner(op, doc, draft) ||
	    !set_group(op, doc, draft) || !set_store(op, doc, draft) || !set_country(op, doc, draft))
		return false;
	copy(doc, draft, "key");
	copy(doc, draft, "purchaseOrderNumber");
	doc_set_text(doc, "customerEmail", doc_text(draft, "customerEmail"));
	copy(doc, draft, "shippingAddress");
	copy(doc, draft, "billingAddress");
	if ((custom && !custom_from_draft(op, doc, CART_KIND.custom_type, custom)) ||
	    !add_item_addresses(op, doc, draft) || !add_items(op, doc, draft))
		return false;
	json_t *method = keep(op, json_deep_copy(json_object_get(draft, "shippingMethod")));

	return (!method ||
	        (references_resolve(op, method) &&
	         cart_set_shipping_method(
				 op, doc, method, json_object_get(draft, "externalTaxRateForShippingMethod")))) &&
	       add_codes(op, doc, draft);
}

struct resource *cart_start(struct op *op, const json_t *draft)
{
	struct resource *cart = resource_start(op, &CART_KIND, NULL);

	if (!start_document(op, cart, draft) || !fill(op, cart->doc, draft) ||
	    !cart_refresh(op, cart->doc, &REFRESH_OF_UPDATE))
		return NULL;
	return cart;
}

/* Replicas */

/* An order or cart as a draft of a cart: what both have under the same name. */
static void copy_contents(struct op *op, json_t *doc, const json_t *source)
{
	static const char *const MEMBERS[] = {
		"customerEmail", "customerGroup",  "store",           "country",
		"locale",        "billingAddress", "shippingAddress", "itemShippingAddresses",
		"discountCodes", "inventoryMode",  "taxMode",         "priceRoundingMode",
		"custom",        "taxRoundingMode", "taxCalculationMode",
		"deleteDaysAfterLastModification", "purchaseOrderNumber",
	};
	static const char *const LISTS[] = { "lineItems", "customLineItems" };

	for (size_t i = 0; i < COUNT(MEMBERS); i++)
		copy(doc, source, MEMBERS[i]);
	for (size_t i = 0; i < 2; i++) {
		const json_t *lines = json_object_get(source, LISTS[i]);

		for (size_t j = 0; j < json_array_size(lines); j++) {
			const char *mode = doc_text(json_array_get(lines, j), "lineItemMode");

			if (!mode || strcmp(mode, "Standard") == 0)
				json_array_append(json_object_get(doc, LISTS[i]),
				                  line_item_copy(op, json_array_get(lines, j)));
		}
	}
}

static bool copy_shipping(struct op *op, json_t *doc, const json_t *source)
{
	json_t *method =
		json_object_get(json_object_get(source, "shippingInfo"), "shippingMethod");

	return !method || cart_set_shipping_method(op, doc, method, NULL);
}

struct resource *cart_replicate(struct op *op, const json_t *source, const char *key)
{
	static const struct cart_refresh OPTIONS = { .update_product_data = true,
		                                         .drop_invalid_items = true,
		                                         .drop_unpriced_items = true };
	struct resource *cart = resource_start(op, &CART_KIND, NULL);
	const json_t *draft = keep(
		op, json_pack("{s:O, s:s*}", "currency",
	                  json_object_get(json_object_get(source, "totalPrice"), "currencyCode"), "key",
	                  key));

	if (!start_document(op, cart, draft) || !check_cart_key(op, draft))
		return NULL;
	copy(cart->doc, source, "customerId");
	copy(cart->doc, source, "anonymousId");
	copy(cart->doc, draft, "key");
	copy_contents(op, cart->doc, keep(op, json_deep_copy(source)));
	if (!copy_shipping(op, cart->doc, source) || !cart_refresh(op, cart->doc, &OPTIONS))
		return NULL;
	return cart;
}
