#include "money/tax.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "document/doc.h"
#include "money/money.h"

static const struct decimal ZERO = { 0, 0 };
static const struct decimal ONE = { 1, 0 };

/* -- rates -- */

/* The rate for exactly this state, or for the country as a whole if it is NULL. The API compares
 * states with their case. */
static json_t *rate_of(const json_t *rates, const char *country, const char *state)
{
	for (size_t i = 0; i < json_array_size(rates); i++) {
		json_t *rate = json_array_get(rates, i);
		const char *its_country = doc_text(rate, "country");
		const char *its_state = doc_text(rate, "state");

		if (!its_country || strcmp(its_country, country) != 0)
			continue;
		if (!state ? !its_state : its_state && strcmp(its_state, state) == 0)
			return rate;
	}
	return NULL;
}

json_t *tax_rate_select(const json_t *tax_category, const char *country, const char *state,
                        bool country_stands_in)
{
	const json_t *rates = json_object_get(tax_category, "rates");
	json_t *rate = rate_of(rates, country, state);

	if (rate || !state || !country_stands_in)
		return rate;
	return rate_of(rates, country, NULL);
}

static bool read_amount(struct op *op, const json_t *rate, struct decimal *ret_amount)
{
	json_t *amount = json_object_get(rate, "amount");

	if (!amount)
		return fail_required_field(op, "amount");
	if (!decimal_read(amount, ret_amount) || decimal_compare(*ret_amount, ZERO) < 0 ||
	    decimal_compare(*ret_amount, ONE) > 0)
		return fail_invalid_field(op, "amount", amount, NULL);
	return true;
}

/* Adds the amounts of sub-rates. False: one is no decimal, or they are too large. */
static bool add_sub_rates(const json_t *sub_rates, struct decimal *ret_sum)
{
	*ret_sum = ZERO;
	for (size_t i = 0; i < json_array_size(sub_rates); i++) {
		struct decimal part;

		if (!decimal_read(json_object_get(json_array_get(sub_rates, i), "amount"), &part) ||
		    !decimal_add(*ret_sum, part, ret_sum))
			return false;
	}
	return true;
}

bool tax_rate_adds_up(const json_t *rate)
{
	const json_t *sub_rates = json_object_get(rate, "subRates");
	struct decimal amount;
	struct decimal sum;

	return json_array_size(sub_rates) == 0 || !add_sub_rates(sub_rates, &sum) ||
	       !decimal_read(json_object_get(rate, "amount"), &amount) ||
	       decimal_compare(sum, amount) == 0;
}

bool tax_rate_read(struct op *op, json_t *rate, struct tax_rate *ret_rate)
{
	const json_t *sub_rates = json_object_get(rate, "subRates");
	struct decimal unused;

	*ret_rate =
		(struct tax_rate){ .doc = rate, .included_in_price = doc_true(rate, "includedInPrice") };
	if (!read_amount(op, rate, &ret_rate->amount))
		return false;
	for (size_t i = 0; i < json_array_size(sub_rates); i++)
		if (!read_amount(op, json_array_get(sub_rates, i), &unused))
			return false;
	if (!add_sub_rates(sub_rates, &unused))
		return fail_invalid_input(op, "The amounts of the sub-rates are too large.");
	return tax_rate_adds_up(rate) ||
	       fail_invalid_input(
			   op, "The amounts of the sub-rates do not add up to the amount of the tax rate.");
}

/* The number goes through a text, as arithmetic with it would not be exact. NULL: recorded. */
static json_t *sum_of_sub_rates(struct op *op, json_t *sub_rates)
{
	struct decimal sum;
	char text[48];

	if (!add_sub_rates(sub_rates, &sum)) {
		fail_invalid_field(op, "subRates", sub_rates, NULL);
		return NULL;
	}
	snprintf(text, sizeof text, "%llde-%d", (long long)sum.coefficient, sum.scale);
	return keep(op, json_loads(text, JSON_DECODE_ANY, NULL));
}

