#include "api/search.h"

#include <stdlib.h>
#include <string.h>

#include "api/listing.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product_projection.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/project_settings.h"
#include "resource/resource.h"

#include "products_priv.h"
#include "resource/stored.h"
#include "search/product_view.h"
#include "search/search.h"

struct sort_key {
	struct search_filter path;
	bool                 is_descending;
	bool                 by_largest;     /* of several values */
};

struct search {
	struct op              *op;
	const struct call      *call;
	struct query            paging;
	struct product_view     view;
	struct search_filter   *filters;         /* of results */
	size_t                  filter_count;
	struct search_filter   *query_filters;   /* of results, and of what facets count */
	size_t                  query_filter_count;
	struct sort_key        *keys;
	size_t                  key_count;
	bool                    fuzzy;
};

/* A projection that was found. */
struct hit {
	const struct search *search;
	json_t              *projection;
	json_t             **values;     /* one for each sort key; NULL: it has none */
	size_t               position;   /* among the projections */
};

/* -- parameters -- */

static bool read_filters(struct search *search, const char *parameter,
                         struct search_filter **ret_filters, size_t *ret_count)
{
	const struct parameters *query = &search->call->query;
	struct search_filter *filters =
		arena_alloc(search->op->arena, (query->count + 1) * sizeof *filters);

	*ret_filters = filters;
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, parameter) == 0 &&
		    !search_filter_parse(search->op, parameter, query->items[i].value,
		                         &filters[(*ret_count)++]))
			return false;
	return true;
}

/* `name.en desc`, `price asc`, `variants.attributes.size asc.max`. */
static bool read_sort_key(struct search *search, const char *text, struct sort_key *ret_key)
{
	struct op *op = search->op;
	size_t bytes = strcspn(text, " ");
	const char *path = arena_strndup(op->arena, text, bytes);
	const char *direction = text + bytes + strspn(text + bytes, " ");

	if (strcmp(path, "price") == 0)
		path = "variants.price.centAmount";
	if (*direction && strncmp(direction, "asc", 3) != 0 && strncmp(direction, "desc", 4) != 0)
		return fail_invalid_input(op, "Malformed parameter: sort: Syntax error in '%s'.", text);
	ret_key->is_descending = strncmp(direction, "desc", 4) == 0;
	ret_key->by_largest =
		ret_key->is_descending ? !strstr(direction, ".min") : strstr(direction, ".max") != NULL;
	return search_filter_parse(op, "sort", path, &ret_key->path);
}

static bool read_sort(struct search *search)
{
	const struct parameters *query = &search->call->query;

	search->keys = arena_alloc(search->op->arena, (query->count + 1) * sizeof *search->keys);
	for (size_t i = 0; i < query->count; i++)
		if (strcmp(query->items[i].name, "sort") == 0 &&
		    strncmp(query->items[i].value, "score", strlen("score")) != 0 &&
		    !read_sort_key(search, query->items[i].value, &search->keys[search->key_count++]))
			return false;
	return true;
}

static bool read_search(struct search *search)
{
	const char *fuzzy = parameters_get(&search->call->query, "fuzzy");

	search->fuzzy = fuzzy && strcmp(fuzzy, "true") == 0;
	if (!product_view_read(search->op, search->call, &search->view))
		return false;
	search->view.scoped_prices = true;
	return listing_read_paging(search->op, search->call, &search->paging) &&
	       read_filters(search, "filter", &search->filters, &search->filter_count) &&
	       read_filters(search, "filter.query", &search->query_filters,
	                    &search->query_filter_count) &&
	       read_sort(search);
}

/* -- finding -- */

static bool all_match(struct op *op, const struct search_filter *filters, size_t count,
                      const json_t *projection)
{
	for (size_t i = 0; i < count; i++)
		if (!search_filter_matches(op, &filters[i], projection))
			return false;
	return true;
}

/* Each parameter `text.<locale>` must match. */
static bool texts_match(const struct search *search, const json_t *projection)
{
	static const char PREFIX[] = "text.";
	const struct parameters *query = &search->call->query;

	for (size_t i = 0; i < query->count; i++) {
		const struct parameter *item = &query->items[i];

		if (strncmp(item->name, PREFIX, strlen(PREFIX)) == 0 &&
		    !search_text_matches(search->op, projection, item->name + strlen(PREFIX), item->value,
		                         search->fuzzy))
			return false;
	}
	return true;
}

/* The projections that texts and query filters leave, with prices. NULL: recorded. */
static json_t *find_candidates(const struct search *search)
{
	struct op *op = search->op;
	json_t *candidates = keep(op, json_array());
	struct db_row *row;

	if (!db_all(op, QUERY_RESOURCE_SCAN,
	            DB_VALUES(db_text(op->project), db_text(search->paging.kind->name)), &row))
		return NULL;
	for (; row; row = row->next) {
		json_t *doc = stored_read(op, row->columns[1].text, row->columns[1].bytes);

		if (!doc)
			return NULL;
		if (!product_view_dress_variants(op, doc_text(doc, "priceMode"), doc, &search->view))
			return NULL;
		if (texts_match(search, doc) &&
		    all_match(op, search->query_filters, search->query_filter_count, doc))
			json_array_append(candidates, doc);
	}
	return candidates;
}

/* -- sorting -- */

