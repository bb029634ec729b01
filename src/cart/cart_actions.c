/* Update actions of carts. */
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart_refresh.h"
#include "cart/cart_shipping.h"
#include "cart/line_item.h"
#include "customer/customer.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/common_actions.h"
#include "kind/part.h"
#include "money/decimal.h"
#include "money/external_tax.h"
#include "money/money.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "cart_actions_priv.h"
#include "resource/registry.h"

static bool touch_if(struct resource *cart, bool is_changed)
{
	if (is_changed)
		resource_touch(cart);
	return true;
}

/* The resolved reference of an input; kept by the arena. NULL: recorded. */
static json_t *resolved(struct op *op, const json_t *input, const char *member)
{
	json_t *reference = keep(op, json_deep_copy(json_object_get(input, member)));

	return references_resolve(op, reference) ? reference : NULL;
}

/* The whole cart */

/* Every update ends with a refresh; this says what it does besides. Thus any number of them costs no more
 * than one. */
static bool recalculate(struct op *op, struct resource *cart, const struct update_action *row,
                        const void *input)
{
	(void)op;
	(void)cart;
	(void)row;
	(void)input;
	return true;
}

struct cart_refresh cart_refresh_wanted(const struct update_input *input)
{
	const struct action *actions = input->actions.items;
	struct cart_refresh options = REFRESH_OF_UPDATE;

	for (size_t i = 0; i < input->actions.count; i++) {
		if (actions[i].row->apply != recalculate)
			continue;
		options.drop_invalid_items = true;
		options.update_product_data |= doc_true(actions[i].input, "updateProductData");
	}
	return options;
}

static bool set_country(struct op *op, struct resource *cart, const struct update_action *row,
                        const void *input)
{
	return cart_check_country(op, cart->doc, doc_text(input, "country")) &&
	       action_set_member(op, cart, row, input);
}

static bool set_locale(struct op *op, struct resource *cart, const struct update_action *row,
                       const void *input)
{
	const char *locale = doc_text(input, "locale");

	return (!locale || !*locale || customer_check_locale(op, locale)) &&
	       action_set_member(op, cart, row, input);
}

static bool set_customer_email(struct op *op, struct resource *cart,
                               const struct update_action *row, const void *input)
{
	(void)op;
	return touch_if(cart, doc_set_text(cart->doc, row->field, doc_text(input, "email")));
}

static bool set_delete_days(struct op *op, struct resource *cart, const struct update_action *row,
                            const void *input)
{
	int64_t before = doc_int(cart->doc, row->field);

	return cart_set_delete_days(op, cart->doc, input) &&
	       touch_if(cart, doc_int(cart->doc, row->field) != before);
}

static bool freeze(struct op *op, struct resource *cart, const struct update_action *row,
                   const void *input)
{
	const char *strategy = doc_text(input, "strategy");

	(void)row;
	/* What the actions before it changed has to be counted, as nothing is once it is frozen. */
	if (!cart_refresh(op, cart->doc, &REFRESH_OF_UPDATE))
		return false;
	doc_set_text(cart->doc, "freezeStrategy", strategy ? strategy : "SoftFreeze");
	return touch_if(cart, doc_set_text(cart->doc, "cartState", "Frozen"));
}

static bool unfreeze(struct op *op, struct resource *cart, const struct update_action *row,
                     const void *input)
{
	(void)op;
	(void)row;
	(void)input;
	json_object_del(cart->doc, "freezeStrategy");
	return touch_if(cart, doc_set_text(cart->doc, "cartState", "Active"));
}

/* Owners */

static bool set_customer_id(struct op *op, struct resource *cart, const struct update_action *row,
                            const void *input)
{
	const char *id = doc_text(input, "customerId");
	const char *before = doc_text(cart->doc, "customerId");
	const json_t *customer;

	(void)row;
	if (id && before && strcmp(id, before) == 0)
		return true;
	if (!before && (!id || !*id))
		return true;
	if (!id || !*id) {
		json_object_del(cart->doc, "customerGroup");
		return touch_if(cart, doc_set(cart->doc, "customerId", NULL));
	}
	if (!lookup(op, &CUSTOMER_KIND, id, &customer))
		return false;
	if (!customer)
		return fail_reference_not_found(op, "customer", id, NULL);
	json_object_del(cart->doc, "customerGroup");
	cart_give_to_customer(cart->doc, customer);
	return touch_if(cart, true);
}

