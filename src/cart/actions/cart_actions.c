#include "cart/cart_actions.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart_members.h"
#include "cart/cart_refresh.h"
#include "cart/cart_shipping.h"
#include "cart/custom_line_item.h"
#include "cart/line_item.h"
#include "cart/shipping_details.h"
#include "customer/customer.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/address.h"
#include "kind/custom_actions.h"
#include "kind/member_actions.h"
#include "kind/part.h"
#include "money/decimal.h"
#include "money/external_tax.h"
#include "money/money.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "cart_actions_priv.h"
#include "cart_address_actions_priv.h"
#include "cart_change_priv.h"
#include "cart_line_actions_priv.h"
#include "cart_payment_actions_priv.h"
#include "cart_shipping_actions_priv.h"
#include "cart_tax_actions_priv.h"

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

static bool set_country(struct op *op, struct resource *cart, const struct update_action *row,
                        const void *input)
{
	const char *country = doc_text(input, "country");

	return cart_check_country(op, cart->doc, country && *country ? country : NULL) &&
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
	return cart_changed(cart, doc_set_text(cart->doc, row->field, doc_text(input, "email")));
}

static bool set_delete_days(struct op *op, struct resource *cart, const struct update_action *row,
                            const void *input)
{
	int64_t before = doc_int(cart->doc, row->field);

	return cart_set_delete_days(op, cart->doc, input) &&
	       cart_changed(cart, doc_int(cart->doc, row->field) != before);
}

static bool freeze(struct op *op, struct resource *cart, const struct update_action *row,
                   const void *input)
{
	const char *strategy = doc_text(input, "strategy");

	(void)row;
	if (json_array_size(json_object_get(cart->doc, "lineItems")) == 0 &&
	    json_array_size(json_object_get(cart->doc, "customLineItems")) == 0)
		return fail_invalid_operation(op, "An empty cart cannot be frozen.");
	doc_set_text(cart->doc, "freezeStrategy", strategy ? strategy : "SoftFreeze");
	return cart_changed(cart, doc_set_text(cart->doc, "cartState", "Frozen"));
}

static bool unfreeze(struct op *op, struct resource *cart, const struct update_action *row,
                     const void *input)
{
	(void)row;
	(void)input;
	if (cart_is_active(cart->doc))
		return fail_invalid_operation(op, "A cart with state Active cannot be unfrozen.");
	json_object_del(cart->doc, "freezeStrategy");
	return cart_changed(cart, doc_set_text(cart->doc, "cartState", "Active"));
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
		return cart_changed(cart, doc_set(cart->doc, "customerId", NULL));
	}
	if (!lookup(op, &CUSTOMER_KIND, id, &customer))
		return false;
	if (!customer)
		return fail_reference_not_found(op, "customer", id, NULL);
	json_object_del(cart->doc, "customerGroup");
	cart_give_to_customer(cart->doc, customer);
	return cart_changed(cart, true);
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

/* Inputs */

/* "" removes it. */
static const char *check_country(struct op *op, const void *argument, const char **text)
{
	return **text ? text_check_country(op, argument, text) : NULL;
}

static const char *const FREEZE_STRATEGIES[] = { "HardFreeze", "SoftFreeze", NULL };


