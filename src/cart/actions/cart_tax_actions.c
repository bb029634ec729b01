#include "cart_tax_actions_priv.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "cart/cart_members.h"
#include "catalog/product.h"
#include "document/doc.h"
#include "resource/resource.h"
#include "cart_change_priv.h"

static void forget_taxes(json_t *taxed)
{
	json_object_del(taxed, "taxRate");
	json_object_del(taxed, "taxedPrice");
}

/* Has everything in the cart a tax category, where one is needed by now? */
static bool check_categories(struct op *op, const json_t *cart)
{
	const json_t *lines = json_object_get(cart, "lineItems");
	const json_t *custom_lines = json_object_get(cart, "customLineItems");
	const json_t *product;

	for (size_t i = 0; i < json_array_size(lines); i++)
		if (!product_lookup(op, doc_text(json_array_get(lines, i), "productId"), &product) ||
		    (product && !cart_check_tax_category(op, cart, product, NULL)))
			return false;
	for (size_t i = 0; i < json_array_size(custom_lines); i++)
		if (!cart_check_tax_category(op, cart, NULL, json_array_get(custom_lines, i)))
			return false;
	return true;
}

static void forget_all_taxes(json_t *cart)
{
	static const char *const LISTS[] = { "lineItems", "customLineItems" };

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < json_array_size(json_object_get(cart, LISTS[i])); j++)
			forget_taxes(json_array_get(json_object_get(cart, LISTS[i]), j));
	forget_taxes(json_object_get(cart, "shippingInfo"));
	json_object_del(cart, "taxedPrice");
	json_object_del(cart, "taxedShippingPrice");
}

bool cart_tax_change_mode(struct op *op, struct resource *cart, const struct update_action *row,
                          const void *input)
{
	const char *mode = doc_text(input, row->field);

	if (op->mine && strcmp(mode, "Disabled") == 0)
		return fail_invalid_operation(op, "Disabled tax mode is not allowed on my cart.");
	if (!doc_set_text(cart->doc, row->field, mode))
		return true;
	forget_all_taxes(cart->doc);
	return check_categories(op, cart->doc) && cart_changed(cart, true);
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
