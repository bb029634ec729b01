/* Discounts as arithmetic: what they take off the units of a line, and how an amount is spread over
 * units and lines without losing a cent. */
#ifndef MONEY_DISCOUNT_ARITHMETIC_H
#define MONEY_DISCOUNT_ARITHMETIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "money/decimal.h"
#include "money/money.h"

struct op;

/* A permyriad is a hundredth of a percent; this is all of it. */
enum { PERMYRIAD_OF_ALL = 10000 };

/* What one discount took off a unit, and what others took off before: groups share what they have in common. */
struct unit_discount {
	json_t                     *discount; /* the reference */
	int64_t                     cents;
	struct precise_amount       precise;
	const struct unit_discount *before;   /* NULL: it was the first */
};

/* Units of a line that cost the same, for the same reasons. */
struct unit_group {
	int64_t quantity;
	int64_t
		value; /* cents of one unit, all discounts taken off; rounded, if there is a precise value */
	const struct unit_discount *included; /* of one unit, the last first; NULL: none */
	struct precise_amount precise; /* of one unit, where the price is of high precision */
	enum rounding_mode    mode;    /* of what precise units cost together */
};

/* The units of a line. A discount changes the groups, and divides one where its units cannot all be
 * given the same. */
struct discounted_units {
	const char        *currency;
	struct unit_group *groups;    /* in the arena */
	size_t             count;
};

/* What a price is after a relative product discount. Product discounts round half down, whatever
 * the rounding mode of a cart. `permyriad` above PERMYRIAD_OF_ALL counts as that, below 0 as 0.
 * Source: API docs, ProductDiscountValueRelative. */
int64_t product_discount_relative(int64_t cents, int64_t permyriad);

/* What a price is after an absolute product discount; never below 0. */
int64_t product_discount_absolute(int64_t cents, int64_t amount);

/* Starts with units that all cost the same; no discounts yet. No discount will change a price below
 * 0, nor bring one there. `currency` is borrowed; `quantity` is not negative. */
struct discounted_units units_start(struct op *op, const char *currency, int64_t quantity,
                                    int64_t unit_price);

/* The same with the money document of a unit, which may be of high precision: what units cost together is rounded in
 * this mode. */
struct discounted_units units_start_with(struct op *op, const char *currency, int64_t quantity,
                                         const json_t *unit_price, enum rounding_mode mode);

/* What the units of a group cost together, in cents. False: MoneyOverflow is recorded. */
bool unit_group_total(struct op *op, const char *currency, const struct unit_group *group,
                      int64_t *ret_total);

/* Takes a part off each unit; the price that is left is rounded. `discount` is the reference that
 * includedDiscounts names. */
void units_discount_relative(struct op *op, struct discounted_units *units, int64_t permyriad,
                             enum rounding_mode mode, json_t *discount);

/* Lowers the price of each unit to this one, if it is higher: a money document, which may be of high precision. */
void units_discount_fixed(struct op *op, struct discounted_units *units, const json_t *unit_price,
                          json_t *discount);

/* Takes an amount off all units together, but no more than they cost. Groups have their share in
 * proportion to what they cost; within a group, where it cannot be divided, the first units have a
 * cent more. False: MoneyOverflow is recorded. */
bool units_discount_absolute(struct op *op, struct discounted_units *units, int64_t amount,
                             json_t *discount);

/* What all units cost together. False: MoneyOverflow is recorded. */
bool units_total(struct op *op, const struct discounted_units *units, int64_t *ret_total);

/* The document of a line's discountedPricePerQuantity, empty if nothing was taken off; kept by the
 * arena. */
json_t *units_per_quantity(struct op *op, const struct discounted_units *units);

/* The document {value, includedDiscounts} of a group: an element of the above has it, and so has
 * the shipping info, which is a unit by itself; kept by the arena. */
json_t *units_discounted_price(struct op *op, const struct discounted_units *units, size_t group);

/* The list includedDiscounts of one unit of a group, in the order in which they came; kept by the arena. */
json_t *unit_group_included(struct op *op, const char *currency, const struct unit_group *group);

/* Did the same discounts take the same off both? */
bool unit_discounts_equal(const struct unit_discount *one, const struct unit_discount *other);

/* An element of includedDiscounts: {discount, discountedAmount}; kept by the arena. */
json_t *included_discount(struct op *op, const char *currency, json_t *discount, int64_t cents);

/* Shares an amount among lines in proportion to their totals, and no line gets more than its total;
 * what is beyond the sum of the totals is nobody's, and a total below 0 counts as 0. The parts add
 * up to the amount or to that sum, whichever is smaller. `count` is not 0; `amount` is not
 * negative. False: MoneyOverflow is recorded. */
bool discount_share(struct op *op, int64_t amount, const int64_t *totals, size_t count,
                    int64_t *ret_parts);

/* The same in proportion to their numbers of units: what is more than the total of a line is shared among the others.
 * False: MoneyOverflow is recorded. */
bool discount_share_evenly(struct op *op, int64_t amount, const int64_t *totals,
                           const int64_t *quantities, size_t count, int64_t *ret_parts);

#endif
