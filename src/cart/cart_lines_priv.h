/* The first step of a refresh: lines that are still valid, and what they cost before discounts. */
#ifndef CART_CART_LINES_PRIV_H
#define CART_CART_LINES_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct refresh;

/* Takes what is not valid any more out of the lines, and gives the others their prices. False:
 * recorded. */
bool refresh_lines(struct refresh *refresh);

/* Makes the items of the refresh out of all lines of the cart. False: recorded. */
bool refresh_collect(struct refresh *refresh);

/* Adds the gift that a discount gives; the one that was there before, if it was. *ret_added: it was
 * not refused, and there is such a gift. False: recorded. */
bool refresh_add_gift(struct refresh *refresh, const json_t *value, json_t *discount,
                      bool *ret_added);

#endif
