/* Filters of the product projection search. Source: API docs, "Product Projection Search". */
#include <ctype.h>
#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "catalog/category.h"
#include "document/doc.h"
#include "money/decimal.h"

#include "search/search.h"

/* -- reading -- */

struct reader {
	struct op  *op;
	const char *parameter;
	const char *text;
	const char *at;
};

static bool fail_filter(const struct reader *reader)
{
	return fail_invalid_input(reader->op,
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

/* Names between dots; a name may stand in backticks. */
static bool read_path(struct reader *reader, json_t **ret_path)
{
	json_t *path = keep(reader->op, json_array());

	do {
		bool is_quoted = *reader->at == '`';
		const char *start = reader->at + is_quoted;
		size_t bytes = strcspn(start, is_quoted ? "`" : ".: \t");

		if (bytes == 0)
			return fail_filter(reader);
		json_array_append(path, keep(reader->op, json_stringn(start, bytes)));
		reader->at = start + bytes;
		if (is_quoted && *reader->at == '`')
			reader->at++;
	} while (accept(reader, "."));
	*ret_path = path;
	return true;
}

/* A text in quotes, a number, true or false: as in JSON. NULL: recorded. */
static json_t *read_value(struct reader *reader)
{
	skip_spaces(reader);
	const char *end = reader->at;

	if (*end == '"') {
		for (end++; *end && *end != '"'; end++)
			if (*end == '\\' && end[1])
				end++;
		end += *end == '"';
	} else {
		end += strcspn(end, ",) \t");
	}
	json_t *value = keep(reader->op, json_loadb(reader->at, (size_t)(end - reader->at),
	                                            JSON_DECODE_ANY, NULL));

	if (!value)
		fail_filter(reader);
	else
		reader->at = end;
	return value;
}

/* `subtree("id")`: the ids of the category and of all below it. */
static bool read_subtree(struct reader *reader, json_t *values)
{
	const json_t *id = read_value(reader);

	if (!id)
		return false;
	if (!json_is_string(id) || !accept(reader, ")"))
		return fail_filter(reader);
	json_t *ids = category_subtree(reader->op, json_string_value(id));

	return ids && json_array_extend(values, ids) == 0;
}

static bool read_values(struct reader *reader, json_t **ret_values)
{
	*ret_values = keep(reader->op, json_array());
	do {
		if (accept(reader, "subtree(")) {
			if (!read_subtree(reader, *ret_values))
				return false;
			continue;
		}
		json_t *value = read_value(reader);

		if (!value)
			return false;
		json_array_append(*ret_values, value);
	} while (accept(reader, ","));
	return true;
}

/* A bound; `*` is null. NULL: recorded. */
static json_t *read_bound(struct reader *reader)
{
	return accept(reader, "*") ? keep(reader->op, json_null()) : read_value(reader);
}

static bool read_ranges(struct reader *reader, json_t **ret_ranges)
{
	*ret_ranges = keep(reader->op, json_array());
	do {
		if (!accept(reader, "("))
			return fail_filter(reader);
		json_t *from = read_bound(reader);

		if (!from)
			return false;
		if (!accept(reader, "to"))
			return fail_filter(reader);
		json_t *to = read_bound(reader);

		if (!to)
			return false;
		if (!accept(reader, ")"))
			return fail_filter(reader);
		json_array_append(*ret_ranges, keep(reader->op, json_pack("[O, O]", from, to)));
	} while (accept(reader, ","));
	return true;
}

/* What stands behind the colon. */
static bool read_condition(struct reader *reader, struct search_filter *filter)
{
	if (accept(reader, "missing"))
		filter->missing = true;
	else if (accept(reader, "exists"))
		filter->exists = true;
	else if (accept(reader, "range"))
		return read_ranges(reader, &filter->ranges);
	else
		return read_values(reader, &filter->values);
	return true;
}

bool search_filter_parse(struct op *op, const char *parameter, const char *text,
                         struct search_filter *ret_filter)
{
	struct reader reader = { op, parameter, text, text };

	*ret_filter = (struct search_filter){ 0 };
	skip_spaces(&reader);
	if (!read_path(&reader, &ret_filter->path))
		return false;
	if (accept(&reader, ":") && !read_condition(&reader, ret_filter))
		return false;
	skip_spaces(&reader);
	return *reader.at == '\0' || fail_filter(&reader);
}

/* -- values at a path -- */

static const char *name_at(const json_t *path, size_t index)
{
	return json_string_value(json_array_get(path, index));
}

/* What stands at the rest of a path, each element of arrays by itself. In an array of attributes, a
 * name is that of an attribute. The value of an enum is also known by its key alone. */
static void collect(const json_t *path, size_t index, json_t *node, json_t *values)
{
	const char *name = name_at(path, index);

	for (size_t i = 0; i < json_array_size(node); i++)
		collect(path, index, json_array_get(node, i), values);
	if (!name && json_is_object(node) && doc_has(node, "key"))
		json_array_append(values, json_object_get(node, "key"));
	if (!name && node && !json_is_object(node) && !json_is_array(node))
		json_array_append(values, node);
	if (!name || !json_is_object(node))
		return;
	if (strcmp(name, "attributes") != 0) {
		collect(path, index + 1, json_object_get(node, name), values);
		return;
	}
	const char *attribute = name_at(path, index + 1);
	const json_t *found =
		attribute ? doc_find(json_object_get(node, name), "name", attribute, NULL) : NULL;

	if (found)
		collect(path, index + 2, json_object_get(found, "value"), values);
}

/* Of the price that was selected, else of the first: `variants.price.centAmount` means its value. */
static void collect_price(const json_t *path, const json_t *variant, json_t *values)
{
	json_t *price = json_object_get(variant, "price");

	if (!price)
		price = json_array_get(json_object_get(variant, "prices"), 0);
	json_t *value = json_object_get(json_object_get(price, "discounted"), "value");

	if (!value)
		value = json_object_get(price, "value");
	if (name_at(path, 2) && strcmp(name_at(path, 2), "centAmount") == 0)
		collect(path, 2, value, values);
	else
		collect(path, 2, price, values);
}

/* What a path that begins with `variants` means in a variant. */
static void collect_of_variant(const json_t *path, const json_t *variant, json_t *values)
{
	const char *name = name_at(path, 1);

	if (name && (strcmp(name, "price") == 0 || strcmp(name, "scopedPrice") == 0))
		collect_price(path, variant, values);
	else
		collect(path, 1, (json_t *)(uintptr_t)variant, values);
}

bool search_filter_is_of_variants(const struct search_filter *filter)
{
	return strcmp(name_at(filter->path, 0), "variants") == 0;
}

void search_filter_collect(struct op *op, const struct search_filter *filter,
                           const json_t *projection, json_t *values)
{
	const json_t *variants = json_object_get(projection, "variants");

	(void)op;
	if (!search_filter_is_of_variants(filter)) {
		collect(filter->path, 0, (json_t *)(uintptr_t)projection, values);
		return;
	}
	collect_of_variant(filter->path, json_object_get(projection, "masterVariant"), values);
	for (size_t i = 0; i < json_array_size(variants); i++)
		collect_of_variant(filter->path, json_array_get(variants, i), values);
}

/* -- matching -- */

int search_compare(struct op *op, const json_t *a, const json_t *b)
{
	struct decimal left;
	struct decimal right;

	if (json_is_string(a) && json_is_string(b))
		return strcmp(text_fold_case(op->arena, json_string_value(a)),
		              text_fold_case(op->arena, json_string_value(b)));
	if (decimal_read(a, &left) && decimal_read(b, &right))
		return decimal_compare(left, right);
	return json_is_string(a) - json_is_string(b);
}

/* Can they be compared at all? */
static bool is_alike(const json_t *a, const json_t *b)
{
	return json_is_string(a) == json_is_string(b) && json_is_number(a) == json_is_number(b);
}

static bool equals(struct op *op, const json_t *a, const json_t *b)
{
	return json_is_number(a) && json_is_number(b) ? search_compare(op, a, b) == 0
	                                              : json_equal(a, b);
}

static bool is_in_range(struct op *op, const json_t *range, const json_t *value)
{
	const json_t *from = json_array_get(range, 0);
	const json_t *to = json_array_get(range, 1);

	if (!json_is_null(from) && (!is_alike(from, value) || search_compare(op, value, from) < 0))
		return false;
	return json_is_null(to) || (is_alike(to, value) && search_compare(op, value, to) <= 0);
}

static bool value_matches(struct op *op, const struct search_filter *filter, const json_t *value)
{
	for (size_t i = 0; i < json_array_size(filter->values); i++)
		if (equals(op, json_array_get(filter->values, i), value))
			return true;
	for (size_t i = 0; i < json_array_size(filter->ranges); i++)
		if (is_in_range(op, json_array_get(filter->ranges, i), value))
			return true;
	return false;
}

static bool values_match(struct op *op, const struct search_filter *filter, const json_t *values)
{
	if (filter->missing)
		return json_array_size(values) == 0;
	if (filter->exists || (!filter->values && !filter->ranges))
		return json_array_size(values) > 0;
	for (size_t i = 0; i < json_array_size(values); i++)
		if (value_matches(op, filter, json_array_get(values, i)))
			return true;
	return false;
}

bool search_filter_matches(struct op *op, const struct search_filter *filter,
                           const json_t *projection)
{
	json_t *values = keep(op, json_array());

	search_filter_collect(op, filter, projection, values);
	return values_match(op, filter, values);
}

bool search_filter_matches_variant(struct op *op, const struct search_filter *filter,
                                   const json_t *variant)
{
	json_t *values = keep(op, json_array());

	collect_of_variant(filter->path, variant, values);
	return values_match(op, filter, values);
}
