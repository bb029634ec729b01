/* Sections with lines in them: carts, shopping lists, and orders, which are history. */
#include <stdint.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "cart/cart.h"
#include "cart/cart_draft.h"
#include "catalog/product.h"
#include "document/doc.h"
#include "document/shape.h"
#include "document/text_check.h"
#include "order/order.h"
#include "order/order_create.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/save.h"
#include "fixture_priv.h"

/* `customer`, by key or e-mail, says what the API calls `customerId`. */
static bool take_customer(struct op *op, json_t *draft)
{
	static const char NAME[] = "customer";
	json_t *value = json_object_get(draft, NAME);
	json_t *reference;

	if (!value)
		return true;
	if (!reference_decode(op, value, &(struct json_path){ NULL, NAME, 0 }, "customer",
	                      &reference) ||
	    (!references_resolve(op, reference) && !op->thorough))
		return false;
	doc_set(draft, "customerId", json_object_get(reference, "id"));
	json_object_del(draft, NAME);
	return true;
}

/* A cart of another id than that with which it was started: nothing of it is stored yet. */
static void give_id(struct resource *resource, const char *id)
{
	resource->id = id;
	doc_put(resource->doc, "id", json_string(id));
}

static bool fail_product(struct op *op, const char *sku, const char *id, const char *pointer)
{
	size_t before = op->errors.count;

	fail_reference_not_found(op, PRODUCT_KIND.name, sku ? NULL : id, sku);
	if (op->errors.count == before)
		return false; /* there are too many */
	struct api_error *error = &op->errors.items[before];

	error->pointer = pointer;
	if (sku) {
		json_object_del(error->extra, "key");
		doc_put(error->extra, "sku", json_string(sku));
	}
	return false;
}

/* Lines name their product by a SKU or by its id. One that is not there may come later. */
static bool check_product(struct op *op, const json_t *line, size_t index)
{
	const char *sku = doc_text(line, "sku");
	const char *id = doc_text(line, "productId");
	const json_t *product = NULL;

	if (sku ? !product_lookup_by_sku(op, sku, &product) : id && !product_lookup(op, id, &product))
		return false;
	if (product || (!sku && !id))
		return true;
	return fail_product(op, sku, id,
	                    arena_printf(op->arena, "/lineItems/%zu/%s", index,
	                                 sku ? "sku" : "productId"));
}

static bool check_products(struct op *op, const json_t *draft)
{
	const json_t *lines = json_object_get(draft, "lineItems");

	for (size_t i = 0; i < json_array_size(lines); i++)
		if (!check_product(op, json_array_get(lines, i), i) && !op->thorough)
			return false;
	return !op_failed(op);
}

bool fixture_load_shopping_list(struct op *op, const struct fixture_entry *entry)
{
	return (check_products(op, entry->draft) || op->thorough) && fixture_load_kind(op, entry);
}

/* The cart of a draft, not stored. NULL: recorded. */
static struct resource *start_cart(struct op *op, json_t *draft)
{
	void *decoded;

	if (!take_customer(op, draft) || (!check_products(op, draft) && !op->thorough) ||
	    !shape_decode_input(op, &CART_DRAFT, draft, NULL, &decoded))
		return NULL;
	return cart_start(op, decoded);
}

bool fixture_load_cart(struct op *op, const struct fixture_entry *entry)
{
	struct resource *cart = start_cart(op, entry->draft);

	if (!cart)
		return false;
	give_id(cart, entry->id);
	return resource_save_silently(op, cart);
}

/* Orders: what was bought in the past. A draft is that of a cart, and what only an order has. */

static const struct shape_field PAYMENT_INFO_FIELDS[] = {
	{ "payments",      FIELD_CONVERTED, REQUIRED, 0, NULL, "payment", NULL, references_decode },
};
static const struct shape PAYMENT_INFO = { 0, 1, PAYMENT_INFO_FIELDS };

