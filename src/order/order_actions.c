#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "cart/cart.h"
#include "cart/cart_members.h"
#include "cart/line_item.h"
#include "customer/customer.h"
#include "db/db.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/common_actions.h"
#include "kind/ownership.h"
#include "order/order.h"
#include "order_priv.h"

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
	change_member(op, order, order->doc, row->field, json_object_get(input, "address"), "address",
	              row->message);
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
	const struct resource *customer = NULL;

	if (identifier.id) {
		customer = reference_resolve(op, &CUSTOMER_KIND, &identifier);
		if (!customer)
			return false;
	}
	json_object_del(order->doc, "customerGroup");
	if (customer)
		cart_give_to_customer(order->doc, customer->doc);
	else
		json_object_del(order->doc, "customerId");
	if (json_equal(before, order->doc))
		return true;
	resource_touch(order);
	resource_emit(op, order, row->message, customer_payload(op, order->doc, before));
	return true;
}

static bool set_state(struct op *op, struct resource *order, const struct update_action *row,
                      const void *input)
{
	json_t *copy = keep(op, json_deep_copy(input));
	json_t *before = keep(op, json_incref(json_object_get(order->doc, row->field)));

	if (!references_resolve(op, copy))
		return false;
	json_t *state = json_object_get(copy, row->field);

	if (!doc_set(order->doc, row->field, state))
		return true;
	json_t *payload = change_payload(op, row->field, state, before);

	doc_put(payload, "force", json_boolean(doc_true(input, "force")));
	resource_touch(order);
	resource_emit(op, order, row->message, payload);
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
	struct db_row *row;
	int64_t count;

	if (!resource_count(op, &ORDER_KIND, "paymentId", id, &count) ||
	    !resources_with(op, &CART_KIND, "paymentId", id, &row))
		return false;
	for (; count == 0 && row; row = row->next)
		count += cart_is_active(
			keep(op, json_loadb(row->columns[2].text, row->columns[2].bytes, 0, NULL)));
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
	json_t *address = keep(op, json_deep_copy(json_object_get(input, "address")));

	doc_put_default(order->doc, row->field, json_array());
	if (!cart_add_item_address(op, json_object_get(order->doc, row->field), address))
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
	json_t *address = json_object_get(input, "address");
	size_t index;
	const json_t *before = find_item_address(op, order, doc_text(address, "key"), &index);

	if (!before)
		return false;
	if (json_equal(before, address))
		return true;
	json_array_set_new(json_object_get(order->doc, row->field), index, json_deep_copy(address));
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

static bool set_line_custom_type(struct op *op, struct resource *order,
                                 const struct update_action *row, const void *input)
{
	return part_set_custom_type(op, order, row->argument, input);
}

static bool set_line_custom_field(struct op *op, struct resource *order,
                                  const struct update_action *row, const void *input)
{
	return part_set_custom_field(op, order, row->argument, input);
}

/* clang-format off */
#define TEXT(name, need)    ONE_MEMBER(name, FIELD_TEXT, need)
#define ENUM(name, values)  ONE_MEMBER(name, FIELD_TEXT, REQUIRED, .check = text_check_enum, .argument = values)
#define ADDRESS(need)       ONE_MEMBER("address", FIELD_DOCUMENT, need, .inner = &ADDRESS_SHAPE)
#define CUSTOMER_ID         ONE_MEMBER("customerId", FIELD_TEXT, OPTIONAL, .check = text_check_uuid)
#define LOCALE              ONE_MEMBER("locale", FIELD_TEXT, OPTIONAL, .check = text_check_locale)
#define REFERENCE(type)     FIELD_CONVERTED, REQUIRED, .argument = type, .decode = reference_decode
#define PAYMENT             ONE_MEMBER("payment", REFERENCE("payment"))
#define STORE               ONE_MEMBER("store", FIELD_CONVERTED, OPTIONAL, .argument = "store", .decode = reference_decode)
#define STATE               MEMBERS({ "state", REFERENCE("state") }, { "force", FIELD_BOOL, OPTIONAL })
#define SYNC_INFO           MEMBERS({ "channel", REFERENCE("channel") }, { "externalId", FIELD_TEXT, OPTIONAL }, \
                                    { "syncedAt", FIELD_TEXT, OPTIONAL, .check = text_check_date_time })
