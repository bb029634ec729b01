#include "cart/cart_replica.h"

#include <stddef.h>
#include <string.h>

#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart_members.h"
#include "cart/cart_refresh.h"
#include "cart/cart_shipping.h"
#include "cart/line_item.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "resource/load.h"
#include "resource/resource.h"

/* What is replicated may be a cart or an order. */
static const char *const REPLICABLE[] = { "cart", "order", NULL };
static const struct shape_field SOURCE_FIELDS[] = {
	{ "typeId", FIELD_TEXT, REQUIRED, 0, text_check_enum, REPLICABLE },
	{ "id",     FIELD_TEXT, REQUIRED, 0, text_check_uuid },
};
static const struct shape SOURCE = { 0, 2, SOURCE_FIELDS };
static const struct shape_field REPLICA_FIELDS[] = {
	{ "reference", FIELD_DOCUMENT, REQUIRED, .inner = &SOURCE },
	{ "key",       FIELD_TEXT,     OPTIONAL },
};
const struct shape MY_REPLICA_DRAFT = { 0, 1, REPLICA_FIELDS };
const struct shape REPLICA_DRAFT    = { 0, 2, REPLICA_FIELDS };

static void copy(json_t *doc, const json_t *draft, const char *member)
{
	json_t *value = json_object_get(draft, member);

	if (value)
		json_object_set(doc, member, value);
}

/* An order or cart as a draft of a cart: what both have under the same name. */
static void copy_contents(struct op *op, json_t *doc, const json_t *source)
{
	static const char *const MEMBERS[] = {
		"customerEmail", "customerGroup",  "store",           "country",
		"locale",        "billingAddress", "shippingAddress", "itemShippingAddresses",
		"discountCodes", "inventoryMode",  "taxMode",         "priceRoundingMode",
		"custom",        "taxRoundingMode", "taxCalculationMode",
		"deleteDaysAfterLastModification", "purchaseOrderNumber",
	};
	static const char *const LISTS[] = { "lineItems", "customLineItems" };

	for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++)
		copy(doc, source, MEMBERS[i]);
	for (size_t i = 0; i < 2; i++) {
		const json_t *lines = json_object_get(source, LISTS[i]);

		for (size_t j = 0; j < json_array_size(lines); j++) {
			const char *mode = doc_text(json_array_get(lines, j), "lineItemMode");

			if (!mode || strcmp(mode, "Standard") == 0)
				json_array_append(json_object_get(doc, LISTS[i]),
				                  line_item_copy(op, json_array_get(lines, j)));
		}
	}
}

static bool copy_shipping(struct op *op, json_t *doc, const json_t *source)
{
	json_t *method =
		json_object_get(json_object_get(source, "shippingInfo"), "shippingMethod");

	return !method || cart_shipping_set_method(op, doc, method, NULL);
}

struct resource *cart_replicate(struct op *op, const json_t *source, const char *key)
{
	static const struct cart_refresh OPTIONS = { .update_product_data = true,
		                                         .drop_invalid_items = true,
		                                         .drop_unpriced_items = true };
	struct resource *cart = resource_start(op, &CART_KIND, NULL);
	const json_t *draft = keep(
		op, json_pack("{s:O, s:s*}", "currency",
	                  json_object_get(json_object_get(source, "totalPrice"), "currencyCode"), "key",
	                  key));

	if (!cart_members_start(op, cart, draft) || !cart_check_key(op, draft))
		return NULL;
	copy(cart->doc, source, "customerId");
	copy(cart->doc, source, "anonymousId");
	copy(cart->doc, draft, "key");
	copy_contents(op, cart->doc, keep(op, json_deep_copy(source)));
	if (!copy_shipping(op, cart->doc, source) || !cart_refresh(op, cart->doc, &OPTIONS))
		return NULL;
	return cart;
}
