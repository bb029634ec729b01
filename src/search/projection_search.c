#include "search/projection_search.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "resource/expand.h"
#include "search/projection_facets.h"
#include "search/projection_field.h"
#include "search/projection_filter.h"
#include "search/search_plan.h"
#include "search/search_words.h"

/* A search that is being planned. */
struct planning {
	const struct projection_search *search;
	struct search_builder           builder;
	struct search_plan              plan;
	bool                           *counts_products; /* of each facet */
};

static struct arena *arena_of(const struct planning *planning)
{
	return planning->builder.op->arena;
}

/* -- texts -- */

/* How far words may be misspelt. False: recorded. */
static bool read_fuzzy_level(struct planning *planning, const char *text, int *ret_level)
{
	const char *given = planning->search->fuzzy_level;
	int allowed = search_words_fuzzy_level(search_words_letters(text));

	*ret_level = planning->search->is_fuzzy ? MOST_FUZZY_LEVEL : 0;
	if (!given)
		return true;
	if (strlen(given) != 1 || *given < '0' || *given > '0' + MOST_FUZZY_LEVEL)
		return fail_invalid_input(planning->builder.op,
		                          "Malformed parameter: fuzzyLevel: The value must be 0, 1 or 2.");
	if (!planning->search->is_fuzzy)
		return true;
	*ret_level = *given - '0';
	return *ret_level <= allowed ||
	       fail_invalid_input(planning->builder.op,
	                          "Malformed parameter: fuzzyLevel: A text of %zu characters allows no "
	                          "level above %d.",
	                          search_words_letters(text), allowed);
}

static bool add_phrase(struct planning *planning, const struct search_phrase *phrase)
{
	struct search_words_options options = { .may_continue = true };
	struct search_query *query = search_query_create(arena_of(planning), MATCH_TEST);

	if (!read_fuzzy_level(planning, phrase->text, &options.fuzzy_level))
		return false;
	query->test.kind = TEST_WORDS;
	query->test.words = search_words_create(arena_of(planning), phrase->text, &options);
	query->test.texts =
		projection_texts(&planning->builder, phrase->locale, &query->test.text_count);
	if (options.fuzzy_level > 0)
		planning->plan.document_steps += 10;
	search_query_add(arena_of(planning), planning->plan.query, query);
	return true;
}

/* -- filters -- */

static bool add_filters(struct planning *planning, const char *parameter,
                        const struct search_parameter *filters, struct search_query *query)
{
	for (size_t i = 0; i < filters->count; i++) {
		struct search_query *part =
			projection_filter_read(&planning->builder, parameter, filters->values[i]);

		if (!part)
			return false;
		search_query_add(arena_of(planning), query, part);
	}
	return true;
}

/* -- facets -- */

/* A facet of a field is not narrowed down by filters of that field: all that can be chosen instead is to be
 * seen. */
static struct search_query *among(struct planning *planning, const struct search_facet *facet,
                                  const struct search_query *facet_filters)
{
	struct search_query *query = search_query_create(arena_of(planning), MATCH_EACH);

	for (size_t i = 0; i < planning->plan.query->part_count; i++)
		search_query_add(arena_of(planning), query, planning->plan.query->parts[i]);
	for (size_t i = 0; i < facet_filters->part_count; i++)
		if (strcmp(facet_filters->parts[i]->test.field.name, facet->field.name) != 0)
			search_query_add(arena_of(planning), query, facet_filters->parts[i]);
	return query;
}

static bool add_facets(struct planning *planning)
{
	const struct search_parameter *facets = &planning->search->facet;
	struct search_query *filters = search_query_create(arena_of(planning), MATCH_EACH);
	struct search_plan *plan = &planning->plan;

	plan->facets = arena_alloc(arena_of(planning), (facets->count + 1) * sizeof *plan->facets);
	planning->counts_products = arena_alloc(arena_of(planning), facets->count + 1);
	if (!add_filters(planning, "filter.facets", &planning->search->filter_facets, filters))
		return false;
	for (size_t i = 0; i < facets->count; i++) {
		struct search_facet *facet = &plan->facets[plan->facet_count++];

		if (!projection_facet_read(&planning->builder, facets->values[i], facet,
		                           &planning->counts_products[i]))
			return false;
		facet->among = among(planning, facet, filters);
	}
	if (facets->count)
		search_plan_count_variants(&planning->builder);
	return true;
}

