#include "api/products.h"

#include <string.h>

#include "api/listing.h"
#include "api/resources.h"
#include "auth/scope.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product_projection.h"
#include "resource/caller.h"
#include "resource/stored.h"
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

bool product_view_read(struct op *op, const struct call *call, struct product_view *ret_view)
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
	ret_view->locales =
		values_of(op, call, "localeProjection", "localeProjection", &ret_view->locale_count);
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

/* The document of an answer, to be changed. NULL: it failed. */
static json_t *document_of(struct op *op, const struct body *body)
{
	if (body->kind == BODY_TEXT)
		return stored_read(op, body->text, body->bytes);
	return body->document ? keep(op, json_deep_copy(body->document)) : NULL;
}

/* Dresses a document, and expands it only then, so that selected prices are expanded as well. */
static bool show(struct op *op, const struct call *call, json_t *doc,
                 const struct product_view *view)
{
	return product_view_dress(op, doc, view) && expanded_body(op, call, doc).kind != BODY_FAILED;
}

/* A call that expands nothing. */
static struct call unexpanded(struct op *op, const struct call *call)
{
	struct call plain = *call;

	plain.query.count = 0;
	plain.query.items =
		arena_alloc(op->arena, (call->query.count + 1) * sizeof *plain.query.items);
	for (size_t i = 0; i < call->query.count; i++)
		if (strcmp(call->query.items[i].name, "expand") != 0)
			plain.query.items[plain.query.count++] = call->query.items[i];
	return plain;
}

/* Answers a call, and dresses what is answered: one document or a page of them. */
static struct body shown(struct op *op, const struct call *call, handler_fn *handle,
                         bool is_projected)
{
	struct product_view view;

	if (!product_view_read(op, call, &view))
		return NO_BODY;
	if (!is_projected)
		view.locale_count = 0;
	if (product_view_is_plain(&view))
		return handle(op, call);
	if (parameters_get(&call->query, "expand") && !op->may_be_slow)
		return POSTPONED_BODY;
	const struct call plain = unexpanded(op, call);
	struct body body = handle(op, &plain);

	if (body.kind != BODY_TEXT && body.kind != BODY_DOCUMENT)
		return body;
	json_t *doc = document_of(op, &body);
	const json_t *results = json_object_get(doc, "results");

	if (doc && !results)
		return show(op, call, doc, &view) ? body_document(doc) : NO_BODY;
	for (size_t i = 0; i < json_array_size(results); i++)
		if (!show(op, call, json_array_get(results, i), &view))
			return NO_BODY;
	return body_document(doc);
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
