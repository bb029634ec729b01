/* Suggestions of what to search for, from the search keywords of products. */
#ifndef SEARCH_SEARCH_SUGGEST_H
#define SEARCH_SEARCH_SUGGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "search/projection_search.h"

struct op;

struct search_suggest {
	bool                        is_staged;
	bool                        is_fuzzy;
	const struct search_phrase *phrases; /* what was typed so far */
	size_t                      phrase_count;
	int64_t                     limit;   /* of suggestions for each phrase */
};

/* Gives an object `searchKeywords.en: [{text}]` for each phrase; kept by the arena. False:
 * recorded. */
bool search_suggest_run(struct op *op, const struct search_suggest *suggest, json_t **ret_result);

#endif
