/* Source: API docs, "Product Projection Search". */
#include "search/projection_filter.h"

#include <ctype.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "catalog/category.h"
#include "search/projection_field.h"

enum {
	MOST_VALUES = 10000, /* of one filter, the categories below others included */
	FIRST_VALUES = 8,
};

/* -- the text -- */

struct reader {
	struct search_builder *builder;
	const char            *parameter;
	const char            *text;
	const char            *at;
};

static struct arena *arena_of(const struct reader *reader)
{
	return reader->builder->op->arena;
}

static bool fail_expression(const struct reader *reader)
{
	return fail_invalid_input(reader->builder->op,
	                          "Malformed parameter: %s: Syntax error in '%s' near '%s'.",
	                          reader->parameter, reader->text, reader->at);
}

static void skip_spaces(struct reader *reader)
{
	while (isspace((unsigned char)*reader->at))
		reader->at++;
}

/* Reads this word if it comes next. */
static bool accept(struct reader *reader, const char *word)
{
	skip_spaces(reader);
	if (strncmp(reader->at, word, strlen(word)) != 0)
		return false;
	reader->at += strlen(word);
	return true;
}

/* A path and the text that it was. */
struct named {
	const char *text;
	const char *names[MOST_NAMES];
	size_t      count;
};

/* Names between dots; a name may stand in backticks. */
static bool read_path(struct reader *reader, struct named *ret_path)
{
	skip_spaces(reader);
	const char *begin = reader->at;
	const char *end;

	ret_path->count = 0;
	do {
		bool is_quoted = *reader->at == '`';
		const char *start = reader->at + is_quoted;
		size_t bytes = strcspn(start, is_quoted ? "`" : ".: \t");

		if (bytes == 0 || ret_path->count == MOST_NAMES)
			return fail_expression(reader);
		ret_path->names[ret_path->count++] = arena_strndup(arena_of(reader), start, bytes);
		reader->at = start + bytes;
		if (is_quoted && *reader->at == '`')
			reader->at++;
		end = reader->at;
	} while (accept(reader, "."));
	ret_path->text = arena_strndup(arena_of(reader), begin, (size_t)(end - begin));
	return true;
}

/* -- values -- */

/* The text in quotes, with its escapes as in JSON. False: recorded. */
static bool read_quoted(struct reader *reader, const char **ret_text)
{
	const char *end = reader->at + 1;

	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	json_t *value =
		*end ? keep(reader->builder->op,
	                json_loadb(reader->at, (size_t)(end + 1 - reader->at), JSON_DECODE_ANY, NULL))
			 : NULL;

	if (!value)
		return fail_expression(reader);
	*ret_text = json_string_value(value);
	reader->at = end + 1;
	return true;
}

/* A text in quotes, a number, true or false. NULL: recorded. */
static struct search_constant *read_value(struct reader *reader)
{
	const char *text;

	skip_spaces(reader);
	if (*reader->at == '"')
		return read_quoted(reader, &text) ? search_constant_of_text(arena_of(reader), text) : NULL;
	size_t bytes = strcspn(reader->at, ",) \t");
	json_t *value = keep(reader->builder->op,
	                     json_loadb(reader->at, bytes, JSON_DECODE_ANY, NULL));
	struct search_constant *constant =
		value ? search_constant_of_json(arena_of(reader), value) : NULL;

	if (!constant)
		fail_expression(reader);
	else
		reader->at += bytes;
	return constant;
}

/* A list that grows in the arena. */
struct list {
	struct search_constant **items;
	size_t                   count;
	size_t                   room;
};

static bool append(struct reader *reader, struct list *list, struct search_constant *constant)
{
	if (list->count == MOST_VALUES)
		return fail_query_too_complex(reader->builder->op,
		                              "Malformed parameter: %s: too many values.",
		                              reader->parameter);
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : FIRST_VALUES;
		struct search_constant **items = arena_alloc(arena_of(reader), room * sizeof *items);

		if (list->count)
			memcpy(items, list->items, list->count * sizeof *items);
		list->items = items;
		list->room = room;
	}
	list->items[list->count++] = constant;
	return true;
}

