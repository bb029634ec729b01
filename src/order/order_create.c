#include "order/order_create.h"

#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart_refresh.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "inventory/stock.h"
#include "kind/custom_fields.h"
#include "kind/kind.h"
#include "money/money.h"
#include "money/price.h"
#include "order/order.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/save.h"

/* Drafts */

#define AT(member) offsetof(struct order_draft, member)
static const struct shape_field MY_DRAFT_FIELDS[] = {
	{ "id",      FIELD_TEXT, REQUIRED, AT(cart_id) },
	{ "version", FIELD_LONG, REQUIRED, AT(version) },
};
static const struct shape_field DRAFT_FIELDS[] = {
	{ "id",                  FIELD_TEXT,      OPTIONAL, AT(cart_id) },
	{ "version",             FIELD_LONG,      REQUIRED, AT(version) },
	{ "cart",                FIELD_CUSTOM,    OPTIONAL, AT(cart), NULL, "cart", NULL, identifier_decode },
	{ "orderNumber",         FIELD_TEXT,      OPTIONAL, AT(order_number) },
	{ "purchaseOrderNumber", FIELD_TEXT,      OPTIONAL, AT(purchase_order_number) },
	{ "orderState",          FIELD_TEXT,      OPTIONAL, AT(order_state),    text_check_enum, ORDER_STATES },
	{ "paymentState",        FIELD_TEXT,      OPTIONAL, AT(payment_state),  text_check_enum, PAYMENT_STATES },
	{ "shipmentState",       FIELD_TEXT,      OPTIONAL, AT(shipment_state), text_check_enum, SHIPMENT_STATES },
	{ "state",               FIELD_CONVERTED, OPTIONAL, AT(state), NULL, "state", NULL, reference_decode },
	{ "custom",              FIELD_OBJECT,    IF_GIVEN, AT(custom), NULL, NULL, &CUSTOM_DRAFT_SHAPE },
};
#undef AT
const struct shape MY_ORDER_DRAFT = { sizeof(struct order_draft), 2, MY_DRAFT_FIELDS };
const struct shape ORDER_DRAFT    = {
	sizeof(struct order_draft), sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS
};

/* May the cart be ordered? */

static bool check_state(struct op *op, const json_t *cart)
{
	if (!cart_is_active(cart) && !doc_is(cart, "cartState", "Frozen"))
		return fail_invalid_operation(op, "The cart is in state '%s' and cannot be ordered.",
		                              doc_text(cart, "cartState"));
	if (json_array_size(json_object_get(cart, "lineItems")) == 0 &&
	    json_array_size(json_object_get(cart, "customLineItems")) == 0)
		return fail_invalid_operation(op, "An order cannot be created from an empty cart.");
	return !doc_is(cart, "shippingMode", "Single") || doc_has(cart, "shippingAddress") ||
	       fail_invalid_operation(op, "Shipping address is not set.");
}

static bool check_shipping_details(struct op *op, const json_t *cart, const char *list,
                                   const char *subject)
{
	size_t index;
	const json_t *line;

	json_array_foreach(json_object_get(cart, list), index, line) {
		const json_t *details = json_object_get(line, "shippingDetails");

		if (details && !doc_true(details, "valid"))
			return fail_item_shipping_details(op, subject, doc_text(line, "id"));
	}
	return true;
}

/* Did the client give the taxes of all, where it has to? Source: API docs, "TaxMode". */
static bool check_taxes(struct op *op, const json_t *cart)
{
	static const char *const LISTS[] = { "lineItems", "customLineItems" };
	bool is_amount = doc_is(cart, "taxMode", "ExternalAmount");
	const json_t *info = json_object_get(cart, "shippingInfo");
	bool is_taxed = !is_amount || doc_has(cart, "taxedPrice");

	if (!is_amount && !doc_is(cart, "taxMode", "External"))
		return true;
	for (size_t i = 0; i < 2; i++) {
		const json_t *lines = json_object_get(cart, LISTS[i]);

		for (size_t j = 0; j < json_array_size(lines); j++)
			is_taxed = is_taxed && doc_has(json_array_get(lines, j), "taxedPrice");
	}
	is_taxed = is_taxed && (!info || doc_has(info, "taxedPrice"));
	return is_taxed || fail_invalid_operation(op, "The cart is missing external tax %s.",
	                                          is_amount ? "amounts" : "rates");
}

/* Every code in the cart must do what it is there for. */
static bool check_discount_codes(struct op *op, const json_t *cart)
{
	size_t index;
	const json_t *info;

	json_array_foreach(json_object_get(cart, "discountCodes"), index, info)
		if (!doc_is(info, "state", "MatchesCart") &&
		    !doc_is(info, "state", "ApplicationStoppedByGroupBestDeal"))
			return fail_discount_code_state(op,
			                                doc_text(json_object_get(info, "discountCode"), "id"));
	return true;
}

static bool check_shipping_method(struct op *op, const json_t *cart)
{
	const json_t *info = json_object_get(cart, "shippingInfo");

	return !doc_is(info, "shippingMethodState", "DoesNotMatchCart") ||
	       fail_shipping_method_mismatch(op);
}

/* Does it still cost what it did when the cart was last changed? */

static const json_t *unit_value(const json_t *line)
{
	const json_t *price = json_object_get(line, "price");

	return price ? price_unit_value(price, doc_int(line, "quantity"))
	             : json_object_get(line, "money");
}

