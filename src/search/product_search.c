/* Source: API docs, "Product Search". */
#include "search/product_search.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product_data.h"
#include "catalog/product_projection.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "resource/expand.h"
#include "resource/lookup.h"
#include "search/product_facets.h"
#include "search/product_query.h"
#include "search/product_sort.h"
#include "search/search_plan.h"

enum { RESULTS = 20, MOST_RESULTS = 100 };

/* How products are shown. */
struct projection {
	json_t     *expand;
	const char *currency;
	const char *country;
	const char *customer_group;
	json_t     *customer_groups;
	const char *channel;
	json_t     *locales;
	const char *store;
	bool        is_staged;
};

/* A search under way. */
struct searching {
	const struct product_search *search;
	struct projection            projection;
	struct product_view          view;
	struct search_builder        builder;
	struct search_plan           plan;
};

#define AT(member) offsetof(struct projection, member)
static const struct shape_field PROJECTION_FIELDS[] = {
	{ "expand",                        FIELD_TEXTS, OPTIONAL, AT(expand) },
	{ "staged",                        FIELD_BOOL,  OPTIONAL, AT(is_staged) },
	{ "priceCurrency",                 FIELD_TEXT,  OPTIONAL, AT(currency), text_check_currency },
	{ "priceCountry",                  FIELD_TEXT,  OPTIONAL, AT(country), text_check_country },
	{ "priceCustomerGroup",            FIELD_TEXT,  OPTIONAL, AT(customer_group) },
	{ "priceCustomerGroupAssignments", FIELD_TEXTS, OPTIONAL, AT(customer_groups) },
	{ "priceChannel",                  FIELD_TEXT,  OPTIONAL, AT(channel) },
	{ "localeProjection",              FIELD_TEXTS, OPTIONAL, AT(locales) },
	{ "storeProjection",               FIELD_TEXT,  OPTIONAL, AT(store) },
};
#undef AT
static const struct shape PROJECTION = { sizeof(struct projection),
	                                     sizeof PROJECTION_FIELDS / sizeof *PROJECTION_FIELDS,
	                                     PROJECTION_FIELDS };

#define AT(member) offsetof(struct product_search, member)
static const struct shape_field SEARCH_FIELDS[] = {
	{ "query",                       FIELD_RAW,  OPTIONAL, AT(query) },
	{ "sort",                        FIELD_LIST, OPTIONAL, AT(sort), .inner = &PRODUCT_SORT_SHAPE },
	{ "limit",                       FIELD_INT,  OPTIONAL, AT(limit) },
	{ "offset",                      FIELD_INT,  OPTIONAL, AT(offset) },
	{ "markMatchingVariants",        FIELD_BOOL, OPTIONAL, AT(marks_variants) },
	{ "productProjectionParameters", FIELD_MAP,  OPTIONAL, AT(projection) },
	{ "facets",                      FIELD_LIST, OPTIONAL, AT(facets), .inner = &PRODUCT_FACET_SHAPE },
	{ "postFilter",                  FIELD_RAW,  OPTIONAL, AT(post_filter) },
};
#undef AT

const struct shape PRODUCT_SEARCH_SHAPE = { sizeof(struct product_search),
	                                        sizeof SEARCH_FIELDS / sizeof *SEARCH_FIELDS,
	                                        SEARCH_FIELDS };

bool product_search_is_staged(const struct product_search *search)
{
	return doc_true(search->projection, "staged");
}

/* -- how products are shown -- */

/* The texts of an array, and one more that may be NULL; *ret_count: how many. */
static const char *const *texts_of(struct op *op, const json_t *array, const char *more,
                                   size_t *ret_count)
{
	const char **texts = arena_alloc(op->arena, (json_array_size(array) + 1) * sizeof *texts);

	*ret_count = 0;
	if (more)
		texts[(*ret_count)++] = more;
	for (size_t i = 0; i < json_array_size(array); i++)
		texts[(*ret_count)++] = json_string_value(json_array_get(array, i));
	return texts;
}

static bool read_projection(struct op *op, struct searching *searching)
{
	static const struct json_path PLACE = { NULL, "productProjectionParameters", 0 };
	struct projection *projection = &searching->projection;
	struct price_selection *prices = &searching->view.prices;

	if (searching->search->projection &&
	    !shape_decode(op, &PROJECTION, searching->search->projection, &PLACE, projection))
		return false;
	*prices = (struct price_selection){ .currency = projection->currency,
		                                .country = projection->country,
		                                .channel_id = projection->channel,
		                                .now_ms = op->now_ms };
	prices->customer_group_ids =
		texts_of(op, projection->customer_groups, projection->customer_group,
	             &prices->customer_group_count);
	searching->view.locales =
		texts_of(op, projection->locales, NULL, &searching->view.locale_count);
	searching->view.store_key = projection->store;
	return product_view_open(op, &searching->view);
}

/* -- what is searched for -- */

static bool read_bounded(struct op *op, const char *name, const struct optional_int *given,
                         int64_t fallback, int64_t most, int64_t *ret_value)
{
	*ret_value = given->given ? given->value : fallback;
	return (*ret_value >= 0 && *ret_value <= most) ||
	       fail_invalid_input(op, "The '%s' must be between 0 and %lld.", name, (long long)most);
}

