/* The step of a refresh that says what shipping costs. */
#ifndef CART_CART_SHIPPING_PRIV_H
#define CART_CART_SHIPPING_PRIV_H

#include <stdbool.h>

struct refresh;

/* Finds out whether the shipping method still fits the cart, and what it costs. False: recorded. */
bool refresh_shipping(struct refresh *refresh);

#endif
