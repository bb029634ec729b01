/* The page of what was found: which documents are on it, in which order, in bounded memory. */
#ifndef SEARCH_SEARCH_PAGE_H
#define SEARCH_SEARCH_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "search/search_query.h"

struct arena;
struct budget;
struct search_page;

/* What of several values counts. */
enum search_mode { MODE_MIN, MODE_MAX, MODE_AVERAGE, MODE_SUM };

/* What documents are ordered by. */
struct search_order {
	bool                 by_score;  /* else by a field */
	struct search_field  field;
	struct search_query *filter;    /* of the values that count; NULL: all do */
	bool                 is_descending;
	bool                 is_number; /* texts of the field are numbers */
	enum search_mode     mode;
};

enum { MOST_SEARCH_OFFSET = 10000, MOST_SEARCH_LIMIT = 500 };

/* Makes an empty page of an order; without one it is that in which documents are added. What is equal
 * stays in that order too, or is reversed if the last field is descending, and what has no value comes
 * last. Limit and offset are within the bounds. Comparing spends the budget. The page must be destroyed. */
struct search_page *search_page_create(const struct search_order *order, size_t order_count,
                                       int64_t limit, int64_t offset, struct budget *budget);
void search_page_destroy(struct search_page *page);

/* Adds a document that was found at a position, with its score. */
void search_page_add(struct search_page *page, int64_t position, double score,
                     const struct search_document *document);

/* The positions on the page, in the arena; *ret_count: how many. */
const int64_t *search_page_positions(struct arena *arena, struct search_page *page,
                                     size_t *ret_count);

#endif
