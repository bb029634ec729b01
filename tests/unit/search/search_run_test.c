#include "search/search_run.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/op.h"
#include "base/random.h"
#include "catalog/product_projection.h"
#include "document/doc.h"
#include "resource/load.h"
#include "resource/save.h"
#include "search/search_plan.h"
#include "../../support/test_domain.h"

enum { PRODUCTS = 50 };

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

static void store_projections(struct op *op)
{
	for (int i = 0; i < PRODUCTS; i++) {
		struct resource *projection = resource_start(op, &PRODUCT_PROJECTION_KIND, NULL);

		doc_put(projection->doc, "number", json_integer(i % 5));
		assert_true(resource_save(op, projection));
	}
}

/* A search for everything that counts the numbers. */
static void plan_everything(struct op *op, struct search_plan *plan, struct search_facet *facet)
{
	static const struct search_way NUMBER = { .steps = { { STEP_NAME, "number" } }, .count = 1 };
	struct search_builder builder;
	const struct product_view view = { .has_stock = false };

	assert_true(search_plan_begin(op, plan, &view, false, &builder));
	*facet = (struct search_facet){ .name = "number", .kind = FACET_TERMS };
	search_plan_add_field(&builder, &NUMBER, &facet->field);
	plan->facets = facet;
	plan->facet_count = 1;
	plan->limit = 3;
	search_plan_finish(&builder);
}

static void everything_is_counted_and_a_page_is_kept(void **state)
{
	struct op *op = op_of(state);
	struct search_plan plan;
	struct search_facet facet;
	struct search_found found;
	size_t count;

	store_projections(op);
	plan_everything(op, &plan, &facet);
	assert_true(search_run(op, &plan, &found));
	assert_true(found.total >= PRODUCTS);
	assert_int_equal(found.count, 3);
	(void)search_facet_terms(op->arena, &facet, &count);
	assert_int_equal(count, 5);
}

static void a_long_search_waits_for_a_thread_of_its_own(void **state)
{
	struct op *op = op_of(state);
	struct search_plan plan;
	struct search_facet facet;
	struct search_found found;

	store_projections(op);
	plan_everything(op, &plan, &facet);
	plan.document_steps = 1000;
	budget_begin(&op->budget, &(struct budget_limits){ .pause_units = 2 * UNITS_PER_MS });
	assert_false(search_run(op, &plan, &found));
	assert_int_equal(op->budget.end, BUDGET_PAUSED);
	op->errors = (struct api_errors){ 0 };
	budget_begin(&op->budget, &(struct budget_limits){ .pause_units = 0 });
	assert_true(search_run(op, &plan, &found));
}

static void a_search_without_end_is_given_up(void **state)
{
	struct op *op = op_of(state);
	struct search_plan plan;
	struct search_facet facet;
	struct search_found found;

	store_projections(op);
	plan_everything(op, &plan, &facet);
	budget_begin(&op->budget, &(struct budget_limits){ .end_us = 1 });
	assert_false(search_run(op, &plan, &found));
	assert_string_equal(test_take_error(op), "QueryTimedOut");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(everything_is_counted_and_a_page_is_kept),
		TEST(a_long_search_waits_for_a_thread_of_its_own),
		TEST(a_search_without_end_is_given_up),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
