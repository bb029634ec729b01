#include "money/unit_pattern.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"

enum role { TRIGGERING, EXCLUDED, DISCOUNTED, ROLES };

/* Units, and how many of them are left. */
struct stock {
	size_t  unit;             /* an index of the pattern */
	int64_t price;
	int64_t left;
	int64_t taken[ROLES];     /* by the occurrence that is being looked for */
};

/* The stocks that match a component, in the order in which they are discounted. Those before `first` and from `end` on
 * are used up. */
struct matching {
	size_t *stocks;
	size_t  first;
	size_t  end;
};

struct matcher {
	struct op                 *op;
	const struct unit_pattern *pattern;
	struct stock              *stocks;    /* in the order in which they are discounted */
	struct matching           *matching;  /* of the triggers, then of the targets */
	size_t                    *touched;   /* stocks of which the occurrence takes something */
	size_t                     touched_count;
	bool                       is_exact;  /* each component takes as much as it may, so that it can take it again */
};

/* -- order -- */

static int compare_units(const struct stock *left, const struct stock *right)
{
	return (left->unit > right->unit) - (left->unit < right->unit);
}

static int cheapest_first(const void *a, const void *b)
{
	const struct stock *left = a;
	const struct stock *right = b;

	return left->price != right->price ? (left->price < right->price ? -1 : 1)
	                                   : compare_units(left, right);
}

static int dearest_first(const void *a, const void *b)
{
	const struct stock *left = a;
	const struct stock *right = b;

	return left->price != right->price ? (left->price > right->price ? -1 : 1)
	                                   : compare_units(left, right);
}

/* -- starting -- */

static void start_stocks(struct matcher *matcher)
{
	const struct unit_pattern *pattern = matcher->pattern;

	matcher->stocks =
		arena_alloc(matcher->op->arena, (pattern->unit_count + 1) * sizeof *matcher->stocks);
	matcher->touched =
		arena_alloc(matcher->op->arena, (pattern->unit_count + 1) * sizeof *matcher->touched);
	for (size_t i = 0; i < pattern->unit_count; i++)
		matcher->stocks[i] =
			(struct stock){ i, pattern->units[i].price, pattern->units[i].quantity, { 0 } };
	qsort(matcher->stocks, pattern->unit_count, sizeof *matcher->stocks,
	      pattern->dearest_first ? dearest_first : cheapest_first);
}

static void start_matching(struct matcher *matcher, struct matching *matching,
                           const struct pattern_component *component)
{
	size_t count = matcher->pattern->unit_count;

	matching->stocks = arena_take(matcher->op->arena, (count + 1) * sizeof *matching->stocks);
	for (size_t i = 0; i < count; i++)
		if (component->matches[matcher->stocks[i].unit])
			matching->stocks[matching->end++] = i;
}

static void start(struct matcher *matcher)
{
	const struct unit_pattern *pattern = matcher->pattern;
	size_t count = pattern->trigger_count + pattern->target_count;

	start_stocks(matcher);
	matcher->matching = arena_alloc(matcher->op->arena, (count + 1) * sizeof *matcher->matching);
	for (size_t i = 0; i < pattern->trigger_count; i++)
		start_matching(matcher, &matcher->matching[i], &pattern->triggers[i]);
	for (size_t i = 0; i < pattern->target_count; i++)
		start_matching(matcher, &matcher->matching[pattern->trigger_count + i],
		               &pattern->targets[i]);
}

/* -- one occurrence -- */

static int64_t taken_of(const struct stock *stock)
{
	return stock->taken[TRIGGERING] + stock->taken[EXCLUDED] + stock->taken[DISCOUNTED];
}

/* Takes of one stock. Gives how many. */
static int64_t take_of(struct matcher *matcher, size_t index, enum role role, int64_t wanted)
{
	struct stock *stock = &matcher->stocks[index];
	int64_t before = taken_of(stock);
	int64_t count = stock->left - before < wanted ? stock->left - before : wanted;

	if (count > 0 && before == 0)
		matcher->touched[matcher->touched_count++] = index;
	stock->taken[role] += count;
	return count;
}

