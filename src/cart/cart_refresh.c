#include "cart/cart_refresh.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "customer/customer.h"
#include "document/doc.h"
#include "money/money.h"
#include "resource/lookup.h"
#include "cart_priv.h"

const struct cart_refresh REFRESH_OF_UPDATE = { 0 };

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

bool refresh_sum(struct refresh *refresh, int64_t *ret_cents)
{
	int64_t sum = refresh->has_shipping ? refresh->shipping_total : 0;

	for (size_t i = 0; i < refresh->item_count; i++)
		if (!money_add(refresh->op, sum, refresh->items[i].total, &sum))
			return false;
	*ret_cents = sum;
	return true;
}

static bool set_cents(struct refresh *refresh, json_t *doc, const char *member, int64_t cents)
{
	return doc_set(doc, member, money_create(refresh->op, refresh->currency, cents));
}

bool refresh_publish(struct refresh *refresh)
{
	int64_t sum;

	for (size_t i = 0; i < refresh->item_count; i++)
		set_cents(refresh, refresh->items[i].doc, "totalPrice", refresh->items[i].total);
	if (!refresh_sum(refresh, &sum))
		return false;
	set_cents(refresh, refresh->cart, "totalPrice", sum - refresh->off_total);
	return true;
}

static bool count_units(struct refresh *refresh)
{
	const json_t *lines = json_object_get(refresh->cart, "lineItems");
	int64_t quantity = 0;

	for (size_t i = 0; i < json_array_size(lines); i++)
		quantity += doc_int(json_array_get(lines, i), "quantity");
	json_object_del(refresh->cart, "totalLineItemQuantity");
	if (quantity > 0)
		doc_put(refresh->cart, "totalLineItemQuantity", json_integer(quantity));
	return true;
}

bool cart_refresh(struct op *op, json_t *cart, const struct cart_refresh *options)
{
	struct refresh refresh = { .op = op, .cart = cart, .options = options };

	return start(&refresh) && refresh_lines(&refresh) && refresh_collect(&refresh) &&
	       refresh_publish(&refresh) && refresh_shipping(&refresh) && refresh_publish(&refresh) &&
	       refresh_discounts(&refresh) && refresh_publish(&refresh) && count_units(&refresh) &&
	       refresh_taxes(&refresh);
}
