#include "search/search_facet.h"

#include <string.h>

#include "base/arena.h"
#include "base/budget.h"

enum { FIRST_TERMS = 64 };

enum { TERM_UNITS = 5, BUCKET_UNITS = 4, VALUES_PER_UNIT = 8 };

/* -- tallies -- */

/* Counts a variant once, and a product once. A document is gone through in the order of its variants. */
static void tally_up(struct search_tally *tally, const struct search_document *document,
                     uint16_t variant)
{
	bool is_new = tally->last_serial != document->serial;

	tally->products += is_new;
	tally->variants += is_new || tally->last_variant != variant;
	tally->last_serial = document->serial;
	tally->last_variant = variant;
}

int64_t search_facet_counted(const struct search_facet *facet, const struct search_tally *tally)
{
	return facet->counts_variants ? tally->variants : tally->products;
}

static void stats_up(struct search_stats *stats, double number)
{
	if (stats->count == 0 || number < stats->min)
		stats->min = number;
	if (stats->count == 0 || number > stats->max)
		stats->max = number;
	stats->count++;
	stats->sum += number;
}

/* -- terms -- */

/* FNV-1a. Source: draft-eastlake-fnv. */
static uint64_t hash_of(const char *text, size_t bytes)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < bytes; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3;
	return hash;
}

/* Where a term is, or would be. There is always room. */
static struct search_term *slot_of(struct search_term *terms, size_t room, const char *text,
                                   size_t bytes)
{
	size_t at = hash_of(text, bytes) & (room - 1);

	while (terms[at].text && (terms[at].bytes != bytes || memcmp(terms[at].text, text, bytes) != 0))
		at = (at + 1) & (room - 1);
	return &terms[at];
}

static void grow(struct arena *arena, struct search_facet *facet)
{
	size_t room = facet->term_room ? 2 * facet->term_room : FIRST_TERMS;
	struct search_term *terms = arena_alloc(arena, room * sizeof *terms);

	for (size_t i = 0; i < facet->term_room; i++)
		if (facet->terms[i].text)
			*slot_of(terms, room, facet->terms[i].text, facet->terms[i].bytes) = facet->terms[i];
	facet->terms = terms;
	facet->term_room = room;
}

/* NULL: there are too many already. */
static struct search_term *term_of(struct arena *arena, struct search_facet *facet,
                                   const char *text, size_t bytes, bool is_text)
{
	if (2 * (facet->term_count + 1) > facet->term_room)
		grow(arena, facet);
	struct search_term *term = slot_of(facet->terms, facet->term_room, text, bytes);

	if (term->text)
		return term;
	if (facet->term_count == MOST_TERMS)
		return NULL;
	facet->term_count++;
	term->text = arena_strndup(arena, text, bytes);
	term->bytes = bytes;
	term->is_text = is_text;
	return term;
}

static void count_term(struct arena *arena, struct search_facet *facet, const char *text,
                       size_t bytes, bool is_text, const struct search_document *document,
                       uint16_t variant)
{
	struct search_term *term = term_of(arena, facet, text, bytes, is_text);

	if (term)
		tally_up(&term->tally, document, variant);
	else
		facet->others++;
}

/* Counts what stands above a category, too. */
static void count_ancestors(struct arena *arena, struct search_facet *facet,
                            const struct search_value *value,
                            const struct search_document *document, uint16_t variant)
{
	const json_t *above = json_object_get(facet->field.ancestors,
	                                      search_value_text(document->scratch, value->raw));

	for (size_t i = 0; i < json_array_size(above); i++) {
		const json_t *id = json_array_get(above, i);

		count_term(arena, facet, json_string_value(id), json_string_length(id), true, document,
		           variant);
	}
}

static void count_value(struct arena *arena, struct search_facet *facet,
                        const struct search_value *value, const struct search_document *document,
                        uint16_t variant)
{
	bool is_text = slice_kind(value->raw) == SLICE_TEXT;
	struct slice raw = is_text ? slice_inside(value->raw) : value->raw;
	const char *text = raw.start;
	size_t bytes = (size_t)(raw.end - raw.start);

	if (slice_kind(value->raw) == SLICE_OBJECT)
		return;
	if (is_text && memchr(raw.start, '\\', bytes)) {
		text = search_value_text(document->scratch, value->raw);
		bytes = strlen(text);
	}
	count_term(arena, facet, text, bytes, is_text, document, variant);
	if (facet->field.ancestors)
		count_ancestors(arena, facet, value, document, variant);
}

/* -- ranges -- */

static void count_in_buckets(struct search_facet *facet, const struct search_value *value,
                             const struct search_document *document, uint16_t variant)
{
	double number;

	for (size_t i = 0; i < facet->bucket_count; i++) {
		struct search_bucket *bucket = &facet->buckets[i];
		const struct search_range range = { .from = bucket->from,
			                                .to = bucket->to,
			                                .excludes_to = true };

		if (!search_value_is_within(value->raw, &range))
			continue;
		tally_up(&bucket->tally, document, variant);
		if (search_value_number(value->raw, &number))
			stats_up(&bucket->stats, number);
	}
}

