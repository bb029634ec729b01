#include "candidates_priv.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/op.h"
#include "predicate/sort.h"
#include "resource/resource.h"

/* How many may be sorted at once: the furthest page of the largest size. */
enum { MAX_KEPT = 10500 };

struct candidate {
	int64_t                  position;
	int64_t                  order;    /* among those that the sort keys do not tell apart */
	const struct sort_value *values;
	const struct sort       *sort;
};

struct candidates {
	const struct sort *sort;
	size_t             wanted;
	size_t             count;
	struct arena      *arena;   /* of the values; replaced when they are thinned out */
	struct candidate   items[2 * MAX_KEPT];
};

struct candidates *candidates_create(struct op *op, const struct sort *sort, size_t wanted)
{
	struct candidates *candidates = arena_take(op->arena, sizeof *candidates);

	candidates->sort = sort;
	candidates->wanted = wanted;
	candidates->count = 0;
	candidates->arena = arena_create();
	return candidates;
}

void candidates_destroy(struct candidates *candidates)
{
	if (candidates)
		arena_destroy(candidates->arena); /* the rest lives in that of the op */
}

static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *left = a;
	const struct candidate *right = b;
	int order = sort_compare(left->sort, left->values, right->values);

	if (!order)
		order = (left->order > right->order) - (left->order < right->order);
	return order;
}

size_t candidates_sort(struct candidates *candidates)
{
	qsort(candidates->items, candidates->count, sizeof *candidates->items, compare_candidates);
	if (candidates->count > candidates->wanted)
		candidates->count = candidates->wanted;
	return candidates->count;
}

/* Keeps those that may still be on the page, in an arena of their own, so that a long search does not
 * need more memory than a short one. */
static void thin_out(struct candidates *candidates)
{
	struct arena *arena = arena_create();
	size_t count = candidates_sort(candidates);

	for (size_t i = 0; i < count; i++)
		candidates->items[i].values =
			sort_values_copy(arena, candidates->sort, candidates->items[i].values);
	arena_destroy(candidates->arena);
	candidates->arena = arena;
}

/* Several resources are made or changed within one millisecond: what the keys do not tell apart is in
 * the order in which it was made, or last written if that is what is asked for, and reversed if the
 * last key is. */
static int64_t order_of(const struct sort *sort, const struct found *found)
{
	int64_t order =
		sort_ends_with(sort, "lastModifiedAt") ? found->written : found->position;

	return sort_ends_descending(sort) ? -order : order;
}

void candidates_add(struct candidates *candidates, const struct found *found)
{
	if (candidates->count == 2 * MAX_KEPT)
		thin_out(candidates);
	candidates->items[candidates->count++] = (struct candidate){
		.position = found->position,
		.order = order_of(candidates->sort, found),
		.values = sort_values(candidates->arena, candidates->sort, found->text, found->bytes),
		.sort = candidates->sort,
	};
}

int64_t candidates_position(const struct candidates *candidates, size_t index)
{
	return candidates->items[index].position;
}
