#include "order/order_actions.h"

#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "cart/cart.h"
#include "cart/cart_members.h"
#include "cart/line_item.h"
#include "customer/customer.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/address.h"
#include "kind/custom_actions.h"
#include "kind/member_actions.h"
#include "kind/ownership.h"
#include "order/order.h"
#include "resource/index.h"
#include "resource/lookup.h"
#include "resource/save.h"
#include "order_deliveries_priv.h"
#include "order_returns_priv.h"

/* The order as a whole */

/* The message tells the old value, too. */
static bool set_told(struct op *op, struct resource *order, const struct update_action *row,
                     const void *input)
{
	change_member(op, order, order->doc, row->field, json_object_get(input, row->field), row->field,
	              row->message);
	return true;
}

static bool set_address(struct op *op, struct resource *order, const struct update_action *row,
                        const void *input)
{
	json_t *address = address_keep(op, json_object_get(input, "address"));

	if (op_failed(op))
		return false;
	change_member(op, order, order->doc, row->field, address, "address", row->message);
	return true;
}

static bool set_customer_email(struct op *op, struct resource *order,
                               const struct update_action *row, const void *input)
{
	change_member(op, order, order->doc, row->field, json_object_get(input, "email"), "email",
	              row->message);
	return true;
}

static json_t *customer_payload(struct op *op, const json_t *order, const json_t *before)
{
	const char *id = doc_text(order, "customerId");
	const char *old_id = doc_text(before, "customerId");
	json_t *payload = change_payload(op, "customer", id ? owner_reference(op, id) : NULL,
	                                 old_id ? owner_reference(op, old_id) : NULL);

	json_object_update(payload, change_payload(op, "customerGroup",
	                                           json_object_get(order, "customerGroup"),
	                                           json_object_get(before, "customerGroup")));
	return payload;
}

static bool set_customer_id(struct op *op, struct resource *order, const struct update_action *row,
                            const void *input)
{
	const struct identifier identifier = { .type_id = "customer",
		                                   .id = doc_text(input, row->field) };
	const json_t *before = keep(op, json_copy(order->doc));
	const json_t *customer = NULL;

	if (identifier.id && *identifier.id) {
		customer = reference_look(op, &CUSTOMER_KIND, &identifier);
		if (!customer)
			return false;
	}
	json_object_del(order->doc, "customerGroup");
	if (customer)
		cart_give_to_customer(order->doc, customer);
	else
		json_object_del(order->doc, "customerId");
	if (json_equal(before, order->doc))
		return true;
	resource_touch(order);
	resource_emit(op, order, row->message, customer_payload(op, order->doc, before));
	return true;
}

/* The last synchronization with each channel. */
static bool update_sync_info(struct op *op, struct resource *order, const struct update_action *row,
                             const void *input)
{
	json_t *info = keep(op, json_deep_copy(input));
	json_t *infos = json_object_get(order->doc, row->field);

	if (!references_resolve(op, info))
		return false;
	doc_put_default(info, "syncedAt", json_string(timestamp_text(op->arena, op->now_ms)));
	for (size_t i = json_array_size(infos); i-- > 0;)
		if (json_equal(json_object_get(json_array_get(infos, i), "channel"),
		               json_object_get(info, "channel")))
			json_array_remove(infos, i);
	json_array_append(infos, info);
	resource_touch(order);
	return true;
}

/* Payments */

/* NULL: recorded. */
static json_t *payment_of(struct op *op, const void *input)
{
	json_t *copy = keep(op, json_deep_copy(input));

	return references_resolve(op, copy) ? json_object_get(copy, "payment") : NULL;
}

static bool check_payment_is_free(struct op *op, const char *id)
{
	int64_t count;
	const json_t *carts = lookup_all(op, &CART_KIND, "paymentId", id);

	if (!carts || !resource_count(op, &ORDER_KIND, "paymentId", id, &count))
		return false;
	for (size_t i = 0; i < json_array_size(carts); i++)
		count += cart_is_active(json_array_get(carts, i));
	return count == 0 || fail_invalid_operation(
							 op, "The payment '%s' belongs to a cart or to another order.", id);
}

static void tell_payment(struct op *op, struct resource *order, const struct update_action *row,
                         json_t *payment)
{
	json_t *payload = keep(op, json_pack("{s:O}", "paymentRef", payment));

	if (row->message == MESSAGE_OrderPaymentRemoved)
		doc_put(payload, "removedPaymentInfo", json_boolean(!doc_has(order->doc, row->field)));
	resource_touch(order);
	resource_emit(op, order, row->message, payload);
}

