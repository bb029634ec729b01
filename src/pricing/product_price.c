#include "pricing/product_price.h"

#include <string.h>

#include "base/op.h"
#include "catalog/product_data.h"
#include "catalog/standalone_price.h"
#include "document/doc.h"
#include "money/price.h"


bool variant_prices(struct op *op, const char *price_mode, const json_t *variant,
                    const json_t **ret_prices)
{
	const char *sku = doc_text(variant, "sku");
	json_t *prices = json_object_get(variant, "prices");

	if (price_mode && strcmp(price_mode, "Standalone") == 0) {
		prices = NULL;
		if (sku && !standalone_prices_of_sku(op, sku, &prices))
			return false;
	}
	*ret_prices = prices;
	return true;
}

bool product_select_prices(struct op *op, const char *price_mode, json_t *data,
                           const struct price_selection *selection)
{
	for (size_t i = 0; i < variant_count(data); i++) {
		json_t *variant = variant_at(data, i);
		const json_t *prices;

		if (!variant_prices(op, price_mode, variant, &prices))
			return false;
		(void)doc_set(variant, "price", price_select(prices, selection)); /* it has none */
	}
	return true;
}
