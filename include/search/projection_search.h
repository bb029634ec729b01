/* The product projection search, and the suggestions of words to search for. */
#ifndef SEARCH_PROJECTION_SEARCH_H
#define SEARCH_PROJECTION_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "search/product_view.h"

struct op;

/* The values of a parameter that may be repeated. */
struct search_parameter {
	const char *const *values;
	size_t             count;
};

/* A text to search for in a language. */
struct search_phrase {
	const char *locale;
	const char *text;
};

struct projection_search {
	bool                        is_staged;
	bool                        marks_variants; /* with whether they match */
	struct product_view         view;           /* open */
	struct search_parameter     filter;         /* of results */
	struct search_parameter     filter_query;   /* of results and facets */
	struct search_parameter     filter_facets;  /* of facets of other fields */
	struct search_parameter     facet;
	struct search_parameter     sort;
	struct search_parameter     expand;
	const struct search_phrase *phrases;
	size_t                      phrase_count;
	bool                        is_fuzzy;
	const char                 *fuzzy_level;    /* NULL: as the lengths of words have it */
	int64_t                     limit;
	int64_t                     offset;
};

/* What was found: an array of projections and the facets, kept by the arena. */
struct projections_found {
	json_t *projections;
	json_t *facets;
	int64_t total;
};

/* Searches. False: recorded. */
bool projection_search_run(struct op *op, const struct projection_search *search,
                           struct projections_found *ret_found);

#endif
