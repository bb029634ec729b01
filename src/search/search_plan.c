#include "search/search_plan.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "catalog/product_projection.h"
#include "document/stored_json.h"
#include "money/price.h"

/* How prices are selected. */
struct selecting {
	struct op                    *op;
	const struct price_selection *prices;
};

/* Prices are parsed here, and only they, so that what selects them is one thing everywhere. */
static uint16_t select_price(void *context, struct slice prices)
{
	const struct selecting *selecting = context;
	const json_t *list =
		keep(selecting->op, stored_json_read(selecting->op->arena, prices.start,
	                                         (size_t)(prices.end - prices.start)));
	const json_t *price = price_select(list, selecting->prices);

	for (size_t i = 0; price && i < json_array_size(list); i++)
		if (json_array_get(list, i) == price)
			return (uint16_t)(i + 1);
	return 0;
}

static void select_prices(struct op *op, struct search_plan *plan)
{
	struct selecting *selecting = arena_alloc(op->arena, sizeof *selecting);

	*selecting = (struct selecting){ op, &plan->view.prices };
	search_reader_select_by(plan->reader, select_price, selecting);
}

bool search_plan_begin(struct op *op, struct search_plan *plan, const struct product_view *view,
                       bool is_staged, struct search_builder *ret_builder)
{
	static const struct search_way PRICE_MODE = { .steps = { { STEP_NAME, "priceMode" } },
		                                          .count = 1 };

	*plan = (struct search_plan){
		.kind = is_staged ? &STAGED_PRODUCT_PROJECTION_KIND : &PRODUCT_PROJECTION_KIND,
		.view = *view,
		.reader = search_reader_create(op->arena),
		.document_steps = 1,
	};
	*ret_builder = (struct search_builder){ .op = op, .plan = plan };
	if (!search_attributes_load(op, &ret_builder->attributes))
		return false;
	for (const struct search_attribute *attribute = ret_builder->attributes; attribute;
	     attribute = attribute->next)
		if (!attribute->is_searchable)
			search_reader_hide_attribute(plan->reader, attribute->name);
	plan->price_mode = search_reader_add(plan->reader, &PRICE_MODE);
	if (view->prices.currency)
		select_prices(op, plan);
	return true;
}

static bool is_discounted(const struct search_plan *plan, const struct search_step *step)
{
	return step->kind == STEP_CURRENT ||
	       (step->kind == STEP_NAME && strcmp(step->name, "discounted") == 0) ||
	       (step->kind == STEP_SELECTED && plan->view.prices.customer_group_count > 1);
}

/* Notes whether a way leads to what discounts change. Which price is selected of those of several groups
 * depends on what they come to. */
static void note_discounts(struct search_plan *plan, const struct search_way *way)
{
	static const struct search_way DISCOUNTED = {
		.steps = { { STEP_VARIANTS, NULL }, { STEP_PRICES, NULL }, { STEP_NAME, "discounted" } },
		.count = 3,
	};
	bool depends = way->pick == PICK_DISCOUNTED;

	for (size_t i = 0; i < way->count && !depends; i++)
		depends = is_discounted(plan, &way->steps[i]);
	if (!depends || !plan->view.discounts || plan->is_discounted)
		return;
	plan->is_discounted = true;
	plan->discounted = search_reader_add(plan->reader, &DISCOUNTED);
}

void search_plan_add_field(struct search_builder *builder, const struct search_way *way,
                           struct search_field *field)
{
	static const struct search_way SKUS = {
		.steps = { { STEP_VARIANTS, NULL }, { STEP_NAME, "sku" } }, .count = 2
	};
	struct search_plan *plan = builder->plan;

	if (field->is_nowhere)
		return;
	field->number = search_reader_add(plan->reader, way);
	note_discounts(plan, way);
	if (field->is_dressed && !plan->is_dressed) {
		plan->is_dressed = true;
		plan->skus = search_reader_add(plan->reader, &SKUS);
	}
	plan->is_of_prices = plan->is_of_prices || field->is_of_prices;
}

void search_plan_count_variants(struct search_builder *builder)
{
	static const struct search_way IDS = {
		.steps = { { STEP_VARIANTS, NULL }, { STEP_NAME, "id" } }, .count = 2
	};

	(void)search_reader_add(builder->plan->reader, &IDS); /* nobody asks for the ids themselves */
}

/* -- how much work it is -- */

enum {
	CHEAP_TESTS = 8,       /* so many are no more work than the document itself */
	CHEAP_CONSTANTS = 500,
};

/* What a query asks of a document, in tests. */
static int64_t tests_of(const struct search_query *query)
{
	if (!query)
		return 0;
	int64_t tests = 1 + (int64_t)(query->test.constant_count * CHEAP_TESTS / CHEAP_CONSTANTS);

	for (size_t i = 0; i < query->part_count; i++)
		tests += tests_of(query->parts[i]);
	return tests;
}

static int64_t tests_of_facet(const struct search_facet *facet)
{
	return 2 + (int64_t)facet->bucket_count + tests_of(facet->among) + tests_of(facet->filter);
}

void search_plan_finish(struct search_builder *builder)
{
	struct search_plan *plan = builder->plan;
	int64_t tests = tests_of(plan->query) + tests_of(plan->post_filter);

	search_query_finish(plan->query);
	search_query_finish(plan->post_filter);
	for (size_t i = 0; i < plan->facet_count; i++) {
		search_query_finish(plan->facets[i].among);
		search_query_finish(plan->facets[i].filter);
		tests += tests_of_facet(&plan->facets[i]);
	}
	for (size_t i = 0; i < plan->order_count; i++) {
		search_query_finish(plan->order[i].filter);
		tests += 1 + tests_of(plan->order[i].filter);
	}
	plan->document_steps += tests / CHEAP_TESTS;
}
