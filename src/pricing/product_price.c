#include "pricing/product_price.h"

#include <string.h>

#include "base/op.h"
#include "catalog/product_data.h"
#include "catalog/standalone_price.h"
#include "document/doc.h"
#include "money/price.h"
#include "pricing/product_discounts.h"

static bool is_standalone(const json_t *product)
{
	return doc_is(product, "priceMode", "Standalone");
}

/* The standalone prices of a variant. False: recorded. */
static bool standalone_prices(struct op *op, const struct discounted_variant *of,
                              const json_t **ret_prices)
{
	const struct product_discounts *discounts;
	const char *sku = doc_text(of->variant, "sku");
	json_t *prices = NULL;

	if (sku && !standalone_prices_of_sku(op, sku, &prices))
		return false;
	return product_discounts_in_force(op, &discounts) &&
	       product_discounts_of_prices(op, discounts, of, prices, ret_prices);
}

bool variant_prices(struct op *op, const struct discounted_variant *of, const json_t **ret_prices)
{
	const struct product_discounts *discounts;

	if (is_standalone(of->product))
		return standalone_prices(op, of, ret_prices);
	return product_discounts_in_force(op, &discounts) &&
	       product_discounts_of_prices(op, discounts, of, json_object_get(of->variant, "prices"),
	                                   ret_prices);
}

bool product_select_prices(struct op *op, const json_t *product, json_t *data,
                           const struct price_selection *selection)
{
	for (size_t i = 0; i < variant_count(data); i++) {
		json_t *variant = variant_at(data, i);
		const struct discounted_variant of = { product, data, variant };
		const json_t *prices = json_object_get(variant, "prices");

		if (is_standalone(product) && !standalone_prices(op, &of, &prices))
			return false;
		(void)doc_set(variant, "price", price_select(prices, selection)); /* it has none */
	}
	return true;
}
