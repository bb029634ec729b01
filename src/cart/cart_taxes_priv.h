/* The last step of a refresh: taxes. */
#ifndef CART_CART_TAXES_PRIV_H
#define CART_CART_TAXES_PRIV_H

#include <stdbool.h>

struct refresh;

/* Gives lines and shipping their tax rates and taxed prices, and the cart their sum. False:
 * recorded. */
bool refresh_taxes(struct refresh *refresh);

#endif