static bool set_anonymous_id(struct op *op, struct resource *cart, const struct update_action *row,
                             const void *input)
{
	if (doc_has(cart->doc, "customerId"))
		return fail_invalid_operation(
			op, "The anonymousId cannot be set, because the cart belongs to a customer.");
	return action_set_member(op, cart, row, input);
}

static bool set_customer_group(struct op *op, struct resource *cart,
                               const struct update_action *row, const void *input)
{
	if (doc_has(cart->doc, "customerId"))
		return fail_invalid_operation(
			op, "The customer group of a cart with a customer is that of the customer.");
	return action_set_member(op, cart, row, input);
}

/* Addresses */

static bool set_shipping_address(struct op *op, struct resource *cart,
                                 const struct update_action *row, const void *input)
{
	json_t *address = keep(op, json_deep_copy(json_object_get(input, "address")));

	/* Without an address nothing can be shipped. */
	if (!address)
		json_object_del(cart->doc, "shippingInfo");
	return touch_if(cart, doc_set(cart->doc, row->field, address));
}

static bool set_billing_address(struct op *op, struct resource *cart,
                                const struct update_action *row, const void *input)
{
	json_t *address = keep(op, json_deep_copy(json_object_get(input, "address")));

	return touch_if(cart, doc_set(cart->doc, row->field, address));
}

static bool add_item_address(struct op *op, struct resource *cart, const struct update_action *row,
                             const void *input)
{
	json_t *address = keep(op, json_deep_copy(json_object_get(input, "address")));

	return cart_add_item_address(op, json_object_get(cart->doc, row->field), address) &&
	       touch_if(cart, true);
}

/* NULL: recorded. */
static json_t *item_address(struct op *op, const struct resource *cart, const char *key,
                            size_t *ret_index)
{
	json_t *address =
		key ? doc_find(json_object_get(cart->doc, "itemShippingAddresses"), "key", key, ret_index)
	        : NULL;

	if (!address)
		fail_invalid_operation(op, "The cart has no item shipping address with the key '%s'.",
		                       key ? key : "");
	return address;
}

static bool update_item_address(struct op *op, struct resource *cart,
                                const struct update_action *row, const void *input)
{
	json_t *address = keep(op, json_deep_copy(json_object_get(input, "address")));
	size_t index;
	const json_t *before = item_address(op, cart, doc_text(address, "key"), &index);

	if (!before)
		return false;
	bool is_changed = !json_equal(before, address);

	json_array_set(json_object_get(cart->doc, row->field), index, address);
	return touch_if(cart, is_changed);
}

static bool is_address_used(const json_t *cart, const char *list, const char *key)
{
	const json_t *lines = json_object_get(cart, list);

	for (size_t i = 0; i < json_array_size(lines); i++) {
		const json_t *details = json_object_get(json_array_get(lines, i), "shippingDetails");

		if (doc_find(json_object_get(details, "targets"), "addressKey", key, NULL))
			return true;
	}
	return false;
}

static bool remove_item_address(struct op *op, struct resource *cart,
                                const struct update_action *row, const void *input)
{
	const char *key = doc_text(input, "addressKey");
	size_t index;

	if (!item_address(op, cart, key, &index))
		return false;
	if (is_address_used(cart->doc, "lineItems", key) ||
	    is_address_used(cart->doc, "customLineItems", key))
		return fail_invalid_operation(
			op, "The address '%s' cannot be removed, because a line item is shipped to it.", key);
	json_array_remove(json_object_get(cart->doc, row->field), index);
	return touch_if(cart, true);
}

/* Shipping */

static bool set_shipping_method(struct op *op, struct resource *cart,
                                const struct update_action *row, const void *input)
{
	const json_t *rate = json_object_get(input, "externalTaxRate");
	const json_t *before = json_object_get(cart->doc, "shippingInfo");

	(void)row;
	if (!doc_has(input, "shippingMethod"))
		return touch_if(cart, doc_set(cart->doc, "shippingInfo", NULL));
	json_t *method = resolved(op, input, "shippingMethod");

	if (!method)
		return false;
	const char *state = doc_text(before, "shippingMethodState");
	bool is_same = !rate && json_equal(json_object_get(before, "shippingMethod"), method);

	/* The same method again, if it does not fit any more, is refused. */
	if (is_same && state && strcmp(state, "MatchesCart") == 0)
		return true;
	return cart_set_shipping_method(op, cart->doc, method, rate) && touch_if(cart, true);
}