static bool add_payment(struct op *op, struct resource *order, const struct update_action *row,
                        const void *input)
{
	json_t *payment = payment_of(op, input);
	json_t *payments = json_object_get(json_object_get(order->doc, row->field), "payments");

	if (!payment)
		return false;
	if (doc_find(payments, "id", doc_text(payment, "id"), NULL))
		return true;
	if (!check_payment_is_free(op, doc_text(payment, "id")))
		return false;
	if (payments)
		json_array_append(payments, payment);
	else
		doc_put(order->doc, row->field, json_pack("{s:[O]}", "payments", payment));
	tell_payment(op, order, row, payment);
	return true;
}

static bool remove_payment(struct op *op, struct resource *order, const struct update_action *row,
                           const void *input)
{
	json_t *payment = payment_of(op, input);
	json_t *payments = json_object_get(json_object_get(order->doc, row->field), "payments");
	size_t index;

	if (!payment)
		return false;
	if (!doc_find(payments, "id", doc_text(payment, "id"), &index))
		return fail_invalid_operation(op, "The order does not have the payment '%s'.",
		                              doc_text(payment, "id"));
	json_array_remove(payments, index);
	if (json_array_size(payments) == 0)
		json_object_del(order->doc, row->field);
	tell_payment(op, order, row, payment);
	return true;
}

/* Addresses of items */

static bool add_item_address(struct op *op, struct resource *order, const struct update_action *row,
                             const void *input)
{
	doc_put_default(order->doc, row->field, json_array());
	if (!cart_add_item_address(op, json_object_get(order->doc, row->field),
	                           json_object_get(input, "address")))
		return false;
	resource_touch(order);
	return true;
}

/* NULL: recorded. */
static json_t *find_item_address(struct op *op, const struct resource *order, const char *key,
                                 size_t *ret_index)
{
	json_t *address =
		key ? doc_find(json_object_get(order->doc, "itemShippingAddresses"), "key", key, ret_index)
			: NULL;

	if (!address)
		fail_invalid_operation(op, "The order has no item shipping address with the key '%s'.",
		                       key ? key : "");
	return address;
}

static bool update_item_address(struct op *op, struct resource *order,
                                const struct update_action *row, const void *input)
{
	const json_t *draft = json_object_get(input, "address");
	size_t index;
	const json_t *before = find_item_address(op, order, doc_text(draft, "key"), &index);
	json_t *address = before ? address_keep(op, draft) : NULL;

	if (!address)
		return false;
	if (json_equal(before, address))
		return true;
	json_array_set(json_object_get(order->doc, row->field), index, address);
	resource_touch(order);
	return true;
}

static bool remove_item_address(struct op *op, struct resource *order,
                                const struct update_action *row, const void *input)
{
	size_t index;

	if (!find_item_address(op, order, doc_text(input, "addressKey"), &index))
		return false;
	json_array_remove(json_object_get(order->doc, row->field), index);
	resource_touch(order);
	return true;
}

/* Lines */

static bool set_line_type(struct op *op, struct resource *order,
                                 const struct update_action *row, const void *input)
{
	return part_set_custom_type(op, order, row->argument, input);
}

static bool set_line_field(struct op *op, struct resource *order,
                                  const struct update_action *row, const void *input)
{
	return part_set_custom_field(op, order, row->argument, input);
}

/* A state of a returned item, as a document's text. */
static bool decode_state(struct op *op, json_t *value, const struct json_path *path,
                         const void *argument, void *target)
{
	const char *text = json_string_value(value);
	const char *problem = text ? text_check_enum(op, argument, &text) : "JSON string expected.";

	*(json_t **)target = value;
	return !problem || fail_at(op, path, problem);
}

/* Members, and inputs of one member. */
#define TEXT(name)          ONE_MEMBER(name, FIELD_TEXT, OPTIONAL)
#define ENUM(name, values)  ONE_MEMBER(name, FIELD_TEXT, REQUIRED, .check = text_check_enum, .argument = values)
#define REFERENCE(type)     FIELD_CONVERTED, REQUIRED, .argument = type, .decode = reference_decode
#define VALUE_OF(part, ...) PART_SHAPE(struct part_value, 1, PART_MEMBERS(part), { __VA_ARGS__ })
#define AT_VALUE            offsetof(struct part_value, value)
#define RETURN_STATE(name, values) \
	VALUE_OF("returnItem", name, FIELD_CUSTOM, REQUIRED, AT_VALUE, NULL, values, NULL, decode_state)

