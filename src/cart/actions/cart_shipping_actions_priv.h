/* Update actions of carts that change how they are shipped, and the tax on that. */
#ifndef CART_CART_SHIPPING_ACTIONS_PRIV_H
#define CART_CART_SHIPPING_ACTIONS_PRIV_H

#include "kind/update.h"

apply_fn cart_shipping_choose;
apply_fn cart_shipping_define;
apply_fn cart_shipping_tax_rate;
apply_fn cart_shipping_tax_amount;

#endif