static bool set_custom_shipping_method(struct op *op, struct resource *cart,
                                       const struct update_action *row, const void *input)
{
	json_t *category = resolved(op, input, "taxCategory");

	(void)row;
	if (op_failed(op) || !shipping_set_custom(op, cart->doc, input, category))
		return false;
	return touch_if(cart, true);
}

/* NULL: recorded. */
static json_t *shipping_info(struct op *op, const struct resource *cart)
{
	json_t *info = json_object_get(cart->doc, "shippingInfo");

	if (!info)
		fail_invalid_operation(op, "The cart has no shipping method.");
	return info;
}

static bool set_shipping_tax_rate(struct op *op, struct resource *cart,
                                  const struct update_action *row, const void *input)
{
	const json_t *draft = json_object_get(input, "externalTaxRate");
	json_t *info = shipping_info(op, cart);
	const json_t *before = keep(op, json_copy(info));

	(void)row;
	if (!info || !external_tax_rate_set(op, cart->doc, info, draft))
		return false;
	if (!draft)
		json_object_del(info, "taxRate");
	return touch_if(cart, !json_equal(before, info));
}

static bool set_shipping_tax_amount(struct op *op, struct resource *cart,
                                    const struct update_action *row, const void *input)
{
	json_t *info = shipping_info(op, cart);

	(void)row;
	return info &&
	       external_tax_amount_set(op, cart->doc, info, json_object_get(info, "price"),
	                               json_object_get(input, "externalTaxAmount")) &&
	       touch_if(cart, true);
}

/* Taxes */

static void forget_taxes(json_t *taxed)
{
	json_object_del(taxed, "taxRate");
	json_object_del(taxed, "taxedPrice");
}

static bool change_tax_mode(struct op *op, struct resource *cart, const struct update_action *row,
                            const void *input)
{
	static const char *const LISTS[] = { "lineItems", "customLineItems" };
	const char *mode = doc_text(input, row->field);

	if (op->mine && strcmp(mode, "Disabled") == 0)
		return fail_invalid_operation(op, "The tax mode 'Disabled' cannot be set here.");
	if (!doc_set_text(cart->doc, row->field, mode))
		return true;
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < json_array_size(json_object_get(cart->doc, LISTS[i])); j++)
			forget_taxes(json_array_get(json_object_get(cart->doc, LISTS[i]), j));
	forget_taxes(json_object_get(cart->doc, "shippingInfo"));
	json_object_del(cart->doc, "taxedPrice");
	json_object_del(cart->doc, "taxedShippingPrice");
	return touch_if(cart, true);
}

static bool set_total_tax(struct op *op, struct resource *cart, const struct update_action *row,
                          const void *input)
{
	const json_t *gross = json_object_get(input, "externalTotalGross");
	const json_t *net = json_object_get(cart->doc, "totalPrice");
	json_t *portions = json_object_get(input, "externalTaxPortions");
	int64_t tax;

	if (strcmp(doc_text(cart->doc, "taxMode"), "ExternalAmount") != 0)
		return fail_invalid_operation(
			op, "The tax can only be set on a cart with the tax mode 'ExternalAmount'.");
	if (strcmp(money_currency(gross), money_currency(net)) != 0)
		return fail_invalid_operation(op, "The currency of the tax is not that of the cart.");
	if (!money_subtract(op, money_cents(gross), money_cents(net), &tax))
		return false;
	if (!portions)
		portions = keep(op, json_array());
	json_t *price = keep(op, json_pack("{s:O, s:O, s:O, s:O}", "totalNet", net, "totalGross", gross,
	                                   "taxPortions", portions, "totalTax",
	                                   money_create(op, money_currency(net), tax)));

	return touch_if(cart, doc_set(cart->doc, row->field, price));
}

/* Discount codes */

