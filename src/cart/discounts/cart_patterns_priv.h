/* Targets of the type `pattern`: units that trigger a discount, and units that get it. */
#ifndef CART_CART_PATTERNS_PRIV_H
#define CART_CART_PATTERNS_PRIV_H

#include <stdbool.h>

#include <jansson.h>

#include "cart_portions_priv.h"

/* Units of several occurrences that are alike, taken out of their items. */
struct cart_pattern_batch {
	int64_t                    times;
	struct cart_portions       triggers;
	struct cart_portions       targets;
	struct cart_pattern_batch *next;
};

/* Matches the pattern of a target as often as it can be. *ret_batches: NULL if it does not match. False: recorded. */
bool cart_pattern_match(struct refresh *refresh, const json_t *target,
                        struct cart_pattern_batch **ret_batches);

#endif