/* `subtree("id")`: the ids of the category and of all below it. */
static bool read_subtree(struct reader *reader, struct list *list)
{
	const char *id;

	skip_spaces(reader);
	if (*reader->at != '"')
		return fail_expression(reader);
	if (!read_quoted(reader, &id))
		return false;
	if (!accept(reader, ")"))
		return fail_expression(reader);
	const json_t *ids = category_subtree(reader->builder->op, id);

	for (size_t i = 0; i < json_array_size(ids); i++)
		if (!append(reader, list,
		            search_constant_of_text(arena_of(reader),
		                                    json_string_value(json_array_get(ids, i)))))
			return false;
	return ids != NULL;
}

static bool read_values(struct reader *reader, struct search_test *test)
{
	struct list list = { 0 };

	do {
		if (accept(reader, "subtree(")) {
			if (!read_subtree(reader, &list))
				return false;
			continue;
		}
		struct search_constant *constant = read_value(reader);

		if (!constant || !append(reader, &list, constant))
			return false;
	} while (accept(reader, ","));
	test->kind = TEST_EQUALS;
	test->constants = list.items;
	test->constant_count = list.count;
	return true;
}

/* -- ranges -- */

/* A bound; `*` is none. False: recorded. */
static bool read_bound(struct reader *reader, const struct search_constant **ret_bound)
{
	*ret_bound = NULL;
	if (accept(reader, "*"))
		return true;
	*ret_bound = read_value(reader);
	return *ret_bound != NULL;
}

static bool read_range(struct reader *reader, struct search_range *range)
{
	if (!accept(reader, "("))
		return fail_expression(reader);
	if (!read_bound(reader, &range->from))
		return false;
	if (!accept(reader, "to"))
		return fail_expression(reader);
	return read_bound(reader, &range->to) && (accept(reader, ")") || fail_expression(reader));
}

static bool read_ranges(struct reader *reader, struct search_test *test)
{
	/* Each range begins with a bracket, so the text says how many there may be. */
	size_t most = 1;

	for (const char *at = reader->at; *at; at++)
		most += *at == '(';
	struct search_range *ranges = arena_alloc(arena_of(reader), most * sizeof *ranges);

	test->kind = TEST_WITHIN;
	test->ranges = ranges;
	do {
		if (test->range_count + 1 >= most)
			return fail_expression(reader);
		if (!read_range(reader, &ranges[test->range_count++]))
			return false;
	} while (accept(reader, ","));
	return true;
}

/* -- filters -- */

/* What stands behind the colon. */
static bool read_condition(struct reader *reader, struct search_test *test)
{
	if (accept(reader, "missing"))
		test->kind = TEST_MISSING;
	else if (accept(reader, "exists"))
		test->kind = TEST_EXISTS;
	else if (accept(reader, "range"))
		return read_ranges(reader, test);
	else
		return read_values(reader, test);
	return true;
}

static bool read_end(struct reader *reader)
{
	skip_spaces(reader);
	return *reader->at == '\0' || fail_expression(reader);
}

struct search_query *projection_filter_read(struct search_builder *builder, const char *parameter,
                                            const char *text)
{
	struct reader reader = { builder, parameter, text, text };
	struct search_query *query = search_query_create(builder->op->arena, MATCH_TEST);
	struct named path;

	query->test.kind = TEST_EXISTS;
	if (!read_path(&reader, &path))
		return NULL;
	projection_field(builder, path.text, path.names, path.count, &query->test.field, NULL);
	if (accept(&reader, ":") && !read_condition(&reader, &query->test))
		return NULL;
	return read_end(&reader) ? query : NULL;
}

/* -- facets -- */

