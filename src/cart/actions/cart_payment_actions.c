#include "cart_payment_actions_priv.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "cart/cart.h"
#include "cart/cart_discounts.h"
#include "document/doc.h"
#include "resource/index.h"
#include "resource/lookup.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "cart_change_priv.h"

/* Discount codes */

bool cart_code_add(struct op *op, struct resource *cart, const struct update_action *row,
                              const void *input)
{
	size_t before = json_array_size(json_object_get(cart->doc, row->field));

	return cart_apply_discount_code(op, cart->doc, doc_text(input, "code")) &&
	       cart_changed(cart, json_array_size(json_object_get(cart->doc, row->field)) != before);
}

bool cart_code_remove(struct op *op, struct resource *cart,
                                 const struct update_action *row, const void *input)
{
	json_t *codes = json_object_get(cart->doc, row->field);
	const json_t *wanted = json_object_get(input, "discountCode");

	for (size_t i = 0; i < json_array_size(codes); i++) {
		const json_t *reference = json_object_get(json_array_get(codes, i), "discountCode");

		if (strcmp(doc_text(reference, "id"), doc_text(wanted, "id")) != 0)
			continue;
		json_array_remove(codes, i);
		return cart_changed(cart, true);
	}
	return fail_invalid_operation(op, "The cart does not have the discount code '%s'.",
	                              doc_text(wanted, "id"));
}

/* Payments */

static bool check_payment_is_free(struct op *op, const struct resource *cart, const char *id)
{
	const struct resource_kind *orders = kind_find(op, "order");
	int64_t count = 0;

	if (orders && !resource_count(op, orders, "paymentId", id, &count))
		return false;
	const json_t *carts = lookup_all(op, &CART_KIND, "paymentId", id);

	if (!carts)
		return false;
	for (size_t i = 0; i < json_array_size(carts); i++) {
		const json_t *other = json_array_get(carts, i);

		if (cart_is_active(other) && strcmp(doc_text(other, "id"), cart->id) != 0)
			count++;
	}
	return count == 0 || fail_invalid_operation(
							 op, "The payment '%s' belongs to another cart or to an order.", id);
}

bool cart_payment_add(struct op *op, struct resource *cart, const struct update_action *row,
                        const void *input)
{
	json_t *payment = cart_input_reference(op, input, "payment");
	const json_t *before = json_object_get(json_object_get(cart->doc, row->field), "payments");

	if (!payment)
		return false;
	if (doc_find(before, "id", doc_text(payment, "id"), NULL))
		return true;
	if (!check_payment_is_free(op, cart, doc_text(payment, "id")))
		return false;
	json_t *payments = keep(op, before ? json_copy((json_t *)(uintptr_t)before) : json_array());

	json_array_append(payments, payment);
	doc_put(cart->doc, row->field, json_pack("{s:O}", "payments", payments));
	return cart_changed(cart, true);
}

bool cart_payment_remove(struct op *op, struct resource *cart, const struct update_action *row,
                           const void *input)
{
	json_t *payment = cart_input_reference(op, input, "payment");
	json_t *payments = json_object_get(json_object_get(cart->doc, row->field), "payments");
	size_t index;

	if (!payment)
		return false;
	if (!doc_find(payments, "id", doc_text(payment, "id"), &index))
		return fail_invalid_operation(op, "The cart does not have the payment '%s'.",
		                              doc_text(payment, "id"));
	json_array_remove(payments, index);
	if (json_array_size(payments) == 0)
		json_object_del(cart->doc, row->field);
	return cart_changed(cart, true);
}
