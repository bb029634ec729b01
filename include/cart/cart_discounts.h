/* The discounts of a cart: those that apply by themselves, and those that its codes bring. */
#ifndef CART_CART_DISCOUNTS_H
#define CART_CART_DISCOUNTS_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* Puts a discount code into the cart. The next refresh says what it does. False: recorded. */
bool cart_add_discount_code(struct op *op, json_t *cart, const char *code);

/* The same when a cart that exists is changed: a code none of whose discounts can apply to the cart, whatever is in
 * it, is a DiscountCodeNonApplicable then. */
bool cart_apply_discount_code(struct op *op, json_t *cart, const char *code);

#endif
