#include "search/search_page.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/budget.h"
#include "base/text.h"

enum { SPARE = 1000 }; /* candidates beside those that may be on the page */

/* What a document is ordered by. */
struct key {
	enum { KEY_NONE, KEY_NUMBER, KEY_TEXT } kind;
	double      number;
	const char *text;  /* folded */
};

struct candidate {
	const struct search_page *page;
	int64_t                   position;
	struct key               *keys;
};

struct search_page {
	const struct search_order *order;
	size_t                     order_count;
	size_t                     limit;
	size_t                     offset;
	size_t                     skipped; /* without an order */
	struct candidate          *items;
	size_t                     count;
	size_t                     room;
	struct arena              *home;    /* of the page itself */
	struct arena              *arena;   /* of the keys; replaced when they are thinned out */
	struct budget             *budget;
};

struct search_page *search_page_create(const struct search_order *order, size_t order_count,
                                       int64_t limit, int64_t offset, struct budget *budget)
{
	struct arena *home = arena_create();
	struct search_page *page = arena_alloc(home, sizeof *page);

	page->home = home;
	page->order = order;
	page->order_count = order_count;
	page->budget = budget;
	page->limit = (size_t)limit;
	page->offset = (size_t)offset;
	page->room = page->limit + 1 + (order_count ? page->limit + page->offset * 2 + SPARE : 0);
	page->items = arena_take(home, page->room * sizeof *page->items);
	page->arena = arena_create();
	return page;
}

void search_page_destroy(struct search_page *page)
{
	if (!page)
		return;
	arena_destroy(page->arena);
	arena_destroy(page->home);
}

/* -- keys -- */

static struct key key_of_value(const struct search_page *page, const struct search_order *order,
                               struct slice value)
{
	struct key key = { KEY_NONE, 0, NULL };

	switch (slice_kind(value)) {
	case SLICE_TRUE:
	case SLICE_FALSE:
		return (struct key){ KEY_NUMBER, slice_kind(value) == SLICE_TRUE, NULL };
	case SLICE_NUMBER:
		if (search_value_number(value, &key.number))
			key.kind = KEY_NUMBER;
		return key;
	case SLICE_TEXT:
		if (order->is_number && search_value_number(value, &key.number))
			return (struct key){ KEY_NUMBER, key.number, NULL };
		return (struct key){ KEY_TEXT, 0,
			                 text_fold_case(page->arena, search_value_text(page->arena, value)) };
	default: return key;
	}
}

static int compare_keys(const struct key *a, const struct key *b)
{
	if (a->kind != b->kind)
		return (a->kind > b->kind) - (a->kind < b->kind);
	if (a->kind == KEY_TEXT)
		return strcmp(a->text, b->text);
	return (a->number > b->number) - (a->number < b->number);
}

/* Adds a value to what is known so far. */
static void take_value(const struct search_order *order, struct key *key, const struct key *value)
{
	int order_of_value = compare_keys(value, key);

	if (value->kind == KEY_NONE)
		return;
	if (key->kind == KEY_NONE)
		*key = *value;
	else if (order->mode >= MODE_AVERAGE && value->kind == KEY_NUMBER)
		key->number += value->number;
	else if (order->mode == MODE_MAX ? order_of_value > 0 : order_of_value < 0)
		*key = *value;
}

static struct key key_of(const struct search_page *page, const struct search_order *order,
                         const struct search_document *document)
{
	struct key key = { KEY_NONE, 0, NULL };
	struct search_values values = { NULL, 0 };
	size_t counted = 0;

	if (!order->field.is_nowhere)
		values = search_reader_values(document->reader, order->field.number);
	for (size_t i = 0; i < values.count && budget_spend(page->budget, COMPARISON_UNITS); i++) {
		const struct search_value *value = &values.items[i];

		if (!search_query_holds(order->filter, document, value->variant, value->price))
			continue;
		struct key next = key_of_value(page, order, value->raw);

		counted += next.kind != KEY_NONE;
		take_value(order, &key, &next);
	}
	if (order->mode == MODE_AVERAGE && key.kind == KEY_NUMBER)
		key.number /= (double)counted;
	return key;
}

/* -- candidates -- */

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *left = a;
	const struct candidate *right = b;
	const struct search_page *page = left->page;

	for (size_t i = 0; i < page->order_count && budget_spend(page->budget, COMPARISON_UNITS); i++) {
		const struct key *first = &left->keys[i];
		const struct key *second = &right->keys[i];

		if (first->kind == KEY_NONE || second->kind == KEY_NONE) {
			if (first->kind != second->kind)
				return first->kind == KEY_NONE ? 1 : -1;
			continue;
		}
		int order = compare_keys(first, second);

		if (order)
			return page->order[i].is_descending ? -order : order;
	}
	const struct search_order *last =
		page->order_count ? &page->order[page->order_count - 1] : NULL;
	int order = (left->position > right->position) - (left->position < right->position);

	/* What is made within one millisecond is in reversed order where the newest are first. */
	return last && last->is_descending && !last->by_score ? -order : order;
}

static void sort_candidates(struct search_page *page)
{
	qsort(page->items, page->count, sizeof *page->items, compare_candidates);
}

/* Keeps those that may still be on the page, and their keys in an arena of their own, so that a long
 * search does not need more memory than a short one. */
static void thin_out(struct search_page *page)
{
	struct arena *arena = arena_create();
	size_t wanted = page->limit + page->offset;

	sort_candidates(page);
	if (page->count > wanted)
		page->count = wanted;
	for (size_t i = 0; i < page->count; i++) {
		struct key *keys = arena_take(arena, page->order_count * sizeof *keys);

		memcpy(keys, page->items[i].keys, page->order_count * sizeof *keys);
		for (size_t j = 0; j < page->order_count; j++)
			keys[j].text = arena_strdup(arena, keys[j].text);
		page->items[i].keys = keys;
	}
	arena_destroy(page->arena);
	page->arena = arena;
}

void search_page_add(struct search_page *page, int64_t position, double score,
                     const struct search_document *document)
{
	if (page->order_count == 0) {
		if (page->skipped++ >= page->offset && page->count < page->limit)
			page->items[page->count++] = (struct candidate){ page, position, NULL };
		return;
	}
	if (page->limit == 0)
		return;
	if (page->count == page->room)
		thin_out(page);
	struct key *keys = arena_take(page->arena, page->order_count * sizeof *keys);

	for (size_t i = 0; i < page->order_count; i++)
		keys[i] = page->order[i].by_score ? (struct key){ KEY_NUMBER, score, NULL }
		                                  : key_of(page, &page->order[i], document);
	page->items[page->count++] = (struct candidate){ page, position, keys };
}

const int64_t *search_page_positions(struct arena *arena, struct search_page *page,
                                     size_t *ret_count)
{
	int64_t *positions = arena_alloc(arena, (page->limit + 1) * sizeof *positions);
	size_t first = page->order_count ? page->offset : 0;

	if (page->order_count)
		sort_candidates(page);
	*ret_count = 0;
	for (size_t i = first; i < page->count && *ret_count < page->limit; i++)
		positions[(*ret_count)++] = page->items[i].position;
	return positions;
}

