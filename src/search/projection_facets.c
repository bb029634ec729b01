/* Source: API docs, "Product Projection Search", "FacetResults". */
#include "search/projection_facets.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "document/doc.h"

enum { MOST_TERMS_SHOWN = 200 };

static void put_products(json_t *object, const struct search_tally *tally, bool counts_products)
{
	if (counts_products)
		doc_put(object, "productCount", json_integer(tally->products));
}

/* -- terms -- */

static const char *data_type(const struct search_facet *facet, const struct search_term *terms,
                             size_t count)
{
	switch (facet->field.type) {
	case SEARCH_BOOLEAN: return "boolean";
	case SEARCH_DATE: return "date";
	case SEARCH_DATE_TIME: return "datetime";
	case SEARCH_NUMBER: return "number";
	case SEARCH_TIME: return "time";
	default: break;
	}
	if (count == 0 || terms[0].is_text)
		return "text";
	return strcmp(terms[0].text, "true") == 0 || strcmp(terms[0].text, "false") == 0 ? "boolean"
	                                                                                  : "number";
}

/* Numbers of attributes are doubles on the wire, and say so: 5 is "5.0". */
static const char *shown_term(struct op *op, const struct search_facet *facet,
                              const struct search_term *term)
{
	bool is_whole = !term->is_text && strspn(term->text, "-0123456789") == term->bytes;

	return facet->field.type == SEARCH_NUMBER && is_whole
	           ? arena_printf(op->arena, "%s.0", term->text)
	           : term->text;
}

/* The terms that come up most come first; equals by their texts. */
static int compare_terms(const void *a, const void *b)
{
	const struct search_term *left = a;
	const struct search_term *right = b;

	if (left->tally.variants != right->tally.variants)
		return left->tally.variants < right->tally.variants ? 1 : -1;
	return strcmp(left->text, right->text);
}

static json_t *terms_facet(struct op *op, const struct search_facet *facet, bool counts_products)
{
	json_t *shown = keep(op, json_array());
	int64_t total = facet->others;
	int64_t seen = 0;
	size_t count;
	struct search_term *terms = search_facet_terms(op->arena, facet, &count);

	if (count > 0)
		qsort(terms, count, sizeof *terms, compare_terms);
	for (size_t i = 0; i < count; i++) {
		int64_t times = search_facet_counted(facet, &terms[i].tally);

		total += times;
		if (i >= MOST_TERMS_SHOWN)
			continue;
		json_t *term = keep(op, json_pack("{s:s, s:I}", "term", shown_term(op, facet, &terms[i]),
		                                  "count", (json_int_t)times));

		put_products(term, &terms[i].tally, counts_products);
		json_array_append(shown, term);
		seen += times;
	}
	return keep(op, json_pack("{s:s, s:s, s:I, s:I, s:I, s:O}", "type", "terms", "dataType",
	                          data_type(facet, terms, count), "missing",
	                          (json_int_t)search_facet_counted(facet, &facet->missing), "total",
	                          (json_int_t)total, "other", (json_int_t)(total - seen), "terms",
	                          shown));
}

/* -- ranges -- */

/* A bound as a number; 0 is none. A time is that of ms. */
static double bound(const struct search_constant *constant)
{
	if (!constant)
		return 0;
	return constant->has_time ? (double)constant->time_ms : constant->number;
}

/* The same as a text, with a point; empty is none. */
static const char *bound_text(struct op *op, const struct search_constant *constant)
{
	if (!constant)
		return "";
	const char *text = json_text(op, keep(op, json_real(bound(constant))));

	return strpbrk(text, ".eE") ? text : arena_printf(op->arena, "%s.0", text);
}

static json_t *range_result(struct op *op, const struct search_facet *facet,
                            const struct search_bucket *bucket, bool counts_products)
{
	const struct search_stats *stats = &bucket->stats;
	json_t *range =
		keep(op, json_pack("{s:f, s:s, s:f, s:s, s:I}", "from", bound(bucket->from), "fromStr",
	                       bound_text(op, bucket->from), "to", bound(bucket->to), "toStr",
	                       bound_text(op, bucket->to), "count",
	                       (json_int_t)search_facet_counted(facet, &bucket->tally)));

	put_products(range, &bucket->tally, counts_products);
	doc_put(range, "totalCount", json_integer(stats->count));
	doc_put(range, "total", json_real(stats->sum));
	doc_put(range, "min", json_real(stats->min));
	doc_put(range, "max", json_real(stats->max));
	doc_put(range, "mean", json_real(stats->count ? stats->sum / (double)stats->count : 0));
	return range;
}

static json_t *ranges_facet(struct op *op, const struct search_facet *facet, bool counts_products)
{
	json_t *ranges = keep(op, json_array());

	for (size_t i = 0; i < facet->bucket_count; i++)
		json_array_append(ranges,
		                  range_result(op, facet, &facet->buckets[i], counts_products));
	return keep(op, json_pack("{s:s, s:O}", "type", "range", "ranges", ranges));
}

/* -- filters -- */

static json_t *filter_facet(struct op *op, const struct search_facet *facet, bool counts_products)
{
	json_t *result = keep(op, json_pack("{s:s, s:I}", "type", "filter", "count",
	                                    (json_int_t)search_facet_counted(facet, &facet->tally)));

	put_products(result, &facet->tally, counts_products);
	return result;
}

json_t *projection_facets(struct op *op, const struct search_facet *facets, size_t count,
                          const bool *counts_products)
{
	json_t *results = keep(op, json_object());

	for (size_t i = 0; i < count; i++) {
		const struct search_facet *facet = &facets[i];
		json_t *(*show)(struct op *, const struct search_facet *, bool) =
			facet->kind == FACET_TERMS ? terms_facet
			: facet->kind == FACET_RANGES ? ranges_facet
			                              : filter_facet;

		json_object_set(results, facet->name, show(op, facet, counts_products[i]));
	}
	return results;
}
