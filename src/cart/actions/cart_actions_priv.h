/* What an update has to know of an action on a cart besides what the action does. */
#ifndef CART_CART_ACTIONS_PRIV_H
#define CART_CART_ACTIONS_PRIV_H

#include <stdbool.h>

/* Which frozen carts an action may be applied to: none, as it is about what lines cost; those whose discounts and
 * shipping costs go on changing; all. Source: API docs, "CartState". */
enum frozen_too { FROZEN_NONE, FROZEN_SOFT, FROZEN_ALL };

/* The argument of an action's row. */
struct cart_action {
	enum frozen_too frozen_too;
	bool            recalculates; /* the refresh at the end does more */
	const char     *state_after;  /* the cartState that it leaves; NULL: that which it met */
};

#endif