/* -- order -- */

static bool add_order(struct planning *planning)
{
	const struct search_parameter *sort = &planning->search->sort;
	struct search_plan *plan = &planning->plan;

	plan->order = arena_alloc(arena_of(planning), (sort->count + 1) * sizeof *plan->order);
	for (size_t i = 0; i < sort->count; i++)
		if (!projection_sort_read(&planning->builder, sort->values[i],
		                          &plan->order[plan->order_count++]))
			return false;
	/* What fits best comes first, unless something else is asked for. */
	if (sort->count == 0 && planning->search->phrase_count > 0)
		plan->order[plan->order_count++] =
			(struct search_order){ .by_score = true, .is_descending = true };
	return true;
}

/* False: recorded. */
static bool make_plan(struct op *op, struct planning *planning)
{
	const struct projection_search *search = planning->search;
	struct search_plan *plan = &planning->plan;

	if (!search_plan_begin(op, plan, &search->view, search->is_staged, &planning->builder))
		return false;
	plan->limit = search->limit;
	plan->offset = search->offset;
	plan->query = search_query_create(op->arena, MATCH_EACH);
	plan->post_filter = search_query_create(op->arena, MATCH_EACH);
	if (!add_filters(planning, "filter.query", &search->filter_query, plan->query))
		return false;
	/* Words take longer than filters, so they are looked for in what those leave. */
	for (size_t i = 0; i < search->phrase_count; i++)
		if (!add_phrase(planning, &search->phrases[i]))
			return false;
	if (!add_filters(planning, "filter", &search->filter, plan->post_filter) ||
	    !add_facets(planning) || !add_order(planning))
		return false;
	search_plan_finish(&planning->builder);
	return true;
}

/* -- results -- */

/* Says of each variant whether all that is asked of variants is true of it. */
static void mark_variants(const struct planning *planning, json_t *projection,
                          const struct search_document *document)
{
	const struct search_plan *plan = &planning->plan;

	for (size_t i = 0; i < variant_count(projection); i++) {
		uint16_t variant = (uint16_t)(i + 1);
		bool matches = search_query_holds(plan->query, document, variant, 0) &&
		               search_query_holds(plan->post_filter, document, variant, 0);

		doc_put(variant_at(projection, i), "isMatchingVariant", json_boolean(matches));
	}
}

/* The projections on the page; NULL: recorded. */
static json_t *load_page(struct op *op, struct planning *planning, const struct search_found *found)
{
	const struct projection_search *search = planning->search;
	struct product_view view = search->view;
	json_t *projections = keep(op, json_array());

	view.scoped_prices = true;
	for (size_t i = 0; i < found->count; i++) {
		struct search_document document;
		json_t *projection =
			search_load(op, &planning->plan, found->positions[i], &document);

		if (!projection)
			return NULL;
		if (search->marks_variants)
			mark_variants(planning, projection, &document);
		if (!product_view_dress(op, projection, &view) ||
		    !expand(op, NULL, projection, search->expand.values, search->expand.count))
			return NULL;
		json_array_append(projections, projection);
	}
	return projections;
}

bool projection_search_run(struct op *op, const struct projection_search *search,
                           struct projections_found *ret_found)
{
	struct planning planning = { .search = search };
	struct search_found found;

	*ret_found = (struct projections_found){ .total = 0 };
	if (!make_plan(op, &planning) || !search_run(op, &planning.plan, &found))
		return false;
	ret_found->total = found.total;
	ret_found->facets = projection_facets(op, planning.plan.facets, planning.plan.facet_count,
	                                      planning.counts_products);
	ret_found->projections = load_page(op, &planning, &found);
	return ret_found->projections != NULL;
}
