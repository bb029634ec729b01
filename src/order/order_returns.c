#include "order_returns_priv.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "inventory/stock.h"
#include "kind/part.h"
#include "resource/resource.h"
#include "resource/save.h"

static const struct part_list RETURN_ITEMS = { "items", "return item", "order-return-item" };

const char *const RETURN_SHIPMENT_STATES[] = { "Advised", "BackInStock", "Returned", "Unusable",
	                                           NULL };
const char *const RETURN_PAYMENT_STATES[] = { "Initial", "NonRefundable", "NotRefunded", "Refunded",
	                                          NULL };
/* A returned item comes back, or is still on its way. */
static const char *const FIRST_RETURN_STATES[] = { "Advised", "Returned", NULL };

static const struct shape_field RETURN_ITEM_FIELDS[] = {
	{ "key",              FIELD_TEXT,      OPTIONAL },
	{ "quantity",         FIELD_LONG,      REQUIRED },
	{ "lineItemId",       FIELD_TEXT,      OPTIONAL },
	{ "customLineItemId", FIELD_TEXT,      OPTIONAL },
	{ "comment",          FIELD_TEXT,      OPTIONAL },
	{ "shipmentState",    FIELD_TEXT,      REQUIRED, 0, text_check_enum, FIRST_RETURN_STATES },
	{ "custom",           FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
static const struct shape RETURN_ITEM_DRAFT = { 0, 7, RETURN_ITEM_FIELDS };

static const struct shape_field RETURN_INFO_FIELDS[] = {
	{ "returnTrackingId", FIELD_TEXT,      OPTIONAL },
	{ "items",            FIELD_DOCUMENTS, REQUIRED, .inner = &RETURN_ITEM_DRAFT },
	{ "returnDate",       FIELD_TEXT,      OPTIONAL, 0, text_check_date_time },
};
const struct shape RETURN_INFO_DRAFT = { 0, 3, RETURN_INFO_FIELDS };

static json_t *now(struct op *op)
{
	return json_string(timestamp_text(op->arena, op->now_ms));
}

/* An item says which line it is of. */
static bool start_return_item(struct op *op, const json_t *order, json_t *item)
{
	const char *line_id = doc_text(item, "lineItemId");
	const char *custom_id = doc_text(item, "customLineItemId");
	const json_t *lines = json_object_get(order, line_id ? "lineItems" : "customLineItems");

	if (!line_id == !custom_id)
		return fail_invalid_operation(
			op, "Exactly one of 'lineItemId' and 'customLineItemId' is required.");
	if (!doc_find(lines, "id", line_id ? line_id : custom_id, NULL))
		return fail_invalid_operation(op, "The line item with id '%s' was not found.",
		                              line_id ? line_id : custom_id);
	doc_put(item, "type", json_string(line_id ? "LineItemReturnItem" : "CustomLineItemReturnItem"));
	doc_put(item, "paymentState",
	        json_string(strcmp(doc_text(item, "shipmentState"), "Advised") == 0 ? "NonRefundable"
	                                                                            : "Initial"));
	doc_put(item, "createdAt", now(op));
	doc_put(item, "lastModifiedAt", now(op));
	return true;
}

/* NULL: recorded. */
static json_t *create_return_info(struct op *op, const json_t *order, const json_t *draft)
{
	json_t *info = keep(op, json_deep_copy(draft));
	const json_t *drafts = json_object_get(draft, "items");
	json_t *items = json_array();

	doc_put(info, "items", items);
	for (size_t i = 0; i < json_array_size(drafts); i++) {
		json_t *item = part_create(op, &RETURN_ITEMS, json_array_get(drafts, i));

		if (!item || !start_return_item(op, order, item))
			return NULL;
		json_array_append(items, item);
	}
	return info;
}

bool order_return_add(struct op *op, struct resource *order, const struct update_action *row,
                           const void *input)
{
	json_t *info = create_return_info(op, order->doc, input);

	if (!info)
		return false;
	doc_put_default(order->doc, row->field, json_array());
	json_array_append(json_object_get(order->doc, row->field), info);
	resource_touch(order);
	resource_emit(op, order, row->message,
	              keep(op, json_pack("{s:o}", "returnInfo", json_deep_copy(info))));
	return true;
}

bool order_return_set(struct op *op, struct resource *order, const struct update_action *row,
                           const void *input)
{
	const json_t *drafts = json_object_get(input, "items");
	json_t *infos = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(drafts); i++) {
		json_t *info = create_return_info(op, order->doc, json_array_get(drafts, i));

		if (!info)
			return false;
		json_array_append(infos, info);
	}
	if (!doc_set(order->doc, row->field, infos))
		return true;
	resource_touch(order);
	resource_emit(op, order, row->message,
	              keep(op, json_pack("{s:o}", "returnInfo", json_deep_copy(infos))));
	return true;
}

/* What is back in stock is on stock again. Source: API docs, "ReturnShipmentState". */
static bool restock(struct op *op, const json_t *order, const json_t *item, const json_t *state)
{
	const char *line_id = doc_text(item, "lineItemId");
	const json_t *line =
		line_id ? doc_find(json_object_get(order, "lineItems"), "id", line_id, NULL) : NULL;

	return !line || strcmp(json_string_value(state), "BackInStock") != 0 ||
	       stock_put_back(op, order, line, doc_int(item, "quantity"));
}

bool order_return_set_state(struct op *op, struct resource *order, const struct update_action *row,
                            const void *input)
{
	const struct part_value *in = input;
	const char *member = in->part.id ? "id" : "key";
	const char *value = in->part.id ? in->part.id : in->part.key;
	const json_t *infos = json_object_get(order->doc, "returnInfo");
	json_t *item = NULL;

	for (size_t i = 0; value && !item && i < json_array_size(infos); i++)
		item = doc_find(json_object_get(json_array_get(infos, i), "items"), member, value, NULL);
	if (!item)
		return fail_invalid_operation(op, "The return item was not found.");
	if (!doc_set(item, row->field, in->value))
		return true;
	if (!restock(op, order->doc, item, in->value))
		return false;
	const char *before = doc_text(item, "lastModifiedAt");

	doc_put(item, "lastModifiedAt",
	        json_string(timestamp_text_since(op->arena, op->now_ms, before)));
	resource_touch(order);
	resource_emit(op, order, row->message,
	              keep(op, json_pack("{s:O, s:O}", "returnItemId", json_object_get(item, "id"),
	                                 "returnShipmentState", in->value)));
	return true;
}
