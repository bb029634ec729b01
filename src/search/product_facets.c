/* Source: API docs, "Product Search", "Facets". */
#include "search/product_facets.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "search/product_field.h"
#include "search/product_query.h"
#include "search/search_categories.h"

enum { BUCKETS = 10, MOST_BUCKETS = 200 };

struct bucket_order {
	const char *by;
	const char *order;
};

struct bucket_range {
	json_t     *from;
	json_t     *to;
	const char *key;
};

/* What is asked of a facet of whichever kind. */
struct asked {
	const char                *name;
	const char                *scope;
	const char                *level;
	json_t                    *filter;
	struct product_field       field;
	const struct bucket_order *sort;     /* of distinct values, as what follows */
	json_t                    *includes; /* the only ones that are shown */
	const char                *missing;  /* the key under which products without a value are counted */
	struct optional_int        limit;
	struct shape_list          ranges;
};

/* One of them is there. */
struct facet {
	const struct asked *count;
	const struct asked *distinct;
	const struct asked *ranges;
	const struct asked *stats;
};

/* -- shapes -- */

static const char *const SCOPES[] = { "query", "all", NULL };
static const char *const LEVELS[] = { "products", "variants", NULL };
static const char *const SORTED_BY[] = { "count", "key", NULL };
static const char *const ORDERS[] = { "asc", "desc", NULL };

#define AT(member) offsetof(struct bucket_order, member)
static const struct shape_field ORDER_FIELDS[] = {
	{ "by",    FIELD_TEXT, REQUIRED, AT(by),    text_check_enum, SORTED_BY },
	{ "order", FIELD_TEXT, REQUIRED, AT(order), text_check_enum, ORDERS },
};
#undef AT

#define AT(member) offsetof(struct bucket_range, member)
static const struct shape_field RANGE_FIELDS[] = {
	{ "from", FIELD_RAW,  OPTIONAL, AT(from) },
	{ "to",   FIELD_RAW,  OPTIONAL, AT(to) },
	{ "key",  FIELD_TEXT, OPTIONAL, AT(key) },
};
#undef AT

static const struct shape ORDER = { sizeof(struct bucket_order), 2, ORDER_FIELDS };
static const struct shape RANGE = { sizeof(struct bucket_range), 3, RANGE_FIELDS };

#define AT(member) offsetof(struct asked, member)
#define COMMON \
	{ "name",   FIELD_TEXT, REQUIRED, AT(name) }, \
	{ "scope",  FIELD_TEXT, OPTIONAL, AT(scope), text_check_enum, SCOPES }, \
	{ "level",  FIELD_TEXT, OPTIONAL, AT(level), text_check_enum, LEVELS }, \
	{ "filter", FIELD_RAW,  OPTIONAL, AT(filter) }
static const struct shape_field COUNT_FIELDS[] = { COMMON };
static const struct shape_field STATS_FIELDS[] = { COMMON, PRODUCT_FIELD_ROWS(struct asked) };
static const struct shape_field RANGES_FIELDS[] = {
	COMMON, PRODUCT_FIELD_ROWS(struct asked),
	{ "ranges",   FIELD_LIST,   REQUIRED, AT(ranges), .inner = &RANGE },
};
static const struct shape_field DISTINCT_FIELDS[] = {
	COMMON, PRODUCT_FIELD_ROWS(struct asked),
	{ "includes", FIELD_TEXTS,  OPTIONAL, AT(includes) },
	{ "sort",     FIELD_OBJECT, OPTIONAL, AT(sort), .inner = &ORDER },
	{ "limit",    FIELD_INT,    OPTIONAL, AT(limit) },
	{ "missing",  FIELD_TEXT,   OPTIONAL, AT(missing) },
};
#undef COMMON
#undef AT

#define SHAPE(fields) { sizeof(struct asked), sizeof fields / sizeof *fields, fields }
static const struct shape COUNT = SHAPE(COUNT_FIELDS);
static const struct shape DISTINCT = SHAPE(DISTINCT_FIELDS);
static const struct shape RANGES = SHAPE(RANGES_FIELDS);
static const struct shape STATS = SHAPE(STATS_FIELDS);
#undef SHAPE