/* Takes units, in the order in which they are discounted, or from the other end. Gives how many. */
static int64_t take(struct matcher *matcher, struct matching *matching, enum role role,
                    int64_t wanted)
{
	int64_t got = 0;

	while (matching->first < matching->end &&
	       matcher->stocks[matching->stocks[matching->first]].left == 0)
		matching->first++;
	while (matching->first < matching->end &&
	       matcher->stocks[matching->stocks[matching->end - 1]].left == 0)
		matching->end--;
	for (size_t i = matching->first; got < wanted && i < matching->end; i++) {
		size_t at = role == DISCOUNTED ? i : matching->end - 1 - (i - matching->first);

		got += take_of(matcher, matching->stocks[at], role, wanted - got);
	}
	matcher->is_exact = matcher->is_exact && got == wanted;
	return got;
}

static void take_back(struct matcher *matcher)
{
	for (size_t i = 0; i < matcher->touched_count; i++)
		memset(matcher->stocks[matcher->touched[i]].taken, 0, sizeof matcher->stocks->taken);
	matcher->touched_count = 0;
	matcher->is_exact = true;
}

/* Looks for one occurrence. False: there is none. */
static bool find_occurrence(struct matcher *matcher, bool triggers_take_few)
{
	const struct unit_pattern *pattern = matcher->pattern;
	struct matching *matching = matcher->matching;

	take_back(matcher);
	for (size_t i = 0; i < pattern->trigger_count; i++, matching++) {
		const struct pattern_component *trigger = &pattern->triggers[i];
		bool takes_few = triggers_take_few && trigger->max_count == PATTERN_ALL_UNITS;
		int64_t wanted = takes_few ? trigger->min_count : trigger->max_count;

		if (take(matcher, matching, TRIGGERING, wanted) < trigger->min_count)
			return false;
	}
	for (size_t i = 0; i < pattern->target_count; i++, matching++) {
		const struct pattern_component *target = &pattern->targets[i];

		if (take(matcher, matching, EXCLUDED, target->exclude_count) < target->exclude_count ||
		    take(matcher, matching, DISCOUNTED, target->max_count) < target->min_count)
			return false;
	}
	return true;
}

/* -- all of them -- */

/* How often the occurrence that was found can be had, at most `most` times. */
static int64_t times_of(const struct matcher *matcher, int64_t most)
{
	int64_t times = matcher->is_exact ? most : 1;

	for (size_t i = 0; i < matcher->touched_count; i++) {
		const struct stock *stock = &matcher->stocks[matcher->touched[i]];

		if (stock->left / taken_of(stock) < times)
			times = stock->left / taken_of(stock);
	}
	return times;
}

/* Takes what was found out of the stocks, `times` times. */
static struct pattern_batch *take_out(struct matcher *matcher, int64_t times)
{
	struct pattern_batch *batch = arena_alloc(matcher->op->arena, sizeof *batch);

	batch->times = times;
	batch->takes = arena_take(matcher->op->arena, matcher->touched_count * sizeof *batch->takes);
	for (size_t i = 0; i < matcher->touched_count; i++) {
		struct stock *stock = &matcher->stocks[matcher->touched[i]];

		batch->takes[batch->take_count++] =
			(struct pattern_take){ stock->unit, stock->taken[TRIGGERING], stock->taken[EXCLUDED],
			                                                       stock->taken[DISCOUNTED] };
		stock->left -= times * taken_of(stock);
	}
	return batch;
}

struct pattern_batch *unit_pattern_match(struct op *op, const struct unit_pattern *pattern)
{
	struct matcher matcher = { .op = op, .pattern = pattern };
	int64_t most = pattern->max_occurrence;
	struct pattern_batch *first = NULL;
	struct pattern_batch **end = &first;

	start(&matcher);
	/* Each occurrence has a unit at least, and each batch but the last uses up some units, or leaves fewer of them than
	 * an occurrence takes. */
	while (most > 0 && (find_occurrence(&matcher, false) || find_occurrence(&matcher, true))) {
		*end = take_out(&matcher, times_of(&matcher, most));
		most -= (*end)->times;
		end = &(*end)->next;
	}
	return first;
}