static bool add_discount_code(struct op *op, struct resource *cart, const struct update_action *row,
                              const void *input)
{
	size_t before = json_array_size(json_object_get(cart->doc, row->field));

	return cart_add_discount_code(op, cart->doc, doc_text(input, "code")) &&
	       touch_if(cart, json_array_size(json_object_get(cart->doc, row->field)) != before);
}

static bool remove_discount_code(struct op *op, struct resource *cart,
                                 const struct update_action *row, const void *input)
{
	json_t *codes = json_object_get(cart->doc, row->field);
	const json_t *wanted = json_object_get(input, "discountCode");

	for (size_t i = 0; i < json_array_size(codes); i++) {
		const json_t *reference = json_object_get(json_array_get(codes, i), "discountCode");

		if (strcmp(doc_text(reference, "id"), doc_text(wanted, "id")) != 0)
			continue;
		json_array_remove(codes, i);
		return touch_if(cart, true);
	}
	return fail_invalid_operation(op, "The cart does not have the discount code '%s'.",
	                              doc_text(wanted, "id"));
}

/* Payments */

static bool check_payment_is_free(struct op *op, const struct resource *cart, const char *id)
{
	const struct resource_kind *orders = kind_find(op, "order");
	int64_t count = 0;

	if (orders && !resource_count(op, orders, "paymentId", id, &count))
		return false;
	const json_t *carts = lookup_all(op, &CART_KIND, "paymentId", id);

	if (!carts)
		return false;
	for (size_t i = 0; i < json_array_size(carts); i++) {
		const json_t *other = json_array_get(carts, i);

		if (cart_is_active(other) && strcmp(doc_text(other, "id"), cart->id) != 0)
			count++;
	}
	return count == 0 || fail_invalid_operation(
							 op, "The payment '%s' belongs to another cart or to an order.", id);
}

static bool add_payment(struct op *op, struct resource *cart, const struct update_action *row,
                        const void *input)
{
	json_t *payment = resolved(op, input, "payment");
	const json_t *before = json_object_get(json_object_get(cart->doc, row->field), "payments");

	if (!payment)
		return false;
	if (doc_find(before, "id", doc_text(payment, "id"), NULL))
		return true;
	if (!check_payment_is_free(op, cart, doc_text(payment, "id")))
		return false;
	json_t *payments = keep(op, before ? json_copy((json_t *)(uintptr_t)before) : json_array());

	json_array_append(payments, payment);
	doc_put(cart->doc, row->field, json_pack("{s:O}", "payments", payments));
	return touch_if(cart, true);
}

static bool remove_payment(struct op *op, struct resource *cart, const struct update_action *row,
                           const void *input)
{
	json_t *payment = resolved(op, input, "payment");
	json_t *payments = json_object_get(json_object_get(cart->doc, row->field), "payments");
	size_t index;

	if (!payment)
		return false;
	if (!doc_find(payments, "id", doc_text(payment, "id"), &index))
		return fail_invalid_operation(op, "The cart does not have the payment '%s'.",
		                              doc_text(payment, "id"));
	json_array_remove(payments, index);
	if (json_array_size(payments) == 0)
		json_object_del(cart->doc, row->field);
	return touch_if(cart, true);
}

/* Inputs */

static const char *const TAX_MODES[] = { "Disabled", "External", "ExternalAmount", "Platform",
	                                     NULL };
static const char *const TAX_CALCULATION_MODES[] = { "LineItemLevel", "UnitPriceLevel", NULL };
static const char *const INVENTORY_MODES[] = { "None", "ReserveOnCart", "ReserveOnOrder",
	                                           "TrackOnly", NULL };
static const char *const FREEZE_STRATEGIES[] = { "HardFreeze", "SoftFreeze", NULL };
static const char *const PRICE_MODES[] = { "External", "Standard", NULL };