#define AT(member) offsetof(struct facet, member)
static const struct shape_field FACET_FIELDS[] = {
	{ "count",    FIELD_OBJECT, OPTIONAL, AT(count),    .inner = &COUNT },
	{ "distinct", FIELD_OBJECT, OPTIONAL, AT(distinct), .inner = &DISTINCT },
	{ "ranges",   FIELD_OBJECT, OPTIONAL, AT(ranges),   .inner = &RANGES },
	{ "stats",    FIELD_OBJECT, OPTIONAL, AT(stats),    .inner = &STATS },
};
#undef AT

const struct shape PRODUCT_FACET_SHAPE = { sizeof(struct facet), 4, FACET_FIELDS };

/* -- reading -- */

/* A facet that is being read. */
struct reading {
	struct search_builder *builder;
	const struct asked    *asked;
	struct json_path       place;
	struct search_facet   *facet;
};

/* Reads what only facets of a kind have. False: recorded. */
typedef bool read_fn(struct reading *reading);

static bool read_field(struct reading *reading)
{
	struct search_field *field = &reading->facet->field;

	if (!product_field_find(reading->builder, &reading->asked->field, true, field))
		return false;
	return !product_field_is_of_subtree(field) ||
	       search_categories_load(reading->builder->op, &field->ancestors);
}

static bool read_count(struct reading *reading)
{
	(void)reading;
	return true;
}

static bool read_distinct(struct reading *reading)
{
	const struct optional_int *limit = &reading->asked->limit;

	if (limit->given && (limit->value < 1 || limit->value > MOST_BUCKETS))
		return fail_invalid_input(reading->builder->op,
		                          "Facet [%s]: The limit must be between 1 and %d.",
		                          reading->asked->name, MOST_BUCKETS);
	return read_field(reading);
}

/* A bound; *ret_text is how the key of the bucket names it. */
static bool read_bound(struct reading *reading, const json_t *value,
                       const struct search_constant **ret_bound, const char **ret_text)
{
	*ret_bound = NULL;
	*ret_text = "*";
	if (!value)
		return true;
	*ret_bound = product_constant_read(reading->builder, value, &reading->place);
	if (*ret_bound)
		*ret_text = json_is_string(value) ? (*ret_bound)->text
		                                  : json_text(reading->builder->op, value);
	return *ret_bound != NULL;
}

static bool read_range(struct reading *reading, const struct bucket_range *range,
                       struct search_bucket *bucket)
{
	const char *from;
	const char *to;

	if (!read_bound(reading, range->from, &bucket->from, &from) ||
	    !read_bound(reading, range->to, &bucket->to, &to))
		return false;
	bucket->key = range->key ? range->key
	                         : arena_printf(reading->builder->op->arena, "%s-%s", from, to);
	return bucket->from || bucket->to ||
	       fail_invalid_input(reading->builder->op,
	                          "Facet [%s]: A range needs one of 'from' and 'to'.",
	                          reading->asked->name);
}

static bool read_ranges(struct reading *reading)
{
	const struct shape_list *ranges = &reading->asked->ranges;
	const struct bucket_range *items = ranges->items;
	struct search_facet *facet = reading->facet;

	facet->buckets = arena_alloc(reading->builder->op->arena,
	                             (ranges->count + 1) * sizeof *facet->buckets);
	if (ranges->count > MOST_BUCKETS)
		return fail_invalid_input(reading->builder->op,
		                          "Facet [%s]: There are more than %d ranges.",
		                          reading->asked->name, MOST_BUCKETS);
	for (size_t i = 0; i < ranges->count; i++)
		if (!read_range(reading, &items[i], &facet->buckets[facet->bucket_count++]))
			return false;
	return read_field(reading);
}

/* -- results -- */

static json_t *bucket(const char *key, int64_t count)
{
	return json_pack("{s:s, s:I}", "key", key, "count", (json_int_t)count);
}

/* A term with how often it is counted, in an order. */
struct counted_term {
	const struct asked *asked;
	const char         *key;
	int64_t             count;
};

