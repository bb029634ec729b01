/* What the actions on carts share: counting a change, and references of their inputs. */
#ifndef CART_CART_CHANGE_PRIV_H
#define CART_CART_CHANGE_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct resource;

/* Counts a change if there is one. True, for actions to end with. */
bool cart_changed(struct resource *cart, bool is_changed);

/* The resolved reference of an input; kept by the arena. NULL: there is none, or recorded. */
json_t *cart_input_reference(struct op *op, const json_t *input, const char *member);

#endif
