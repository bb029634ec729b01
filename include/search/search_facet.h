/* Facets: what is counted of the values that products have. */
#ifndef SEARCH_SEARCH_FACET_H
#define SEARCH_SEARCH_FACET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "search/search_query.h"

struct arena;

enum search_facet_kind { FACET_TERMS, FACET_RANGES, FACET_COUNT, FACET_STATS };

/* Most distinct values that are told apart; others are counted together. */
enum { MOST_TERMS = 20000 };

/* How often something came up. */
struct search_tally {
	int64_t  products;
	int64_t  variants;
	uint64_t last_serial;   /* of the document that came last */
	uint16_t last_variant;  /* and the variant */
};

/* What the numbers among values are like. */
struct search_stats {
	int64_t count;
	double  sum;
	double  min;
	double  max;
};

struct search_term {
	const char         *text;   /* as it is in the document, without quotes */
	size_t              bytes;
	bool                is_text; /* it has quotes there */
	struct search_tally tally;
};

/* From (included) to (not included); each may be absent. */
struct search_bucket {
	const struct search_constant *from;
	const struct search_constant *to;
	const char                   *key;
	struct search_tally           tally;
	struct search_stats           stats;
};

struct search_facet {
	const char            *name;
	enum search_facet_kind kind;
	struct search_field    field;       /* unless it is a FACET_COUNT */
	struct search_query   *among;       /* variants that fit are looked at; NULL: all */
	struct search_query   *filter;      /* values of which this holds count; NULL: all do */
	bool                   counts_all;  /* of all products, not only of those that are found */
	bool                   counts_variants; /* else products */
	/* What it comes to: */
	struct search_term    *terms;       /* a hash table */
	size_t                 term_count;
	size_t                 term_room;
	struct search_bucket  *buckets;
	size_t                 bucket_count;
	struct search_tally    tally;       /* of all values, or of what fits */
	struct search_tally    missing;     /* of what has no value */
	int64_t                others;      /* values beyond MOST_TERMS */
	struct search_stats    stats;
};

/* What is counted of something: variants or products. */
int64_t search_facet_counted(const struct search_facet *facet, const struct search_tally *tally);

/* Counts a document. Terms are kept in the arena. */
void search_facet_count(struct arena *arena, struct search_facet *facet,
                        const struct search_document *document);

/* The terms that came up, in no order; *ret_count: how many. */
struct search_term *search_facet_terms(struct arena *arena, const struct search_facet *facet,
                                       size_t *ret_count);

#endif