/* Members. */
#define TEXT_MEMBER(name, need) { name, FIELD_TEXT, need }
#define LONG_MEMBER(name, need) { name, FIELD_LONG, need }
#define ENUM(name, need, values) { name, FIELD_TEXT, need, 0, text_check_enum, values }
#define REFERENCE(name, type, need) { name, FIELD_CONVERTED, need, .argument = type, .decode = reference_decode }
#define MONEY(name, need) { name, FIELD_CONVERTED, need, .decode = money_decode }
#define TYPED_MONEY(name, need) { name, FIELD_CONVERTED, need, .decode = typed_money_decode }
#define DOCUMENT(name, need, shape) { name, FIELD_DOCUMENT, need, .inner = shape }
#define DOCUMENTS(name, need, shape) { name, FIELD_DOCUMENTS, need, .inner = shape }
#define EXTERNAL_TOTAL DOCUMENT("externalTotalPrice", OPTIONAL, &EXTERNAL_TOTAL_DRAFT)
#define TAX_RATE DOCUMENT("externalTaxRate", OPTIONAL, &EXTERNAL_TAX_RATE_DRAFT)
#define TAX_AMOUNT DOCUMENT("externalTaxAmount", OPTIONAL, &EXTERNAL_TAX_AMOUNT_DRAFT)
#define DETAILS(name) DOCUMENT(name, OPTIONAL, &SHIPPING_DETAILS_DRAFT)
#define DELTA DOCUMENTS("targetsDelta", REQUIRED, &SHIPPING_TARGET_DRAFT)
#define OF_LINE TEXT_MEMBER("lineItemId", OPTIONAL), TEXT_MEMBER("lineItemKey", OPTIONAL)
#define OF_CUSTOM TEXT_MEMBER("customLineItemId", OPTIONAL), TEXT_MEMBER("customLineItemKey", OPTIONAL)

/* A portion of a tax that the client gives. */
static const struct shape_field PORTION_FIELDS[] = {
	TEXT_MEMBER("name", OPTIONAL),
	{ "rate", FIELD_CONVERTED, REQUIRED, .decode = tax_number_decode },
	MONEY("amount", REQUIRED),
};
static const struct shape PORTION = { 0, 3, PORTION_FIELDS };

/* Inputs of actions on the whole cart. */
#define ADDRESS(need)     MEMBERS(DOCUMENT("address", need, &ADDRESS_SHAPE))
#define ADDRESS_KEY       MEMBERS(TEXT_MEMBER("addressKey", REQUIRED))
#define CODE              MEMBERS(TEXT_MEMBER("code", REQUIRED))
#define CODE_REFERENCE    MEMBERS(DOCUMENT("discountCode", REQUIRED, MEMBERS(TEXT_MEMBER("id", REQUIRED))))
#define COUNTRY           MEMBERS({ "country", FIELD_TEXT, OPTIONAL, 0, check_country })
#define CUSTOMER_GROUP    MEMBERS(REFERENCE("customerGroup", "customer-group", OPTIONAL))
#define DAYS              MEMBERS(LONG_MEMBER(DELETE_DAYS, OPTIONAL))
#define LOCALE            MEMBERS({ "locale", FIELD_TEXT, OPTIONAL, 0, text_check_locale })
#define KEYED_FIELD       &KEYED_CUSTOM_FIELD_INPUT
#define KEYED_TYPE        &KEYED_CUSTOM_TYPE_INPUT
#define NONE              MEMBERS(TEXT_MEMBER("action", OPTIONAL))
#define PAYMENT           MEMBERS(REFERENCE("payment", "payment", REQUIRED))
#define PLAIN_FIELD       &PLAIN_CUSTOM_FIELD_INPUT
#define PLAIN_TYPE        &PLAIN_CUSTOM_TYPE_INPUT
#define PRICE_ROUNDING    MEMBERS(ENUM("priceRoundingMode", REQUIRED, ROUNDING_MODES))
#define SHIPPING_METHOD   MEMBERS(REFERENCE("shippingMethod", "shipping-method", OPTIONAL), TAX_RATE, \
                                  DOCUMENT("estimatedDelivery", OPTIONAL, &ESTIMATED_DELIVERY_DRAFT))
#define SHIPPING_OF_OWN   &CUSTOM_SHIPPING_INPUT
#define STRATEGY          MEMBERS(ENUM("strategy", OPTIONAL, FREEZE_STRATEGIES))
#define TAX_AMOUNT_ONLY   MEMBERS(TAX_AMOUNT)
#define TAX_CALCULATION   MEMBERS(ENUM("taxCalculationMode", REQUIRED, CART_TAX_CALCULATION_MODES))
#define TAX_MODE          MEMBERS(ENUM("taxMode", REQUIRED, CART_TAX_MODES))
#define TAX_RATE_ONLY     MEMBERS(TAX_RATE)
#define TAX_ROUNDING      MEMBERS(ENUM("taxRoundingMode", REQUIRED, ROUNDING_MODES))
#define TEXT(name)        MEMBERS(TEXT_MEMBER(name, OPTIONAL))
#define TOTAL_TAX         MEMBERS(MONEY("externalTotalGross", REQUIRED), \
                                  DOCUMENTS("externalTaxPortions", OPTIONAL, &PORTION))