#define RETURN_INFOS        ONE_MEMBER("items", FIELD_DOCUMENTS, OPTIONAL, .inner = &RETURN_INFO_DRAFT)
#define PART(part)          PART_SHAPE(struct part_reference, 0, PART_MEMBERS(part))
#define VALUE_OF(part, ...) PART_SHAPE(struct part_value, 1, PART_MEMBERS(part), { __VA_ARGS__ })
#define AT_VALUE            offsetof(struct part_value, value)
#define DOCUMENTS_OF(part, name, shape) VALUE_OF(part, name, FIELD_DOCUMENTS, REQUIRED, AT_VALUE, NULL, NULL, shape)
#define DOCUMENT_OF(part, name, shape)  VALUE_OF(part, name, FIELD_DOCUMENT, OPTIONAL, AT_VALUE, NULL, NULL, shape)
#define LINES               &CART_LINE_ITEMS
#define CUSTOM_LINES        &CART_CUSTOM_LINE_ITEMS

/* A state of a returned item, as a document's text. */
static bool decode_state(struct op *op, json_t *value, const struct json_path *path,
                         const void *argument, void *target)
{
	const char *text = json_string_value(value);
	const char *problem = text ? text_check_enum(op, argument, &text) : "JSON string expected.";

	*(json_t **)target = value;
	return !problem || fail_at(op, path, problem);
}
#define RETURN_STATE(name, values) VALUE_OF("returnItem", name, FIELD_CUSTOM, REQUIRED, AT_VALUE, NULL, values, NULL, decode_state)

