/* Making a plan of a search: what both searches need to name fields and to read them. */
#ifndef SEARCH_SEARCH_PLAN_H
#define SEARCH_SEARCH_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "search/search_attributes.h"
#include "search/search_run.h"

struct op;

/* A plan that is being made. */
struct search_builder {
	struct op                     *op;
	struct search_plan            *plan;
	const struct search_attribute *attributes; /* of all product types */
};

/* Begins a plan that finds all published or staged projections as the view shows them. False: recorded. */
bool search_plan_begin(struct op *op, struct search_plan *plan, const struct product_view *view,
                       bool is_staged, struct search_builder *ret_builder);

/* Adds a way that a field names, and sets its number. */
void search_plan_add_field(struct search_builder *builder, const struct search_way *way,
                           struct search_field *field);

/* Sees to it that the reader counts variants. */
void search_plan_count_variants(struct search_builder *builder);

/* Works out what the queries of the plan need, when all are there. */
void search_plan_finish(struct search_builder *builder);

#endif
