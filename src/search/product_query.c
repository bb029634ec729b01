/* Source: API docs, "Search query language". */
#include "search/product_query.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/category.h"
#include "document/text_check.h"
#include "search/product_field.h"
#include "search/search_words.h"

enum { MOST_EXPRESSIONS = 50, MOST_LETTERS = 256, MOST_VALUES = 10000, MOST_DEPTH = 20 };

/* So many letters of a pattern are as much work as another look at a document. */
enum { LETTERS_OF_STEP = 2 };

/* A simple expression: what stands beside its name. */
struct simple {
	struct product_field field;
	json_t              *value;
	json_t              *values;
	json_t              *boost;
	json_t              *gte;
	json_t              *gt;
	json_t              *lte;
	json_t              *lt;
	struct optional_int  level;
	const char          *must_match;
	bool                 ignores_case;
};

static const char *const MATCHES[] = { "all", "any", NULL };

#define AT(member) offsetof(struct simple, member)
static const struct shape_field SIMPLE_FIELDS[] = {
	PRODUCT_FIELD_ROWS(struct simple),
	{ "value",           FIELD_RAW,  OPTIONAL, AT(value) },
	{ "values",          FIELD_RAW,  OPTIONAL, AT(values) },
	{ "boost",           FIELD_RAW,  OPTIONAL, AT(boost) },
	{ "gte",             FIELD_RAW,  OPTIONAL, AT(gte) },
	{ "gt",              FIELD_RAW,  OPTIONAL, AT(gt) },
	{ "lte",             FIELD_RAW,  OPTIONAL, AT(lte) },
	{ "lt",              FIELD_RAW,  OPTIONAL, AT(lt) },
	{ "level",           FIELD_INT,  OPTIONAL, AT(level) },
	{ "mustMatch",       FIELD_TEXT, OPTIONAL, AT(must_match), text_check_enum, MATCHES },
	{ "caseInsensitive", FIELD_BOOL, OPTIONAL, AT(ignores_case) },
};
#undef AT

static const struct shape SIMPLE = { sizeof(struct simple),
	                                 sizeof SIMPLE_FIELDS / sizeof *SIMPLE_FIELDS,
	                                 SIMPLE_FIELDS };

/* A query that is being read. */
struct reading {
	struct search_builder *builder;
	size_t                 expressions;
	size_t                 depth;
};

/* An expression, and what it becomes. */
struct expression {
	const struct json_path *place;
	json_t                 *value;
	struct simple           simple; /* unless it is a compound */
	struct search_query    *query;
};

/* Reads what stands in an expression. False: recorded. */
typedef bool read_fn(struct reading *reading, struct expression *expression);

static struct op *op_of(const struct reading *reading)
{
	return reading->builder->op;
}

/* -- values -- */

struct search_constant *product_constant_read(struct search_builder *builder, const json_t *value,
                                              const struct json_path *place)
{
	struct search_constant *constant =
		value ? search_constant_of_json(builder->op->arena, value) : NULL;

	if (!constant) {
		fail_at(builder->op, place, "JSON String, Number or Boolean expected.");
		return NULL;
	}
	if (search_words_letters(constant->text) > MOST_LETTERS) {
		fail_invalid_input(builder->op, "A value of a search has at most %d characters.",
		                   MOST_LETTERS);
		return NULL;
	}
	return constant;
}

static struct search_constant *read_member(struct reading *reading,
                                           const struct expression *expression, const char *name,
                                           const json_t *value)
{
	const struct json_path place = { expression->place, name, 0 };

	if (value)
		return product_constant_read(reading->builder, value, &place);
	fail_misfit(op_of(reading), &place, MISFIT_MISSING);
	return NULL;
}

/* The categories of which one is the category or lies below it. */
static bool read_subtree(struct reading *reading, const struct search_constant *top,
                         struct search_constant **items, size_t *count)
{
	const json_t *ids = category_subtree(op_of(reading), top->text);

	for (size_t i = 0; i < json_array_size(ids) && *count < MOST_VALUES; i++)
		items[(*count)++] = search_constant_of_text(op_of(reading)->arena,
		                                            json_string_value(json_array_get(ids, i)));
	return ids != NULL;
}

