/* The product search: its request as JSON, and ids as what it finds. */
#ifndef SEARCH_PRODUCT_SEARCH_H
#define SEARCH_PRODUCT_SEARCH_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

struct product_search {
	json_t             *query;
	json_t             *post_filter; /* of results, not of facets */
	json_t             *projection;  /* how products are shown; NULL: by their ids only */
	struct shape_list   sort;
	struct shape_list   facets;
	struct optional_int limit;
	struct optional_int offset;
	bool                marks_variants;
};

/* The shape of the request. */
extern const struct shape PRODUCT_SEARCH_SHAPE;

/* Shall staged data be shown, which is not for everyone? */
bool product_search_is_staged(const struct product_search *search);

/* Searches, and gives the page, kept by the arena. False: recorded. */
bool product_search_run(struct op *op, const struct product_search *search, json_t **ret_page);

#endif
