#include "money/money.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"

/* -- arithmetic -- */

bool money_add(struct op *op, int64_t a, int64_t b, int64_t *ret_sum)
{
	return !__builtin_add_overflow(a, b, ret_sum) || fail_money_overflow(op);
}

bool money_subtract(struct op *op, int64_t a, int64_t b, int64_t *ret_difference)
{
	return !__builtin_sub_overflow(a, b, ret_difference) || fail_money_overflow(op);
}

bool money_multiply(struct op *op, int64_t amount, int64_t count, int64_t *ret_product)
{
	return !__builtin_mul_overflow(amount, count, ret_product) || fail_money_overflow(op);
}

/* What a part lacks to its exact share; the unit is a cent divided by the sum of the weights. */
struct rest {
	__int128 size;
	size_t   index;
};

/* Largest first, then in order. */
static int compare_rests(const void *a, const void *b)
{
	const struct rest *left = a;
	const struct rest *right = b;

	if (left->size != right->size)
		return left->size < right->size ? 1 : -1;
	return (left->index > right->index) - (left->index < right->index);
}

/* Gives each part the whole cents of its share, and notes its rest. `sum` is positive. False if a
 * part does not fit. */
static bool share_whole_cents(__int128 amount, const int64_t *weights, size_t count, __int128 sum,
                              struct rest *rests, int64_t *ret_parts)
{
	for (size_t i = 0; i < count; i++) {
		__int128 share = amount * weights[i];
		__int128 rest = (share % sum + sum) % sum;
		__int128 part = (share - rest) / sum;

		if (part < INT64_MIN || part > INT64_MAX - (rest > 0))
			return false;
		rests[i] = (struct rest){ rest, i };
		ret_parts[i] = (int64_t)part;
	}
	return true;
}

bool money_share(struct op *op, int64_t amount, const int64_t *weights, size_t count,
                 int64_t *ret_parts)
{
	struct rest *rests = arena_take(op->arena, count * sizeof *rests);
	__int128 left = amount;
	__int128 sum = 0;

	for (size_t i = 0; i < count; i++)
		sum += weights[i];
	if (sum == 0) {
		memset(ret_parts, 0, count * sizeof *ret_parts);
		ret_parts[0] = amount;
		return true;
	}
	/* A share is amount * weight / sum; with the signs of amount and sum turned it is the same. */
	if (!share_whole_cents(sum < 0 ? -left : left, weights, count, sum < 0 ? -sum : sum, rests,
	                       ret_parts))
		return fail_money_overflow(op);
	for (size_t i = 0; i < count; i++)
		left -= ret_parts[i];
	/* What is left is fewer cents than there are parts with a rest: each rest is less than one. */
	qsort(rests, count, sizeof *rests, compare_rests);
	for (size_t i = 0; left > 0; i++, left--)
		ret_parts[rests[i].index]++;
	return true;
}

/* -- documents -- */

json_t *money_create(struct op *op, const char *currency, int64_t cents)
{
	json_t *money = json_object();

	/* Not by json_pack(), which takes three times as long: a cart is mostly money. */
	json_object_set_new_nocheck(money, "type", json_string_nocheck("centPrecision"));
	json_object_set_new_nocheck(money, "currencyCode", json_string(currency));
	json_object_set_new_nocheck(money, "centAmount", json_integer(cents));
	json_object_set_new_nocheck(money, "fractionDigits",
	                            json_integer(currency_fraction_digits(currency)));
	return keep(op, money);
}

bool money_is(const json_t *money, const char *currency, int64_t cents)
{
	return json_is_integer(json_object_get(money, "centAmount")) && money_cents(money) == cents &&
	       doc_is(money, "currencyCode", currency) && doc_is(money, "type", "centPrecision");
}

bool money_set(struct op *op, json_t *doc, const char *member, const char *currency, int64_t cents)
{
	if (money_is(json_object_get(doc, member), currency, cents))
		return false;
	json_object_set(doc, member, money_create(op, currency, cents));
	return true;
}

json_t *money_create_precise(struct op *op, const char *currency, int64_t cents,
                             struct precise_amount precise)
{
	if (!precise.digits)
		return money_create(op, currency, cents);
	return keep(op, json_pack("{s:s, s:s, s:I, s:I, s:i}", "type", "highPrecision", "currencyCode",
	                          currency, "centAmount", (json_int_t)cents, "preciseAmount",
	                          (json_int_t)precise.amount, "fractionDigits", precise.digits));
}

struct precise_amount money_precise(const json_t *money)
{
	if (!doc_is(money, "type", "highPrecision"))
		return (struct precise_amount){ 0 };
	return (struct precise_amount){ doc_int(money, "preciseAmount"),
		                            (int)doc_int(money, "fractionDigits") };
}

int64_t money_precision(const char *currency, struct precise_amount precise)
{
	int64_t power = 1;

	if (precise.digits) /* at most DECIMAL_MAX_SCALE more, so it fits */
		(void)decimal_rescale((struct decimal){ 1, 0 },
		                      precise.digits - currency_fraction_digits(currency), &power);
	return power;
}

bool money_precise_cents(struct op *op, const char *currency, struct precise_amount precise,
                         int64_t count, enum rounding_mode mode, int64_t *ret_cents)
{
	return decimal_proportion(precise.amount, count, money_precision(currency, precise), mode,
	                          ret_cents) ||
	       fail_money_overflow(op);
}

int64_t money_cents(const json_t *money)
{
	return doc_int(money, "centAmount");
}

