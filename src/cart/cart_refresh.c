#include "cart/cart_refresh.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "customer/customer.h"
#include "document/doc.h"
#include "money/money.h"
#include "resource/lookup.h"
#include "resource/resource.h"
#include "resource/save.h"
#include "cart_lines_priv.h"
#include "cart_shipping_priv.h"
#include "cart_taxes_priv.h"
#include "cart_totals_priv.h"
#include "refresh_priv.h"

const struct cart_refresh REFRESH_OF_UPDATE = { 0 };
const struct cart_refresh REFRESH_OF_FROZEN = { .keep_prices = true };

static enum rounding_mode mode_of(const json_t *cart, const char *member)
{
	enum rounding_mode mode = ROUND_HALF_EVEN;

	(void)rounding_mode_parse(doc_text(cart, member), &mode); /* the default, if there is none */
	return mode;
}

static bool start(struct refresh *refresh)
{
	const char *customer_id = doc_text(refresh->cart, "customerId");

	/* The member is about to be replaced. */
	refresh->currency = arena_strdup(
		refresh->op->arena, money_currency(json_object_get(refresh->cart, "totalPrice")));
	refresh->price_rounding = mode_of(refresh->cart, "priceRoundingMode");
	refresh->tax_rounding = mode_of(refresh->cart, "taxRoundingMode");
	refresh->off_included = keep(refresh->op, json_array());
	refresh->for_total = keep(refresh->op, json_array());
	return !customer_id || lookup(refresh->op, &CUSTOMER_KIND, customer_id, &refresh->customer);
}

bool cart_refresh(struct op *op, json_t *cart, const struct cart_refresh *options)
{
	struct refresh refresh = { .op = op, .cart = cart, .options = options };

	if (!start(&refresh) || !refresh_lines(&refresh) || !refresh_collect(&refresh) ||
	    !refresh_publish(&refresh) || !refresh_shipping(&refresh) || !refresh_publish(&refresh) ||
	    !refresh_discounts(&refresh) || !refresh_publish(&refresh))
		return false;
	refresh_count_units(&refresh);
	return refresh_taxes(&refresh);
}

json_t *cart_before_shipping(struct op *op, const json_t *cart)
{
	json_t *copy = keep(op, json_deep_copy(cart));
	struct refresh refresh = { .op = op, .cart = copy, .options = &REFRESH_OF_FROZEN };

	return start(&refresh) && refresh_lines(&refresh) && refresh_collect(&refresh) &&
	               refresh_publish(&refresh) && refresh_taxes(&refresh)
	           ? copy
	           : NULL;
}

bool cart_refresh_counted(struct op *op, struct resource *cart, const struct cart_refresh *options)
{
	/* What an action changed is counted already; else the difference has to be found. */
	const json_t *before = cart->changed ? NULL : keep(op, json_deep_copy(cart->doc));

	if (!cart_refresh(op, cart->doc, options))
		return false;
	if (before && !json_equal(before, cart->doc))
		resource_touch(cart);
	return true;
}
