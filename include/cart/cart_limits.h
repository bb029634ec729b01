/* How much a cart may hold. */
#ifndef CART_CART_LIMITS_H
#define CART_CART_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

struct op;

/* Line items, custom line items, addresses of items and the places that one line goes to: of each
 * no more than this. Source: API docs, "Limits", which speaks of line items. */
enum { MAX_CART_PARTS = 500 };

/* Units of one line. */
enum { MAX_LINE_QUANTITY = 1000000000 };

/* Into how many groups of one price discounts may divide the units of a line, and those of all lines together. Each
 * discount with a pattern may divide every group again, so what is not bounded doubles with each of them. */
enum { MAX_UNIT_GROUPS = 200, MAX_UNIT_GROUPS_OF_CART = 2000 };

/* Is it a quantity between the least and the largest that there may be? False: recorded. */
bool line_check_quantity(struct op *op, int64_t quantity, int64_t least);

#endif
