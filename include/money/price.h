/* Prices of a variant: which one applies, and what a unit costs. */
#ifndef MONEY_PRICE_H
#define MONEY_PRICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct op;

/* What a price is looked for with. Absent: NULL, or no groups. */
struct price_selection {
	const char        *currency;
	const char        *country;
	const char *const *customer_group_ids;   /* of all groups the customer is in */
	size_t             customer_group_count;
	const char        *channel_id;
	int64_t            now_ms;               /* UTC, ms since 1970 */
};

/* The price document that applies, out of an array of them (borrowed); NULL: none does. A price
 * qualifies if the selection has each scope that the price has. A customer group goes before a
 * channel, a channel before a country; a price with dates before one without, in the same scope. Of
 * several groups, the one whose price is the lowest. */
json_t *price_select(const json_t *prices, const struct price_selection *selection);

/* The money that one of `quantity` units costs (borrowed): the discounted value, else that of the
 * tier with the largest minimumQuantity that is reached, else the value. */
json_t *price_unit_value(const json_t *price, int64_t quantity);

/* The price as it goes into a line item: a copy which has the value of the tier that is reached as
 * its value, so that value times quantity is the total; kept by the arena. */
json_t *price_of_line_item(struct op *op, const json_t *price, int64_t quantity);

/* Is it what price_of_line_item() makes of this? NULL is not. */
bool price_is_of_line_item(const json_t *has, const json_t *price, int64_t quantity);

#endif
