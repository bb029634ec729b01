#include "search/search_query.h"

#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "search/search_words.h"

enum { FIRST_PARTS = 4 };

enum { CONSTANT_UNITS = 2, RANGE_UNITS = 4, TEXT_PER_UNIT = 4 };

#define DOES_NOT_FIT (-1.0)

/* -- building -- */

struct search_query *search_query_create(struct arena *arena, enum search_match match)
{
	struct search_query *query = arena_alloc(arena, sizeof *query);

	query->match = match;
	query->test.boost = 1;
	return query;
}

void search_query_add(struct arena *arena, struct search_query *query, struct search_query *part)
{
	size_t count = query->part_count;

	if (count < FIRST_PARTS ? count == 0 : (count & (count - 1)) == 0) {
		size_t room = count < FIRST_PARTS ? FIRST_PARTS : 2 * count;
		struct search_query **parts = arena_alloc(arena, room * sizeof *parts);

		if (count)
			memcpy(parts, query->parts, count * sizeof *parts);
		query->parts = parts;
	}
	query->parts[query->part_count++] = part;
}

static void note_field(struct search_query *query, const struct search_field *field)
{
	if (field->level > query->level)
		query->level = field->level;
	query->is_dressed = query->is_dressed || field->is_dressed;
	query->is_of_prices = query->is_of_prices || field->is_of_prices;
}

/* Depth first; queries are as deep as JSON is let in. */
void search_query_finish(struct search_query *query)
{
	if (!query)
		return;
	if (query->match == MATCH_TEST && query->test.kind != TEST_WORDS)
		note_field(query, &query->test.field);
	/* Words are looked for in the product as a whole, unless there is one field only. */
	for (size_t i = 0; query->match == MATCH_TEST && i < query->test.text_count; i++) {
		struct search_field field = query->test.texts[i].field;

		if (query->test.text_count > 1)
			field.level = OF_PRODUCT;
		note_field(query, &field);
	}
	for (size_t i = 0; i < query->part_count; i++) {
		const struct search_query *part = query->parts[i];

		search_query_finish(query->parts[i]);
		note_field(query, &(struct search_field){ .level = part->level,
		                                          .is_dressed = part->is_dressed,
		                                          .is_of_prices = part->is_of_prices });
	}
}

/* -- tests -- */

/* Where a query is asked: for which variant and which price; 0 is any. */
struct place {
	const struct search_document *document;
	uint16_t                      variant;
	uint16_t                      price;
	bool                          is_bound; /* what must not be may be so elsewhere */
};

static bool is_here(const struct search_value *value, enum search_level level,
                    const struct place *place)
{
	if (level >= OF_VARIANT && place->variant && value->variant != place->variant)
		return false;
	return level < OF_PRICE || !place->price || value->price == place->price;
}

static bool is_one_of(const struct search_test *test, struct slice value)
{
	for (size_t i = 0; i < test->constant_count; i++)
		if (search_value_equals(value, test->constants[i], test->ignores_case))
			return true;
	return false;
}

static bool is_within_one(const struct search_test *test, struct slice value)
{
	for (size_t i = 0; i < test->range_count; i++)
		if (search_value_is_within(value, &test->ranges[i]))
			return true;
	return false;
}

/* What it costs to test a value. */
static int64_t units_of(const struct search_test *test, struct slice value)
{
	switch (test->kind) {
	case TEST_EQUALS: return STEP_UNITS + CONSTANT_UNITS * (int64_t)test->constant_count;
	case TEST_WITHIN: return STEP_UNITS + RANGE_UNITS * (int64_t)test->range_count;
	case TEST_BEGINS:
	case TEST_FITS: return STEP_UNITS + (value.end - value.start) / TEXT_PER_UNIT;
	default: return STEP_UNITS;
	}
}

static bool value_passes(const struct search_test *test, struct slice value,
                         const struct search_document *document)
{
	struct arena *scratch = document->scratch;

	switch (test->kind) {
	case TEST_EQUALS: return is_one_of(test, value);
	case TEST_WITHIN: return is_within_one(test, value);
	case TEST_BEGINS:
		return search_value_begins(scratch, value, test->constants[0], test->ignores_case);
	case TEST_FITS:
		return search_value_fits(scratch, value, test->constants[0], test->ignores_case,
		                         document->budget);
	default: return true;
	}
}

static struct search_values values_of(const struct search_field *field,
                                      const struct search_document *document)
{
	if (field->is_nowhere)
		return (struct search_values){ NULL, 0 };
	return search_reader_values(document->reader, field->number);
}

static double words_score(const struct search_test *test, const struct place *place)
{
	search_words_begin(test->words, place->document->budget);
	for (size_t i = 0; i < test->text_count; i++) {
		const struct search_text *text = &test->texts[i];
		struct search_values values = values_of(&text->field, place->document);
		enum search_level level = test->text_count > 1 ? OF_PRODUCT : text->field.level;

		for (size_t j = 0;
		     j < values.count && budget_spend(place->document->budget, STEP_UNITS); j++)
			if (is_here(&values.items[j], level, place))
				search_words_look_at(test->words, values.items[j].raw, text->weight);
	}
	int score = search_words_score(test->words);

	return score < 0 ? DOES_NOT_FIT : test->boost * score;
}