#define UPDATE_DATA       MEMBERS({ "updateProductData", FIELD_BOOL, OPTIONAL })
#define WHOLE_FIELD       &CUSTOM_FIELD_INPUT
#define WHOLE_TYPE        &CUSTOM_TYPE_INPUT

/* Inputs of actions on line items. */
#define SALES_CHANNEL       MEMBERS(OF_LINE, REFERENCE(SELLS, "channel", OPTIONAL))
#define SUPPLY_CHANNEL      MEMBERS(OF_LINE, REFERENCE(SUPPLIES, "channel", OPTIONAL))
#define LINE_DELTA          MEMBERS(OF_LINE, DELTA)
#define LINE_DETAILS        MEMBERS(OF_LINE, DETAILS("shippingDetails"))
#define LINE_DRAFT          &LINE_ITEM_DRAFT
#define LINE_FIELD          PART_CUSTOM_FIELD("lineItem")
#define LINE_INVENTORY      MEMBERS(OF_LINE, ENUM("inventoryMode", OPTIONAL, CART_INVENTORY_MODES))
#define LINE_ORDER          MEMBERS({ "lineItemOrder", FIELD_TEXTS, REQUIRED })
#define LINE_PRICE          MEMBERS(OF_LINE, TYPED_MONEY("externalPrice", OPTIONAL))
#define LINE_QUANTITY       MEMBERS(OF_LINE, LONG_MEMBER("quantity", REQUIRED), \
                                    TYPED_MONEY("externalPrice", OPTIONAL), EXTERNAL_TOTAL)
#define LINE_REMOVAL        MEMBERS(OF_LINE, LONG_MEMBER("quantity", OPTIONAL), \
                                    TYPED_MONEY("externalPrice", OPTIONAL), EXTERNAL_TOTAL, \
                                    DETAILS("shippingDetailsToRemove"))
#define LINE_TAX_AMOUNT     MEMBERS(OF_LINE, TAX_AMOUNT)
#define LINE_TAX_RATE       MEMBERS(OF_LINE, TAX_RATE)
#define LINE_TOTAL          MEMBERS(OF_LINE, EXTERNAL_TOTAL)
#define LINE_TYPE           PART_CUSTOM_TYPE("lineItem")
#define SHOPPING_LIST       MEMBERS(REFERENCE("shoppingList", "shopping-list", REQUIRED), \
                                    REFERENCE(SELLS, "channel", OPTIONAL), REFERENCE(SUPPLIES, "channel", OPTIONAL))

/* Inputs of actions on custom line items. */
#define CUSTOM_DELTA        MEMBERS(OF_CUSTOM, DELTA)
#define CUSTOM_DETAILS      MEMBERS(OF_CUSTOM, DETAILS("shippingDetails"))
#define CUSTOM_DRAFT        &CUSTOM_LINE_ITEM_DRAFT
#define CUSTOM_FIELD        PART_CUSTOM_FIELD("customLineItem")
#define CUSTOM_LINE         MEMBERS(OF_CUSTOM)
#define CUSTOM_MONEY        MEMBERS(OF_CUSTOM, TYPED_MONEY("money", REQUIRED))
#define CUSTOM_PRICE_MODE   MEMBERS(OF_CUSTOM, ENUM("mode", REQUIRED, CUSTOM_PRICE_MODES))
#define CUSTOM_QUANTITY     MEMBERS(OF_CUSTOM, LONG_MEMBER("quantity", REQUIRED))
#define CUSTOM_TAX_AMOUNT   MEMBERS(OF_CUSTOM, TAX_AMOUNT)
#define CUSTOM_TAX_RATE     MEMBERS(OF_CUSTOM, TAX_RATE)
#define CUSTOM_TYPE         PART_CUSTOM_TYPE("customLineItem")

