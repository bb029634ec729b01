#include "api/carts.h"

#include "api/listing.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/error_oauth.h"
#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart_ahead.h"
#include "cart/cart_draft.h"
#include "cart/cart_refresh.h"
#include "cart/cart_replica.h"
#include "cart/cart_shipping.h"
#include "cart/cart_update.h"
#include "document/doc.h"
#include "kind/kind.h"
#include "kind/update.h"
#include "resource/caller.h"
#include "resource/registry.h"
#include "resource/save.h"
#include "resource/stored.h"

/* Reading */

/* The text as it is stored: what the index finds is the caller's, and of the store of the path. */
static struct body stored(struct op *op, const struct call *call, const char *id)
{
	const char *text;
	size_t bytes;

	if (!resource_text(op, &CART_KIND, id, &text, &bytes))
		return NO_BODY;
	if (text)
		return stored_body(op, call, text, bytes);
	fail_not_found(op, id);
	return NO_BODY;
}

struct body my_active_cart(struct op *op, const struct call *call)
{
	const char *id;

	if (!cart_active_of_caller(op, &id))
		return NO_BODY;
	if (id)
		return stored(op, call, id);
	fail_lookup_not_found(op);
	return NO_BODY;
}

static struct body active_of_customer(struct op *op, const struct call *call,
                                      const char *customer_id)
{
	const char *id;

	if (!cart_active_of_customer(op, customer_id, op->store_key, &id))
		return NO_BODY;
	if (id)
		return stored(op, call, id);
	fail_lookup_not_found(op);
	fail_reason(op, "customer %s has no active cart", customer_id);
	return NO_BODY;
}

struct body carts_get_by_customer(struct op *op, const struct call *call)
{
	return active_of_customer(op, call, call->argument);
}

/* A parameter of an old look-up, which an official test uses: the answer is the customer's cart. */
struct body carts_list(struct op *op, const struct call *call)
{
	const char *customer_id = parameters_get(&call->query, "customerId");

	return customer_id ? active_of_customer(op, call, customer_id)
	                   : list_kind(op, call, &CART_KIND);
}

/* Writing */

static struct body save(struct op *op, const struct call *call, struct resource *cart)
{
	return cart && resource_save(op, cart) ? resource_body(op, call, cart) : NO_BODY;
}

struct body carts_create(struct op *op, const struct call *call)
{
	return save(op, call, cart_start(op, call->input));
}

struct body carts_replicate(struct op *op, const struct call *call)
{
	const json_t *reference = json_object_get(call->input, "reference");
	const char *id = doc_text(reference, "id");
	const struct resource_kind *kind = kind_find(op, doc_text(reference, "typeId"));

	if (!kind) {
		fail_not_found(op, id);
		return NO_BODY;
	}
	const struct resource *source = kind_get(op, kind, id);

	return source ? save(op, call, cart_replicate(op, source->doc, doc_text(call->input, "key")))
	              : NO_BODY;
}

bool carts_fetch(struct op *op, struct call *call)
{
	return cart_fetch_ahead(op, call->argument);
}

static struct body update(struct op *op, const struct call *call, struct resource *cart)
{
	if (!cart || !cart_update(op, cart, call->input) ||
	    !resource_save_updated(op, cart, call->input))
		return NO_BODY;
	return resource_body(op, call, cart);
}

struct body carts_update(struct op *op, const struct call *call)
{
	return update(op, call, cart_get(op, call->argument));
}

struct body carts_update_by_key(struct op *op, const struct call *call)
{
	return update(op, call, kind_get_by_key(op, &CART_KIND, call->argument));
}

/* Shipping methods */

static struct body methods(struct op *op, const struct call *call, json_t *found)
{
	json_int_t count = (json_int_t)json_array_size(found);

	if (!found)
		return NO_BODY;
	return expanded_body(op, call,
	                     keep(op, json_pack("{s:I, s:i, s:I, s:I, s:O}", "limit", count, "offset",
	                                        0, "count", count, "total", count, "results", found)));
}

/* Whoever buys may ask for the cart that is theirs. */
struct body shipping_methods_of_cart(struct op *op, const struct call *call)
{
	const char *id = parameters_get(&call->query, "cartId");

	if (!id) {
		fail_missing_query_parameter(op, "cartId");
		return NO_BODY;
	}
	op->mine = op->caller->customer_id || op->caller->anonymous_id;
	const struct resource *cart = cart_get(op, id);

	if (!cart)
		return NO_BODY;
	const struct cart_shipping_place place = cart_shipping_place_of(cart->doc);

	if (!place.country) {
		fail_invalid_operation(op, "The cart with ID '%s' does not have a shipping address set.",
		                       id);
		return NO_BODY;
	}
	const json_t *seen = cart_before_shipping(op, cart->doc);

	return seen ? methods(op, call, cart_shipping_methods_matching(op, seen, &place)) : NO_BODY;
}

struct body shipping_methods_of_location(struct op *op, const struct call *call)
{
	const struct cart_shipping_place place = {
		.country = parameters_get(&call->query, "country"),
		.state = parameters_get(&call->query, "state"),
		.currency = parameters_get(&call->query, "currency"),
	};

	if (!place.country) {
		fail_missing_query_parameter(op, "country");
		return NO_BODY;
	}
	return methods(op, call, cart_shipping_methods_matching(op, NULL, &place));
}