static void compare_lines(const json_t *cart, const json_t *fresh, const char *list, json_t *ids)
{
	size_t index;
	const json_t *line;

	json_array_foreach(json_object_get(cart, list), index, line) {
		const json_t *now =
			doc_find(json_object_get(fresh, list), "id", doc_text(line, "id"), NULL);

		if (now &&
		    (!money_equal(unit_value(line), unit_value(now)) || !doc_same(line, now, "taxRate")))
			json_array_append(ids, json_object_get(line, "id"));
	}
}

static bool same_shipping(const json_t *cart, const json_t *fresh)
{
	const json_t *info = json_object_get(cart, "shippingInfo");
	const json_t *now = json_object_get(fresh, "shippingInfo");

	return doc_same(info, now, "price") && doc_same(info, now, "taxRate");
}

/* Compares with what the cart would be after a change now; the cart itself stays as it is. */
static bool check_prices(struct op *op, const json_t *cart)
{
	json_t *fresh = keep(op, json_deep_copy(cart));
	json_t *ids = keep(op, json_array());

	if (doc_is(cart, "freezeStrategy", "HardFreeze"))
		return check_discount_codes(op, cart) && check_shipping_method(op, cart);
	if (!cart_refresh(op, fresh, cart_is_active(cart) ? &REFRESH_OF_UPDATE : &REFRESH_OF_FROZEN))
		return false;
	compare_lines(cart, fresh, "lineItems", ids);
	compare_lines(cart, fresh, "customLineItems", ids);
	if (json_array_size(ids) > 0 || !same_shipping(cart, fresh))
		return fail_price_changed(op, ids, !same_shipping(cart, fresh));
	return check_discount_codes(op, fresh) && check_shipping_method(op, fresh);
}

static bool check_cart(struct op *op, const json_t *cart)
{
	return check_state(op, cart) && check_shipping_details(op, cart, "lineItems", "LineItem") &&
	       check_shipping_details(op, cart, "customLineItems", "CustomLineItem") &&
	       check_taxes(op, cart) && check_prices(op, cart);
}

/* The order */

/* What an order has of its cart, in the order in which it goes out. */
static const char *const CART_MEMBERS[] = {
	"customerId",
	"customerEmail",
	"customerGroup",
	"anonymousId",
	"businessUnit",
	"store",
	"lineItems",
	"customLineItems",
	"totalPrice",
	"taxedPrice",
	"taxedShippingPrice",
	"discountOnTotalPrice",
	"priceRoundingMode",
	"taxMode",
	"taxRoundingMode",
	"taxCalculationMode",
	"inventoryMode",
	"billingAddress",
	"shippingAddress",
	"shippingMode",
	"shippingKey",
	"shippingInfo",
	"shippingRateInput",
	"shippingCustomFields",
	"shipping",
	"itemShippingAddresses",
	"discountCodes",
	"directDiscounts",
	"refusedGifts",
	"paymentInfo",
	"country",
	"locale",
	"origin",
	"purchaseOrderNumber",
	"discountTypeCombination",
	"custom",
};

static void copy_cart(json_t *order, const json_t *cart)
{
	for (size_t i = 0; i < sizeof CART_MEMBERS / sizeof *CART_MEMBERS; i++)
		if (doc_has(cart, CART_MEMBERS[i]))
			doc_put(order, CART_MEMBERS[i],
			        json_deep_copy(json_object_get(cart, CART_MEMBERS[i])));
	doc_put(order, "cart",
	        json_pack("{s:s, s:O}", "typeId", "cart", "id", json_object_get(cart, "id")));
}

static bool fill(struct op *op, json_t *order, const struct order_draft *draft)
{
	struct custom_change change;

	doc_set_text(order, "orderNumber", draft->order_number);
	if (draft->purchase_order_number)
		doc_set_text(order, "purchaseOrderNumber", draft->purchase_order_number);
	doc_set_text(order, "orderState", draft->order_state ? draft->order_state : "Open");
	doc_set_text(order, "paymentState", draft->payment_state);
	doc_set_text(order, "shipmentState", draft->shipment_state);
	doc_put(order, "syncInfo", json_array());
	doc_put(order, "returnInfo", json_array());
	/* There are no states, so one that is named is not there. */
	if (draft->state && !references_resolved(op, draft->state))
		return false;
	return !draft->custom || custom_set_type(op, order, "order", draft->custom, &change);
}

static struct resource *load_cart(struct op *op, const struct order_draft *draft)
{
	if (draft->cart)
		return reference_load(op, &CART_KIND, draft->cart);
	if (draft->cart_id)
		return cart_get(op, draft->cart_id);
	fail_invalid_operation(op, "One of 'cart' and 'id' is required.");
	return NULL;
}

struct resource *order_start(struct op *op, const json_t *cart, const struct order_draft *draft,
                             const char *id)
{
	struct resource *order = resource_start(op, &ORDER_KIND, id);

	doc_put(order->doc, "type", json_string("Order"));
	copy_cart(order->doc, cart);
	return fill(op, order->doc, draft) ? order : NULL;
}

struct resource *order_create(struct op *op, const struct order_draft *draft)
{
	struct resource *cart = load_cart(op, draft);

	if (!cart || !resource_at_version(op, cart, draft->version) || !check_cart(op, cart->doc))
		return NULL;
	struct resource *order = order_start(op, cart->doc, draft, NULL);

	if (!order)
		return NULL;
	doc_set_text(cart->doc, "cartState", "Ordered");
	resource_touch(cart);
	resource_emit(op, order, MESSAGE_OrderCreated,
	              keep(op, json_pack("{s:O}", "order", order->doc)));
	return resource_save(op, cart) && resource_save(op, order) && stock_take(op, order->doc)
	           ? order
	           : NULL;
}
