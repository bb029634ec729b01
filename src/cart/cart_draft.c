#include "cart/cart_draft.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart_discounts.h"
#include "cart/cart_limits.h"
#include "cart/cart_members.h"
#include "cart/cart_refresh.h"
#include "cart/cart_shipping.h"
#include "cart/custom_line_item.h"
#include "cart/line_item.h"
#include "customer/customer.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/address.h"
#include "kind/custom_fields.h"
#include "kind/ownership.h"
#include "money/decimal.h"
#include "money/external_tax.h"
#include "resource/load.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "store/store.h"

static const char *const MY_TAX_MODES[] = { "External", "ExternalAmount", "Platform", NULL };
static const char *const SHIPPING_MODES[] = { "Multiple", "Single", NULL };
static const char *const ORIGINS[] = { "Customer", "Merchant", "Quote", "RecurringOrder", NULL };

#define ENUM(name, values) { name, FIELD_TEXT, OPTIONAL, 0, text_check_enum, values }
#define REFERENCE(name, type) { name, FIELD_CONVERTED, OPTIONAL, .argument = type, .decode = reference_decode }
#define COMMON_FIELDS(tax_modes, line_item_draft) \
	{ "currency",              FIELD_TEXT,      REQUIRED, 0, text_check_currency }, \
	{ "customerEmail",         FIELD_TEXT,      OPTIONAL }, \
	{ "country",               FIELD_TEXT,      OPTIONAL, 0, text_check_country }, \
	{ "locale",                FIELD_TEXT,      OPTIONAL, 0, text_check_locale }, \
	{ "lineItems",             FIELD_DOCUMENTS, OPTIONAL, .inner = &line_item_draft }, \
	ENUM("taxMode", tax_modes), \
	ENUM("inventoryMode", CART_INVENTORY_MODES), \
	{ "billingAddress",        FIELD_DOCUMENT,  OPTIONAL, .inner = &ADDRESS_SHAPE }, \
	{ "shippingAddress",       FIELD_DOCUMENT,  OPTIONAL, .inner = &ADDRESS_SHAPE }, \
	REFERENCE("shippingMethod", "shipping-method"), \
	{ "itemShippingAddresses", FIELD_DOCUMENTS, OPTIONAL, .inner = &ADDRESS_SHAPE }, \
	ENUM("shippingMode", SHIPPING_MODES), \
	{ "discountCodes",         FIELD_TEXTS,     OPTIONAL }, \
	REFERENCE("store", "store"), \
	{ "businessUnit",          FIELD_RAW,       OPTIONAL }, \
	{ "deleteDaysAfterLastModification", FIELD_LONG, OPTIONAL }, \
	{ "custom",                FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode }

static const struct shape_field MY_DRAFT_FIELDS[] = { COMMON_FIELDS(MY_TAX_MODES, MY_LINE_ITEM_DRAFT) };
static const struct shape_field DRAFT_FIELDS[] = {
	COMMON_FIELDS(CART_TAX_MODES, LINE_ITEM_DRAFT),
	{ "key",                   FIELD_TEXT,      OPTIONAL },
	{ "customerId",            FIELD_TEXT,      OPTIONAL, 0, text_check_uuid },
	{ "anonymousId",           FIELD_TEXT,      OPTIONAL },
	REFERENCE("customerGroup", "customer-group"),
	{ "customLineItems",       FIELD_DOCUMENTS, OPTIONAL, .inner = &CUSTOM_LINE_ITEM_DRAFT },
	{ "externalTaxRateForShippingMethod", FIELD_DOCUMENT, OPTIONAL, .inner = &EXTERNAL_TAX_RATE_DRAFT },
	ENUM("priceRoundingMode", ROUNDING_MODES),
	ENUM("taxRoundingMode", ROUNDING_MODES),
	ENUM("taxCalculationMode", CART_TAX_CALCULATION_MODES),
	ENUM("origin", ORIGINS),
	{ "purchaseOrderNumber",   FIELD_TEXT,      OPTIONAL },
};
#undef COMMON_FIELDS
#define COUNT(rows) (sizeof(rows) / sizeof *(rows))
const struct shape MY_CART_DRAFT = { 0, COUNT(MY_DRAFT_FIELDS), MY_DRAFT_FIELDS };
const struct shape CART_DRAFT    = { 0, COUNT(DRAFT_FIELDS), DRAFT_FIELDS };

/* Members */

static void copy(json_t *doc, const json_t *draft, const char *member)
{
	json_t *value = json_object_get(draft, member);

	if (value)
		json_object_set(doc, member, value);
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

static bool set_addresses(struct op *op, json_t *doc, const json_t *draft)
{
	static const char *const MEMBERS[] = { "shippingAddress", "billingAddress" };

	for (size_t i = 0; i < 2; i++)
		doc_set(doc, MEMBERS[i], address_keep(op, json_object_get(draft, MEMBERS[i])));
	return !op_failed(op);
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

/* A cart that goes to several addresses is billed by one of them. Source: API docs, "CartDraft". */
static bool check_shipping_address(struct op *op, const json_t *draft)
{
	const json_t *addresses = json_object_get(draft, "itemShippingAddresses");
	const json_t *address = json_object_get(draft, "shippingAddress");
	const char *key = doc_text(address, "key");

	return !address || json_array_size(addresses) == 0 ||
	       (key && doc_find(addresses, "key", key, NULL)) ||
	       fail_invalid_operation(
			   op, "The shipping address must be one of the item shipping addresses, by its key.");
}

/* Values of the real API that ask for what is not here. */
static bool refuse_unknown(struct op *op, const json_t *draft)
{
	const char *mode = doc_text(draft, "shippingMode");

	if (mode && strcmp(mode, "Multiple") == 0)
		return fail_action_not_implemented(op, "shippingMode Multiple");
	return !doc_has(draft, "businessUnit") || fail_action_not_implemented(op, "businessUnit");
}

static bool fill(struct op *op, json_t *doc, const json_t *draft)
{
	const json_t *custom = json_object_get(draft, "custom");

	if (!refuse_unknown(op, draft) || !check_shipping_address(op, draft) ||
	    !cart_check_key(op, draft) || !set_owner(op, doc, draft) || !set_group(op, doc, draft) ||
	    !set_store(op, doc, draft) || !set_country(op, doc, draft))
		return false;
	copy(doc, draft, "key");
	copy(doc, draft, "purchaseOrderNumber");
	doc_set_text(doc, "customerEmail", doc_text(draft, "customerEmail"));
	if (!set_addresses(op, doc, draft) ||
	    (custom && !custom_from_draft(op, doc, CART_KIND.custom_type, custom)) ||
	    !add_item_addresses(op, doc, draft) || !add_items(op, doc, draft))
		return false;
	json_t *method = keep(op, json_deep_copy(json_object_get(draft, "shippingMethod")));

	return (!method ||
	        (references_resolve(op, method) &&
	         cart_shipping_set_method(
				 op, doc, method, json_object_get(draft, "externalTaxRateForShippingMethod")))) &&
	       add_codes(op, doc, draft);
}

struct resource *cart_start(struct op *op, const json_t *draft)
{
	struct resource *cart = resource_start(op, &CART_KIND, NULL);

	if (!cart_members_start(op, cart, draft) || !fill(op, cart->doc, draft) ||
	    !cart_refresh(op, cart->doc, &REFRESH_OF_UPDATE))
		return NULL;
	return cart;
}
