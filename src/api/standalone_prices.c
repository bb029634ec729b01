#include "api/standalone_prices.h"

#include "api/dressed.h"
#include "api/resources.h"
#include "base/op.h"
#include "catalog/product.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "pricing/product_discounts.h"

/* The variant of a SKU is looked for in current data, which is what is sold. */
static bool dress(struct op *op, json_t *doc, const void *view)
{
	const char *sku = doc_text(doc, "sku");
	const json_t *product = NULL;
	const json_t *prices = keep(op, json_pack("[O]", doc));

	if (!product_lookup_by_sku(op, sku, &product))
		return false;
	const json_t *data = product ? product_current(product) : NULL;
	const struct discounted_variant of = { product, data,
		                                   data ? product_variant_by_sku(data, sku) : NULL };

	if (!of.variant)
		return true;
	if (!product_discounts_of_prices(op, view, &of, prices, &prices))
		return false;
	(void)doc_set(doc, "discounted", json_object_get(json_array_get(prices, 0), "discounted"));
	return true;
}

static struct body shown(struct op *op, const struct call *call, handler_fn *handle)
{
	const struct product_discounts *discounts;

	if (!product_discounts_in_force(op, &discounts))
		return NO_BODY;
	return discounts ? dressed_body(op, call, handle, dress, discounts) : handle(op, call);
}

struct body standalone_prices_list(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_list);
}

struct body standalone_prices_create(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_create);
}

struct body standalone_prices_get(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_get);
}

struct body standalone_prices_get_by_key(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_get_by_key);
}

struct body standalone_prices_update(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_update);
}

struct body standalone_prices_update_by_key(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_update_by_key);
}

struct body standalone_prices_delete(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_delete);
}

struct body standalone_prices_delete_by_key(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_delete_by_key);
}
