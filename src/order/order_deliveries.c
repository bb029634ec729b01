#include "order_deliveries_priv.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "kind/address.h"
#include "kind/custom_actions.h"
#include "kind/member_actions.h"
#include "resource/resource.h"
#include "resource/save.h"

static const struct part_list DELIVERIES = { "deliveries", "delivery", "order-delivery" };
static const struct part_list PARCELS = { "parcels", "parcel", "order-parcel" };

static const struct shape_field ITEM_FIELDS[] = {
	{ "id",       FIELD_TEXT, REQUIRED },
	{ "quantity", FIELD_LONG, REQUIRED },
};
const struct shape DELIVERY_ITEM = { 0, 2, ITEM_FIELDS };

static const struct shape_field MEASUREMENT_FIELDS[] = {
	{ "heightInMillimeter", FIELD_LONG, OPTIONAL },
	{ "lengthInMillimeter", FIELD_LONG, OPTIONAL },
	{ "widthInMillimeter",  FIELD_LONG, OPTIONAL },
	{ "weightInGram",       FIELD_LONG, OPTIONAL },
};
const struct shape PARCEL_MEASUREMENTS = { 0, 4, MEASUREMENT_FIELDS };

static const struct shape_field TRACKING_FIELDS[] = {
	{ "trackingId",          FIELD_TEXT, OPTIONAL },
	{ "carrier",             FIELD_TEXT, OPTIONAL },
	{ "provider",            FIELD_TEXT, OPTIONAL },
	{ "providerTransaction", FIELD_TEXT, OPTIONAL },
	{ "isReturn",            FIELD_BOOL, OPTIONAL },
};
const struct shape TRACKING_DATA = { 0, 5, TRACKING_FIELDS };

