/* Amounts of money: 64-bit cents that never overflow unseen, and their documents. */
#ifndef MONEY_MONEY_H
#define MONEY_MONEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"
#include "money/decimal.h"

struct op;

/* A cent is the smallest unit of a currency: a yen, a fils. Money of high precision has more digits than that; its
 * document tells the cents, too, rounded. */

/* An amount in 1 / 10^digits of a currency. */
struct precise_amount {
	int64_t amount;
	int     digits; /* 0: there is none, cents are all of it */
};

/* a + b, a - b, amount * count. False: MoneyOverflow is recorded. */
bool money_add(struct op *op, int64_t a, int64_t b, int64_t *ret_sum);
bool money_subtract(struct op *op, int64_t a, int64_t b, int64_t *ret_difference);
bool money_multiply(struct op *op, int64_t amount, int64_t count, int64_t *ret_product);

/* Shares an amount in proportion to weights, so that the parts add up to it: each gets the whole
 * cents of its share, and those with the largest rest one more, the earlier first. If the weights
 * add up to 0, the first gets all. A part is never greater than its weight if no weight is negative
 * and the amount is between 0 and their sum. `count` is not 0. False: MoneyOverflow is recorded. */
bool money_share(struct op *op, int64_t amount, const int64_t *weights, size_t count,
                 int64_t *ret_parts);

/* Makes a cent-precision document; kept by the arena. */
json_t *money_create(struct op *op, const char *currency, int64_t cents);

/* Is it what money_create() makes of this? */
bool money_is(const json_t *money, const char *currency, int64_t cents);

/* Sets a member to what money_create() makes, unless it is that already. Did it change anything? */
bool money_set(struct op *op, json_t *doc, const char *member, const char *currency, int64_t cents);

/* Makes a document of this precision; of cents, if it has no digits of its own. Kept by the arena. */
json_t *money_create_precise(struct op *op, const char *currency, int64_t cents,
                             struct precise_amount precise);

/* The precise amount of a document; none if it is of cents. */
struct precise_amount money_precise(const json_t *money);

/* The power of ten that makes precise amounts of cents. */
int64_t money_precision(const char *currency, struct precise_amount precise);

/* What `count` times a precise amount is in cents, rounded once. False: MoneyOverflow is recorded. */
bool money_precise_cents(struct op *op, const char *currency, struct precise_amount precise,
                         int64_t count, enum rounding_mode mode, int64_t *ret_cents);

/* The amount of a document in cents, and its currency (borrowed); 0 and NULL if it is none. */
int64_t money_cents(const json_t *money);
const char *money_currency(const json_t *money);

/* Are both of the same currency and amount? */
bool money_equal(const json_t *a, const json_t *b);

/* Less than, equal to or greater than 0, as a is to b. Both are of one currency. */
int money_compare(const json_t *a, const json_t *b);

/* Decodes a Money draft into a json_t *: the cent-precision document. Money of high precision is refused. */
custom_decode_fn money_decode;

/* Decodes a TypedMoney draft into a json_t *: the document of its precision. */
custom_decode_fn typed_money_decode;

#endif