/* Inputs. */
#define ADDRESS(need)       ONE_MEMBER("address", FIELD_DOCUMENT, need, .inner = &ADDRESS_SHAPE)
#define ADDRESS_KEY         ONE_MEMBER("addressKey", FIELD_TEXT, REQUIRED)
#define CUSTOMER_ID         ONE_MEMBER("customerId", FIELD_TEXT, OPTIONAL, .check = text_check_uuid_or_none)
#define LOCALE              ONE_MEMBER("locale", FIELD_TEXT, OPTIONAL, .check = text_check_locale)
#define ORDER_STATE         ENUM("orderState", ORDER_STATES)
#define PAYMENT             ONE_MEMBER("payment", REFERENCE("payment"))
#define PAYMENT_STATE       ENUM("paymentState", PAYMENT_STATES)
#define PURCHASE            TEXT("purchaseOrderNumber")
#define RETURN_INFO         &RETURN_INFO_DRAFT
#define RETURN_INFOS        ONE_MEMBER("items", FIELD_DOCUMENTS, OPTIONAL, .inner = &RETURN_INFO_DRAFT)
#define RETURN_PAID         RETURN_STATE("paymentState", RETURN_PAYMENT_STATES)
#define RETURN_SHIPPED      RETURN_STATE("shipmentState", RETURN_SHIPMENT_STATES)
#define SHIPMENT_STATE      ENUM("shipmentState", SHIPMENT_STATES)
#define STATE               MEMBERS({ "state", REFERENCE("state") }, { "force", FIELD_BOOL, OPTIONAL })
#define STORE               ONE_MEMBER("store", FIELD_CONVERTED, OPTIONAL, .argument = "store", \
                                       .decode = reference_decode)
#define SYNC_INFO           MEMBERS({ "channel", REFERENCE("channel") }, { "externalId", FIELD_TEXT, OPTIONAL }, \
                                    { "syncedAt", FIELD_TEXT, OPTIONAL, .check = text_check_date_time })
#define WHOLE_FIELD         &CUSTOM_FIELD_INPUT
#define WHOLE_TYPE          &CUSTOM_TYPE_INPUT

/* Inputs about lines, deliveries and parcels. */
#define LINE_FIELD          PART_CUSTOM_FIELD("lineItem")
#define LINE_TYPE           PART_CUSTOM_TYPE("lineItem")
#define CUSTOM_FIELD        PART_CUSTOM_FIELD("customLineItem")
#define CUSTOM_TYPE         PART_CUSTOM_TYPE("customLineItem")
#define DELIVERY            PART_SHAPE(struct part_reference, 0, PART_MEMBERS("delivery"))
#define DELIVERY_FIELD      PART_CUSTOM_FIELD("delivery")
#define DELIVERY_TYPE       PART_CUSTOM_TYPE("delivery")
#define DELIVERY_ADDRESS \
	VALUE_OF("delivery", "address", FIELD_DOCUMENT, OPTIONAL, AT_VALUE, .inner = &ADDRESS_SHAPE)
#define DELIVERY_ITEMS      VALUE_OF("delivery", "items", FIELD_DOCUMENTS, REQUIRED, AT_VALUE, .inner = &DELIVERY_ITEM)
#define NEW_DELIVERY        &DELIVERY_DRAFT
#define NEW_PARCEL          &ADD_PARCEL_INPUT
#define PARCEL              PART_SHAPE(struct part_reference, 0, PART_MEMBERS("parcel"))
#define PARCEL_FIELD        PART_CUSTOM_FIELD("parcel")
#define PARCEL_TYPE         PART_CUSTOM_TYPE("parcel")
#define PARCEL_ITEMS        VALUE_OF("parcel", "items", FIELD_DOCUMENTS, REQUIRED, AT_VALUE, .inner = &DELIVERY_ITEM)
#define MEASUREMENTS \
	VALUE_OF("parcel", "measurements", FIELD_DOCUMENT, OPTIONAL, AT_VALUE, .inner = &PARCEL_MEASUREMENTS)
#define TRACKING \
	VALUE_OF("parcel", "trackingData", FIELD_DOCUMENT, OPTIONAL, AT_VALUE, .inner = &TRACKING_DATA)

