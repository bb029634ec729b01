/* Where the units of a line go, when a cart is sent to several addresses. */
#ifndef CART_SHIPPING_DETAILS_H
#define CART_SHIPPING_DETAILS_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

/* {targets: [{addressKey, quantity, shippingMethodKey?}]} */
extern const struct shape SHIPPING_DETAILS_DRAFT;
extern const struct shape SHIPPING_TARGET_DRAFT;

/* Sets or (draft NULL) removes the shipping details of a line. False: recorded. */
bool line_set_shipping_details(struct op *op, const json_t *cart, json_t *line,
                               const json_t *draft);

/* Adds the quantities of targets to those of a line; what gets to 0 or below goes. False:
 * recorded. */
bool line_add_shipping_targets(struct op *op, const json_t *cart, json_t *line,
                               const json_t *targets, int sign);

#endif