/* clang-format off */
#define NONE MEMBERS({ "action", FIELD_TEXT, OPTIONAL })
#define TEXT(name, need) { name, FIELD_TEXT, need }
#define LONG(name, need) { name, FIELD_LONG, need }
#define ENUM(name, need, values) { name, FIELD_TEXT, need, 0, text_check_enum, values }
#define ADDRESS(need) { "address", FIELD_DOCUMENT, need, .inner = &ADDRESS_SHAPE }
#define REFERENCE(name, type, need) { name, FIELD_CONVERTED, need, .argument = type, .decode = reference_decode }
#define MONEY(name, need) { name, FIELD_CONVERTED, need, .decode = money_decode }
#define TAX_RATE { "externalTaxRate", FIELD_DOCUMENT, OPTIONAL, .inner = &EXTERNAL_TAX_RATE_DRAFT }
#define TAX_AMOUNT { "externalTaxAmount", FIELD_DOCUMENT, OPTIONAL, .inner = &EXTERNAL_TAX_AMOUNT_DRAFT }
#define EXTERNAL_TOTAL { "externalTotalPrice", FIELD_DOCUMENT, OPTIONAL, .inner = &EXTERNAL_TOTAL_DRAFT }
#define DETAILS(name) { name, FIELD_DOCUMENT, OPTIONAL, .inner = &SHIPPING_DETAILS_DRAFT }
#define DELTA { "targetsDelta", FIELD_DOCUMENTS, REQUIRED, .inner = &SHIPPING_TARGET_DRAFT }
#define LINE TEXT("lineItemId", OPTIONAL), TEXT("lineItemKey", OPTIONAL)
#define CUSTOM_LINE TEXT("customLineItemId", OPTIONAL), TEXT("customLineItemKey", OPTIONAL)
#define LIST "lineItems"
#define CUSTOM_LIST "customLineItems"

/* A portion of a tax that the client gives. */
static const struct shape_field PORTION_FIELDS[] = {
	TEXT("name", OPTIONAL),
	{ "rate", FIELD_RAW, REQUIRED },
	MONEY("amount", REQUIRED),
};
static const struct shape PORTION = { 0, 3, PORTION_FIELDS };

