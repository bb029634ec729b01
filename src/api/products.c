#include "api/products.h"

#include <string.h>

#include "api/listing.h"
#include "api/resources.h"
#include "auth/scope.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product.h"
#include "pricing/product_price.h"
#include "catalog/product_projection.h"
#include "document/doc.h"
#include "inventory/availability.h"
#include "inventory/inventory_entry.h"
#include "kind/kind.h"
#include "money/price.h"
#include "resource/caller.h"

#include "products_priv.h"

#define READ_STAGED "view_products manage_products"

/* -- parameters -- */

/* The customer groups that are asked for: one, or several of which the cheapest price is taken. */
static void read_groups(struct op *op, const struct call *call, struct price_selection *selection)
{
	const struct parameters *query = &call->query;
	const char **ids = arena_alloc(op->arena, (query->count + 1) * sizeof *ids);

	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, "priceCustomerGroup") == 0 ||
		    strcmp(query->items[i].name, "priceCustomerGroupAssignments") == 0)
			ids[selection->customer_group_count++] = query->items[i].value;
	selection->customer_group_ids = ids;
}

bool price_selection_read(struct op *op, const struct call *call,
                          struct price_selection *ret_selection)
{
	*ret_selection =
		(struct price_selection){ .currency = parameters_get(&call->query, "priceCurrency"),
		                          .country = parameters_get(&call->query, "priceCountry"),
		                          .channel_id = parameters_get(&call->query, "priceChannel"),
		                          .now_ms = op->now_ms };
	read_groups(op, call, ret_selection);
	if (ret_selection->currency)
		return true;
	return (!ret_selection->country && !ret_selection->channel_id &&
	        ret_selection->customer_group_count == 0) ||
	       fail_invalid_input(op, "The price selection parameters 'priceCountry', "
	                              "'priceCustomerGroup' and 'priceChannel' can only be used "
	                              "together with 'priceCurrency'.");
}

const struct resource_kind *projection_kind(struct op *op, const struct call *call)
{
	const char *staged = parameters_get(&call->query, "staged");

	if (!staged || strcmp(staged, "false") == 0)
		return &PRODUCT_PROJECTION_KIND;
	if (strcmp(staged, "true") != 0) {
		fail_invalid_input(op,
		                   "Malformed parameter: staged: The value must be 'true' or 'false'.");
		return NULL;
	}
	if (scope_permits(op->caller->scope, READ_STAGED, op->project, op->store_key))
		return &STAGED_PRODUCT_PROJECTION_KIND;
	fail_insufficient_scope(op, "view_products, manage_products");
	return NULL;
}

/* -- prices -- */

/* Selects prices in a product or a projection. False: recorded. */
static bool price(struct op *op, json_t *doc, const struct price_selection *selection)
{
	const char *price_mode = doc_text(doc, "priceMode");

	if (!doc_has(doc, "masterData"))
		return product_select_prices(op, price_mode, doc, selection);
	return product_select_prices(op, price_mode, product_current(doc), selection) &&
	       product_select_prices(op, price_mode, product_staged(doc), selection);
}

/* -- locales -- */

static const char *const LOCALIZED[] = {
	"description", "metaDescription", "metaKeywords", "metaTitle", "name", "searchKeywords", "slug",
};

/* Does the query ask for this locale? */
static bool is_wanted(const struct parameters *query, const char *locale)
{
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, "localeProjection") == 0 &&
		    strcmp(query->items[i].value, locale) == 0)
			return true;
	return false;
}

/* Leaves in a projection the texts of the locales that are asked for. */
static void localize(const struct parameters *query, json_t *projection)
{
	for (size_t i = 0; i < sizeof LOCALIZED / sizeof *LOCALIZED; i++) {
		json_t *texts = json_object_get(projection, LOCALIZED[i]);
		const char *locale;
		json_t *text;
		void *next;

		json_object_foreach_safe(texts, next, locale, text) {
			if (!is_wanted(query, locale))
				json_object_del(texts, locale);
		}
	}
}

/* -- answers -- */