bool tax_rate_complete(struct op *op, json_t *rate, struct tax_rate *ret_rate)
{
	json_t *sub_rates = json_object_get(rate, "subRates");

	if (!doc_has(rate, "amount") && json_array_size(sub_rates) > 0) {
		json_t *amount = sum_of_sub_rates(op, sub_rates);

		if (!amount)
			return false;
		json_object_set(rate, "amount", amount);
	}
	doc_put_default(rate, "subRates", json_array());
	return tax_rate_read(op, rate, ret_rate);
}

/* -- one total -- */

bool tax_total(struct op *op, const struct tax_rate *rate, int64_t total, enum rounding_mode mode,
               struct taxed *ret_taxed)
{
	struct decimal factor;
	bool fits = decimal_add(ONE, rate->amount, &factor);

	*ret_taxed = (struct taxed){ .net = total, .gross = total };
	if (fits && rate->included_in_price)
		fits = decimal_divide(total, factor, mode, &ret_taxed->net);
	else if (fits)
		fits = decimal_multiply(total, factor, mode, &ret_taxed->gross);
	return fits || fail_money_overflow(op);
}

bool tax_units(struct op *op, const struct tax_rate *rate, int64_t unit_price, int64_t quantity,
               enum rounding_mode mode, struct taxed *ret_taxed)
{
	return tax_total(op, rate, unit_price, mode, ret_taxed) &&
	       money_multiply(op, ret_taxed->net, quantity, &ret_taxed->net) &&
	       money_multiply(op, ret_taxed->gross, quantity, &ret_taxed->gross);
}

/* `from` is what the rate and its name are taken of: a rate, a sub-rate or a portion. */
static json_t *portion(struct op *op, const char *rate_member, const json_t *from,
                       const char *currency, int64_t cents)
{
	json_t *portion = json_object();
	json_t *name = json_object_get(from, "name");

	json_object_set_nocheck(portion, "rate", json_object_get(from, rate_member));
	if (name)
		json_object_set_nocheck(portion, "name", name);
	json_object_set_nocheck(portion, "amount", money_create(op, currency, cents));
	return keep(op, portion);
}

/* Is a portion what portion() makes of a rate or sub-rate? */
static bool portion_is(const json_t *portion, const json_t *from, const char *currency,
                       int64_t cents)
{
	return json_equal(json_object_get(portion, "rate"), json_object_get(from, "amount")) &&
	       doc_same(portion, from, "name") &&
	       money_is(json_object_get(portion, "amount"), currency, cents);
}

/* The part of the tax that a sub-rate has, to the nearest cent, but never more than is left: the
 * last takes the rest and must not pay for the others. What goes where is not documented. */
static int64_t sub_rate_tax(const struct tax_rate *rate, const json_t *sub_rate, int64_t tax,
                            int64_t left)
{
	struct decimal amount = ZERO;
	int64_t numerator;
	int64_t denominator;
	int64_t part = 0;

	/* None of this can fail after tax_rate_read(): an amount is no more than 1, and so its
	 * coefficient no more than 10^18 with any scale, and a part no more than the whole. */
	bool fits = decimal_read(json_object_get(sub_rate, "amount"), &amount);
	int scale = amount.scale > rate->amount.scale ? amount.scale : rate->amount.scale;

	fits = fits && decimal_rescale(amount, scale, &numerator) &&
	       decimal_rescale(rate->amount, scale, &denominator) &&
	       (denominator == 0 ||
	        decimal_proportion(tax, numerator, denominator, ROUND_HALF_EVEN, &part));
	assert(fits);
	bool is_too_much = tax < 0 ? part < left : part > left;

	return is_too_much ? left : part;
}

/* How a tax is divided: each portion in its turn. Starts with { rate, tax }. */
struct division {
	const struct tax_rate *rate;
	int64_t                left;
	int64_t                tax;
	size_t                 next;
};