/* The smallest or the largest of the values that a key means. */
static json_t *sort_value(struct op *op, const struct sort_key *key, const json_t *projection)
{
	json_t *values = keep(op, json_array());
	json_t *chosen = NULL;

	search_filter_collect(op, &key->path, projection, values);
	for (size_t i = 0; i < json_array_size(values); i++) {
		json_t *value = json_array_get(values, i);
		int order = chosen ? search_compare(op, value, chosen) : 0;

		if (!chosen || (key->by_largest ? order > 0 : order < 0))
			chosen = value;
	}
	return chosen;
}

/* What has no value comes last, whatever the direction; what is equal, in creation order. */
static int compare_hits(const void *a, const void *b)
{
	const struct hit *left = a;
	const struct hit *right = b;
	const struct search *search = left->search;

	for (size_t i = 0; i < search->key_count; i++) {
		const json_t *first = left->values[i];
		const json_t *second = right->values[i];

		if (!first && !second)
			continue;
		if (!first || !second)
			return first ? -1 : 1;
		int order = search_compare(search->op, first, second);

		if (order)
			return search->keys[i].is_descending ? -order : order;
	}
	return (left->position > right->position) - (left->position < right->position);
}

static struct hit *find_hits(const struct search *search, const json_t *candidates,
                             size_t *ret_count)
{
	struct op *op = search->op;
	struct hit *hits = arena_alloc(op->arena, (json_array_size(candidates) + 1) * sizeof *hits);

	*ret_count = 0;
	for (size_t i = 0; i < json_array_size(candidates); i++) {
		json_t *projection = json_array_get(candidates, i);
		struct hit *hit = &hits[*ret_count];

		if (!all_match(op, search->filters, search->filter_count, projection))
			continue;
		*hit = (struct hit){ search, projection, .position = i };
		hit->values = arena_alloc(op->arena, (search->key_count + 1) * sizeof *hit->values);
		for (size_t j = 0; j < search->key_count; j++)
			hit->values[j] = sort_value(op, &search->keys[j], projection);
		(*ret_count)++;
	}
	qsort(hits, *ret_count, sizeof *hits, compare_hits);
	return hits;
}

/* -- the answer -- */

static bool variant_matches(const struct search *search, const json_t *variant)
{
	const struct search_filter *const lists[] = { search->filters, search->query_filters };
	const size_t counts[] = { search->filter_count, search->query_filter_count };

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < counts[i]; j++)
			if (search_filter_is_of_variants(&lists[i][j]) &&
			    !search_filter_matches_variant(search->op, &lists[i][j], variant))
				return false;
	return true;
}

static void mark_variants(const struct search *search, const json_t *projection)
{
	const json_t *variants = json_object_get(projection, "variants");
	json_t *master = json_object_get(projection, "masterVariant");

	doc_put(master, "isMatchingVariant", json_boolean(variant_matches(search, master)));
	for (size_t i = 0; i < json_array_size(variants); i++) {
		json_t *variant = json_array_get(variants, i);

		doc_put(variant, "isMatchingVariant", json_boolean(variant_matches(search, variant)));
	}
}

/* NULL: recorded. */
static json_t *page_of(const struct search *search, const struct hit *hits, size_t count)
{
	const char *mark = parameters_get(&search->call->query, "markMatchingVariants");
	size_t first = (size_t)search->paging.offset_rows;
	size_t limit = (size_t)search->paging.limit_rows;
	json_t *results = keep(search->op, json_array());

	for (size_t i = first; i < count && i - first < limit; i++) {
		if (mark && strcmp(mark, "true") == 0)
			mark_variants(search, hits[i].projection);
		if (!product_view_dress(search->op, hits[i].projection, &search->view) ||
		    expanded_body(search->op, search->call, hits[i].projection).kind == BODY_FAILED)
			return NULL;
		json_array_append(results, hits[i].projection);
	}
	return results;
}

struct body product_projections_search(struct op *op, const struct call *call)
{
	struct search search = { .op = op, .call = call };
	struct project_settings settings;
	bool is_staged;
	size_t count;

	if (!project_settings(op, &settings))
		return NO_BODY;
	if (!settings.projection_search) {
		fail_search_deactivated(op);
		return NO_BODY;
	}
	if (!op->may_be_slow)
		return POSTPONED_BODY;
	if (!projections_are_staged(op, call, &is_staged))
		return NO_BODY;
	search.paging = (struct query){ .kind = is_staged ? &STAGED_PRODUCT_PROJECTION_KIND
		                                              : &PRODUCT_PROJECTION_KIND,
		                            .limit_rows = DEFAULT_LIMIT,
		                            .with_total = true };
	if (!read_search(&search))
		return NO_BODY;
	const json_t *candidates = find_candidates(&search);
	json_t *facets = candidates ? search_facets(op, call, candidates) : NULL;

	if (!facets)
		return NO_BODY;
	const struct hit *hits = find_hits(&search, candidates, &count);
	json_t *results = page_of(&search, hits, count);

	if (!results)
		return NO_BODY;
	json_t *page = keep(op, json_pack("{s:I, s:I, s:I, s:O, s:O}", "limit",
	                                  (json_int_t)search.paging.limit_rows, "offset",
	                                  (json_int_t)search.paging.offset_rows, "count",
	                                  (json_int_t)json_array_size(results), "results", results,
	                                  "facets", facets));

	if (search.paging.with_total)
		doc_put(page, "total", json_integer((json_int_t)count));
	return body_document(page);
}