/* Sorted by name. */
static const struct update_action ROWS[] = {
	/* action, door, input, apply, field, message */
	{ "addCustomLineItem", DOOR_TRUSTED, &CUSTOM_LINE_ITEM_DRAFT, cart_add_custom_line_item, CUSTOM_LIST, MESSAGE_NONE },
	ACTION_LEFT_OUT("addCustomShippingMethod", DOOR_TRUSTED),
	{ "addDiscountCode", DOOR_ANY, MEMBERS(TEXT("code", REQUIRED)), add_discount_code, "discountCodes", MESSAGE_NONE },
	{ "addItemShippingAddress", DOOR_ANY, MEMBERS(ADDRESS(REQUIRED)), add_item_address, "itemShippingAddresses", MESSAGE_NONE },
	{ "addLineItem", DOOR_ANY, &LINE_ITEM_DRAFT, cart_add_line_item, LIST, MESSAGE_NONE },
	{ "addPayment", DOOR_ANY, MEMBERS(REFERENCE("payment", "payment", REQUIRED)), add_payment, "paymentInfo", MESSAGE_NONE },
	ACTION_LEFT_OUT("addShippingMethod", DOOR_TRUSTED),
	{ "addShoppingList", DOOR_TRUSTED, MEMBERS(REFERENCE("shoppingList", "shopping-list", REQUIRED), REFERENCE("distributionChannel", "channel", OPTIONAL), REFERENCE("supplyChannel", "channel", OPTIONAL)), cart_add_shopping_list, LIST, MESSAGE_NONE },
	{ "applyDeltaToCustomLineItemShippingDetailsTargets", DOOR_TRUSTED, MEMBERS(CUSTOM_LINE, DELTA), cart_apply_line_shipping_delta, CUSTOM_LIST, MESSAGE_NONE },
	{ "applyDeltaToLineItemShippingDetailsTargets", DOOR_ANY, MEMBERS(LINE, DELTA), cart_apply_line_shipping_delta, LIST, MESSAGE_NONE },
	{ "changeCustomLineItemMoney", DOOR_TRUSTED, MEMBERS(CUSTOM_LINE, MONEY("money", REQUIRED)), cart_change_custom_line_money, CUSTOM_LIST, MESSAGE_NONE },
	{ "changeCustomLineItemPriceMode", DOOR_TRUSTED, MEMBERS(CUSTOM_LINE, ENUM("mode", REQUIRED, PRICE_MODES)), cart_change_custom_line_price_mode, CUSTOM_LIST, MESSAGE_NONE },
	{ "changeCustomLineItemQuantity", DOOR_TRUSTED, MEMBERS(CUSTOM_LINE, LONG("quantity", REQUIRED)), cart_change_line_quantity, CUSTOM_LIST, MESSAGE_NONE },
	{ "changeLineItemQuantity", DOOR_ANY, MEMBERS(LINE, LONG("quantity", REQUIRED), MONEY("externalPrice", OPTIONAL), EXTERNAL_TOTAL), cart_change_line_quantity, LIST, MESSAGE_NONE },
	{ "changeLineItemsOrder", DOOR_ANY, MEMBERS({ "lineItemOrder", FIELD_TEXTS, REQUIRED }), cart_change_line_items_order, LIST, MESSAGE_NONE },
	{ "changePriceRoundingMode", DOOR_TRUSTED, MEMBERS(ENUM("priceRoundingMode", REQUIRED, ROUNDING_MODES)), action_set_member, "priceRoundingMode", MESSAGE_NONE },
	{ "changeTaxCalculationMode", DOOR_TRUSTED, MEMBERS(ENUM("taxCalculationMode", REQUIRED, TAX_CALCULATION_MODES)), action_set_member, "taxCalculationMode", MESSAGE_NONE },
	{ "changeTaxMode", DOOR_ANY, MEMBERS(ENUM("taxMode", REQUIRED, TAX_MODES)), change_tax_mode, "taxMode", MESSAGE_NONE },
	{ "changeTaxRoundingMode", DOOR_TRUSTED, MEMBERS(ENUM("taxRoundingMode", REQUIRED, ROUNDING_MODES)), action_set_member, "taxRoundingMode", MESSAGE_NONE },
	{ "freezeCart", DOOR_TRUSTED, MEMBERS(ENUM("strategy", OPTIONAL, FREEZE_STRATEGIES)), freeze, NULL, MESSAGE_NONE },
	ACTION_LEFT_OUT("lockCart", DOOR_TRUSTED),
	{ "recalculate", DOOR_ANY, MEMBERS({ "updateProductData", FIELD_BOOL, OPTIONAL }), recalculate, NULL, MESSAGE_NONE },
	{ "removeCustomLineItem", DOOR_TRUSTED, MEMBERS(CUSTOM_LINE), cart_remove_line, CUSTOM_LIST, MESSAGE_NONE },
	{ "removeDiscountCode", DOOR_ANY, MEMBERS({ "discountCode", FIELD_DOCUMENT, REQUIRED, .inner = MEMBERS(TEXT("id", REQUIRED)) }), remove_discount_code, "discountCodes", MESSAGE_NONE },
	{ "removeItemShippingAddress", DOOR_ANY, MEMBERS(TEXT("addressKey", REQUIRED)), remove_item_address, "itemShippingAddresses", MESSAGE_NONE },
	{ "removeLineItem", DOOR_ANY, MEMBERS(LINE, LONG("quantity", OPTIONAL), MONEY("externalPrice", OPTIONAL), EXTERNAL_TOTAL, DETAILS("shippingDetailsToRemove")), cart_remove_line, LIST, MESSAGE_NONE },
	{ "removePayment", DOOR_ANY, MEMBERS(REFERENCE("payment", "payment", REQUIRED)), remove_payment, "paymentInfo", MESSAGE_NONE },
	ACTION_LEFT_OUT("removeShippingMethod", DOOR_TRUSTED),
	{ "setAnonymousId", DOOR_TRUSTED, MEMBERS(TEXT("anonymousId", OPTIONAL)), set_anonymous_id, "anonymousId", MESSAGE_NONE },
	{ "setBillingAddress", DOOR_ANY, MEMBERS(ADDRESS(OPTIONAL)), set_billing_address, "billingAddress", MESSAGE_NONE },
	{ "setBillingAddressCustomField", DOOR_TRUSTED, &PLAIN_CUSTOM_FIELD_INPUT, cart_set_address_custom_field, "billingAddress", MESSAGE_NONE },
	{ "setBillingAddressCustomType", DOOR_TRUSTED, &PLAIN_CUSTOM_TYPE_INPUT, cart_set_address_custom_type, "billingAddress", MESSAGE_NONE },
	ACTION_LEFT_OUT("setBusinessUnit", DOOR_ANY),
	{ "setCartTotalTax", DOOR_TRUSTED, MEMBERS(MONEY("externalTotalGross", REQUIRED), { "externalTaxPortions", FIELD_DOCUMENTS, OPTIONAL, .inner = &PORTION }), set_total_tax, "taxedPrice", MESSAGE_NONE },
	{ "setCountry", DOOR_ANY, MEMBERS({ "country", FIELD_TEXT, OPTIONAL, 0, text_check_country }), set_country, "country", MESSAGE_NONE },
	{ "setCustomField", DOOR_ANY, &CUSTOM_FIELD_INPUT, action_set_custom_field, NULL, MESSAGE_NONE },
	{ "setCustomLineItemCustomField", DOOR_TRUSTED, PART_CUSTOM_FIELD("customLineItem"), cart_set_line_custom_field, CUSTOM_LIST, MESSAGE_NONE },
	{ "setCustomLineItemCustomType", DOOR_TRUSTED, PART_CUSTOM_TYPE("customLineItem"), cart_set_line_custom_type, CUSTOM_LIST, MESSAGE_NONE },
	ACTION_LEFT_OUT("setCustomLineItemRecurrenceInfo", DOOR_TRUSTED),
	{ "setCustomLineItemShippingDetails", DOOR_TRUSTED, MEMBERS(CUSTOM_LINE, DETAILS("shippingDetails")), cart_set_line_shipping_details, CUSTOM_LIST, MESSAGE_NONE },
	{ "setCustomLineItemTaxAmount", DOOR_TRUSTED, MEMBERS(CUSTOM_LINE, TAX_AMOUNT), cart_set_line_tax_amount, CUSTOM_LIST, MESSAGE_NONE },
	{ "setCustomLineItemTaxRate", DOOR_TRUSTED, MEMBERS(CUSTOM_LINE, TAX_RATE), cart_set_line_tax_rate, CUSTOM_LIST, MESSAGE_NONE },
	{ "setCustomShippingMethod", DOOR_TRUSTED, &CUSTOM_SHIPPING_INPUT, set_custom_shipping_method, NULL, MESSAGE_NONE },
	{ "setCustomType", DOOR_ANY, &CUSTOM_TYPE_INPUT, action_set_custom_type, NULL, MESSAGE_NONE },
	{ "setCustomerEmail", DOOR_ANY, MEMBERS({ "email", FIELD_TEXT, OPTIONAL }), set_customer_email, "customerEmail", MESSAGE_NONE },
	{ "setCustomerGroup", DOOR_TRUSTED, MEMBERS(REFERENCE("customerGroup", "customer-group", OPTIONAL)), set_customer_group, "customerGroup", MESSAGE_NONE },
	{ "setCustomerId", DOOR_TRUSTED, MEMBERS(TEXT("customerId", OPTIONAL)), set_customer_id, "customerId", MESSAGE_NONE },
	{ "setDeleteDaysAfterLastModification", DOOR_ANY, MEMBERS(LONG("deleteDaysAfterLastModification", OPTIONAL)), set_delete_days, "deleteDaysAfterLastModification", MESSAGE_NONE },
	ACTION_LEFT_OUT("setDirectDiscounts", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setEstimatedDelivery", DOOR_TRUSTED),
	{ "setItemShippingAddressCustomField", DOOR_TRUSTED, &KEYED_CUSTOM_FIELD_INPUT, cart_set_address_custom_field, "itemShippingAddresses", MESSAGE_NONE },
	{ "setItemShippingAddressCustomType", DOOR_TRUSTED, &KEYED_CUSTOM_TYPE_INPUT, cart_set_address_custom_type, "itemShippingAddresses", MESSAGE_NONE },
	{ "setKey", DOOR_TRUSTED, MEMBERS(TEXT("key", OPTIONAL)), action_set_member, "key", MESSAGE_NONE },
	{ "setLineItemCustomField", DOOR_ANY, PART_CUSTOM_FIELD("lineItem"), cart_set_line_custom_field, LIST, MESSAGE_NONE },
	{ "setLineItemCustomType", DOOR_ANY, PART_CUSTOM_TYPE("lineItem"), cart_set_line_custom_type, LIST, MESSAGE_NONE },
	{ "setLineItemDistributionChannel", DOOR_ANY, MEMBERS(LINE, REFERENCE("distributionChannel", "channel", OPTIONAL)), cart_set_line_distribution_channel, LIST, MESSAGE_NONE },
	{ "setLineItemInventoryMode", DOOR_TRUSTED, MEMBERS(LINE, ENUM("inventoryMode", OPTIONAL, INVENTORY_MODES)), cart_set_line_inventory_mode, LIST, MESSAGE_NONE },
	{ "setLineItemPrice", DOOR_TRUSTED, MEMBERS(LINE, MONEY("externalPrice", OPTIONAL)), cart_set_line_price, LIST, MESSAGE_NONE },
	ACTION_LEFT_OUT("setLineItemRecurrenceInfo", DOOR_TRUSTED),
	{ "setLineItemShippingDetails", DOOR_ANY, MEMBERS(LINE, DETAILS("shippingDetails")), cart_set_line_shipping_details, LIST, MESSAGE_NONE },
	{ "setLineItemSupplyChannel", DOOR_ANY, MEMBERS(LINE, REFERENCE("supplyChannel", "channel", OPTIONAL)), cart_set_line_supply_channel, LIST, MESSAGE_NONE },
	{ "setLineItemTaxAmount", DOOR_TRUSTED, MEMBERS(LINE, TAX_AMOUNT), cart_set_line_tax_amount, LIST, MESSAGE_NONE },
	{ "setLineItemTaxRate", DOOR_TRUSTED, MEMBERS(LINE, TAX_RATE), cart_set_line_tax_rate, LIST, MESSAGE_NONE },
	{ "setLineItemTotalPrice", DOOR_TRUSTED, MEMBERS(LINE, EXTERNAL_TOTAL), cart_set_line_total_price, LIST, MESSAGE_NONE },
	{ "setLocale", DOOR_ANY, MEMBERS({ "locale", FIELD_TEXT, OPTIONAL, 0, text_check_locale }), set_locale, "locale", MESSAGE_NONE },
	{ "setPurchaseOrderNumber", DOOR_TRUSTED, MEMBERS(TEXT("purchaseOrderNumber", OPTIONAL)), action_set_member, "purchaseOrderNumber", MESSAGE_NONE },
	ACTION_LEFT_OUT("setReservationExpirationInMinutes", DOOR_TRUSTED),
	{ "setShippingAddress", DOOR_ANY, MEMBERS(ADDRESS(OPTIONAL)), set_shipping_address, "shippingAddress", MESSAGE_NONE },
	{ "setShippingAddressCustomField", DOOR_TRUSTED, &PLAIN_CUSTOM_FIELD_INPUT, cart_set_address_custom_field, "shippingAddress", MESSAGE_NONE },
	{ "setShippingAddressCustomType", DOOR_TRUSTED, &PLAIN_CUSTOM_TYPE_INPUT, cart_set_address_custom_type, "shippingAddress", MESSAGE_NONE },
	ACTION_LEFT_OUT("setShippingCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setShippingCustomType", DOOR_TRUSTED),
	{ "setShippingMethod", DOOR_ANY, MEMBERS(REFERENCE("shippingMethod", "shipping-method", OPTIONAL), TAX_RATE), set_shipping_method, "shippingInfo", MESSAGE_NONE },
	{ "setShippingMethodTaxAmount", DOOR_TRUSTED, MEMBERS(TAX_AMOUNT), set_shipping_tax_amount, "shippingInfo", MESSAGE_NONE },
	{ "setShippingMethodTaxRate", DOOR_TRUSTED, MEMBERS(TAX_RATE), set_shipping_tax_rate, "shippingInfo", MESSAGE_NONE },
	ACTION_LEFT_OUT("setShippingRateInput", DOOR_TRUSTED),
	{ "unfreezeCart", DOOR_TRUSTED, NONE, unfreeze, NULL, MESSAGE_NONE },
	ACTION_LEFT_OUT("unlockCart", DOOR_TRUSTED),
	{ "updateItemShippingAddress", DOOR_ANY, MEMBERS(ADDRESS(REQUIRED)), update_item_address, "itemShippingAddresses", MESSAGE_NONE },
};
static const struct update_actions MY_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, false };
static const struct update_actions TRUSTED_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(MY_CART_UPDATE, MY_ACTIONS);
UPDATE_SHAPE(CART_UPDATE, TRUSTED_ACTIONS);
/* clang-format on */