/* `value` or `values`, those of one field. */
static bool read_constants(struct reading *reading, struct expression *expression)
{
	const struct simple *simple = &expression->simple;
	struct search_test *test = &expression->query->test;
	size_t given = json_is_array(simple->values) ? json_array_size(simple->values) : 1;
	bool is_of_subtree = product_field_is_of_subtree(&test->field);
	struct search_constant **items =
		arena_alloc(op_of(reading)->arena,
	                (is_of_subtree ? MOST_VALUES : given + 1) * sizeof *items);
	size_t count = 0;

	for (size_t i = 0; i < given && count < MOST_VALUES; i++) {
		bool is_listed = json_is_array(simple->values);
		struct search_constant *constant =
			read_member(reading, expression, is_listed ? "values" : "value",
		                is_listed ? json_array_get(simple->values, i) : simple->value);

		if (!constant)
			return false;
		if (!is_of_subtree)
			items[count++] = constant;
		else if (!read_subtree(reading, constant, items, &count))
			return false;
	}
	test->constants = items;
	test->constant_count = count;
	return true;
}

/* -- simple expressions -- */

static bool begin_test(struct reading *reading, struct expression *expression,
                       enum search_test_kind kind)
{
	const struct simple *simple = &expression->simple;
	struct search_test *test = &expression->query->test;

	test->kind = kind;
	test->ignores_case = simple->ignores_case;
	if (json_is_number(simple->boost))
		test->boost = json_number_value(simple->boost) > 0 ? json_number_value(simple->boost) : 0;
	return product_field_find(reading->builder, &simple->field, kind != TEST_EXISTS,
	                          &test->field);
}

static bool read_exists(struct reading *reading, struct expression *expression)
{
	return begin_test(reading, expression, TEST_EXISTS);
}

static bool read_exact(struct reading *reading, struct expression *expression)
{
	return begin_test(reading, expression, TEST_EQUALS) && read_constants(reading, expression);
}

static bool read_prefix(struct reading *reading, struct expression *expression)
{
	expression->simple.values = NULL;
	return begin_test(reading, expression, TEST_BEGINS) && read_constants(reading, expression);
}

/* A pattern may be begun again behind each letter of a text. */
static bool read_wildcard(struct reading *reading, struct expression *expression)
{
	expression->simple.values = NULL;
	if (!begin_test(reading, expression, TEST_FITS) || !read_constants(reading, expression))
		return false;
	reading->builder->plan->document_steps +=
		(int64_t)(expression->query->test.constants[0]->bytes / LETTERS_OF_STEP);
	return true;
}

/* A bound under one of two names. */
static bool read_bound(struct reading *reading, const struct expression *expression,
                       const json_t *including, const json_t *excluding,
                       const struct search_constant **ret_bound, bool *ret_excludes)
{
	*ret_excludes = excluding != NULL;
	*ret_bound = NULL;
	if (!including && !excluding)
		return true;
	*ret_bound = product_constant_read(reading->builder, excluding ? excluding : including,
	                                   expression->place);
	return *ret_bound != NULL;
}

static bool read_range(struct reading *reading, struct expression *expression)
{
	const struct simple *simple = &expression->simple;
	struct search_range *range = arena_alloc(op_of(reading)->arena, sizeof *range);

	if (!begin_test(reading, expression, TEST_WITHIN) ||
	    !read_bound(reading, expression, simple->gte, simple->gt, &range->from,
	                &range->excludes_from) ||
	    !read_bound(reading, expression, simple->lte, simple->lt, &range->to, &range->excludes_to))
		return false;
	expression->query->test.ranges = range;
	expression->query->test.range_count = 1;
	return range->from || range->to ||
	       fail_invalid_input(op_of(reading),
	                          "Field [%s]: A range needs one of 'gte', 'gt', 'lte' and 'lt'.",
	                          simple->field.name);
}

/* Words in one field, all of them or any. */
static bool read_words(struct reading *reading, struct expression *expression,
                       struct search_words_options options)
{
	const struct simple *simple = &expression->simple;
	struct search_test *test = &expression->query->test;
	struct search_text *text = arena_alloc(op_of(reading)->arena, sizeof *text);

	if (!begin_test(reading, expression, TEST_WORDS))
		return false;
	const struct search_constant *constant =
		read_member(reading, expression, "value", simple->value);

	if (!constant)
		return false;
	options.any = simple->must_match && strcmp(simple->must_match, "any") == 0;
	*text = (struct search_text){ test->field, 1 };
	test->texts = text;
	test->text_count = 1;
	test->words = search_words_create(op_of(reading)->arena, constant->text, &options);
	return true;
}

static bool read_full_text(struct reading *reading, struct expression *expression)
{
	return read_words(reading, expression, (struct search_words_options){ 0 });
}

static bool read_full_text_prefix(struct reading *reading, struct expression *expression)
{
	return read_words(reading, expression,
	                  (struct search_words_options){ .may_continue = true });
}