const char *money_currency(const json_t *money)
{
	return doc_text(money, "currencyCode");
}

bool money_equal(const json_t *a, const json_t *b)
{
	const char *left = money_currency(a);
	const char *right = money_currency(b);

	return left && right && strcmp(left, right) == 0 && money_compare(a, b) == 0;
}

/* The amount in cents, as an exact decimal: its scale is within bounds, however many digits the money has. */
static struct decimal in_cents(const json_t *money)
{
	struct precise_amount precise = money_precise(money);

	if (!precise.digits)
		return (struct decimal){ money_cents(money), 0 };
	return (struct decimal){ precise.amount,
		                     precise.digits - currency_fraction_digits(money_currency(money)) };
}

int money_compare(const json_t *a, const json_t *b)
{
	return decimal_compare(in_cents(a), in_cents(b));
}

/* -- drafts -- */

/* Which fraction of a currency's unit is as small as money can be told. */
enum { MAX_FRACTION_DIGITS = 20 };

struct money_draft {
	const char         *type;
	const char         *currency;
	const json_t       *cents;   /* what is there of these is of the right type */
	const json_t       *precise;
	struct optional_int fraction_digits;
};

static const char *const TYPES[] = { "centPrecision", "highPrecision", NULL };

static bool decode_long(struct op *op, json_t *value, const struct json_path *path,
                        const void *argument, void *target)
{
	(void)argument;
	*(const json_t **)target = value;
	return json_is_integer(value) || fail_misfit(op, path, MISFIT_LONG);
}

#define AT(member) offsetof(struct money_draft, member)
static const struct shape_field DRAFT_FIELDS[] = {
	{ "type",           FIELD_TEXT,   OPTIONAL, AT(type), text_check_enum, TYPES },
	{ "currencyCode",   FIELD_TEXT,   REQUIRED, AT(currency), text_check_currency },
	{ "centAmount",     FIELD_CUSTOM, OPTIONAL, AT(cents), .decode = decode_long },
	{ "preciseAmount",  FIELD_CUSTOM, OPTIONAL, AT(precise), .decode = decode_long },
	{ "fractionDigits", FIELD_INT,    OPTIONAL, AT(fraction_digits) },
};
#undef AT
static const struct shape DRAFT = { sizeof(struct money_draft),
	                                sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

static bool fail_missing(struct op *op, const struct json_path *path, const char *name)
{
	return fail_misfit(op, &(struct json_path){ path, name, 0 }, MISFIT_MISSING);
}

static bool fail_digits(struct op *op, const json_t *value)
{
	return fail_invalid_field(op, "fractionDigits", json_object_get(value, "fractionDigits"), NULL);
}

static bool make_cents(struct op *op, const json_t *value, const struct json_path *path,
                       const struct money_draft *draft, json_t **ret_money)
{
	if (!draft->cents)
		return fail_missing(op, path, "centAmount");
	if (draft->fraction_digits.given &&
	    draft->fraction_digits.value != currency_fraction_digits(draft->currency))
		return fail_digits(op, value);
	*ret_money = money_create(op, draft->currency, json_integer_value(draft->cents));
	return true;
}

/* Cents that are told must be those next to the precise amount, above or below. */
static bool check_cents(struct op *op, const struct money_draft *draft,
                        struct precise_amount precise)
{
	int64_t cents = json_integer_value(draft->cents);
	int64_t power = money_precision(draft->currency, precise);
	__int128 difference = (__int128)cents * power - precise.amount;

	return (difference < power && -difference < power) ||
	       fail_invalid_input(
			   op, "The centAmount '%lld' must be rounded correctly from the preciseAmount '%lld'.",
			   (long long)cents, (long long)precise.amount);
}

static bool make_precise(struct op *op, const json_t *value, const struct json_path *path,
                         const struct money_draft *draft, json_t **ret_money)
{
	if (!draft->precise || !draft->fraction_digits.given)
		return fail_missing(op, path, draft->precise ? "fractionDigits" : "preciseAmount");
	int64_t digits = draft->fraction_digits.value;
	int least = currency_fraction_digits(draft->currency);

	if (digits <= least || digits > MAX_FRACTION_DIGITS || digits - least > DECIMAL_MAX_SCALE)
		return fail_digits(op, value);
	struct precise_amount precise = { json_integer_value(draft->precise), (int)digits };
	int64_t cents = json_integer_value(draft->cents);

	if (draft->cents
	        ? !check_cents(op, draft, precise)
	                 : !money_precise_cents(op, draft->currency, precise, 1, ROUND_HALF_EVEN, &cents))
		return false;
	*ret_money = money_create_precise(op, draft->currency, cents, precise);
	return true;
}

bool typed_money_decode(struct op *op, json_t *value, const struct json_path *path,
                        const void *argument, void *target)
{
	struct money_draft draft = { 0 };

	(void)argument;
	if (!shape_decode(op, &DRAFT, value, path, &draft))
		return false;
	return draft.type && strcmp(draft.type, "highPrecision") == 0
	           ? make_precise(op, value, path, &draft, target)
	           : make_cents(op, value, path, &draft, target);
}

bool money_decode(struct op *op, json_t *value, const struct json_path *path, const void *argument,
                  void *target)
{
	if (doc_is(value, "type", "highPrecision"))
		return fail_invalid_input(
			op, "Money of type 'highPrecision' is not allowed here, only 'centPrecision' is.");
	return typed_money_decode(op, value, path, argument, target);
}