/* What the next portion is of, and its cents. NULL: there is none. */
static const json_t *next_portion(struct division *division, int64_t *ret_cents)
{
	const json_t *sub_rates = json_object_get(division->rate->doc, "subRates");
	size_t count = json_array_size(sub_rates);
	size_t i = division->next++;

	*ret_cents = division->left;
	if (count == 0)
		return i == 0 ? division->rate->doc : NULL;
	const json_t *sub_rate = json_array_get(sub_rates, i);

	if (i + 1 < count)
		*ret_cents = sub_rate_tax(division->rate, sub_rate, division->tax, division->left);
	division->left -= *ret_cents;
	return sub_rate;
}

static json_t *portions_of(struct op *op, const char *currency, const struct tax_rate *rate,
                           int64_t tax)
{
	struct division division = { .rate = rate, .left = tax, .tax = tax };
	json_t *portions = keep(op, json_array());
	const json_t *from;
	int64_t cents;

	while ((from = next_portion(&division, &cents)))
		json_array_append(portions, portion(op, "amount", from, currency, cents));
	return portions;
}

static bool portions_are(const json_t *portions, const char *currency, const struct tax_rate *rate,
                         int64_t tax)
{
	struct division division = { .rate = rate, .left = tax, .tax = tax };
	const json_t *from;
	int64_t cents;
	size_t count = 0;

	while ((from = next_portion(&division, &cents)))
		if (!portion_is(json_array_get(portions, count++), from, currency, cents))
			return false;
	return json_array_size(portions) == count;
}

static json_t *document(struct op *op, const char *currency, struct taxed taxed, json_t *portions)
{
	json_t *document = json_object();

	json_object_set_nocheck(document, "totalNet", money_create(op, currency, taxed.net));
	json_object_set_nocheck(document, "totalGross", money_create(op, currency, taxed.gross));
	json_object_set_nocheck(document, "taxPortions", portions);
	json_object_set_nocheck(document, "totalTax",
	                        money_create(op, currency, taxed.gross - taxed.net));
	return keep(op, document);
}

json_t *taxed_price(struct op *op, const char *currency, const struct tax_rate *rate,
                    struct taxed taxed)
{
	return document(op, currency, taxed,
	                portions_of(op, currency, rate, taxed.gross - taxed.net));
}

bool taxed_price_is(const json_t *taxed_price, const char *currency, const struct tax_rate *rate,
                    struct taxed taxed)
{
	const int64_t tax = taxed.gross - taxed.net;

	return json_object_size(taxed_price) == 4 &&
	       money_is(json_object_get(taxed_price, "totalGross"), currency, taxed.gross) &&
	       money_is(json_object_get(taxed_price, "totalNet"), currency, taxed.net) &&
	       money_is(json_object_get(taxed_price, "totalTax"), currency, tax) &&
	       portions_are(json_object_get(taxed_price, "taxPortions"), currency, rate, tax);
}

/* -- sums -- */

/* The portions of a sum that are of one rate. */
struct tax_sum_portion {
	const json_t           *from;  /* the first of them */
	struct decimal          rate;
	int64_t                 cents;
	struct tax_sum_portion *next;
};

struct tax_sum tax_sum_start(const char *currency)
{
	return (struct tax_sum){ .currency = currency };
}

static bool is_of(const struct tax_sum_portion *known, const json_t *portion, struct decimal rate)
{
	const json_t *name = json_object_get(portion, "name");

	return decimal_compare(known->rate, rate) == 0 &&
	       (json_equal(json_object_get(known->from, "name"), name) ||
	        (!doc_has(known->from, "name") && !doc_has(portion, "name")));
}

/* The one that a portion belongs to, or the end of the list. A rate that is no decimal is like no other. */
static struct tax_sum_portion **place_of(struct tax_sum *sum, const json_t *portion,
                                         struct decimal *ret_rate)
{
	struct tax_sum_portion **place = &sum->portions;
	bool is_rate = decimal_read(json_object_get(portion, "rate"), ret_rate);

