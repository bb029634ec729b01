#include "cart/cart_ahead.h"

#include "base/op.h"
#include "cart/cart.h"
#include "catalog/product.h"
#include "customer/customer.h"
#include "document/doc.h"
#include "pricing/product_discounts.h"
#include "resource/load.h"
#include "resource/lookup.h"

static bool look_up_lines(struct op *op, const json_t *cart)
{
	const json_t *lines = json_object_get(cart, "lineItems");
	const struct product_discounts *discounts;
	const json_t *unused;

	if (json_array_size(lines) > 0 && !product_discounts_in_force(op, &discounts))
		return false;

	for (size_t i = 0; i < json_array_size(lines); i++)
		if (!product_lookup(op, doc_text(json_array_get(lines, i), "productId"), &unused))
			return false;
	return true;
}

bool cart_fetch_ahead(struct op *op, const char *id)
{
	const json_t *cart;
	const json_t *unused;

	if (!resource_fetch_ahead(op, &CART_KIND, id, &cart))
		return false;
	const char *customer_id = doc_text(cart, "customerId");

	return (!customer_id || lookup(op, &CUSTOMER_KIND, customer_id, &unused)) &&
	       look_up_lines(op, cart);
}

bool cart_fetch_active_ahead(struct op *op, const char *customer_id, const char *anonymous_id)
{
	const char *id;

	if (!cart_active_of_customer(op, customer_id, op->store_key, &id) ||
	    (id && !cart_fetch_ahead(op, id)))
		return false;
	if (!anonymous_id)
		return true;
	return cart_active_of_anonymous(op, anonymous_id, op->store_key, &id) &&
	       (!id || cart_fetch_ahead(op, id));
}