static const struct update_action ROWS[] = {
	/* action                         door          input                                                       apply                            field                    message                               lines */
	{ "addDelivery",                  DOOR_TRUSTED, &DELIVERY_DRAFT,                                            order_add_delivery,              NULL,                    MESSAGE_DeliveryAdded,                NULL },
	{ "addItemShippingAddress",       DOOR_TRUSTED, ADDRESS(REQUIRED),                                          add_item_address,                "itemShippingAddresses", MESSAGE_NONE,                         NULL },
	{ "addParcelToDelivery",          DOOR_TRUSTED, &ADD_PARCEL_INPUT,                                          order_add_parcel,                NULL,                    MESSAGE_ParcelAddedToDelivery,        NULL },
	{ "addPayment",                   DOOR_TRUSTED, PAYMENT,                                                    add_payment,                     "paymentInfo",           MESSAGE_OrderPaymentAdded,            NULL },
	{ "addReturnInfo",                DOOR_TRUSTED, &RETURN_INFO_DRAFT,                                         order_add_return_info,           "returnInfo",            MESSAGE_ReturnInfoAdded,              NULL },
	{ "changeOrderState",             DOOR_TRUSTED, ENUM("orderState", ORDER_STATES),                           set_told,                        "orderState",            MESSAGE_OrderStateChanged,            NULL },
	{ "changePaymentState",           DOOR_TRUSTED, ENUM("paymentState", PAYMENT_STATES),                       set_told,                        "paymentState",          MESSAGE_OrderPaymentStateChanged,     NULL },
	{ "changeShipmentState",          DOOR_TRUSTED, ENUM("shipmentState", SHIPMENT_STATES),                     set_told,                        "shipmentState",         MESSAGE_OrderShipmentStateChanged,    NULL },
	ACTION_LEFT_OUT("importCustomLineItemState", DOOR_TRUSTED),
	ACTION_LEFT_OUT("importLineItemState", DOOR_TRUSTED),
	{ "removeDelivery",               DOOR_TRUSTED, PART("delivery"),                                           order_remove_delivery,           NULL,                    MESSAGE_DeliveryRemoved,              NULL },
	{ "removeItemShippingAddress",    DOOR_TRUSTED, TEXT("addressKey", REQUIRED),                               remove_item_address,             "itemShippingAddresses", MESSAGE_NONE,                         NULL },
	{ "removeParcelFromDelivery",     DOOR_TRUSTED, PART("parcel"),                                             order_remove_parcel,             NULL,                    MESSAGE_ParcelRemovedFromDelivery,    NULL },
	{ "removePayment",                DOOR_TRUSTED, PAYMENT,                                                    remove_payment,                  "paymentInfo",           MESSAGE_OrderPaymentRemoved,          NULL },
	{ "setBillingAddress",            DOOR_TRUSTED, ADDRESS(OPTIONAL),                                          set_address,                     "billingAddress",        MESSAGE_OrderBillingAddressSet,       NULL },
	ACTION_LEFT_OUT("setBillingAddressCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setBillingAddressCustomType", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setBusinessUnit", DOOR_TRUSTED),
	{ "setCustomField",               DOOR_TRUSTED, &CUSTOM_FIELD_INPUT,                                        action_set_custom_field,         NULL,                    MESSAGE_NONE,                         NULL },
	{ "setCustomLineItemCustomField", DOOR_TRUSTED, PART_CUSTOM_FIELD("customLineItem"),                        set_line_custom_field,           NULL,                    MESSAGE_NONE,                         CUSTOM_LINES },
	{ "setCustomLineItemCustomType",  DOOR_TRUSTED, PART_CUSTOM_TYPE("customLineItem"),                         set_line_custom_type,            NULL,                    MESSAGE_NONE,                         CUSTOM_LINES },
	ACTION_LEFT_OUT("setCustomLineItemShippingDetails", DOOR_TRUSTED),
	{ "setCustomType",                DOOR_TRUSTED, &CUSTOM_TYPE_INPUT,                                         action_set_custom_type,          NULL,                    MESSAGE_NONE,                         NULL },
	{ "setCustomerEmail",             DOOR_TRUSTED, TEXT("email", OPTIONAL),                                    set_customer_email,              "customerEmail",         MESSAGE_OrderCustomerEmailSet,        NULL },
	{ "setCustomerId",                DOOR_TRUSTED, CUSTOMER_ID,                                                set_customer_id,                 "customerId",            MESSAGE_OrderCustomerSet,             NULL },
	{ "setDeliveryAddress",           DOOR_TRUSTED, DOCUMENT_OF("delivery", "address", &ADDRESS_SHAPE),         order_set_delivery_member,       "address",               MESSAGE_DeliveryAddressSet,           NULL },
	ACTION_LEFT_OUT("setDeliveryAddressCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setDeliveryAddressCustomType", DOOR_TRUSTED),
	{ "setDeliveryCustomField",       DOOR_TRUSTED, PART_CUSTOM_FIELD("delivery"),                              order_set_delivery_custom_field, NULL,                    MESSAGE_NONE,                         NULL },
	{ "setDeliveryCustomType",        DOOR_TRUSTED, PART_CUSTOM_TYPE("delivery"),                               order_set_delivery_custom_type,  NULL,                    MESSAGE_NONE,                         NULL },
	{ "setDeliveryItems",             DOOR_TRUSTED, DOCUMENTS_OF("delivery", "items", &DELIVERY_ITEM),          order_set_delivery_member,       "items",                 MESSAGE_DeliveryItemsUpdated,         NULL },
	ACTION_LEFT_OUT("setEstimatedDelivery", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setItemShippingAddressCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setItemShippingAddressCustomType", DOOR_TRUSTED),
	{ "setLineItemCustomField",       DOOR_TRUSTED, PART_CUSTOM_FIELD("lineItem"),                              set_line_custom_field,           NULL,                    MESSAGE_NONE,                         LINES },
	{ "setLineItemCustomType",        DOOR_TRUSTED, PART_CUSTOM_TYPE("lineItem"),                               set_line_custom_type,            NULL,                    MESSAGE_NONE,                         LINES },
	ACTION_LEFT_OUT("setLineItemShippingDetails", DOOR_TRUSTED),
	{ "setLocale",                    DOOR_TRUSTED, LOCALE,                                                     action_set_member,               "locale",                MESSAGE_NONE,                         NULL },
	{ "setOrderNumber",               DOOR_TRUSTED, TEXT("orderNumber", OPTIONAL),                              action_set_member,               "orderNumber",           MESSAGE_NONE,                         NULL },
	{ "setParcelCustomField",         DOOR_TRUSTED, PART_CUSTOM_FIELD("parcel"),                                order_set_parcel_custom_field,   NULL,                    MESSAGE_NONE,                         NULL },
	{ "setParcelCustomType",          DOOR_TRUSTED, PART_CUSTOM_TYPE("parcel"),                                 order_set_parcel_custom_type,    NULL,                    MESSAGE_NONE,                         NULL },
	{ "setParcelItems",               DOOR_TRUSTED, DOCUMENTS_OF("parcel", "items", &DELIVERY_ITEM),            order_set_parcel_member,         "items",                 MESSAGE_ParcelItemsUpdated,           NULL },
	{ "setParcelMeasurements",        DOOR_TRUSTED, DOCUMENT_OF("parcel", "measurements", &PARCEL_MEASUREMENTS), order_set_parcel_member,        "measurements",          MESSAGE_ParcelMeasurementsUpdated,    NULL },
	{ "setParcelTrackingData",        DOOR_TRUSTED, DOCUMENT_OF("parcel", "trackingData", &TRACKING_DATA),      order_set_parcel_member,         "trackingData",          MESSAGE_ParcelTrackingDataUpdated,    NULL },
	{ "setPurchaseOrderNumber",       DOOR_TRUSTED, TEXT("purchaseOrderNumber", OPTIONAL),                      set_told,                        "purchaseOrderNumber",   MESSAGE_OrderPurchaseOrderNumberSet,  NULL },
	{ "setReturnInfo",                DOOR_TRUSTED, RETURN_INFOS,                                               order_set_return_info,           "returnInfo",            MESSAGE_ReturnInfoSet,                NULL },
	ACTION_LEFT_OUT("setReturnItemCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setReturnItemCustomType", DOOR_TRUSTED),
	{ "setReturnPaymentState",        DOOR_TRUSTED, RETURN_STATE("paymentState", RETURN_PAYMENT_STATES),        order_set_return_state,          "paymentState",          MESSAGE_NONE,                         NULL },
	{ "setReturnShipmentState",       DOOR_TRUSTED, RETURN_STATE("shipmentState", RETURN_SHIPMENT_STATES),      order_set_return_state,          "shipmentState",         MESSAGE_OrderReturnShipmentStateChanged, NULL },
	{ "setShippingAddress",           DOOR_TRUSTED, ADDRESS(OPTIONAL),                                          set_address,                     "shippingAddress",       MESSAGE_OrderShippingAddressSet,      NULL },
	ACTION_LEFT_OUT("setShippingAddressCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setShippingAddressCustomType", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setShippingCustomField", DOOR_TRUSTED),
	ACTION_LEFT_OUT("setShippingCustomType", DOOR_TRUSTED),
	{ "setStore",                     DOOR_TRUSTED, STORE,                                                      action_set_member,               "store",                 MESSAGE_OrderStoreSet,                NULL },
	ACTION_LEFT_OUT("transitionCustomLineItemState", DOOR_TRUSTED),
	ACTION_LEFT_OUT("transitionLineItemState", DOOR_TRUSTED),
	{ "transitionState",              DOOR_TRUSTED, STATE,                                                      set_state,                       "state",                 MESSAGE_OrderStateTransition,         NULL },
	{ "updateItemShippingAddress",    DOOR_TRUSTED, ADDRESS(REQUIRED),                                          update_item_address,             "itemShippingAddresses", MESSAGE_NONE,                         NULL },
	{ "updateSyncInfo",               DOOR_TRUSTED, SYNC_INFO,                                                  update_sync_info,                "syncInfo",              MESSAGE_NONE,                         NULL },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(ORDER_UPDATE, ACTIONS);
/* clang-format on */