static bool read_fuzzy(struct reading *reading, struct expression *expression)
{
	const struct optional_int *level = &expression->simple.level;
	const struct json_path place = { expression->place, "level", 0 };

	if (!level->given)
		return fail_misfit(op_of(reading), &place, MISFIT_MISSING);
	if (level->value < 0 || level->value > MOST_FUZZY_LEVEL)
		return fail_invalid_input(op_of(reading), "Field [%s]: The level must be 0, 1 or 2.",
		                          expression->simple.field.name);
	reading->builder->plan->document_steps += 10;
	return read_words(reading, expression,
	                  (struct search_words_options){ .fuzzy_level = (int)level->value });
}

/* -- compound expressions -- */

static bool read_expression(struct reading *reading, const json_t *value,
                            const struct json_path *place, struct search_query **ret_query);

static bool read_parts(struct reading *reading, struct expression *expression,
                       enum search_match match)
{
	expression->query->match = match;
	if (!json_is_array(expression->value))
		return fail_misfit(op_of(reading), expression->place, MISFIT_ARRAY);
	if (json_array_size(expression->value) == 0)
		return fail_invalid_input(op_of(reading), "'%s' needs at least one expression.",
		                          expression->place->name);
	for (size_t i = 0; i < json_array_size(expression->value); i++) {
		const struct json_path place = { expression->place, NULL, i };
		struct search_query *part;

		if (!read_expression(reading, json_array_get(expression->value, i), &place, &part))
			return false;
		search_query_add(op_of(reading)->arena, expression->query, part);
	}
	return true;
}

static bool read_and(struct reading *reading, struct expression *expression)
{
	return read_parts(reading, expression, MATCH_ALL);
}

static bool read_or(struct reading *reading, struct expression *expression)
{
	return read_parts(reading, expression, MATCH_ANY);
}

static bool read_not(struct reading *reading, struct expression *expression)
{
	return read_parts(reading, expression, MATCH_NONE);
}

static bool read_filter(struct reading *reading, struct expression *expression)
{
	return read_parts(reading, expression, MATCH_FILTER);
}

/* -- expressions -- */

/* What an expression is called, how it is read, whether it is made of others. */
static const struct {
	const char *name;
	read_fn    *read;
	bool        is_compound;
} EXPRESSIONS[] = {
	{ "and",            read_and,              true  },
	{ "exact",          read_exact,            false },
	{ "exists",         read_exists,           false },
	{ "filter",         read_filter,           true  },
	{ "fullText",       read_full_text,        false },
	{ "fullTextPrefix", read_full_text_prefix, false },
	{ "fuzzy",          read_fuzzy,            false },
	{ "not",            read_not,              true  },
	{ "or",             read_or,               true  },
	{ "prefix",         read_prefix,           false },
	{ "range",          read_range,            false },
	{ "wildcard",       read_wildcard,         false },
};

static bool read_named(struct reading *reading, struct expression *expression)
{
	const char *name = expression->place->name;

	for (size_t i = 0; i < sizeof EXPRESSIONS / sizeof *EXPRESSIONS; i++)
		if (strcmp(EXPRESSIONS[i].name, name) == 0)
			return (EXPRESSIONS[i].is_compound ||
			        shape_decode(op_of(reading), &SIMPLE, expression->value, expression->place,
			                     &expression->simple)) &&
			       EXPRESSIONS[i].read(reading, expression);
	return fail_invalid_input(op_of(reading), "There is no search expression '%s'.", name);
}

/* An object with one member, whose name says what it is. */
static bool read_expression(struct reading *reading, const json_t *value,
                            const struct json_path *place, struct search_query **ret_query)
{
	void *member = json_object_iter((json_t *)(uintptr_t)value);

	if (!json_is_object(value))
		return fail_misfit(op_of(reading), place, MISFIT_OBJECT);
	if (!member || json_object_size(value) != 1)
		return fail_at(op_of(reading), place, "JSON object with one search expression expected.");
	if (++reading->expressions > MOST_EXPRESSIONS || reading->depth == MOST_DEPTH)
		return fail_invalid_input(op_of(reading), "A query has at most %d expressions.",
		                          MOST_EXPRESSIONS);
	*ret_query = search_query_create(op_of(reading)->arena, MATCH_TEST);
	const struct json_path here = { place, json_object_iter_key(member), 0 };
	struct expression expression = { .place = &here,
		                             .value = json_object_iter_value(member),
		                             .query = *ret_query };

	reading->depth++;
	bool done = read_named(reading, &expression);

	reading->depth--;
	return done;
}

bool product_query_read(struct search_builder *builder, const json_t *expression,
                        const struct json_path *place, struct search_query **ret_query)
{
	struct reading reading = { .builder = builder };

	*ret_query = NULL;
	if (!expression || json_is_null(expression) ||
	    (json_is_object(expression) && json_object_size(expression) == 0))
		return true;
	return read_expression(&reading, expression, place, ret_query);
}
