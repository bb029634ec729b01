/* Update actions of carts that say how the whole of one is taxed. */
#ifndef CART_CART_TAX_ACTIONS_PRIV_H
#define CART_CART_TAX_ACTIONS_PRIV_H

#include "kind/update.h"

apply_fn cart_tax_change_mode;
apply_fn cart_tax_set_total;

#endif