static bool read_order(struct searching *searching)
{
	struct search_plan *plan = &searching->plan;

	if (!product_sort_read(&searching->builder, &searching->search->sort))
		return false;
	/* What fits best comes first, unless something else is asked for. */
	if (plan->order_count == 0 && plan->query)
		plan->order[plan->order_count++] =
			(struct search_order){ .by_score = true, .is_descending = true };
	return true;
}

static bool make_plan(struct op *op, struct searching *searching)
{
	static const struct json_path QUERY = { NULL, "query", 0 };
	static const struct json_path POST_FILTER = { NULL, "postFilter", 0 };
	const struct product_search *search = searching->search;
	struct search_plan *plan = &searching->plan;

	if (!search_plan_begin(op, plan, &searching->view, false, &searching->builder) ||
	    !read_bounded(op, "limit", &search->limit, RESULTS, MOST_RESULTS, &plan->limit) ||
	    !read_bounded(op, "offset", &search->offset, 0, MOST_SEARCH_OFFSET, &plan->offset) ||
	    !product_query_read(&searching->builder, search->query, &QUERY, &plan->query) ||
	    !product_query_read(&searching->builder, search->post_filter, &POST_FILTER,
	                        &plan->post_filter) ||
	    !product_facets_read(&searching->builder, &search->facets) || !read_order(searching))
		return false;
	if (search->marks_variants)
		search_plan_count_variants(&searching->builder);
	search_plan_finish(&searching->builder);
	return true;
}

/* -- results -- */

static bool says_something_of_variants(const struct search_query *query)
{
	return query && query->level != OF_PRODUCT;
}

/* The variants for which what is asked of variants is true; none are named if nothing is. */
static json_t *matching_variants(struct op *op, const struct search_plan *plan,
                                 const json_t *projection, const struct search_document *document)
{
	bool all = !says_something_of_variants(plan->query) &&
	           !says_something_of_variants(plan->post_filter);
	json_t *matched = keep(op, json_array());

	for (size_t i = 0; i < variant_count(projection) && !all; i++) {
		uint16_t number = (uint16_t)(i + 1);
		const json_t *variant = variant_at(projection, i);

		if (!search_query_holds(plan->query, document, number, 0) ||
		    !search_query_holds(plan->post_filter, document, number, 0))
			continue;
		json_t *entry = json_pack("{s:I}", "id", (json_int_t)doc_int(variant, "id"));

		doc_set_text(entry, "sku", doc_text(variant, "sku"));
		json_array_append_new(matched, entry);
	}
	return keep(op, json_pack("{s:b, s:O}", "allMatched", all, "matchedVariants", matched));
}

/* Makes of what was found what is shown; it may be gone meanwhile where staged data is. False: recorded. */
static bool show(struct op *op, struct searching *searching, json_t *projection, json_t *result)
{
	const struct projection *wanted = &searching->projection;
	size_t path_count;
	const char *const *paths = texts_of(op, wanted->expand, NULL, &path_count);

	if (wanted->is_staged) {
		const json_t *staged;

		if (!lookup(op, &STAGED_PRODUCT_PROJECTION_KIND, doc_text(projection, "id"), &staged))
			return false;
		projection = keep(op, json_deep_copy(staged));
	}
	if (!projection)
		return true;
	if (!product_view_dress(op, projection, &searching->view) ||
	    !expand(op, NULL, projection, paths, path_count))
		return false;
	return doc_set(result, "productProjection", projection);
}

/* NULL: recorded. */
static json_t *result_at(struct op *op, struct searching *searching, int64_t position)
{
	struct search_document document;
	json_t *projection = search_load(op, &searching->plan, position, &document);

	if (!projection)
		return NULL;
	json_t *result = keep(op, json_pack("{s:O}", "id", json_object_get(projection, "id")));

	if (searching->search->marks_variants)
		doc_set(result, "matchingVariants",
		        matching_variants(op, &searching->plan, projection, &document));
	if (searching->search->projection && !show(op, searching, projection, result))
		return NULL;
	return result;
}

static bool make_page(struct op *op, struct searching *searching, const struct search_found *found,
                      json_t **ret_page)
{
	const struct search_plan *plan = &searching->plan;
	json_t *results = keep(op, json_array());

	for (size_t i = 0; i < found->count; i++) {
		json_t *result = result_at(op, searching, found->positions[i]);

		if (!result)
			return false;
		json_array_append(results, result);
	}
	*ret_page = keep(op, json_pack("{s:I, s:I, s:I, s:O, s:O}", "total", (json_int_t)found->total,
	                               "offset", (json_int_t)plan->offset, "limit",
	                               (json_int_t)plan->limit, "facets",
	                               product_facets_results(op, plan, &searching->search->facets),
	                               "results", results));
	return true;
}

bool product_search_run(struct op *op, const struct product_search *search, json_t **ret_page)
{
	struct searching searching = { .search = search };
	struct search_found found;

	*ret_page = NULL;
	if (!read_projection(op, &searching))
		return false;
	return make_plan(op, &searching) && search_run(op, &searching.plan, &found) &&
	       make_page(op, &searching, &found, ret_page);
}
