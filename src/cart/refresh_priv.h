/* What the steps of a refresh share. */
#ifndef CART_REFRESH_PRIV_H
#define CART_REFRESH_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "cart/cart_refresh.h"
#include "money/decimal.h"
#include "money/discount_arithmetic.h"

struct op;
struct rule_scope;

/* A line item or custom line item. */
struct cart_item {
	json_t                 *doc;
	const json_t           *product;          /* NULL: a custom one, or its product is gone */
	bool                    is_custom;
	bool                    is_new;           /* no refresh has seen it yet */
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
	struct rule_scope         *rules;             /* what the rules of discounts see: the cart without them */
};

/* The step of cart_discounts.c, between those of cart_shipping.c and cart_taxes.c. False: recorded. */
bool refresh_discounts(struct refresh *refresh);

#endif