/* The document of an answer, to be changed. NULL: it failed. */
static json_t *document_of(struct op *op, const struct body *body)
{
	if (body->kind == BODY_TEXT)
		return keep(op, json_loadb(body->text, body->bytes, 0, NULL));
	return body->document ? keep(op, json_deep_copy(body->document)) : NULL;
}

/* The answer that is one document, or a page of them, with prices if they are asked for. */
static struct body with_prices(struct op *op, struct body body,
                               const struct price_selection *selection)
{
	if (!selection->currency || (body.kind != BODY_TEXT && body.kind != BODY_DOCUMENT))
		return body;
	json_t *doc = document_of(op, &body);
	const json_t *results = json_object_get(doc, "results");

	if (doc && !results)
		return body_document(price(op, doc, selection) ? doc : NULL);
	for (size_t i = 0; i < json_array_size(results); i++)
		if (!price(op, json_array_get(results, i), selection))
			return NO_BODY;
	return body_document(doc);
}

/* The same answer with what variants say of stock, if there is any. */
static struct body with_availability(struct op *op, struct body body)
{
	const json_t *channels;
	bool has_entries;

	if (body.kind != BODY_TEXT && body.kind != BODY_DOCUMENT)
		return body;
	if (!inventory_has_entries(op, &has_entries) ||
	    !availability_channels_of_store(op, op->store_key, &channels))
		return NO_BODY;
	if (!has_entries)
		return body;
	json_t *doc = document_of(op, &body);
	const json_t *results = json_object_get(doc, "results");

	if (doc && !results && !availability_add_of_channels(op, doc, channels))
		return NO_BODY;
	for (size_t i = 0; i < json_array_size(results); i++)
		if (!availability_add_of_channels(op, json_array_get(results, i), channels))
			return NO_BODY;
	return body_document(doc);
}

/* What is asked for beside the stored products. */
static struct body as_shown(struct op *op, struct body body,
                            const struct price_selection *selection)
{
	return with_availability(op, with_prices(op, body, selection));
}

struct body with_locales(struct op *op, const struct call *call, struct body body)
{
	if (!parameters_get(&call->query, "localeProjection") ||
	    (body.kind != BODY_TEXT && body.kind != BODY_DOCUMENT))
		return body;
	json_t *doc = document_of(op, &body);
	const json_t *results = json_object_get(doc, "results");

	if (doc && !results)
		localize(&call->query, doc);
	for (size_t i = 0; i < json_array_size(results); i++)
		localize(&call->query, json_array_get(results, i));
	return body_document(doc);
}

/* -- endpoints -- */

struct body products_list(struct op *op, const struct call *call)
{
	struct price_selection selection;

	if (!price_selection_read(op, call, &selection))
		return NO_BODY;
	return as_shown(op, kinds_list(op, call), &selection);
}

struct body products_get(struct op *op, const struct call *call)
{
	struct price_selection selection;

	if (!price_selection_read(op, call, &selection))
		return NO_BODY;
	return as_shown(op, kinds_get(op, call), &selection);
}

struct body products_get_by_key(struct op *op, const struct call *call)
{
	struct price_selection selection;

	if (!price_selection_read(op, call, &selection))
		return NO_BODY;
	return as_shown(op, kinds_get_by_key(op, call), &selection);
}

/* Answers a call for projections as for one of the two kinds that they are. */
static struct body answer(struct op *op, const struct call *call, handler_fn *handle)
{
	struct price_selection selection;
	struct call projected = *call;

	projected.kind = projection_kind(op, call);
	if (!projected.kind || !price_selection_read(op, call, &selection))
		return NO_BODY;
	return with_locales(op, call, as_shown(op, handle(op, &projected), &selection));
}

struct body product_projections_list(struct op *op, const struct call *call)
{
	return answer(op, call, kinds_list);
}

struct body product_projections_get(struct op *op, const struct call *call)
{
	return answer(op, call, kinds_get);
}

struct body product_projections_get_by_key(struct op *op, const struct call *call)
{
	return answer(op, call, kinds_get_by_key);
}
