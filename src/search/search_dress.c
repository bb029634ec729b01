#include "search/search_dress.h"

#include <string.h>

#include "base/op.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "inventory/availability.h"
#include "pricing/product_discounts.h"
#include "resource/stored.h"
#include "search/search_reader.h"
#include "search/search_value.h"

/* -- standalone prices -- */

static bool has_standalone_prices(const struct search_plan *plan)
{
	struct search_values mode = search_reader_values(plan->reader, plan->price_mode);

	return plan->is_of_prices && mode.count > 0 &&
	       slice_equals(slice_inside(mode.items[0].raw), "Standalone", strlen("Standalone"));
}

/* -- stock -- */

/* Is any variant in stock, or out of it? False: recorded. */
static bool has_stock(struct op *op, const struct search_plan *plan, bool *ret_has)
{
	struct search_values skus = { NULL, 0 };

	*ret_has = false;
	if (plan->is_dressed)
		skus = search_reader_values(plan->reader, plan->skus);
	for (size_t i = 0; i < skus.count && !*ret_has; i++) {
		json_t *data =
			keep(op, json_pack("{s:{s:s}}", "masterVariant", "sku",
		                       search_value_text(op->arena, skus.items[i].raw)));

		if (!availability_add_of_channels(op, data, plan->view.supply_channels))
			return false;
		*ret_has = doc_has(variant_at(data, 0), "availability");
	}
	return true;
}

/* -- discounts -- */

static bool is_discounted_as_stored(const struct search_plan *plan)
{
	return search_reader_values(plan->reader, plan->discounted).count > 0;
}

static bool may_be_discounted(const struct search_plan *plan, const char *text, size_t bytes)
{
	return plan->is_discounted &&
	       (is_discounted_as_stored(plan) ||
	        product_discounts_may_apply(plan->view.discounts, text, bytes));
}

/* -- all of it -- */

bool search_dress_may_matter(const struct search_plan *plan, const char *text, size_t bytes)
{
	return plan->is_dressed || has_standalone_prices(plan) || may_be_discounted(plan, text, bytes);
}

/* False: recorded. */
static bool matters(struct op *op, const struct search_plan *plan, const char *text, size_t bytes,
                    bool *ret_matters)
{
	*ret_matters = has_standalone_prices(plan) || may_be_discounted(plan, text, bytes);
	return *ret_matters || has_stock(op, plan, ret_matters);
}

bool search_dress(struct op *op, struct search_plan *plan, const char *text, size_t bytes,
                  bool *ret_dressed)
{
	struct product_view view = plan->view;

	if (!matters(op, plan, text, bytes, ret_dressed))
		return false;
	if (!*ret_dressed)
		return true;
	json_t *doc = stored_read(op, text, bytes);

	view.standalone_prices = true;
	view.prices.currency = NULL; /* the reader selects them */
	if (!doc || !product_view_dress_variants(op, doc, doc, &view))
		return false;
	const char *dressed = json_text(op, doc);

	search_reader_read(plan->reader, dressed, strlen(dressed));
	return true;
}
