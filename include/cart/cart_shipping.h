/* Shipping methods as a cart sees them: which fit, and what they cost. */
#ifndef CART_CART_SHIPPING_H
#define CART_CART_SHIPPING_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

/* Name, rate and tax category of a shipping method that is the cart's own. */
extern const struct shape CUSTOM_SHIPPING_INPUT;

/* {from?, until?}: when a shipment is expected. */
extern const struct shape ESTIMATED_DELIVERY_DRAFT;

/* Where a shipment goes, and what it is paid in. */
struct cart_shipping_place {
	const char *country;
	const char *state;     /* NULL: none given */
	const char *currency;
};

/* The place of a cart: country NULL if it has no address. */
struct cart_shipping_place cart_shipping_place_of(const json_t *cart);

/* The zone rate of a method for a place, and the rate in it (borrowed); a zone that names the state
 * goes before one that has the whole country. True with *ret_rate == NULL: it does not go there.
 * False: recorded. */
bool cart_shipping_rate_find(struct op *op, const json_t *method,
                             const struct cart_shipping_place *place, const json_t **ret_zone_rate,
                             const json_t **ret_rate);

/* What a rate costs for items of this total, in cents: nothing from freeAbove on, else the tier that
 * is reached, else its price. */
int64_t cart_shipping_rate_cents(const json_t *rate, int64_t items_cents);

/* Is the method active, of the cart's store, and does its predicate fit the cart? False:
 * recorded. */
bool cart_shipping_method_fits(struct op *op, const json_t *method, const json_t *cart,
                               bool *ret_fits);

/* Names the shipping method (a resolved reference, NULL: none) that the next refresh has to find
 * fitting, and its tax rate (NULL: none) from outside. False: recorded. */
bool cart_shipping_set_method(struct op *op, json_t *cart, json_t *reference, const json_t *rate);

/* Gives a cart a shipping method of its own. False: recorded. */
bool cart_shipping_set_custom(struct op *op, json_t *cart, const json_t *input,
                              json_t *tax_category);

/* The methods that fit a cart (NULL: any that go to the place), each with the one rate that applies,
 * the default one first; an array kept by the arena. NULL: recorded. */
json_t *cart_shipping_methods_matching(struct op *op, const json_t *cart,
                                  const struct cart_shipping_place *place);

#endif
