#include "predicate/sort.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "document/json_reader.h"
#include "predicate/fields.h"
#include "number_priv.h"

enum { MAX_SEGMENTS = 32 };

/* The ranks of types: values of different types are in this order. */
enum { RANK_ABSENT, RANK_FALSE, RANK_TRUE, RANK_NUMBER, RANK_TEXT };

struct sort_key {
	const char *segments[MAX_SEGMENTS];
	size_t      count;
	bool        is_descending;
	bool        is_folded;  /* the value is lower-cased first */
};

/* Compiling */

static int by_name(const void *a, const void *b)
{
	const struct field *const *left = a;
	const struct field *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

static bool fail_unknown(struct op *op, const char *name, const struct fields *fields)
{
	const struct field **sorted = arena_alloc(op->arena, fields->count * sizeof *sorted);
	struct text_buffer list = { .arena = op->arena };

	for (size_t i = 0; i < fields->count; i++)
		sorted[i] = &fields->rows[i];
	qsort(sorted, fields->count, sizeof *sorted, by_name);
	for (size_t i = 0; i < fields->count; i++)
		text_appendf(&list, "%s`%s`", i ? ", " : "", sorted[i]->name);
	return fail_invalid_input(
		op,
		"Malformed parameter: sort: Invalid query field '%s' in sort path. Sortable fields are: %s.",
		name, list.text);
}

static bool fail_malformed(struct op *op, const char *text)
{
	return fail_invalid_input(
		op,
		"Malformed parameter: sort: '%s' is not of the form '<path> [asc|desc]'.",
		text);
}

/* Cuts the path, a text of its own, at its dots. */
static bool cut_path(char *path, struct sort_key *key)
{
	while (path) {
		char *dot = strchr(path, '.');

		if (dot)
			*dot = '\0';
		if (!*path || key->count == MAX_SEGMENTS)
			return false;
		key->segments[key->count++] = path;
		path = dot ? dot + 1 : NULL;
	}
	return true;
}

/* The words of a text, cut at spaces into at most `most` pieces; 0: there are more, or none. */
static size_t cut_words(char *text, char **words, size_t most)
{
	size_t count = 0;

	for (text += strspn(text, " \t"); *text; text += strspn(text, " \t")) {
		if (count == most)
			return 0;
		words[count++] = text;
		text += strcspn(text, " \t");
		if (*text)
			*text++ = '\0';
	}
	return count;
}

static bool compile_key(struct op *op, const char *text, const struct fields *fields,
                        struct sort_key *key)
{
	char *words[2];
	size_t count = cut_words(arena_strdup(op->arena, text), words, 2);
	bool is_known_direction = count == 1 || (count == 2 && (strcasecmp(words[1], "asc") == 0 ||
	                                                        strcasecmp(words[1], "desc") == 0));

	if (!is_known_direction || !cut_path(words[0], key))
		return fail_malformed(op, text);
	const struct field *field = fields_find(fields, key->segments[0], strlen(key->segments[0]));

	if (!field)
		return fail_unknown(op, key->segments[0], fields);
	if (field->folded_from)
		key->segments[0] = field->folded_from;
	key->is_folded = field->folded_from != NULL;
	key->is_descending = count == 2 && strcasecmp(words[1], "desc") == 0;
	return true;
}

bool sort_compile(struct op *op, const char *const *texts, size_t count,
                  const struct fields *fields, struct sort *ret_sort)
{
	struct sort_key *keys = arena_alloc(op->arena, (count ? count : 1) * sizeof *keys);

	for (size_t i = 0; i < count; i++)
		if (!compile_key(op, texts[i], fields, &keys[i]))
			return false;
	*ret_sort = (struct sort){ keys, count, &op->budget };
	return true;
}

/* Reading values */

static struct sort_value text_value(struct arena *arena, struct slice raw)
{
	size_t room = (size_t)(raw.end - raw.start);
	char *text = arena_take(arena, room + 1);
	size_t bytes;

	if (!slice_decode(raw, text, room, &bytes))
		return (struct sort_value){ .rank = RANK_ABSENT };
	text[bytes] = '\0';
	return (struct sort_value){ RANK_TEXT, text, bytes };
}

static struct sort_value scalar_value(struct arena *arena, struct slice value)
{
	switch (slice_kind(value)) {
	case SLICE_TRUE:
		return (struct sort_value){ .rank = RANK_TRUE };
	case SLICE_FALSE:
		return (struct sort_value){ .rank = RANK_FALSE };
	case SLICE_NUMBER: {
		size_t bytes = (size_t)(value.end - value.start);

		return (struct sort_value){ RANK_NUMBER, arena_strndup(arena, value.start, bytes), bytes };
	}
	case SLICE_TEXT:
		return text_value(arena, slice_inside(value));
	case SLICE_ABSENT:
	case SLICE_OBJECT:
	case SLICE_ARRAY:
		break;
	}
	return (struct sort_value){ .rank = RANK_ABSENT };
}

static int compare_values(const struct sort_value *a, const struct sort_value *b)
{
	struct number left, right;

	if (a->rank != b->rank)
		return a->rank < b->rank ? -1 : 1;
	if (a->rank == RANK_TEXT)
		return text_compare_utf16(a->text, a->bytes, b->text, b->bytes);
	if (a->rank == RANK_NUMBER && number_read(a->text, a->bytes, &left) &&
	    number_read(b->text, b->bytes, &right))
		return number_compare(&left, &right);
	return 0;
}

static struct slice member(struct slice object, const char *name)
{
	struct slice_walk walk = slice_enter(object);
	struct slice found_name, value;

	while (slice_next_member(&walk, &found_name, &value))
		if (slice_equals(found_name, name, strlen(name)))
			return value;
	return (struct slice){ NULL, NULL };
}

/* Goes down the path from its segment `depth` on and keeps the best of what it ends at. As deep as
 * the path and the arrays of a stored document. */
static void find_best(struct arena *arena, const struct sort_key *key, size_t depth,
                      struct slice value, struct sort_value *best)
{
	if (slice_kind(value) == SLICE_ARRAY) {
		struct slice_walk walk = slice_enter(value);
		struct slice item;

		while (slice_next_item(&walk, &item))
			find_best(arena, key, depth, item, best);
		return;
	}
	if (depth < key->count) {
		if (slice_kind(value) == SLICE_OBJECT)
			find_best(arena, key, depth + 1, member(value, key->segments[depth]), best);
		return;
	}
	struct sort_value found = scalar_value(arena, value);
	int order = compare_values(&found, best);

	if (found.rank != RANK_ABSENT &&
	    (best->rank == RANK_ABSENT || (key->is_descending ? order > 0 : order < 0)))
		*best = found;
}

const struct sort_value *sort_values(struct arena *arena, const struct sort *sort,
                                     const char *document, size_t bytes)
{
	struct sort_value *values = arena_alloc(arena, sort->count * sizeof *values);

	for (size_t i = 0; i < sort->count && budget_spend(sort->budget, text_units(bytes)); i++) {
		find_best(arena, &sort->keys[i], 0, slice_document(document, bytes), &values[i]);
		if (sort->keys[i].is_folded && values[i].text) {
			values[i].text = text_fold_case(arena, values[i].text);
			values[i].bytes = strlen(values[i].text);
		}
	}
	return values;
}

const struct sort_value *sort_values_copy(struct arena *arena, const struct sort *sort,
                                          const struct sort_value *values)
{
	struct sort_value *copies = arena_alloc(arena, sort->count * sizeof *copies);

	for (size_t i = 0; i < sort->count; i++) {
		copies[i] = values[i];
		if (values[i].text)
			copies[i].text = arena_strndup(arena, values[i].text, values[i].bytes);
	}
	return copies;
}

/* No more bytes are compared than the shorter text has. */
static int64_t units_of(const struct sort_value *a, const struct sort_value *b)
{
	return COMPARISON_UNITS +
	       (int64_t)((a->bytes < b->bytes ? a->bytes : b->bytes) / BYTES_PER_UNIT);
}

int sort_compare(const struct sort *sort, const struct sort_value *a, const struct sort_value *b)
{
	for (size_t i = 0; i < sort->count && budget_spend(sort->budget, units_of(&a[i], &b[i])); i++) {
		int order = compare_values(&a[i], &b[i]);

		if (order)
			return sort->keys[i].is_descending ? -order : order;
	}
	return 0;
}

bool sort_ends_descending(const struct sort *sort)
{
	return sort->count && sort->keys[sort->count - 1].is_descending;
}

bool sort_ends_with(const struct sort *sort, const char *name)
{
	const struct sort_key *last = sort->count ? &sort->keys[sort->count - 1] : NULL;

	return last && last->count == 1 && strcmp(last->segments[0], name) == 0;
}
