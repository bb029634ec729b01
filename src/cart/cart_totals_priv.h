/* What a cart costs, as far as a refresh has come. */
#ifndef CART_CART_TOTALS_PRIV_H
#define CART_CART_TOTALS_PRIV_H

#include <stdbool.h>
#include <stdint.h>

struct refresh;

/* What the cart costs before discountOnTotalPrice, in cents. False: MoneyOverflow is recorded. */
bool refresh_sum(struct refresh *refresh, int64_t *ret_cents);

/* Writes the totals so far into the cart, for predicates about them. False: MoneyOverflow is recorded. */
bool refresh_publish(struct refresh *refresh);

/* Writes how many units the cart has. */
void refresh_count_units(struct refresh *refresh);

#endif
