#include "api/products.h"

#include <string.h>

#include "api/dressed.h"
#include "api/resources.h"
#include "auth/scope.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product_projection.h"
#include "resource/caller.h"
#include "search/product_view.h"

#include "products_priv.h"

#define READ_STAGED "view_products manage_products"

/* -- parameters -- */

/* The values of all parameters with one of two names, in order. */
static const char *const *values_of(struct op *op, const struct call *call, const char *name,
                                    const char *other_name, size_t *ret_count)
{
	const struct parameters *query = &call->query;
	const char **values = arena_alloc(op->arena, (query->count + 1) * sizeof *values);

	*ret_count = 0;
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, name) == 0 ||
		    strcmp(query->items[i].name, other_name) == 0)
			values[(*ret_count)++] = query->items[i].value;
	return values;
}

bool product_view_read(struct op *op, const struct call *call, bool is_projected,
                       struct product_view *ret_view)
{
	struct price_selection *prices = &ret_view->prices;

	*ret_view = (struct product_view){ 0 };
	*prices = (struct price_selection){ .currency = parameters_get(&call->query, "priceCurrency"),
		                                .country = parameters_get(&call->query, "priceCountry"),
		                                .channel_id = parameters_get(&call->query, "priceChannel"),
		                                .now_ms = op->now_ms };
	prices->customer_group_ids =
		values_of(op, call, "priceCustomerGroup", "priceCustomerGroupAssignments",
	              &prices->customer_group_count);
	if (!is_projected)
		return product_view_open(op, ret_view);
	ret_view->locales =
		values_of(op, call, "localeProjection", "localeProjection", &ret_view->locale_count);
	ret_view->attributes = values_of(op, call, "filter[attributes]", "filter[attributes]",
	                                 &ret_view->attribute_count);
	ret_view->store_key = parameters_get(&call->query, "storeProjection");
	return product_view_open(op, ret_view);
}

bool projections_are_staged(struct op *op, const struct call *call, bool *ret_staged)
{
	const char *staged = parameters_get(&call->query, "staged");

	*ret_staged = staged && strcmp(staged, "true") == 0;
	if (!staged || strcmp(staged, "false") == 0)
		return true;
	if (!*ret_staged)
		return fail_invalid_input(
			op, "Malformed parameter: staged: The value must be 'true' or 'false'.");
	return staged_are_permitted(op);
}

bool staged_are_permitted(struct op *op)
{
	return scope_permits(op->caller->scope, READ_STAGED, op->project, op->store_key) ||
	       fail_insufficient_scope(op, "view_products, manage_products");
}

/* -- answers -- */

static bool dress(struct op *op, json_t *doc, const void *view)
{
	return product_view_dress(op, doc, view);
}

/* Answers a call with products as they are shown. */
static struct body shown(struct op *op, const struct call *call, handler_fn *handle,
                         bool is_projected)
{
	struct product_view view;

	if (!product_view_read(op, call, is_projected, &view))
		return NO_BODY;
	return product_view_is_plain(&view) ? handle(op, call)
	                                    : dressed_body(op, call, handle, dress, &view);
}

/* -- endpoints -- */

struct body products_list(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_list, false);
}

struct body products_create(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_create, false);
}

struct body products_get(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_get, false);
}

struct body products_get_by_key(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_get_by_key, false);
}

struct body products_update(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_update, false);
}

struct body products_update_by_key(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_update_by_key, false);
}

struct body products_delete(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_delete, false);
}

struct body products_delete_by_key(struct op *op, const struct call *call)
{
	return shown(op, call, kinds_delete_by_key, false);
}

/* Answers a call for projections as for one of the two kinds that they are. */
static struct body projected(struct op *op, const struct call *call, handler_fn *handle)
{
	struct call of_kind = *call;
	bool is_staged;

	if (!projections_are_staged(op, call, &is_staged))
		return NO_BODY;
	of_kind.kind = is_staged ? &STAGED_PRODUCT_PROJECTION_KIND : &PRODUCT_PROJECTION_KIND;
	return shown(op, &of_kind, handle, true);
}

struct body product_projections_list(struct op *op, const struct call *call)
{
	return projected(op, call, kinds_list);
}

struct body product_projections_get(struct op *op, const struct call *call)
{
	return projected(op, call, kinds_get);
}

struct body product_projections_get_by_key(struct op *op, const struct call *call)
{
	return projected(op, call, kinds_get_by_key);
}
