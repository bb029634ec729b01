#include "cart_shipping_actions_priv.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "cart/cart_shipping.h"
#include "document/doc.h"
#include "money/external_tax.h"
#include "resource/resource.h"
#include "cart_change_priv.h"

/* What an action says of the estimated delivery; it stays as it was if it says nothing. */
static void set_estimate(json_t *info, const json_t *before, const json_t *input)
{
	json_t *estimate = json_object_get(input, "estimatedDelivery");

	doc_set(info, "estimatedDelivery",
	        estimate ? estimate : json_object_get(before, "estimatedDelivery"));
}

/* Is it the method that the cart has? The same again, if it does not fit any more, is refused. */
static bool is_chosen(const json_t *info, const json_t *method)
{
	return json_equal(json_object_get(info, "shippingMethod"), method) &&
	       doc_is(info, "shippingMethodState", "MatchesCart");
}

bool cart_shipping_choose(struct op *op, struct resource *cart, const struct update_action *row,
                          const void *input)
{
	const json_t *rate = json_object_get(input, "externalTaxRate");
	const json_t *before =
		keep(op, json_copy(json_object_get(cart->doc, "shippingInfo")));

	if (!doc_has(input, "shippingMethod"))
		return cart_changed(cart, doc_set(cart->doc, row->field, NULL));
	json_t *method = cart_input_reference(op, input, "shippingMethod");

	if (!method || ((rate || !is_chosen(before, method)) &&
	                !cart_shipping_set_method(op, cart->doc, method, rate)))
		return false;
	json_t *info = json_object_get(cart->doc, row->field);

	set_estimate(info, before, input);
	return cart_changed(cart, !json_equal(before, info));
}

bool cart_shipping_define(struct op *op, struct resource *cart, const struct update_action *row,
                          const void *input)
{
	json_t *category = cart_input_reference(op, input, "taxCategory");
	const json_t *before =
		keep(op, json_incref(json_object_get(cart->doc, "shippingInfo")));

	(void)row;
	if (op_failed(op) || !cart_shipping_set_custom(op, cart->doc, input, category))
		return false;
	set_estimate(json_object_get(cart->doc, "shippingInfo"), before, input);
	return cart_changed(cart, true);
}

/* NULL: recorded. */
static json_t *shipping_info(struct op *op, const struct resource *cart)
{
	json_t *info = json_object_get(cart->doc, "shippingInfo");

	if (!info)
		fail_invalid_operation(op, "The cart has no shipping method.");
	return info;
}

bool cart_shipping_tax_rate(struct op *op, struct resource *cart,
                                  const struct update_action *row, const void *input)
{
	const json_t *draft = json_object_get(input, "externalTaxRate");
	json_t *info = shipping_info(op, cart);
	const json_t *before = keep(op, json_copy(info));

	(void)row;
	if (!info || !external_tax_rate_set(op, cart->doc, info, draft))
		return false;
	if (!draft)
		json_object_del(info, "taxRate");
	return cart_changed(cart, !json_equal(before, info));
}

bool cart_shipping_tax_amount(struct op *op, struct resource *cart,
                                    const struct update_action *row, const void *input)
{
	json_t *info = shipping_info(op, cart);

	(void)row;
	return info &&
	       external_tax_amount_set(op, cart->doc, info, NULL,
	                               json_object_get(input, "externalTaxAmount")) &&
	       cart_changed(cart, true);
}
