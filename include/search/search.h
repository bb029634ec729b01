/* What the files of the product projection search share: the expressions of filters, facets and sort,
 * asked of the JSON documents of projections. */
#ifndef SEARCH_SEARCH_H
#define SEARCH_SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct call;
struct op;

/* `path`, or `path:values`: `variants.attributes.size.key:"s","m"`. */
struct search_filter {
	json_t *path;       /* the names between the dots */
	json_t
		*values; /* texts, numbers and booleans of which one must be there; NULL: none are named */
	json_t
		*ranges;  /* of `[from, to]`, each a number, a text or null for `*`; NULL: none are named */
	bool    missing;    /* `path:missing` */
	bool    exists;     /* `path:exists` */
};

/* Reads a filter; `parameter` is what errors call it. `subtree("id")` becomes the ids below. False:
 * recorded. */
bool search_filter_parse(struct op *op, const char *parameter, const char *text,
                         struct search_filter *ret_filter);

/* Does the filter say something of single variants? */
bool search_filter_is_of_variants(const struct search_filter *filter);

/* Does a projection, or one of its variants, have one of the values? */
bool search_filter_matches(struct op *op, const struct search_filter *filter,
                           const json_t *projection);
bool search_filter_matches_variant(struct op *op, const struct search_filter *filter,
                                   const json_t *variant);

/* Adds the values at the filter's path in a projection. */
void search_filter_collect(struct op *op, const struct search_filter *filter,
                           const json_t *projection, json_t *values);

/* Less than, equal to or greater than 0, as a is to b: numbers exactly, texts without case, and
 * numbers before texts. */
int search_compare(struct op *op, const json_t *a, const json_t *b);

/* Does a projection have all words of a text in a language, somewhere in its name, its description,
 * its search keywords or its attributes? `fuzzy`: words may be misspelt. */
bool search_text_matches(struct op *op, const json_t *projection, const char *locale,
                         const char *text, bool fuzzy);

/* The facets that the parameters ask for, counted over projections; kept by the arena. NULL:
 * recorded. */
json_t *search_facets(struct op *op, const struct call *call, const json_t *candidates);

#endif