/* Members of carts and lines. */
#define ANONYMOUS           "anonymousId"
#define BILL_TO             "billingAddress"
#define CUSTOM              "customLineItems"
#define DELETE_DAYS         "deleteDaysAfterLastModification"
#define ITEMS_TO            "itemShippingAddresses"
#define LINES               "lineItems"
#define ORDER_NUMBER        "purchaseOrderNumber"
#define ROUNDING            "priceRoundingMode"
#define SELLS               "distributionChannel"
#define SHIP_TO             "shippingAddress"
#define SUPPLIES            "supplyChannel"
#define TAX_LEVEL           "taxCalculationMode"
#define TAX_ROUNDED         "taxRoundingMode"

/* What actions do besides: may a cart be frozen, and is it afterwards? */
static const struct cart_action OF_ACTIVE = { FROZEN_NONE };
static const struct cart_action OF_SOFTLY_FROZEN = { FROZEN_SOFT };
static const struct cart_action OF_ALL = { FROZEN_ALL };
static const struct cart_action FREEZING = { FROZEN_NONE, .state_after = "Frozen" };
static const struct cart_action THAWING = { FROZEN_ALL, .state_after = "Active" };
static const struct cart_action RECALCULATION = { FROZEN_NONE, .recalculates = true };
#define NO   &OF_ACTIVE
#define SOFT &OF_SOFTLY_FROZEN
#define YES  &OF_ALL
#define ICE  &FREEZING
#define THAW &THAWING
#define ANEW &RECALCULATION

/* Rows by who may use the action; none is announced. */
#define ANYBODY(name, input, apply, field, besides) { name, DOOR_ANY, input, apply, field, MESSAGE_NONE, besides }
#define TRUSTED(name, input, apply, field, besides) { name, DOOR_TRUSTED, input, apply, field, MESSAGE_NONE, besides }

