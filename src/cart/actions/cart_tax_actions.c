#include "cart_tax_actions_priv.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "cart/cart_members.h"
#include "document/doc.h"
#include "resource/resource.h"
#include "cart_change_priv.h"

static void forget_taxes(json_t *taxed)
{
	json_object_del(taxed, "taxRate");
	json_object_del(taxed, "taxedPrice");
}

bool cart_tax_change_mode(struct op *op, struct resource *cart, const struct update_action *row,
                            const void *input)
{
	static const char *const LISTS[] = { "lineItems", "customLineItems" };
	const char *mode = doc_text(input, row->field);

	if (op->mine && strcmp(mode, "Disabled") == 0)
		return fail_invalid_operation(op, "Disabled tax mode is not allowed on my cart.");
	if (!doc_set_text(cart->doc, row->field, mode))
		return true;
	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < json_array_size(json_object_get(cart->doc, LISTS[i])); j++)
			forget_taxes(json_array_get(json_object_get(cart->doc, LISTS[i]), j));
	forget_taxes(json_object_get(cart->doc, "shippingInfo"));
	json_object_del(cart->doc, "taxedPrice");
	json_object_del(cart->doc, "taxedShippingPrice");
	return cart_changed(cart, true);
}

static bool check_currencies(struct op *op, const json_t *cart, const json_t *gross,
                             const json_t *portions)
{
	if (!cart_check_currency(op, cart, gross, "tax"))
		return false;
	for (size_t i = 0; i < json_array_size(portions); i++)
		if (!cart_check_currency(op, cart, json_object_get(json_array_get(portions, i), "amount"),
		                         "tax"))
			return false;
	return true;
}

/* The net total is what the refresh at the end finds: whatever the actions before this one changed is in it. */
bool cart_tax_set_total(struct op *op, struct resource *cart, const struct update_action *row,
                        const void *input)
{
	json_t *gross = json_object_get(input, "externalTotalGross");
	json_t *portions = json_object_get(input, "externalTaxPortions");

	if (!doc_is(cart->doc, "taxMode", "ExternalAmount"))
		return fail_invalid_operation(
			op, "The tax can only be set on a cart with the tax mode 'ExternalAmount'.");
	if (!check_currencies(op, cart->doc, gross, portions))
		return false;
	if (!portions)
		portions = keep(op, json_array());
	json_t *price = keep(op, json_pack("{s:O, s:O}", "totalGross", gross, "taxPortions", portions));

	return cart_changed(cart, doc_set(cart->doc, row->field, price));
}