	if (!is_rate)
		*ret_rate = (struct decimal){ -1, 0 };
	while (*place && !(is_rate && is_of(*place, portion, *ret_rate)))
		place = &(*place)->next;
	return place;
}

static bool add_portion(struct op *op, struct tax_sum *sum, const json_t *added)
{
	int64_t cents = money_cents(json_object_get(added, "amount"));
	struct decimal rate;
	struct tax_sum_portion **place = place_of(sum, added, &rate);

	if (*place)
		return money_add(op, (*place)->cents, cents, &(*place)->cents);
	*place = arena_alloc(op->arena, sizeof **place);
	**place = (struct tax_sum_portion){ .from = added, .rate = rate, .cents = cents };
	return true;
}

bool tax_sum_add(struct op *op, struct tax_sum *sum, const json_t *taxed_price)
{
	const json_t *portions = json_object_get(taxed_price, "taxPortions");
	struct taxed *taxed = &sum->taxed;
	int64_t tax;

	if (!money_add(op, taxed->net, money_cents(json_object_get(taxed_price, "totalNet")),
	               &taxed->net) ||
	    !money_add(op, taxed->gross, money_cents(json_object_get(taxed_price, "totalGross")),
	               &taxed->gross) ||
	    !money_subtract(op, taxed->gross, taxed->net, &tax))
		return false;
	for (size_t i = 0; i < json_array_size(portions); i++)
		if (!add_portion(op, sum, json_array_get(portions, i)))
			return false;
	return true;
}

json_t *tax_sum_taxed_price(struct op *op, const struct tax_sum *sum)
{
	json_t *portions = keep(op, json_array());

	for (const struct tax_sum_portion *part = sum->portions; part; part = part->next)
		json_array_append(portions, portion(op, "rate", part->from, sum->currency, part->cents));
	return document(op, sum->currency, sum->taxed, portions);
}

/* -- reductions -- */

/* Portions of the same rates that add up to `tax`. NULL: recorded. */
static json_t *shrink_portions(struct op *op, const char *currency, const json_t *portions,
                               int64_t tax)
{
	size_t count = json_array_size(portions);
	int64_t *weights = arena_take(op->arena, count * sizeof *weights);
	int64_t *parts = arena_take(op->arena, count * sizeof *parts);
	json_t *shrunk = keep(op, json_array());

	for (size_t i = 0; i < count; i++)
		weights[i] = money_cents(json_object_get(json_array_get(portions, i), "amount"));
	if (count > 0 && !money_share(op, tax, weights, count, parts))
		return NULL;
	for (size_t i = 0; i < count; i++)
		json_array_append(shrunk,
		                  portion(op, "rate", json_array_get(portions, i), currency, parts[i]));
	return shrunk;
}

json_t *taxed_price_reduce(struct op *op, const json_t *taxed_price, int64_t total,
                           int64_t discount, enum rounding_mode mode)
{
	const json_t *net = json_object_get(taxed_price, "totalNet");
	const json_t *gross = json_object_get(taxed_price, "totalGross");
	const char *currency = money_currency(gross);
	struct taxed left = { money_cents(net), money_cents(gross) };
	int64_t rest = discount < total ? total - discount : 0;

	/* Net and gross shrink by themselves, so that the one which is the total loses exactly the
	 * discount; the tax is what lies between them. */
	if (total > 0 && discount > 0 &&
	    (!decimal_proportion(left.net, rest, total, mode, &left.net) ||
	     !decimal_proportion(left.gross, rest, total, mode, &left.gross))) {
		fail_money_overflow(op);
		return NULL;
	}
	json_t *portions =
		shrink_portions(op, currency, json_object_get(taxed_price, "taxPortions"),
	                    left.gross - left.net);

	return portions ? document(op, currency, left, portions) : NULL;
}
