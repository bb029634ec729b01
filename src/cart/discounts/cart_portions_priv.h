/* Portions: the units of a cart that a discount is about, taken out of their items while it is applied. */
#ifndef CART_CART_PORTIONS_PRIV_H
#define CART_CART_PORTIONS_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "money/discount_arithmetic.h"
#include "pricing/rule.h"

struct cart_item;
struct op;
struct refresh;

struct cart_portion {
	struct cart_item       *item;  /* NULL: the shipping costs */
	struct discounted_units units;
};

struct cart_portions {
	struct cart_portion *items;
	size_t               count;
	size_t               room;
};

/* Is a target, or a component of a pattern, about custom line items? */
bool cart_target_is_custom(const json_t *target);

/* The rule of a target that has one, or of a component. */
const struct rule *cart_target_rule(struct op *op, const json_t *target);

/* May units of the item (an index of the refresh) be discounted by a target that is about such items, and does the rule
 * hold for it? False: recorded. */
bool cart_item_matches(struct refresh *refresh, size_t index, const json_t *target,
                       const struct rule *rule, bool *ret_matches);

/* Adds a portion without groups, with room for `groups`. */
struct cart_portion *cart_portions_add(struct op *op, struct cart_portions *portions,
                                       struct cart_item *item, size_t groups);

/* Takes all units of the items that match a target, or, of a multi-buy, those that it discounts. False: recorded. */
bool cart_portions_of_target(struct refresh *refresh, const json_t *target,
                             struct cart_portions *ret_portions);

/* Takes the shipping costs. */
struct cart_portions cart_portions_of_shipping(struct refresh *refresh);

/* Puts units back into their items, before those that are there; equal ones become one group. */
void cart_portions_put_back(struct refresh *refresh, const struct cart_portions *portions);

/* What all of them cost together, and how many units they are. */
bool cart_portion_total(struct op *op, const struct cart_portions *portions, int64_t *ret_cents);
int64_t cart_portion_quantity(const struct cart_portion *portion);

#endif
