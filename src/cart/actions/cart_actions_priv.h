/* What an update has to know of an action on a cart besides what the action does. */
#ifndef CART_CART_ACTIONS_PRIV_H
#define CART_CART_ACTIONS_PRIV_H

#include <stdbool.h>

/* The argument of an action's row; a row without one: nothing of it. */
struct cart_action {
	bool        when_frozen;  /* it may be done to a cart whose prices stand still */
	bool        recalculates; /* the refresh at the end does more */
	const char *state_after;  /* the cartState that it leaves; NULL: that which it met */
};

#endif
