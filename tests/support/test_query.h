/* What a list holds, for tests of domain/. */
#ifndef SUPPORT_TEST_QUERY_H
#define SUPPORT_TEST_QUERY_H

#include <stdlib.h>

#include "base/op.h"
#include "resource/query.h"

/* A part of all documents of a kind, in creation order. */
static inline struct query_page test_page(struct op *op, const struct resource_kind *kind,
                                          int64_t limit_rows, int64_t offset_rows)
{
	const struct query query = {
		.kind = kind, .limit_rows = limit_rows, .offset_rows = offset_rows, .with_total = true
	};
	struct query_page page;

	if (!query_run(op, &query, &page))
		abort();
	return page;
}

#endif
