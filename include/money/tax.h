/* Taxes: which rate applies, what it makes of a total, and what all of it adds up to. */
#ifndef MONEY_TAX_H
#define MONEY_TAX_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "money/decimal.h"

struct op;

/* A rate of a tax category: {name, amount, includedInPrice, country, state?, id, subRates[]}. */
struct tax_rate {
	const json_t  *doc;                /* borrowed; as it goes into a line item */
	struct decimal amount;             /* 0 to 1 */
	bool           included_in_price;
};

/* A total without and with the tax, in cents. */
struct taxed {
	int64_t net;
	int64_t gross;
};

struct tax_sum_portion;

/* Taxed prices, added up. Start with tax_sum_start(). */
struct tax_sum {
	const char             *currency;
	struct taxed            taxed;
	struct tax_sum_portion
		*portions; /* one for each rate and name, in the order in which they came */
};

/* The rate of a tax category for an address (borrowed); NULL: there is none. `state` NULL: the
 * address has none. The rate of a state is only for that state, and that of the whole country only
 * for addresses without a state, unless the project says that it stands in
 * (`carts.countryTaxRateFallbackEnabled`). */
json_t *tax_rate_select(const json_t *tax_category, const char *country, const char *state,
                        bool country_stands_in);

/* Reads a rate. The amount must be between 0 and 1, and those of the sub-rates, if there are any,
 * must add up to it. False: recorded. */
bool tax_rate_read(struct op *op, json_t *rate, struct tax_rate *ret_rate);

/* Is the amount of a rate the sum of those of its sub-rates, as far as both can be read? It is, if there are none. */
bool tax_rate_adds_up(const json_t *rate);

/* Gives the rate of a draft what it may leave out, and reads it: the amount, which is the sum of those of its
 * sub-rates, and an empty list of these. False: recorded; a rate with neither is a RequiredField. */
bool tax_rate_complete(struct op *op, json_t *rate, struct tax_rate *ret_rate);

/* Taxes a total (taxCalculationMode LineItemLevel): it is the gross total of a rate included in the
 * price, else the net total; the other one is rounded. The tax itself is their difference and never
 * rounded. False: MoneyOverflow is recorded. */
bool tax_total(struct op *op, const struct tax_rate *rate, int64_t total, enum rounding_mode mode,
               struct taxed *ret_taxed);

/* Taxes the price of a unit in the same way and takes it `quantity` times (UnitPriceLevel). False:
 * MoneyOverflow is recorded. */
bool tax_units(struct op *op, const struct tax_rate *rate, int64_t unit_price, int64_t quantity,
               enum rounding_mode mode, struct taxed *ret_taxed);

/* The document of a taxed total: {totalNet, totalGross, taxPortions, totalTax}, with a portion for
 * each sub-rate if there are any; kept by the arena. */
json_t *taxed_price(struct op *op, const char *currency, const struct tax_rate *rate,
                    struct taxed taxed);

/* Is it what taxed_price() makes of this? NULL is not. */
bool taxed_price_is(const json_t *taxed_price, const char *currency, const struct tax_rate *rate,
                    struct taxed taxed);

/* Starts a sum of nothing. `currency` is borrowed. */
struct tax_sum tax_sum_start(const char *currency);

/* Adds the document of a taxed total of that currency (borrowed until the sum is taken, and not changed). False:
 * MoneyOverflow is recorded. */
bool tax_sum_add(struct op *op, struct tax_sum *sum, const json_t *taxed_price);

/* The document of the sum; kept by the arena. */
json_t *tax_sum_taxed_price(struct op *op, const struct tax_sum *sum);

/* The document of what is left of a taxed price when its total, net or gross or of both kinds,
 * shrinks by a discount: everything shrinks in proportion, and the portions still add up to the
 * tax. A discount on the total takes it to 0 at most; a total that is not above 0 does not shrink.
 * In cents. Kept by the arena. NULL: MoneyOverflow is recorded. */
json_t *taxed_price_reduce(struct op *op, const json_t *taxed_price, int64_t total,
                           int64_t discount, enum rounding_mode mode);

#endif
