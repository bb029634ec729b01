/* Lists: which documents of a kind, in which order, which part of them. */
#ifndef RESOURCE_QUERY_H
#define RESOURCE_QUERY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "predicate/sort.h"

struct op;
struct predicate;
struct resource_kind;

struct query {
	const struct resource_kind *kind;
	struct predicate           *predicate;  /* of the client; NULL: it named none */
	struct sort                 sort;       /* without keys: creation order */
	int64_t                     limit_rows;
	int64_t                     offset_rows;
	bool                        with_total;
};

/* A stored document, in the arena. */
struct query_document {
	const char *text;
	size_t      bytes;
};

/* What a query found. */
struct query_page {
	struct query_document *documents;
	size_t                 count;
	int64_t                total;     /* 0 unless asked for; of a predicate at most MAX_TOTAL */
	const char            *plan;      /* for the log: how it was found */
};

enum { MAX_TOTAL = 10000 };

/* Runs a query. Nothing is found but what exists for who asks: what the token owns under /me, what
 * is of the store in an in-store path. False: recorded, also that it is
 * too much work. */
bool query_run(struct op *op, const struct query *query, struct query_page *ret_page);

#endif
