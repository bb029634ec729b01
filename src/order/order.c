#include "order/order.h"

#include "base/error.h"
#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart.h"
#include "cart/cart_fields.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "kind/ownership.h"
#include "pricing/discount_code_use.h"
#include "resource/load.h"
#include "resource/resource_fields.h"
#include "resource/save.h"

const char *const ORDER_STATES[] = { "Cancelled", "Complete", "Confirmed", "Open", NULL };
const char *const SHIPMENT_STATES[] = { "Backorder", "Canceled", "Delayed", "Delivered", "Partial",
	                                    "Pending",   "Ready",    "Shipped", NULL };
const char *const PAYMENT_STATES[] = { "BalanceDue", "CreditOwed", "Failed",
	                                   "Paid",       "Pending",    NULL };

/* The kind */

static const struct index_field INDEX[] = {
	OWNER_INDEX("customerId"),
	{ .name = "orderNumber", .unique = true, .path = "orderNumber" },
	{ .name = "paymentId", .path = "paymentInfo.payments.id", .references = "payment" },
	DISCOUNT_CODE_INDEX,
	{ .name = "customTypeId", .values = cart_type_values, .references = "type" },
	{ 0 },
};

static const struct field SYNC_INFO_ROWS[] = {
	REFERENCE_FIELD("channel"),
	{ "externalId", VALUE_STRING },
	{ "syncedAt",   VALUE_DATE_TIME },
};
static const struct fields SYNC_INFO_FIELDS = FIELDS(SYNC_INFO_ROWS);

static const struct field RETURN_ITEM_ROWS[] = {
	{ "id",               VALUE_STRING },
	{ "key",              VALUE_STRING },
	{ "type",             VALUE_STRING },
	{ "quantity",         VALUE_NUMBER },
	{ "lineItemId",       VALUE_STRING },
	{ "customLineItemId", VALUE_STRING },
	{ "comment",          VALUE_STRING },
	{ "shipmentState",    VALUE_STRING },
	{ "paymentState",     VALUE_STRING },
	{ "createdAt",        VALUE_DATE_TIME },
	{ "lastModifiedAt",   VALUE_DATE_TIME },
	CUSTOM_FIELD,
};
static const struct fields RETURN_ITEM_FIELDS = FIELDS(RETURN_ITEM_ROWS);

static const struct field RETURN_INFO_ROWS[] = {
	{ "items",            VALUE_OBJECT, true, &RETURN_ITEM_FIELDS },
	{ "returnTrackingId", VALUE_STRING },
	{ "returnDate",       VALUE_DATE_TIME },
};
static const struct fields RETURN_INFO_FIELDS = FIELDS(RETURN_INFO_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "orderNumber",           VALUE_STRING },
	{ "purchaseOrderNumber",   VALUE_STRING },
	{ "customerId",            VALUE_STRING },
	{ "customerEmail",         VALUE_STRING },
	REFERENCE_FIELD("customerGroup"),
	{ "anonymousId",           VALUE_STRING },
	{ "store",                 VALUE_OBJECT, .inner = &KEY_REFERENCE_FIELDS },
	{ "lineItems",             VALUE_OBJECT, true, &LINE_ITEM_FIELDS },
	{ "customLineItems",       VALUE_OBJECT, true, &CUSTOM_LINE_ITEM_FIELDS },
	{ "totalPrice",            VALUE_OBJECT, .inner = &MONEY_FIELDS },
	{ "taxedPrice",            VALUE_OBJECT, .inner = &TAXED_PRICE_FIELDS },
	{ "taxedShippingPrice",    VALUE_OBJECT, .inner = &TAXED_PRICE_FIELDS },
	{ "discountOnTotalPrice",  VALUE_OBJECT, .inner = &DISCOUNT_ON_TOTAL_FIELDS },
	{ "taxMode",               VALUE_STRING },
	{ "taxRoundingMode",       VALUE_STRING },
	{ "taxCalculationMode",    VALUE_STRING },
	{ "priceRoundingMode",     VALUE_STRING },
	{ "inventoryMode",         VALUE_STRING },
	{ "billingAddress",        VALUE_OBJECT, .inner = &ADDRESS_FIELDS },
	{ "shippingAddress",       VALUE_OBJECT, .inner = &ADDRESS_FIELDS },
	{ "itemShippingAddresses", VALUE_OBJECT, true, &ADDRESS_FIELDS },
	{ "shippingMode",          VALUE_STRING },
	{ "shippingKey",           VALUE_STRING },
	{ "shippingInfo",          VALUE_OBJECT, .inner = &SHIPPING_INFO_FIELDS },
	{ "discountCodes",         VALUE_OBJECT, true, &DISCOUNT_CODE_INFO_FIELDS },
	{ "paymentInfo",           VALUE_OBJECT, .inner = &PAYMENT_INFO_FIELDS },
	{ "country",               VALUE_STRING },
	{ "locale",                VALUE_STRING },
	{ "origin",                VALUE_STRING },
	REFERENCE_FIELD("cart"),
	{ "orderState",            VALUE_ENUM, .enum_name = "OrderState", .enum_values = ORDER_STATES },
	{ "shipmentState",         VALUE_ENUM, .enum_name = "ShipmentState", .enum_values = SHIPMENT_STATES },
	{ "paymentState",          VALUE_ENUM, .enum_name = "PaymentState", .enum_values = PAYMENT_STATES },
	REFERENCE_FIELD("state"),
	REFERENCES_FIELD("refusedGifts"),
	{ "syncInfo",              VALUE_OBJECT, true, &SYNC_INFO_FIELDS },
	{ "returnInfo",            VALUE_OBJECT, true, &RETURN_INFO_FIELDS },
	{ "completedAt",           VALUE_DATE_TIME },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

static const struct custom_messages CUSTOM_MESSAGES = {
	.type_set = MESSAGE_OrderCustomTypeSet,
	.type_removed = MESSAGE_OrderCustomTypeRemoved,
	.field_added = MESSAGE_OrderCustomFieldAdded,
	.field_changed = MESSAGE_OrderCustomFieldChanged,
	.field_removed = MESSAGE_OrderCustomFieldRemoved,
	.previous_type_id = "previousTypeId",
	.previous_value = "previousValue",
};

static bool tell_deletion(struct op *op, struct resource *order)
{
	resource_emit(op, order, MESSAGE_OrderDeleted,
	              keep(op, json_pack("{s:O}", "order", order->doc)));
	return true;
}

static const char *const IDENTIFIERS[] = { "orderNumber", NULL };

const struct resource_kind ORDER_KIND = {
	.name = "order",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.before_delete = tell_deletion,
	.give = cart_give_to_customer,
	.is_visible = owned_is_visible,
	.custom_type = "order",
	.custom_messages = &CUSTOM_MESSAGES,
	.identifiers = IDENTIFIERS,
	OWNED_BY_ID,
};

/* Finding */

struct resource *order_get_by_number(struct op *op, const char *order_number)
{
	struct resource *order;

	if (!resource_find_by(op, &ORDER_KIND, "orderNumber", order_number, &order))
		return NULL;
	if (order && owned_is_visible(op, order->doc))
		return order;
	fail_lookup_not_found(op);
	return NULL;
}
