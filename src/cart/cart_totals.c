#include "cart_totals_priv.h"

#include <stddef.h>

#include <jansson.h>

#include "document/doc.h"
#include "money/money.h"
#include "refresh_priv.h"

bool refresh_sum(struct refresh *refresh, int64_t *ret_cents)
{
	int64_t sum = refresh->has_shipping ? refresh->shipping_total : 0;

	for (size_t i = 0; i < refresh->item_count; i++)
		if (!money_add(refresh->op, sum, refresh->items[i].total, &sum))
			return false;
	*ret_cents = sum;
	return true;
}

bool refresh_publish(struct refresh *refresh)
{
	int64_t sum;

	for (size_t i = 0; i < refresh->item_count; i++)
		money_set(refresh->op, refresh->items[i].doc, "totalPrice", refresh->currency,
		          refresh->items[i].total);
	if (!refresh_sum(refresh, &sum))
		return false;
	money_set(refresh->op, refresh->cart, "totalPrice", refresh->currency,
	          sum - refresh->off_total);
	return true;
}

void refresh_count_units(struct refresh *refresh)
{
	const json_t *lines = json_object_get(refresh->cart, "lineItems");
	int64_t quantity = 0;

	for (size_t i = 0; i < json_array_size(lines); i++)
		quantity += doc_int(json_array_get(lines, i), "quantity");
	if (quantity == doc_int(refresh->cart, "totalLineItemQuantity") && quantity > 0)
		return;
	json_object_del(refresh->cart, "totalLineItemQuantity");
	if (quantity > 0)
		doc_put(refresh->cart, "totalLineItemQuantity", json_integer(quantity));
}
