/* What a cart discount takes off; which ones apply is chosen by cart_discounts.c. */
#ifndef CART_CART_DISCOUNT_VALUES_PRIV_H
#define CART_CART_DISCOUNT_VALUES_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct refresh;

/* Can it depend on taxes what the target is? */
bool cart_target_looks_at_taxes(struct op *op, const json_t *target);

/* Takes off what a discount takes off. *ret_applied: it had something to be taken off. False:
 * recorded. */
bool cart_discount_apply(struct refresh *refresh, const json_t *discount, json_t *reference,
                         bool *ret_applied);

/* Takes off what the discounts on the total take off; after all others. False: recorded. */
bool cart_discounts_apply_to_total(struct refresh *refresh);

#endif
