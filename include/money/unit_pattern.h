/* Patterns: which units of a cart make others cheaper, and which become cheaper, as often as there are enough of
 * them. Source: API docs, "CartDiscountPatternTarget". */
#ifndef MONEY_UNIT_PATTERN_H
#define MONEY_UNIT_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct op;

/* As many units as there are. */
#define PATTERN_ALL_UNITS INT64_MAX

/* Units of a cart that cost the same. */
struct pattern_units {
	int64_t price;
	int64_t quantity;
};

/* Some units out of those that match. */
struct pattern_component {
	const bool *matches;        /* which units do, in their order */
	int64_t     min_count;      /* at least 1 */
	int64_t     max_count;      /* PATTERN_ALL_UNITS: no bound */
	int64_t     exclude_count;  /* of what is discounted: set aside before, each time */
};

struct unit_pattern {
	const struct pattern_units     *units;
	size_t                          unit_count;
	const struct pattern_component *triggers;
	size_t                          trigger_count;
	const struct pattern_component *targets;
	size_t                          target_count;
	bool                            dearest_first;   /* which units are discounted: else the cheapest */
	int64_t                         max_occurrence;  /* INT64_MAX: no bound */
};

/* What one occurrence takes of some units. */
struct pattern_take {
	size_t  unit;        /* an index */
	int64_t triggering;
	int64_t excluded;
	int64_t discounted;
};

/* Occurrences that take the same. */
struct pattern_batch {
	int64_t               times;
	struct pattern_take  *takes;
	size_t                take_count;
	struct pattern_batch *next;
};

/* Matches a pattern as often as it can, but takes no unit twice; in the arena, NULL if it does not match. The cheapest
 * units (or the dearest) are discounted first, and what triggers or is set aside is taken from the other end. A trigger
 * without a bound takes all its units, or, if nothing was left to be discounted then, as few as it needs. There are at
 * most twice as many batches as there are units of different prices, however many occurrences there are. */
struct pattern_batch *unit_pattern_match(struct op *op, const struct unit_pattern *pattern);

#endif
