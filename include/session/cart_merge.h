/* Merging a visitor's cart into that of a customer: the documents only. */
#ifndef SESSION_CART_MERGE_H
#define SESSION_CART_MERGE_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* May `source` be merged into `target`? Not if they are of different currencies, or if the shipping
 * method of `source` is not active or not for its store. *ret_obstacle says why not, NULL if they
 * may. False: recorded. */
bool cart_merge_obstacle(struct op *op, const json_t *target, const json_t *source,
                         const char **ret_obstacle);

/* Adds to the cart `target` what the cart `source` holds, which stays as it is. Of a variant that
 * both have there are then as many as the one with more had. A line whose key is that of a line for
 * something else is left out, and so are a custom one with the slug of another, and gifts. Prices and
 * totals have to be brought up to date afterwards. False: recorded. Source: API docs, "Cart merge
 * during sign-in and sign-up". */
bool cart_merge(struct op *op, json_t *target, const json_t *source);

#endif