/* Members of an order. */
#define ITEMS_TO            "itemShippingAddresses"
#define NUMBER              "purchaseOrderNumber"

/* The list of lines that an action is about. */
#define LINES               &CART_LINE_ITEMS
#define CUSTOM              &CART_CUSTOM_LINE_ITEMS

/* What is told, if anything. */
#define BILLED_TO        MESSAGE_OrderBillingAddressSet
#define CUSTOMER_SET     MESSAGE_OrderCustomerSet
#define DELIVERED_TO     MESSAGE_DeliveryAddressSet
#define DELIVERY_ADDED   MESSAGE_DeliveryAdded
#define DELIVERY_REMOVED MESSAGE_DeliveryRemoved
#define EMAIL_SET        MESSAGE_OrderCustomerEmailSet
#define ITEMS_SET        MESSAGE_DeliveryItemsUpdated
#define MEASURED         MESSAGE_ParcelMeasurementsUpdated
#define NONE             MESSAGE_NONE
#define NUMBER_SET       MESSAGE_OrderPurchaseOrderNumberSet
#define PARCEL_ADDED     MESSAGE_ParcelAddedToDelivery
#define PARCEL_ITEMS_SET MESSAGE_ParcelItemsUpdated
#define PARCEL_REMOVED   MESSAGE_ParcelRemovedFromDelivery
#define PAYMENT_ADDED    MESSAGE_OrderPaymentAdded
#define PAYMENT_CHANGED  MESSAGE_OrderPaymentStateChanged
#define PAYMENT_REMOVED  MESSAGE_OrderPaymentRemoved
#define RETURN_ADDED     MESSAGE_ReturnInfoAdded
#define RETURN_CHANGED   MESSAGE_OrderReturnShipmentStateChanged
#define RETURN_SET       MESSAGE_ReturnInfoSet
#define SHIPMENT_CHANGED MESSAGE_OrderShipmentStateChanged
#define SHIPPED_TO       MESSAGE_OrderShippingAddressSet
#define STATE_CHANGED    MESSAGE_OrderStateChanged
#define STORE_SET        MESSAGE_OrderStoreSet
#define TRACKED          MESSAGE_ParcelTrackingDataUpdated

/* Only a trusted client changes an order. Rows about a member, and about a list of lines. */
#define SELF(name, input, apply, field, told) { name, DOOR_TRUSTED, input, apply, field, told }
#define PART(name, input, apply, lines) { name, DOOR_TRUSTED, input, apply, NULL, NONE, lines }