static double test_score(const struct search_test *test, const struct place *place)
{
	if (test->kind == TEST_WORDS)
		return words_score(test, place);
	struct search_values values = values_of(&test->field, place->document);
	bool passes = false;

	for (size_t i = 0;
	     i < values.count && !passes && budget_spend(place->document->budget, STEP_UNITS); i++) {
		const struct search_value *value = &values.items[i];

		passes = is_here(value, test->field.level, place) &&
		         budget_spend(place->document->budget, units_of(test, value->raw)) &&
		         value_passes(test, value->raw, place->document);
	}
	if (passes == (test->kind == TEST_MISSING))
		return DOES_NOT_FIT;
	return test->kind == TEST_MISSING || test->kind == TEST_EXISTS ? 0 : test->boost;
}

/* -- trees -- */

static double score_at(struct search_query *query, const struct place *place);

static double all_score(struct search_query *query, const struct place *place)
{
	double sum = 0;

	for (size_t i = 0; i < query->part_count; i++) {
		double score = score_at(query->parts[i], place);

		if (score < 0)
			return DOES_NOT_FIT;
		sum += score;
	}
	return query->match == MATCH_FILTER ? 0 : sum;
}

static double any_score(struct search_query *query, const struct place *place)
{
	double sum = DOES_NOT_FIT;

	for (size_t i = 0; i < query->part_count; i++) {
		double score = score_at(query->parts[i], place);

		if (score >= 0)
			sum = (sum < 0 ? 0 : sum) + score;
	}
	return sum;
}

/* A product is none of red ones if no variant of it is red. */
static double none_score(struct search_query *query, const struct place *place)
{
	for (size_t i = 0; i < query->part_count; i++) {
		double score = place->is_bound ? score_at(query->parts[i], place)
		                               : search_query_score(query->parts[i], place->document);

		if (score >= 0)
			return DOES_NOT_FIT;
	}
	return 0;
}

static double fresh_score_at(struct search_query *query, const struct place *place)
{
	switch (query->match) {
	case MATCH_TEST: return test_score(&query->test, place);
	case MATCH_ANY: return any_score(query, place);
	case MATCH_NONE: return none_score(query, place);
	default: return all_score(query, place);
	}
}

/* What says nothing of single variants is worked out once for all of them. */
static double score_at(struct search_query *query, const struct place *place)
{
	const struct search_document *document = place->document;

	if (!budget_spend(document->budget, STEP_UNITS))
		return DOES_NOT_FIT;
	if (query->level != OF_PRODUCT)
		return fresh_score_at(query, place);
	if (query->known_serial != document->serial) {
		query->known_score = fresh_score_at(query, place);
		query->known_serial = document->serial;
	}
	return query->known_score;
}

/* The score for the first variant and price that fit. */
static double score_somewhere(struct search_query *query, struct place *place)
{
	uint16_t variants = search_reader_variants(place->document->reader);
	uint16_t prices = query->level == OF_PRICE ? search_reader_prices(place->document->reader) : 0;

	const struct budget *budget = place->document->budget;

	for (place->variant = 1; place->variant <= variants && !budget->end; place->variant++)
		for (place->price = prices > 0; place->price <= prices && !budget->end; place->price++) {
			double score = score_at(query, place);

			if (score >= 0)
				return score;
		}
	return DOES_NOT_FIT;
}

static double each_score(struct search_query *query, const struct search_document *document)
{
	double sum = 0;

	for (size_t i = 0; i < query->part_count; i++) {
		double score = search_query_score(query->parts[i], document);

		if (score < 0)
			return DOES_NOT_FIT;
		sum += score;
	}
	return sum;
}

double search_query_score(struct search_query *query, const struct search_document *document)
{
	struct place place = { .document = document };

	if (!query)
		return 0;
	if (query->match == MATCH_EACH)
		return each_score(query, document);
	/* Missing is what no variant has, and nothing of single variants can be asked everywhere at once. */
	if (query->level == OF_PRODUCT ||
	    (query->match == MATCH_TEST && query->test.kind != TEST_WORDS) ||
	    query->match == MATCH_NONE)
		return score_at(query, &place);
	return score_somewhere(query, &place);
}

bool search_query_holds(struct search_query *query, const struct search_document *document,
                        uint16_t variant, uint16_t price)
{
	const struct place place = { document, variant, price, true };

	return !query || score_at(query, &place) >= 0;
}

/* -- quick looks -- */

static bool is_conjunction(const struct search_query *query)
{
	return query->match == MATCH_ALL || query->match == MATCH_FILTER || query->match == MATCH_EACH;
}

bool search_query_may_hold(struct search_query *query, const struct search_document *document)
{
	if (!query)
		return true;
	if (!query->is_dressed && !query->is_of_prices)
		return search_query_score(query, document) >= 0;
	if (!is_conjunction(query))
		return true;
	for (size_t i = 0; i < query->part_count; i++)
		if (!search_query_may_hold(query->parts[i], document))
			return false;
	return true;
}

bool search_query_may_be_in(const struct search_query *query, const char *text, size_t bytes,
                            struct budget *budget)
{
	if (!query)
		return true;
	if (query->match == MATCH_TEST)
		return query->test.kind != TEST_WORDS ||
		       search_words_may_be_in(query->test.words, text, bytes, budget);
	if (!is_conjunction(query))
		return true;
	for (size_t i = 0; i < query->part_count; i++)
		if (!search_query_may_be_in(query->parts[i], text, bytes, budget))
			return false;
	return true;
}
