#include "cart/cart.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "cart/cart_fields.h"
#include "db/db.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "kind/ownership.h"
#include "resource/caller.h"
#include "resource/index.h"

/* The kind */

bool cart_is_active(const json_t *cart)
{
	return doc_is(cart, "cartState", "Active");
}

/* What the index calls an owner, in all stores or in one. A store's key has no space in it, so no
 * id can be mistaken for one with a store. */
static const char *owner_value(struct op *op, const char *who, const char *id,
                               const char *store_key)
{
	return store_key ? arena_printf(op->arena, "%s %s:%s", store_key, who, id)
	                 : arena_printf(op->arena, "%s:%s", who, id);
}

/* Only carts that may be somebody's active cart have values, so a look-up meets no others. */
static void active_owner_values(struct op *op, const json_t *doc, json_t *values)
{
	const char *customer_id = doc_text(doc, "customerId");
	const char *id = customer_id ? customer_id : doc_text(doc, "anonymousId");
	const char *who = customer_id ? "customer" : "anonymous";
	const char *store_key = doc_text(json_object_get(doc, "store"), "key");

	if (!id || !cart_is_active(doc) || !doc_is(doc, "origin", "Customer"))
		return;
	json_array_append_new(values, json_string(owner_value(op, who, id, NULL)));
	if (store_key)
		json_array_append_new(values, json_string(owner_value(op, who, id, store_key)));
}

static void payment_values(struct op *op, const json_t *doc, json_t *values)
{
	const json_t *payments =
		json_object_get(json_object_get(doc, "paymentInfo"), "payments");

	(void)op;
	for (size_t i = 0; i < json_array_size(payments); i++)
		json_array_append(values, json_object_get(json_array_get(payments, i), "id"));
}


void cart_type_values(struct op *op, const json_t *doc, json_t *values)
{
	static const char *const PATHS[] = {
		"custom.type.id",
		"lineItems.custom.type.id",
		"customLineItems.custom.type.id",
		"billingAddress.custom.type.id",
		"shippingAddress.custom.type.id",
		"itemShippingAddresses.custom.type.id",
		"shippingInfo.deliveries.custom.type.id",
		"shippingInfo.deliveries.address.custom.type.id",
		"shippingInfo.deliveries.parcels.custom.type.id",
		"returnInfo.items.custom.type.id",
	};

	(void)op;
	for (size_t i = 0; i < sizeof PATHS / sizeof *PATHS; i++)
		doc_collect_texts(doc, PATHS[i], values);
}

static const struct index_field INDEX[] = {
	{ .name = "activeOwner", .values = active_owner_values, .by_age = true },
	OWNER_INDEX("customerId"),
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "paymentId", .values = payment_values, .references = "payment" },
	{ .name = "typeId", .values = cart_type_values, .references = "type" },
	{ 0 },
};

const struct resource_kind CART_KIND = {
	.name = "cart",
	.index = INDEX,
	.fields = &CART_FIELDS,
	.give = cart_give_to_customer,
	.is_visible = owned_is_visible,
	.custom_type = "order",
	.of_customer = "customerId = :owner",
	.of_anonymous = "anonymousId = :owner",
	.of_store = "store(key = :store)",
};

struct resource *cart_get(struct op *op, const char *id)
{
	return kind_get(op, &CART_KIND, id);
}

/* Owners */

bool cart_active_of_customer(struct op *op, const char *customer_id, const char *store_key,
                             const char **ret_id)
{
	return index_last_written(op, &CART_KIND, "activeOwner",
	                          owner_value(op, "customer", customer_id, store_key), ret_id);
}

bool cart_active_of_anonymous(struct op *op, const char *anonymous_id, const char *store_key,
                              const char **ret_id)
{
	return index_last_written(op, &CART_KIND, "activeOwner",
	                          owner_value(op, "anonymous", anonymous_id, store_key), ret_id);
}

bool cart_active_of_caller(struct op *op, const char **ret_id)
{
	const struct caller *caller = op->caller;

	return caller->customer_id
	           ? cart_active_of_customer(op, caller->customer_id, op->store_key, ret_id)
	           : cart_active_of_anonymous(op, caller->anonymous_id, op->store_key, ret_id);
}

void cart_give_to_customer(json_t *cart, const json_t *customer)
{
	json_t *group = json_object_get(customer, "customerGroup");

	json_object_set(cart, "customerId", json_object_get(customer, "id"));
	json_object_del(cart, "anonymousId");
	if (group)
		json_object_set(cart, "customerGroup", group);
}