static const struct shape_field HISTORY_FIELDS[] = {
	{ "createdAt",     FIELD_TEXT,     OPTIONAL, 0, text_check_date_time },
	{ "orderNumber",   FIELD_TEXT,     OPTIONAL },
	{ "orderState",    FIELD_TEXT,     OPTIONAL, 0, text_check_enum, ORDER_STATES },
	{ "paymentInfo",   FIELD_DOCUMENT, OPTIONAL, .inner = &PAYMENT_INFO },
	{ "paymentState",  FIELD_TEXT,     OPTIONAL, 0, text_check_enum, PAYMENT_STATES },
	{ "shipmentState", FIELD_TEXT,     OPTIONAL, 0, text_check_enum, SHIPMENT_STATES },
};
static const struct shape HISTORY = { 0, sizeof HISTORY_FIELDS / sizeof *HISTORY_FIELDS,
	                                  HISTORY_FIELDS };

/* Takes out of a draft what only an order has. NULL: recorded. */
static json_t *take_history(struct op *op, json_t *draft)
{
	json_t *taken = keep(op, json_object());
	void *decoded;

	for (size_t i = 0; i < HISTORY.count; i++) {
		const char *name = HISTORY.fields[i].name;

		if (doc_has(draft, name))
			doc_put(taken, name, json_incref(json_object_get(draft, name)));
		json_object_del(draft, name);
	}
	if (!shape_decode_input(op, &HISTORY, taken, NULL, &decoded) ||
	    (!references_resolve(op, decoded) && !op->thorough))
		return NULL;
	return decoded;
}

static bool store_order(struct op *op, const struct fixture_entry *entry, const json_t *cart,
                        const json_t *history)
{
	const struct order_draft draft = {
		.order_number = doc_text(history, "orderNumber"),
		.order_state = doc_text(history, "orderState"),
		.payment_state = doc_text(history, "paymentState"),
		.shipment_state = doc_text(history, "shipmentState"),
	};
	struct resource *order = order_start(op, cart, &draft, entry->id);

	if (!order)
		return false;
	json_object_del(order->doc, "cart"); /* there was none */
	doc_set(order->doc, "paymentInfo", json_object_get(history, "paymentInfo"));
	return resource_save_silently(op, order);
}

/* What a draft makes: lines, prices and taxes as they are now. */
static bool make_order(struct op *op, const struct fixture_entry *entry)
{
	const json_t *history = take_history(op, entry->draft);

	if (!history)
		return false;
	const struct resource *cart = start_cart(op, entry->draft);

	if (!cart)
		return false;
	if (json_array_size(json_object_get(cart->doc, "lineItems")) == 0 &&
	    json_array_size(json_object_get(cart->doc, "customLineItems")) == 0)
		return fail_at(op, &(struct json_path){ NULL, "lineItems", 0 },
		               "expected at least one line, or a custom one");
	return store_order(op, entry, cart->doc, history);
}

/* An order that the API showed is kept as it was, whatever has become of what it was made of. */
static bool keep_order(struct op *op, const struct fixture_entry *entry)
{
	static const char *const HEAD[] = {
		"id",        "version",        "versionModifiedAt", "lastMessageSequenceNumber",
		"createdAt", "lastModifiedAt", "lastModifiedBy",    "createdBy",
		"cart",
	};
	struct resource *order = resource_start(op, &ORDER_KIND, entry->id);

	if (!json_is_array(json_object_get(entry->draft, "lineItems")))
		return fail_misfit(op, &(struct json_path){ NULL, "lineItems", 0 }, MISFIT_ARRAY);
	if (!json_is_object(json_object_get(entry->draft, "totalPrice")))
		return fail_misfit(op, &(struct json_path){ NULL, "totalPrice", 0 }, MISFIT_OBJECT);
	for (size_t i = 0; i < sizeof HEAD / sizeof *HEAD; i++)
		json_object_del(entry->draft, HEAD[i]);
	json_object_update(order->doc, entry->draft);
	return resource_save_silently(op, order);
}

bool fixture_load_order(struct op *op, const struct fixture_entry *entry)
{
	const char *created_at = doc_text(entry->draft, "createdAt");
	int64_t now_ms = op->now_ms;

	/* It is made at the time that it says. */
	if (created_at && !timestamp_parse(created_at, &op->now_ms))
		op->now_ms = now_ms; /* the shape refuses it */
	bool done = entry->is_export ? keep_order(op, entry) : make_order(op, entry);

	op->now_ms = now_ms;
	return done;
}