static const struct update_action ROWS[] = {
	/*   action                          input              what it does              field or lines    told */
	SELF("addDelivery",                  NEW_DELIVERY,      order_delivery_add,       NULL,             DELIVERY_ADDED),
	SELF("addItemShippingAddress",       ADDRESS(REQUIRED), add_item_address,         ITEMS_TO,         NONE),
	SELF("addParcelToDelivery",          NEW_PARCEL,        order_parcel_add,         NULL,             PARCEL_ADDED),
	SELF("addPayment",                   PAYMENT,           add_payment,              "paymentInfo",    PAYMENT_ADDED),
	SELF("addReturnInfo",                RETURN_INFO,       order_return_add,         "returnInfo",     RETURN_ADDED),
	SELF("changeOrderState",             ORDER_STATE,       set_told,                 "orderState",     STATE_CHANGED),
	SELF("changePaymentState",           PAYMENT_STATE,     set_told,                 "paymentState", PAYMENT_CHANGED),
	SELF("changeShipmentState",          SHIPMENT_STATE,    set_told, "shipmentState", SHIPMENT_CHANGED),
	ACTION_LEFT_OUT("importCustomLineItemState", DOOR_TRUSTED),
	ACTION_LEFT_OUT("importLineItemState", DOOR_TRUSTED),
	SELF("removeDelivery",               DELIVERY,          order_delivery_remove,    NULL, DELIVERY_REMOVED),
	SELF("removeItemShippingAddress",    ADDRESS_KEY,       remove_item_address,      ITEMS_TO,         NONE),
	SELF("removeParcelFromDelivery",     PARCEL,            order_parcel_remove,      NULL,             PARCEL_REMOVED),
	SELF("removePayment",                PAYMENT,           remove_payment,           "paymentInfo", PAYMENT_REMOVED),
	SELF("setBillingAddress",            ADDRESS(OPTIONAL), set_address,              "billingAddress", BILLED_TO),
	ACTION_LEFT_OUT("setBillingAddressCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setBillingAddressCustomType", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setBusinessUnit", DOOR_TRUSTED),
	SELF("setCustomField",               WHOLE_FIELD,       action_set_custom_field,  NULL,             NONE),
	PART("setCustomLineItemCustomField", CUSTOM_FIELD,      set_line_field,           CUSTOM),
	PART("setCustomLineItemCustomType",  CUSTOM_TYPE,       set_line_type,            CUSTOM),
	ACTION_LEFT_OUT("setCustomLineItemShippingDetails", DOOR_TRUSTED),
	SELF("setCustomType",                WHOLE_TYPE,        action_set_custom_type,   NULL,             NONE),
	SELF("setCustomerEmail",             TEXT("email"),     set_customer_email,       "customerEmail",  EMAIL_SET),
	SELF("setCustomerId",                CUSTOMER_ID,       set_customer_id,          "customerId",     CUSTOMER_SET),
	SELF("setDeliveryAddress",           DELIVERY_ADDRESS,  order_delivery_set,       "address",        DELIVERED_TO),
	ACTION_LEFT_OUT("setDeliveryAddressCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setDeliveryAddressCustomType", DOOR_TRUSTED),
	SELF("setDeliveryCustomField",       DELIVERY_FIELD,    order_delivery_set_field, NULL,             NONE),
	SELF("setDeliveryCustomType",        DELIVERY_TYPE,     order_delivery_set_type,  NULL,             NONE),
	SELF("setDeliveryItems",             DELIVERY_ITEMS,    order_delivery_set,       "items",          ITEMS_SET),
	ACTION_LEFT_OUT("setEstimatedDelivery", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setItemShippingAddressCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setItemShippingAddressCustomType", DOOR_TRUSTED),
	PART("setLineItemCustomField",       LINE_FIELD,        set_line_field,           LINES),
	PART("setLineItemCustomType",        LINE_TYPE,         set_line_type,            LINES),
	ACTION_LEFT_OUT("setLineItemShippingDetails", DOOR_TRUSTED),
	SELF("setLocale",                    LOCALE,            action_set_member,        "locale",         NONE),
	SELF("setOrderNumber",               TEXT("orderNumber"), action_set_member,      "orderNumber",    NONE),
	SELF("setParcelCustomField",         PARCEL_FIELD,      order_parcel_set_field,   NULL,             NONE),
	SELF("setParcelCustomType",          PARCEL_TYPE,       order_parcel_set_type,    NULL,             NONE),
	SELF("setParcelItems",               PARCEL_ITEMS,      order_parcel_set,         "items", PARCEL_ITEMS_SET),
	SELF("setParcelMeasurements",        MEASUREMENTS,      order_parcel_set,         "measurements",   MEASURED),
	SELF("setParcelTrackingData",        TRACKING,          order_parcel_set,         "trackingData",   TRACKED),
	SELF("setPurchaseOrderNumber",       PURCHASE,          set_told,                 NUMBER,           NUMBER_SET),
	SELF("setReturnInfo",                RETURN_INFOS,      order_return_set,         "returnInfo",     RETURN_SET),
	ACTION_LEFT_OUT("setReturnItemCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setReturnItemCustomType", DOOR_TRUSTED),
	SELF("setReturnPaymentState",        RETURN_PAID,       order_return_set_state,   "paymentState",   NONE),
	SELF("setReturnShipmentState",       RETURN_SHIPPED,    order_return_set_state,   "shipmentState",  RETURN_CHANGED),
	SELF("setShippingAddress",           ADDRESS(OPTIONAL), set_address,              "shippingAddress", SHIPPED_TO),
	ACTION_LEFT_OUT("setShippingAddressCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setShippingAddressCustomType", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setShippingCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setShippingCustomType", DOOR_TRUSTED),
	SELF("setStore",                     STORE,             action_set_member,        "store",          STORE_SET),
	ACTION_LEFT_OUT("transitionCustomLineItemState", DOOR_TRUSTED),
	ACTION_LEFT_OUT("transitionLineItemState", DOOR_TRUSTED),
	SELF("transitionState",              STATE,             action_name_missing,      "state",          NONE),
	SELF("updateItemShippingAddress",    ADDRESS(REQUIRED), update_item_address,      ITEMS_TO,         NONE),
	SELF("updateSyncInfo",               SYNC_INFO,         update_sync_info,         "syncInfo",       NONE),
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(ORDER_UPDATE, ACTIONS);
