/* Update actions of carts that change by what they are paid: payments, and codes for discounts. */
#ifndef CART_CART_PAYMENT_ACTIONS_PRIV_H
#define CART_CART_PAYMENT_ACTIONS_PRIV_H

#include "kind/update.h"

apply_fn cart_code_add;
apply_fn cart_code_remove;
apply_fn cart_payment_add;
apply_fn cart_payment_remove;

#endif
