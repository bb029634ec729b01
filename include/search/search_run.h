/* A search under way: every projection is looked at once, in the order in which they were made, and what
 * is kept of them is bounded. */
#ifndef SEARCH_SEARCH_RUN_H
#define SEARCH_SEARCH_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "search/product_view.h"
#include "search/search_facet.h"
#include "search/search_page.h"
#include "search/search_query.h"

struct op;
struct resource_kind;

/* What is searched for. Queries are finished; NULL finds everything. */
struct search_plan {
	const struct resource_kind *kind;        /* of projections: published or staged ones */
	struct product_view         view;
	struct search_reader       *reader;      /* knows the ways of all fields below */
	struct search_query        *query;       /* of what is found, and of what facets count */
	struct search_query        *post_filter; /* of what is found only */
	struct search_facet        *facets;
	size_t                      facet_count;
	struct search_order        *order;
	size_t                      order_count;
	int64_t                     limit;
	int64_t                     offset;
	size_t                      price_mode;  /* the number of that way in the reader */
	size_t                      discounted;  /* likewise, of what prices say about discounts */
	size_t                      skus;        /* likewise, of SKUs */
	bool                        is_dressed;  /* some field depends on stock */
	bool                        is_of_prices; /* some field is about prices */
	bool                        is_discounted; /* some field depends on discounts */
	int64_t                     document_steps; /* how much work a document is */
};

/* A step is a look at a document: a few microseconds. */
enum { SEARCH_STEP_UNITS = 500 };

/* What was found; facets are counted in place. */
struct search_found {
	int64_t        total;
	const int64_t *positions; /* of the documents on the page, in the arena */
	size_t         count;
};

/* Runs a search. False: recorded, also that it is too much work. */
bool search_run(struct op *op, struct search_plan *plan, struct search_found *ret_found);

/* Gives the stored document at a position as one that may be changed, and lets the plan's reader read it,
 * dressed if the plan needs that; *ret_document: for asking queries of it. NULL: recorded. */
json_t *search_load(struct op *op, struct search_plan *plan, int64_t position,
                    struct search_document *ret_document);

#endif
