#include "money/money.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"

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
	return keep(op, json_pack("{s:s, s:s, s:I, s:i}", "type", "centPrecision", "currencyCode",
	                          currency, "centAmount", (json_int_t)cents, "fractionDigits",
	                          currency_fraction_digits(currency)));
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

	return left && right && strcmp(left, right) == 0 && money_cents(a) == money_cents(b);
}

int money_compare(const json_t *a, const json_t *b)
{
	int64_t left = money_cents(a);
	int64_t right = money_cents(b);

	return (left > right) - (left < right);
}

/* -- drafts -- */

struct money_draft {
	const char         *type;
	const char         *currency;
	int64_t             cents;
	struct optional_int fraction_digits;
};

static const char *const TYPES[] = { "centPrecision", "highPrecision", NULL };

static const struct shape_field DRAFT_FIELDS[] = {
	{ "type",           FIELD_TEXT, OPTIONAL, offsetof(struct money_draft, type), text_check_enum, TYPES },
	{ "currencyCode",   FIELD_TEXT, REQUIRED, offsetof(struct money_draft, currency), text_check_currency },
	{ "centAmount",     FIELD_LONG, REQUIRED, offsetof(struct money_draft, cents) },
	{ "fractionDigits", FIELD_INT,  OPTIONAL, offsetof(struct money_draft, fraction_digits) },
};
static const struct shape DRAFT = { sizeof(struct money_draft),
	                                sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

bool money_decode(struct op *op, json_t *value, const struct json_path *path, const void *argument,
                  void *target)
{
	const char *type = doc_text(value, "type");
	struct money_draft draft = { 0 };

	(void)argument;
	/* First, as it need not have a centAmount. */
	if (type && strcmp(type, "highPrecision") == 0)
		return fail_invalid_input(
			op, "Money of type 'highPrecision' is not supported here, only 'centPrecision' is.");
	if (!shape_decode(op, &DRAFT, value, path, &draft))
		return false;
	if (draft.fraction_digits.given &&
	    draft.fraction_digits.value != currency_fraction_digits(draft.currency))
		return fail_invalid_field(op, "fractionDigits", json_object_get(value, "fractionDigits"),
		                          NULL);
	*(json_t **)target = money_create(op, draft.currency, draft.cents);
	return true;
}