static void set_buckets(struct search_builder *builder, const struct search_test *test,
                        struct search_facet *facet)
{
	facet->kind = FACET_RANGES;
	facet->buckets =
		arena_alloc(builder->op->arena, (test->range_count + 1) * sizeof *facet->buckets);
	facet->bucket_count = test->range_count;
	for (size_t i = 0; i < test->range_count; i++) {
		facet->buckets[i].from = test->ranges[i].from;
		facet->buckets[i].to = test->ranges[i].to;
	}
}

/* ` as name` and ` counting products`. */
static bool read_extensions(struct reader *reader, struct search_facet *facet,
                            bool *ret_counts_products)
{
	if (accept(reader, "as ")) {
		skip_spaces(reader);
		size_t bytes = strcspn(reader->at, " \t");

		if (bytes == 0)
			return fail_expression(reader);
		facet->name = arena_strndup(arena_of(reader), reader->at, bytes);
		reader->at += bytes;
	}
	*ret_counts_products = accept(reader, "counting products");
	return read_end(reader);
}

bool projection_facet_read(struct search_builder *builder, const char *text,
                           struct search_facet *ret_facet, bool *ret_counts_products)
{
	struct reader reader = { builder, "facet", text, text };
	struct search_query *query = search_query_create(builder->op->arena, MATCH_TEST);
	struct named path;
	bool is_known;

	*ret_facet = (struct search_facet){ .kind = FACET_TERMS };
	if (!read_path(&reader, &path))
		return false;
	projection_field(builder, path.text, path.names, path.count, &query->test.field, &is_known);
	if (!is_known)
		return fail_facet_path_not_found(builder->op, path.text);
	ret_facet->name = path.text;
	ret_facet->field = query->test.field;
	ret_facet->counts_variants = query->test.field.level != OF_PRODUCT;
	if (accept(&reader, ":")) {
		if (!read_condition(&reader, &query->test))
			return false;
		if (query->test.kind == TEST_WITHIN) {
			set_buckets(builder, &query->test, ret_facet);
		} else {
			ret_facet->kind = FACET_COUNT;
			ret_facet->filter = query;
		}
	}
	return read_extensions(&reader, ret_facet, ret_counts_products);
}

/* -- sort -- */

/* The ways to say in which direction. */
static const struct {
	const char      *name;
	bool             is_descending;
	enum search_mode mode;
} DIRECTIONS[] = {
	{ "",         false, MODE_MIN }, { "asc",      false, MODE_MIN }, { "asc.min",  false, MODE_MIN },
	{ "asc.max",  false, MODE_MAX }, { "desc",     true,  MODE_MAX }, { "desc.max", true,  MODE_MAX },
	{ "desc.min", true,  MODE_MIN },
};

static bool read_direction(struct reader *reader, struct search_order *order)
{
	skip_spaces(reader);
	size_t bytes = strcspn(reader->at, " \t");

	for (size_t i = 0; i < sizeof DIRECTIONS / sizeof *DIRECTIONS; i++)
		if (strlen(DIRECTIONS[i].name) == bytes &&
		    strncmp(DIRECTIONS[i].name, reader->at, bytes) == 0) {
			order->is_descending = DIRECTIONS[i].is_descending;
			order->mode = DIRECTIONS[i].mode;
			reader->at += bytes;
			return read_end(reader);
		}
	return fail_expression(reader);
}

bool projection_sort_read(struct search_builder *builder, const char *text,
                          struct search_order *ret_order)
{
	static const struct named PRICE = { "price", { "variants", "price", "centAmount" }, 3 };
	struct reader reader = { builder, "sort", text, text };
	struct named path;

	*ret_order = (struct search_order){ .by_score = false };
	if (!read_path(&reader, &path))
		return false;
	if (path.count == 1 && strcmp(path.names[0], "price") == 0)
		path = PRICE;
	if (path.count == 1 && strcmp(path.names[0], "score") == 0)
		ret_order->by_score = true;
	else
		projection_field(builder, path.text, path.names, path.count, &ret_order->field, NULL);
	ret_order->is_number = ret_order->field.type == SEARCH_NUMBER;
	return read_direction(&reader, ret_order);
}