/* -- documents -- */

/* Is it looked at what this variant (0: the product) has? */
static bool is_among(const struct search_facet *facet, const struct search_document *document,
                     uint16_t variant)
{
	if (!facet->among || facet->among->level == OF_PRODUCT)
		return search_query_score(facet->among, document) >= 0;
	return search_query_holds(facet->among, document, variant, 0);
}

static bool is_of(const struct search_value *value, uint16_t variant)
{
	return value->variant == 0 || value->variant == variant;
}

static void count_missing(struct search_facet *facet, const struct search_document *document,
                          struct search_values values)
{
	uint16_t variants = search_reader_variants(document->reader);

	if (!facet->counts_variants && values.count == 0)
		tally_up(&facet->missing, document, 0);
	if (!facet->counts_variants)
		return;
	for (uint16_t variant = 1;
	     variant <= variants &&
	     budget_spend(document->budget, STEP_UNITS + (int64_t)(values.count / VALUES_PER_UNIT));
	     variant++) {
		bool has_value = false;

		for (size_t i = 0; i < values.count && !has_value; i++)
			has_value = is_of(&values.items[i], variant);
		if (!has_value && is_among(facet, document, variant))
			tally_up(&facet->missing, document, variant);
	}
}

/* Counts a value as one of a variant. */
static void count_at(struct arena *arena, struct search_facet *facet,
                     const struct search_value *value, const struct search_document *document,
                     uint16_t variant)
{
	double number;

	int64_t units = TERM_UNITS + BUCKET_UNITS * (int64_t)facet->bucket_count;

	if (!budget_spend(document->budget, units) || !is_among(facet, document, variant) ||
	    !search_query_holds(facet->filter, document, variant, value->price))
		return;
	tally_up(&facet->tally, document, variant);
	if (facet->kind == FACET_TERMS)
		count_value(arena, facet, value, document, variant);
	else if (facet->kind == FACET_RANGES)
		count_in_buckets(facet, value, document, variant);
	else if (search_value_number(value->raw, &number))
		stats_up(&facet->stats, number);
}

static void count_values(struct arena *arena, struct search_facet *facet,
                         const struct search_document *document)
{
	struct search_values values = { NULL, 0 };
	/* What a product has, each of its variants has. */
	bool is_spread = facet->counts_variants && facet->field.level == OF_PRODUCT;
	uint16_t variants = search_reader_variants(document->reader);

	if (!facet->field.is_nowhere)
		values = search_reader_values(document->reader, facet->field.number);
	for (size_t i = 0; i < values.count && !is_spread && !document->budget->end; i++)
		count_at(arena, facet, &values.items[i], document, values.items[i].variant);
	for (uint16_t variant = 1; variant <= variants && is_spread; variant++)
		for (size_t i = 0; i < values.count && !document->budget->end; i++)
			count_at(arena, facet, &values.items[i], document, variant);
	count_missing(facet, document, values);
}

/* Counts the variants of which the filter holds, or, if it says nothing of variants, the product. */
static void count_fitting(struct search_facet *facet, const struct search_document *document)
{
	uint16_t variants = search_reader_variants(document->reader);

	if (!facet->filter || facet->filter->level == OF_PRODUCT) {
		if (search_query_score(facet->filter, document) >= 0)
			for (uint16_t variant = 1; (variant <= variants || variant == 1) &&
			                           budget_spend(document->budget, STEP_UNITS);
			     variant++)
				if (is_among(facet, document, variant))
					tally_up(&facet->tally, document, variant);
		return;
	}
	if (search_query_score(facet->filter, document) < 0)
		return;
	for (uint16_t variant = 1;
	     variant <= variants && budget_spend(document->budget, STEP_UNITS); variant++)
		if (is_among(facet, document, variant) &&
		    search_query_holds(facet->filter, document, variant, 0))
			tally_up(&facet->tally, document, variant);
}

void search_facet_count(struct arena *arena, struct search_facet *facet,
                        const struct search_document *document)
{
	if (facet->kind == FACET_COUNT)
		count_fitting(facet, document);
	else
		count_values(arena, facet, document);
}

struct search_term *search_facet_terms(struct arena *arena, const struct search_facet *facet,
                                       size_t *ret_count)
{
	struct search_term *terms = arena_alloc(arena, (facet->term_count + 1) * sizeof *terms);

	*ret_count = 0;
	for (size_t i = 0; i < facet->term_room; i++)
		if (facet->terms[i].text)
			terms[(*ret_count)++] = facet->terms[i];
	return terms;
}