static int compare_keys(const struct counted_term *left, const struct counted_term *right)
{
	char *left_end;
	char *right_end;
	double left_number = strtod(left->key, &left_end);
	double right_number = strtod(right->key, &right_end);

	if (*left->key && *right->key && !*left_end && !*right_end && left_number != right_number)
		return left_number < right_number ? -1 : 1;
	return strcmp(left->key, right->key);
}

/* What comes up most comes first, and of equals the one whose key does, unless an order is asked for. */
static int compare_terms(const void *a, const void *b)
{
	const struct counted_term *left = a;
	const struct counted_term *right = b;
	const struct bucket_order *sort = left->asked->sort;
	int sign = !sort || strcmp(sort->order, "desc") == 0 ? -1 : 1;

	if (sort && strcmp(sort->by, "key") == 0)
		return sign * compare_keys(left, right);
	if (left->count != right->count)
		return left->count < right->count ? -sign : sign;
	return compare_keys(left, right);
}

static bool is_included(const struct asked *asked, const char *key)
{
	for (size_t i = 0; i < json_array_size(asked->includes); i++)
		if (strcmp(json_string_value(json_array_get(asked->includes, i)), key) == 0)
			return true;
	return !asked->includes;
}

/* What is counted, in its order; *ret_count: how many. */
static struct counted_term *counted_terms(struct op *op, const struct search_facet *facet,
                                          const struct asked *asked, size_t *ret_count)
{
	size_t term_count;
	const struct search_term *terms = search_facet_terms(op->arena, facet, &term_count);
	struct counted_term *counted = arena_alloc(op->arena, (term_count + 1) * sizeof *counted);
	int64_t missing = search_facet_counted(facet, &facet->missing);
	size_t count = 0;

	for (size_t i = 0; i < term_count; i++)
		if (is_included(asked, terms[i].text))
			counted[count++] = (struct counted_term){
				asked, terms[i].text, search_facet_counted(facet, &terms[i].tally)
			};
	if (asked->missing && missing > 0)
		counted[count++] = (struct counted_term){ asked, asked->missing, missing };
	qsort(counted, count, sizeof *counted, compare_terms);
	*ret_count = count;
	return counted;
}

static void put_distinct(struct op *op, const struct search_facet *facet,
                         const struct asked *asked, json_t *result)
{
	size_t limit = asked->limit.given ? (size_t)asked->limit.value : BUCKETS;
	json_t *buckets = json_array();
	size_t count;
	const struct counted_term *terms = counted_terms(op, facet, asked, &count);

	for (size_t i = 0; i < count && i < limit; i++)
		json_array_append_new(buckets, bucket(terms[i].key, terms[i].count));
	doc_put(result, "buckets", buckets);
}

static void put_ranges(struct op *op, const struct search_facet *facet, const struct asked *asked,
                       json_t *result)
{
	json_t *buckets = json_array();

	(void)op;
	(void)asked;
	for (size_t i = 0; i < facet->bucket_count; i++)
		json_array_append_new(buckets,
		                      bucket(facet->buckets[i].key,
		                             search_facet_counted(facet, &facet->buckets[i].tally)));
	doc_put(result, "buckets", buckets);
}

static void put_count(struct op *op, const struct search_facet *facet, const struct asked *asked,
                      json_t *result)
{
	(void)op;
	(void)asked;
	doc_put(result, "value", json_integer(search_facet_counted(facet, &facet->tally)));
}

static json_t *number(double value)
{
	return value == (double)(int64_t)value ? json_integer((int64_t)value) : json_real(value);
}

/* A value as it is written: of times not their ms. */
static json_t *shown_value(struct op *op, const struct search_field *field, double value)
{
	bool is_time = field->type == SEARCH_TIME;
	char *text;

	if (field->type != SEARCH_DATE && field->type != SEARCH_DATE_TIME && !is_time)
		return number(value);
	text = timestamp_text(op->arena, (int64_t)value);
	if (field->type == SEARCH_DATE)
		text[strlen("yyyy-MM-dd")] = '\0';
	if (is_time) {
		text += strlen("yyyy-MM-ddT");
		text[strlen("HH:mm:ss.SSS")] = '\0';
	}
	return json_string(text);
}