static const struct shape_field PARCEL_FIELDS[] = {
	{ "key",          FIELD_TEXT,      OPTIONAL },
	{ "measurements", FIELD_DOCUMENT,  OPTIONAL, .inner = &PARCEL_MEASUREMENTS },
	{ "trackingData", FIELD_DOCUMENT,  OPTIONAL, .inner = &TRACKING_DATA },
	{ "items",        FIELD_DOCUMENTS, OPTIONAL, .inner = &DELIVERY_ITEM },
	{ "custom",       FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
static const struct shape PARCEL_DRAFT = { 0, 5, PARCEL_FIELDS };

/* A delivery, and the members of a parcel. */
struct parcel_input {
	struct part_reference delivery;
	const char           *key;
	json_t               *measurements;
	json_t               *tracking_data;
	json_t               *items;
	json_t               *custom;
};
#define AT(member) offsetof(struct parcel_input, member)
static const struct shape_field ADD_PARCEL_FIELDS[] = {
	PART_MEMBERS("delivery"),
	{ "parcelKey",    FIELD_TEXT,      OPTIONAL, AT(key) },
	{ "measurements", FIELD_DOCUMENT,  OPTIONAL, AT(measurements), .inner = &PARCEL_MEASUREMENTS },
	{ "trackingData", FIELD_DOCUMENT,  OPTIONAL, AT(tracking_data), .inner = &TRACKING_DATA },
	{ "items",        FIELD_DOCUMENTS, OPTIONAL, AT(items), .inner = &DELIVERY_ITEM },
	{ "custom",       FIELD_CONVERTED, IF_GIVEN, AT(custom), .decode = custom_draft_decode },
};
#undef AT
const struct shape ADD_PARCEL_INPUT = { sizeof(struct parcel_input), 7, ADD_PARCEL_FIELDS };

static const struct shape_field DELIVERY_FIELDS[] = {
	{ "deliveryKey", FIELD_TEXT,      OPTIONAL },
	{ "items",       FIELD_DOCUMENTS, OPTIONAL, .inner = &DELIVERY_ITEM },
	{ "address",     FIELD_DOCUMENT,  OPTIONAL, .inner = &ADDRESS_SHAPE },
	{ "parcels",     FIELD_DOCUMENTS, OPTIONAL, .inner = &PARCEL_DRAFT },
	{ "custom",      FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape DELIVERY_DRAFT = { 0, 5, DELIVERY_FIELDS };

static json_t *now(struct op *op)
{
	return json_string(timestamp_text(op->arena, op->now_ms));
}

/* Deliveries */

static json_t *shipping_info(struct op *op, const struct resource *order)
{
	json_t *info = json_object_get(order->doc, "shippingInfo");

	if (!info)
		fail_invalid_operation(op, "The order has no shipping method, so nothing is delivered.");
	return info;
}

static json_t *find_delivery(struct op *op, const struct resource *order,
                             const struct part_reference *reference, size_t *ret_index)
{
	const json_t *info = shipping_info(op, order);

	return info ? part_find(op, info, &DELIVERIES, reference, ret_index) : NULL;
}

static json_t *create_parcel(struct op *op, const json_t *draft)
{
	json_t *parcel = part_create(op, &PARCELS, draft);

	if (parcel)
		doc_put(parcel, "createdAt", now(op));
	return parcel;
}

static bool create_parcels(struct op *op, json_t *delivery, const json_t *drafts)
{
	doc_put(delivery, "parcels", json_array());
	for (size_t i = 0; i < json_array_size(drafts); i++) {
		json_t *parcel = create_parcel(op, json_array_get(drafts, i));

		if (!parcel)
			return false;
		json_array_append(json_object_get(delivery, "parcels"), parcel);
	}
	return true;
}

/* Puts the address that is kept in the place of that of the draft. False: recorded. */
static bool keep_address(struct op *op, json_t *holder)
{
	doc_set(holder, "address", address_keep(op, json_object_get(holder, "address")));
	return !op_failed(op);
}

bool order_delivery_add(struct op *op, struct resource *order, const struct update_action *row,
                        const void *input)
{
	json_t *info = shipping_info(op, order);
	json_t *delivery = info ? part_create(op, &DELIVERIES, input) : NULL;

	if (!delivery || !keep_address(op, delivery) ||
	    !create_parcels(op, delivery, json_object_get(input, "parcels")))
		return false;
	doc_put(delivery, "createdAt", now(op));
	doc_put_default(delivery, "items", json_array());
	doc_set(delivery, "key", json_object_get(delivery, "deliveryKey"));
	json_object_del(delivery, "deliveryKey");
	doc_put_default(info, "deliveries", json_array());
	if (!part_key_is_free(op, json_object_get(info, "deliveries"), delivery))
		return false;
	json_array_append(json_object_get(info, "deliveries"), delivery);
	resource_touch(order);
	resource_emit(op, order, row->message,
	              keep(op, json_pack("{s:o}", "delivery", json_deep_copy(delivery))));
	return true;
}

bool order_delivery_remove(struct op *op, struct resource *order, const struct update_action *row,
                           const void *input)
{
	size_t index;
	json_t *delivery = find_delivery(op, order, input, &index);

	if (!delivery)
		return false;
	json_t *payload = keep(op, json_pack("{s:O}", "delivery", delivery));

	json_array_remove(json_object_get(shipping_info(op, order), "deliveries"), index);
	resource_touch(order);
	resource_emit(op, order, row->message, payload);
	return true;
}

bool order_delivery_set(struct op *op, struct resource *order,
                               const struct update_action *row, const void *input)
{
	const struct part_value *in = input;
	json_t *delivery = find_delivery(op, order, &in->part, NULL);

	if (!delivery)
		return false;
	json_t *value = strcmp(row->field, "address") == 0 ? address_keep(op, in->value)
	                                                   : keep(op, json_deep_copy(in->value));

	if (op_failed(op))
		return false;
	json_t *payload = change_payload(op, row->field, value,
	                                 keep(op, json_incref(json_object_get(delivery, row->field))));

	json_object_set(payload, "deliveryId", json_object_get(delivery, "id"));
	if (doc_set(delivery, row->field, value)) {
		resource_touch(order);
		resource_emit(op, order, row->message, payload);
	}
	return true;
}

/* Parcels */

/* *ret_delivery: the one it is in. NULL: recorded. */
static json_t *find_parcel(struct op *op, const struct resource *order,
                           const struct part_reference *reference, json_t **ret_delivery,
                           size_t *ret_index)
{
	const json_t *info = shipping_info(op, order);
	const json_t *deliveries = json_object_get(info, DELIVERIES.member);
	const char *member = reference->id ? "id" : "key";
	const char *value = reference->id ? reference->id : reference->key;

	for (size_t i = 0; value && i < json_array_size(deliveries); i++) {
		json_t *delivery = json_array_get(deliveries, i);

		*ret_delivery = delivery;
		if (doc_find(json_object_get(delivery, PARCELS.member), member, value, ret_index))
			return part_find(op, delivery, &PARCELS, reference, ret_index);
	}
	return info ? part_find(op, info, &PARCELS, reference, ret_index) : NULL;
}

static json_t *parcel_payload(struct op *op, const json_t *delivery, const json_t *parcel)
{
	return keep(op, json_pack("{s:O, s:O}", "deliveryId", json_object_get(delivery, "id"),
	                          "parcelId", json_object_get(parcel, "id")));
}

bool order_parcel_add(struct op *op, struct resource *order, const struct update_action *row,
                      const void *input)
{
	const struct parcel_input *in = input;
	const json_t *draft =
		keep(op, json_pack("{s:s*, s:O*, s:O*, s:O*, s:O*}", "key", in->key, "measurements",
	                       in->measurements, "trackingData", in->tracking_data, "items", in->items,
	                       "custom", in->custom));
	json_t *delivery = find_delivery(op, order, &in->delivery, NULL);
	json_t *parcel = delivery ? create_parcel(op, draft) : NULL;

	if (!parcel || !part_key_is_free(op, json_object_get(delivery, "parcels"), parcel))
		return false;
	json_array_append(json_object_get(delivery, "parcels"), parcel);
	resource_touch(order);
	resource_emit(op, order, row->message,
	              keep(op, json_pack("{s:o, s:o}", "delivery", json_deep_copy(delivery), "parcel",
	                                 json_deep_copy(parcel))));
	return true;
}

bool order_parcel_remove(struct op *op, struct resource *order, const struct update_action *row,
                         const void *input)
{
	json_t *delivery = NULL;
	size_t index;
	json_t *parcel = find_parcel(op, order, input, &delivery, &index);

	if (!parcel)
		return false;
	json_t *payload = keep(op, json_pack("{s:O, s:O}", "deliveryId",
	                                     json_object_get(delivery, "id"), "parcel", parcel));

	json_array_remove(json_object_get(delivery, "parcels"), index);
	resource_touch(order);
	resource_emit(op, order, row->message, payload);
	return true;
}

bool order_parcel_set(struct op *op, struct resource *order, const struct update_action *row,
                             const void *input)
{
	const struct part_value *in = input;
	json_t *delivery = NULL;
	json_t *parcel = find_parcel(op, order, &in->part, &delivery, NULL);

	if (!parcel)
		return false;
	json_t *payload = parcel_payload(op, delivery, parcel);

	if (strcmp(row->field, "items") == 0)
		doc_set(payload, "oldItems", json_object_get(parcel, "items"));
	doc_set(payload, row->field, in->value);
	if (doc_set(parcel, row->field, keep(op, json_deep_copy(in->value)))) {
		resource_touch(order);
		resource_emit(op, order, row->message, payload);
	}
	return true;
}

/* Custom fields */

static struct custom_holder delivery_holder(struct op *op, const struct resource *order,
                                            const struct part_reference *reference)
{
	return (struct custom_holder){
		.doc = find_delivery(op, order, reference, NULL),
		.type_id = DELIVERIES.custom_type,
	};
}

static struct custom_holder parcel_holder(struct op *op, const struct resource *order,
                                          const struct part_reference *reference)
{
	json_t *delivery;

	return (struct custom_holder){
		.doc = find_parcel(op, order, reference, &delivery, NULL),
		.type_id = PARCELS.custom_type,
	};
}

bool order_delivery_set_type(struct op *op, struct resource *order,
                                    const struct update_action *row, const void *input)
{
	const struct part_custom_type *in = input;
	struct custom_holder holder = delivery_holder(op, order, &in->part);

	(void)row;
	return change_custom_type(op, order, &holder, &in->draft);
}

bool order_delivery_set_field(struct op *op, struct resource *order,
                                     const struct update_action *row, const void *input)
{
	const struct part_custom_field *in = input;
	struct custom_holder holder = delivery_holder(op, order, &in->part);

	(void)row;
	return change_custom_field(op, order, &holder, &in->field);
}

bool order_parcel_set_type(struct op *op, struct resource *order,
                                  const struct update_action *row, const void *input)
{
	const struct part_custom_type *in = input;
	struct custom_holder holder = parcel_holder(op, order, &in->part);

	(void)row;
	return change_custom_type(op, order, &holder, &in->draft);
}

bool order_parcel_set_field(struct op *op, struct resource *order,
                                   const struct update_action *row, const void *input)
{
	const struct part_custom_field *in = input;
	struct custom_holder holder = parcel_holder(op, order, &in->part);

	(void)row;
	return change_custom_field(op, order, &holder, &in->field);
}
