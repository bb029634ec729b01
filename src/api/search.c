#include "api/search.h"

#include <string.h>

#include "api/listing.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/error_oauth.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "document/doc.h"
#include "resource/project_settings.h"
#include "search/product_search.h"
#include "search/projection_search.h"
#include "search/search_suggest.h"

#include "products_priv.h"

enum { DEFAULT_SUGGESTIONS = 10, MOST_SUGGESTIONS = 100 };

/* -- parameters -- */

static struct search_parameter values_of(struct op *op, const struct call *call, const char *name)
{
	const struct parameters *query = &call->query;
	const char **values = arena_alloc(op->arena, (query->count + 1) * sizeof *values);
	size_t count = 0;

	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, name) == 0)
			values[count++] = query->items[i].value;
	return (struct search_parameter){ values, count };
}

/* The parameters `text.<locale>`, and likewise. */
static const struct search_phrase *phrases_of(struct op *op, const struct call *call,
                                              const char *prefix, size_t *ret_count)
{
	const struct parameters *query = &call->query;
	struct search_phrase *phrases = arena_alloc(op->arena, (query->count + 1) * sizeof *phrases);

	*ret_count = 0;
	for (size_t i = 0; i < query->count; i++) {
		const struct parameter *item = &query->items[i];

		if (strncmp(item->name, prefix, strlen(prefix)) == 0)
			phrases[(*ret_count)++] =
				(struct search_phrase){ item->name + strlen(prefix), item->value };
	}
	return phrases;
}

/* A truth that is false unless it is given. False: recorded. */
static bool read_truth(struct op *op, const struct call *call, const char *name, bool *ret_truth)
{
	const char *text = parameters_get(&call->query, name);

	*ret_truth = text && strcmp(text, "true") == 0;
	return !text || *ret_truth || strcmp(text, "false") == 0 ||
	       fail_invalid_input(op, "Malformed parameter: %s: The value must be 'true' or 'false'.",
	                          name);
}

/* Is this search of the project on? False: recorded. */
static bool check_is_on(struct op *op)
{
	struct project_settings settings;

	if (!project_settings(op, &settings))
		return false;
	return settings.projection_search || fail_search_deactivated(op);
}

/* -- the projection search -- */

static bool read_search(struct op *op, const struct call *call, struct query *paging,
                        struct projection_search *ret_search)
{
	size_t phrase_count;
	const struct search_phrase *phrases = phrases_of(op, call, "text.", &phrase_count);

	*paging = (struct query){ .limit_rows = DEFAULT_LIMIT, .with_total = true };
	*ret_search = (struct projection_search){
		.filter = values_of(op, call, "filter"),
		.filter_query = values_of(op, call, "filter.query"),
		.filter_facets = values_of(op, call, "filter.facets"),
		.facet = values_of(op, call, "facet"),
		.sort = values_of(op, call, "sort"),
		.expand = values_of(op, call, "expand"),
		.phrases = phrases,
		.phrase_count = phrase_count,
		.fuzzy_level = parameters_get(&call->query, "fuzzyLevel"),
	};
	if (!projections_are_staged(op, call, &ret_search->is_staged) ||
	    !product_view_read(op, call, true, &ret_search->view) ||
	    !listing_read_paging(op, call, paging) ||
	    !read_truth(op, call, "fuzzy", &ret_search->is_fuzzy) ||
	    !read_truth(op, call, "markMatchingVariants", &ret_search->marks_variants))
		return false;
	ret_search->limit = paging->limit_rows;
	ret_search->offset = paging->offset_rows;
	return true;
}

struct body product_projections_search(struct op *op, const struct call *call)
{
	struct projection_search search;
	struct projections_found found;
	struct query paging;

	if (!check_is_on(op) || !read_search(op, call, &paging, &search))
		return NO_BODY;
	if (!projection_search_run(op, &search, &found))
		return NO_BODY;
	json_t *page =
		keep(op, json_pack("{s:I, s:I, s:I, s:O, s:O}", "limit", (json_int_t)search.limit, "offset",
	                       (json_int_t)search.offset, "count",
	                       (json_int_t)json_array_size(found.projections), "results",
	                       found.projections, "facets", found.facets));

	if (paging.with_total)
		doc_put(page, "total", json_integer(found.total));
	return body_document(page);
}

/* -- suggestions -- */

static bool read_suggest(struct op *op, const struct call *call, struct search_suggest *ret_suggest)
{
	*ret_suggest = (struct search_suggest){ .limit = DEFAULT_SUGGESTIONS };
	ret_suggest->phrases =
		phrases_of(op, call, "searchKeywords.", &ret_suggest->phrase_count);
	if (ret_suggest->phrase_count == 0)
		return fail_missing_query_parameter(op, "searchKeywords.<locale>");
	return projections_are_staged(op, call, &ret_suggest->is_staged) &&
	       read_truth(op, call, "fuzzy", &ret_suggest->is_fuzzy) &&
	       parameter_in_range(op, call, "limit", MOST_SUGGESTIONS, &ret_suggest->limit);
}

struct body product_projections_suggest(struct op *op, const struct call *call)
{
	struct search_suggest suggest;
	json_t *result;

	if (!check_is_on(op) || !read_suggest(op, call, &suggest) ||
	    !search_suggest_run(op, &suggest, &result))
		return NO_BODY;
	return body_document(result);
}

/* -- the product search -- */

struct body products_search(struct op *op, const struct call *call)
{
	const struct product_search *search = call->input;
	struct project_settings settings;
	json_t *page;

	if (!project_settings(op, &settings) ||
	    (!settings.product_search && !fail_product_search_inactive(op)) ||
	    (product_search_is_staged(search) && !staged_are_permitted(op)) ||
	    !product_search_run(op, search, &page))
		return NO_BODY;
	return body_document(page);
}