/* Sorted by name. */
static const struct update_action ROWS[] = {
	/*      action                                input             what it does               field            ice? */
	TRUSTED("addCustomLineItem",                  CUSTOM_DRAFT,     cart_line_add_custom,      CUSTOM,          NO),
	ACTION_LEFT_OUT("addCustomShippingMethod", DOOR_TRUSTED),
	ANYBODY("addDiscountCode",                    CODE,             cart_code_add,             "discountCodes", SOFT),
	ANYBODY("addItemShippingAddress",             ADDRESS(REQUIRED), cart_address_add_item,    ITEMS_TO,        YES),
	ANYBODY("addLineItem",                        LINE_DRAFT,       cart_line_add,             LINES,           NO),
	ANYBODY("addPayment",                         PAYMENT,          cart_payment_add,          "paymentInfo",   YES),
	ACTION_LEFT_OUT("addShippingMethod", DOOR_TRUSTED),
	TRUSTED("addShoppingList",                    SHOPPING_LIST,    cart_line_add_list,        LINES,           NO),
	TRUSTED("applyDeltaToCustomLineItemShippingDetailsTargets", CUSTOM_DELTA, cart_line_add_targets, CUSTOM,    SOFT),
	ANYBODY("applyDeltaToLineItemShippingDetailsTargets", LINE_DELTA, cart_line_add_targets,   LINES,           SOFT),
	TRUSTED("changeCustomLineItemMoney",          CUSTOM_MONEY,     cart_line_change_money,    CUSTOM,          NO),
	TRUSTED("changeCustomLineItemPriceMode",      CUSTOM_PRICE_MODE, cart_line_change_price_mode, CUSTOM,       NO),
	TRUSTED("changeCustomLineItemQuantity",       CUSTOM_QUANTITY,  cart_line_change_quantity, CUSTOM,          NO),
	ANYBODY("changeLineItemQuantity",             LINE_QUANTITY,    cart_line_change_quantity, LINES,           NO),
	ANYBODY("changeLineItemsOrder",               LINE_ORDER,       cart_line_change_order,    LINES,           YES),
	TRUSTED("changePriceRoundingMode",            PRICE_ROUNDING,   action_set_member,         ROUNDING,        SOFT),
	TRUSTED("changeTaxCalculationMode",           TAX_CALCULATION,  action_set_member,         TAX_LEVEL,       SOFT),
	ANYBODY("changeTaxMode",                      TAX_MODE,         cart_tax_change_mode,      "taxMode",       NO),
	TRUSTED("changeTaxRoundingMode",              TAX_ROUNDING,     action_set_member,         TAX_ROUNDED,     SOFT),
	TRUSTED("freezeCart",                         STRATEGY,         freeze,                    NULL,            ICE),
	ACTION_LEFT_OUT("lockCart", DOOR_TRUSTED),
	ANYBODY("recalculate",                        UPDATE_DATA,      recalculate,               NULL,            ANEW),
	TRUSTED("removeCustomLineItem",               CUSTOM_LINE,      cart_line_remove,          CUSTOM,          NO),
	ANYBODY("removeDiscountCode",                 CODE_REFERENCE,   cart_code_remove,          "discountCodes", SOFT),
	ANYBODY("removeItemShippingAddress",          ADDRESS_KEY,      cart_address_remove_item,  ITEMS_TO,        YES),
	ANYBODY("removeLineItem",                     LINE_REMOVAL,     cart_line_remove,          LINES,           NO),
	ANYBODY("removePayment",                      PAYMENT,          cart_payment_remove,       "paymentInfo",   YES),
	ACTION_LEFT_OUT("removeShippingMethod", DOOR_TRUSTED),
	TRUSTED("setAnonymousId",                     TEXT(ANONYMOUS),  set_anonymous_id,          ANONYMOUS,       YES),
	ANYBODY("setBillingAddress",                  ADDRESS(OPTIONAL), cart_address_set_billing, BILL_TO,         YES),
	TRUSTED("setBillingAddressCustomField",       PLAIN_FIELD,      cart_address_set_field,    BILL_TO,         YES),
	TRUSTED("setBillingAddressCustomType",        PLAIN_TYPE,       cart_address_set_type,     BILL_TO,         YES),
	ACTION_LEFT_OUT("setBusinessUnit", DOOR_ANY),
	TRUSTED("setCartTotalTax",                    TOTAL_TAX,        cart_tax_set_total,        "taxedPrice",    SOFT),
	ANYBODY("setCountry",                         COUNTRY,          set_country,               "country",       SOFT),
	ANYBODY("setCustomField",                     WHOLE_FIELD,      action_set_custom_field,   NULL,            YES),
	TRUSTED("setCustomLineItemCustomField",       CUSTOM_FIELD,     cart_line_set_field,       CUSTOM,          YES),
	TRUSTED("setCustomLineItemCustomType",        CUSTOM_TYPE,      cart_line_set_type,        CUSTOM,          YES),
	ACTION_LEFT_OUT("setCustomLineItemRecurrenceInfo", DOOR_TRUSTED),
	TRUSTED("setCustomLineItemShippingDetails",   CUSTOM_DETAILS,   cart_line_set_details,     CUSTOM,          SOFT),
	TRUSTED("setCustomLineItemTaxAmount",         CUSTOM_TAX_AMOUNT, cart_line_set_tax_amount, CUSTOM,          SOFT),
	TRUSTED("setCustomLineItemTaxRate",           CUSTOM_TAX_RATE,  cart_line_set_tax_rate,    CUSTOM,          SOFT),
	TRUSTED("setCustomShippingMethod",            SHIPPING_OF_OWN,  cart_shipping_define,      NULL,            SOFT),
	ANYBODY("setCustomType",                      WHOLE_TYPE,       action_set_custom_type,    NULL,            YES),
	ANYBODY("setCustomerEmail",                   TEXT("email"),    set_customer_email,        "customerEmail", YES),
	TRUSTED("setCustomerGroup",                   CUSTOMER_GROUP,   set_customer_group,        "customerGroup", SOFT),
	TRUSTED("setCustomerId",                      TEXT("customerId"), set_customer_id,         "customerId",    SOFT),
	ANYBODY("setDeleteDaysAfterLastModification", DAYS,             set_delete_days,           DELETE_DAYS,     YES),
	ACTION_LEFT_OUT("setDirectDiscounts", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setEstimatedDelivery", DOOR_TRUSTED),
	TRUSTED("setItemShippingAddressCustomField",  KEYED_FIELD,      cart_address_set_field,    ITEMS_TO,        YES),
	TRUSTED("setItemShippingAddressCustomType",   KEYED_TYPE,       cart_address_set_type,     ITEMS_TO,        YES),
	TRUSTED("setKey",                             TEXT("key"),      action_set_member,         "key",           YES),
	ANYBODY("setLineItemCustomField",             LINE_FIELD,       cart_line_set_field,       LINES,           YES),
	ANYBODY("setLineItemCustomType",              LINE_TYPE,        cart_line_set_type,        LINES,           YES),
	ANYBODY("setLineItemDistributionChannel",     SALES_CHANNEL,    cart_line_set_channel,     SELLS,           NO),
	TRUSTED("setLineItemInventoryMode",           LINE_INVENTORY,   cart_line_set_inventory,   LINES,           SOFT),
	TRUSTED("setLineItemPrice",                   LINE_PRICE,       cart_line_set_price,       LINES,           NO),
	ACTION_LEFT_OUT("setLineItemRecurrenceInfo", DOOR_TRUSTED),
	ANYBODY("setLineItemShippingDetails",         LINE_DETAILS,     cart_line_set_details,     LINES,           SOFT),
	ANYBODY("setLineItemSupplyChannel",           SUPPLY_CHANNEL,   cart_line_set_channel,     SUPPLIES,        NO),
	TRUSTED("setLineItemTaxAmount",               LINE_TAX_AMOUNT,  cart_line_set_tax_amount,  LINES,           SOFT),
	TRUSTED("setLineItemTaxRate",                 LINE_TAX_RATE,    cart_line_set_tax_rate,    LINES,           SOFT),
	TRUSTED("setLineItemTotalPrice",              LINE_TOTAL,       cart_line_set_total_price, LINES,           NO),
	ANYBODY("setLocale",                          LOCALE,           set_locale,                "locale",        YES),
	TRUSTED("setPurchaseOrderNumber",             TEXT(ORDER_NUMBER), action_set_member,       ORDER_NUMBER,    YES),
	ACTION_LEFT_OUT("setReservationExpirationInMinutes", DOOR_TRUSTED),
	ANYBODY("setShippingAddress",                 ADDRESS(OPTIONAL), cart_address_set_shipping, SHIP_TO,        SOFT),
	TRUSTED("setShippingAddressCustomField",      PLAIN_FIELD,      cart_address_set_field,    SHIP_TO,         YES),
	TRUSTED("setShippingAddressCustomType",       PLAIN_TYPE,       cart_address_set_type,     SHIP_TO,         YES),
	ACTION_LEFT_OUT("setShippingCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setShippingCustomType", DOOR_TRUSTED),
	ANYBODY("setShippingMethod",                  SHIPPING_METHOD,  cart_shipping_choose,      "shippingInfo",  SOFT),
	TRUSTED("setShippingMethodTaxAmount",         TAX_AMOUNT_ONLY,  cart_shipping_tax_amount,  "shippingInfo",  SOFT),
	TRUSTED("setShippingMethodTaxRate",           TAX_RATE_ONLY,    cart_shipping_tax_rate,    "shippingInfo",  SOFT),
	ACTION_LEFT_OUT("setShippingRateInput", DOOR_TRUSTED),
	TRUSTED("unfreezeCart",                       NONE,             unfreeze,                  NULL,            THAW),
	ACTION_LEFT_OUT("unlockCart", DOOR_TRUSTED),
	ANYBODY("updateItemShippingAddress",          ADDRESS(REQUIRED), cart_address_update_item, ITEMS_TO,        YES),
};
static const struct update_actions MY_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, false };
static const struct update_actions TRUSTED_ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(MY_CART_UPDATE, MY_ACTIONS);
UPDATE_SHAPE(CART_UPDATE, TRUSTED_ACTIONS);
