#include "domain/product_price.h"

#include <string.h>

#include "base/doc.h"
#include "base/op.h"
#include "domain/price.h"

#include "product_priv.h"

bool variant_prices(struct op *op, const char *price_mode, const json_t *variant,
                    const json_t **ret_prices)
{
	(void)op;
	(void)price_mode;
	*ret_prices = json_object_get(variant, "prices");
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