static void put_stats(struct op *op, const struct search_facet *facet, const struct asked *asked,
                      json_t *result)
{
	const struct search_stats *stats = &facet->stats;
	bool is_number = facet->field.type == SEARCH_NUMBER;

	(void)asked;
	if (stats->count > 0) {
		doc_put(result, "min", shown_value(op, &facet->field, stats->min));
		doc_put(result, "max", shown_value(op, &facet->field, stats->max));
	}
	if (stats->count > 0 && is_number) {
		doc_put(result, "mean", number(stats->sum / (double)stats->count));
		doc_put(result, "sum", number(stats->sum));
	}
	doc_put(result, "count", json_integer(stats->count));
}

/* -- all kinds -- */

/* Where what is asked of one stands, the kind, how it is read, how it is shown. */
static const struct kind {
	size_t                 offset;
	const char            *name;
	enum search_facet_kind kind;
	read_fn               *read;
	void (*put)(struct op *op, const struct search_facet *facet, const struct asked *asked,
	            json_t *result);
} KINDS[] = {
	{ offsetof(struct facet, count), "count", FACET_COUNT, read_count, put_count },
	{ offsetof(struct facet, distinct), "distinct", FACET_TERMS, read_distinct, put_distinct },
	{ offsetof(struct facet, ranges), "ranges", FACET_RANGES, read_ranges, put_ranges },
	{ offsetof(struct facet, stats), "stats", FACET_STATS, read_field, put_stats },
};

static const struct asked *asked_of(const struct facet *facet, const struct kind *kind)
{
	return *(const struct asked *const *)(const void *)((const char *)facet + kind->offset);
}

/* The kind of a facet; NULL: it has none, or several. */
static const struct kind *kind_of(const struct facet *facet)
{
	const struct kind *found = NULL;

	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++) {
		if (!asked_of(facet, &KINDS[i]))
			continue;
		if (found)
			return NULL;
		found = &KINDS[i];
	}
	return found;
}

/* Of products that are found, what counts of a variant that does not fit is only seen where products are
 * counted. */
static bool read_facet(struct reading *reading, const struct kind *kind)
{
	const struct json_path filter = { &reading->place, "filter", 0 };
	const struct asked *asked = reading->asked;
	struct search_facet *facet = reading->facet;

	*facet = (struct search_facet){ .name = asked->name, .kind = kind->kind };
	facet->counts_all = asked->scope && strcmp(asked->scope, "all") == 0;
	facet->counts_variants = asked->level && strcmp(asked->level, "variants") == 0;
	if (facet->counts_variants && !facet->counts_all)
		facet->among = reading->builder->plan->query;
	return kind->read(reading) &&
	       product_query_read(reading->builder, asked->filter, &filter, &facet->filter);
}

bool product_facets_read(struct search_builder *builder, const struct shape_list *facets)
{
	static const struct json_path ROOT = { NULL, "facets", 0 };
	struct search_plan *plan = builder->plan;
	const struct facet *items = facets->items;

	plan->facets = arena_alloc(builder->op->arena, (facets->count + 1) * sizeof *plan->facets);
	for (size_t i = 0; i < facets->count; i++) {
		const struct json_path place = { &ROOT, NULL, i };
		const struct kind *kind = kind_of(&items[i]);

		if (!kind)
			return fail_at(
				builder->op, &place,
				"JSON object with one of 'count', 'distinct', 'ranges' and 'stats' expected.");
		struct reading reading = { .builder = builder,
			                       .asked = asked_of(&items[i], kind),
			                       .place = { &place, kind->name, 0 },
			                       .facet = &plan->facets[plan->facet_count++] };

		if (!read_facet(&reading, kind))
			return false;
	}
	if (facets->count > 0)
		search_plan_count_variants(builder);
	return true;
}

json_t *product_facets_results(struct op *op, const struct search_plan *plan,
                               const struct shape_list *facets)
{
	const struct facet *items = facets->items;
	json_t *results = keep(op, json_array());

	for (size_t i = 0; i < facets->count; i++) {
		const struct kind *kind = kind_of(&items[i]);
		const struct asked *asked = asked_of(&items[i], kind);
		json_t *result = keep(op, json_pack("{s:s}", "name", asked->name));

		kind->put(op, &plan->facets[i], asked, result);
		json_array_append(results, result);
	}
	return results;
}
