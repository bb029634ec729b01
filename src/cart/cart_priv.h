/* What the steps of a refresh share. */
#ifndef CART_CART_PRIV_H
#define CART_CART_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "cart/cart_refresh.h"
#include "money/decimal.h"
#include "money/discount_arithmetic.h"

struct op;

/* A line item or custom line item. */
struct cart_item {
	json_t                 *doc;
	const json_t           *product;          /* NULL: a custom one, or its product is gone */
	bool                    is_custom;
	bool                    is_discountable;
	struct discounted_units units;            /* none if the total comes from outside */
	int64_t                 total;            /* cents, all but discountOnTotalPrice taken off */
};

struct refresh {
	struct op                 *op;
	json_t                    *cart;
	const struct cart_refresh *options;
	const char                *currency;
	const json_t              *customer;          /* NULL: no customer's, or gone */
	enum rounding_mode         price_rounding;
	enum rounding_mode         tax_rounding;
	struct cart_item          *items;
	size_t                     item_count;
	int64_t                    items_total;       /* before cart discounts */
	bool                       has_shipping;
	struct discounted_units    shipping;          /* one unit: the shipping costs */
	int64_t                    shipping_total;
	int64_t                    off_total;         /* what comes off by discountOnTotalPrice */
	json_t                    *off_included;
	json_t                    *for_total;         /* discounts on the total, in their order */
	json_t                    *gifts;             /* gift line items that the cart had */
};

/* The steps, in this order. Each false: recorded. */
bool refresh_lines(struct refresh *refresh);
bool refresh_shipping(struct refresh *refresh);
bool refresh_discounts(struct refresh *refresh);
bool refresh_taxes(struct refresh *refresh);

/* Adds the gift that a discount gives; the one that was there before, if it was. *ret_added: it was
 * not refused, and there is such a gift. False: recorded. */
bool refresh_add_gift(struct refresh *refresh, const json_t *value, json_t *discount,
                      bool *ret_added);

/* Writes the totals so far into the cart, for predicates about them. */
bool refresh_publish(struct refresh *refresh);

/* Makes the items of the refresh out of all lines of the cart. */
bool refresh_collect(struct refresh *refresh);

/* What the cart costs before discountOnTotalPrice, in cents. */
bool refresh_sum(struct refresh *refresh, int64_t *ret_cents);

#endif
