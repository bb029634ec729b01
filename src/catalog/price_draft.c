#include "catalog/price_draft.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "document/doc.h"
#include "kind/custom_fields.h"
#include "money/money.h"
#include "resource/reference.h"

#include "price_error_priv.h"

static const struct shape_field TIER_FIELDS[] = {
	{ "minimumQuantity", FIELD_INT,       REQUIRED },
	{ "value",           FIELD_CONVERTED, REQUIRED, .decode = typed_money_decode },
};
const struct shape PRICE_TIER_DRAFT = { 0, 2, TIER_FIELDS };

static const struct shape_field DISCOUNTED_FIELDS[] = {
	{ "value",    FIELD_CONVERTED, REQUIRED, .decode = typed_money_decode },
	{ "discount", FIELD_CONVERTED, REQUIRED, .argument = "product-discount", .decode = reference_decode },
};
const struct shape DISCOUNTED_PRICE_DRAFT = { 0, 2, DISCOUNTED_FIELDS };

static const struct shape_field DRAFT_FIELDS[] = { PRICE_DRAFT_FIELDS };
const struct shape PRICE_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

static const struct field TIER_ROWS[] = {
	{ "minimumQuantity", VALUE_NUMBER },
	{ "value",           VALUE_OBJECT, .inner = &MONEY_FIELDS },
};
const struct fields PRICE_TIER_FIELDS = FIELDS(TIER_ROWS);

static const struct field DISCOUNTED_ROWS[] = {
	{ "value", VALUE_OBJECT, .inner = &MONEY_FIELDS },
	REFERENCE_FIELD("discount"),
};
const struct fields DISCOUNTED_PRICE_FIELDS = FIELDS(DISCOUNTED_ROWS);

static const struct field PRICE_ROWS[] = {
	{ "id", VALUE_STRING },
	PRICE_FIELD_ROWS,
};
const struct fields PRICE_FIELDS = FIELDS(PRICE_ROWS);

static bool check_tiers(struct op *op, const json_t *price)
{
	const json_t *tiers = json_object_get(price, "tiers");
	const char *currency = money_currency(json_object_get(price, "value"));

	for (size_t i = 0; i < json_array_size(tiers); i++) {
		json_t *tier = json_array_get(tiers, i);
		json_t *quantity = json_object_get(tier, "minimumQuantity");

		if (json_integer_value(quantity) < 2)
			return fail_invalid_field(op, "minimumQuantity", quantity, NULL);
		if (strcmp(money_currency(json_object_get(tier, "value")), currency) != 0)
			return fail_invalid_field(op, "tiers", tier, NULL);
		for (size_t j = 0; j < i; j++)
			if (json_equal(json_object_get(json_array_get(tiers, j), "minimumQuantity"), quantity))
				return fail_invalid_field(op, "tiers", tier, NULL);
	}
	return true;
}

bool price_check(struct op *op, const json_t *price)
{
	const char *from = doc_text(price, "validFrom");
	const char *until = doc_text(price, "validUntil");
	const char *key = doc_text(price, "key");

	if (key && !check_key(key))
		return fail_invalid_field(op, "key", json_object_get(price, "key"), NULL);
	/* Both are in canonical form, so they compare as texts. */
	if (from && until && strcmp(from, until) >= 0)
		return fail_invalid_field(op, "validUntil", json_object_get(price, "validUntil"), NULL);
	return check_tiers(op, price);
}

json_t *price_create(struct op *op, const json_t *draft, const char *id)
{
	char fresh_id[UUID_TEXT_BYTES];
	const json_t *custom = json_object_get(draft, "custom");

	if (!id)
		random_uuid(fresh_id);
	json_t *price = keep(op, json_pack("{s:s}", "id", id ? id : fresh_id));

	json_object_update(price, keep(op, json_deep_copy(draft)));
	json_object_del(price, "custom");
	if (!price_check(op, price) ||
	    (custom && !custom_from_draft(op, price, "product-price", custom)))
		return NULL;
	return price;
}

static const char *or_none(const char *text)
{
	return text ? text : "";
}

const char *price_scope(struct op *op, const json_t *price)
{
	return arena_printf(op->arena, "%s/%s/%s/%s",
	                    or_none(money_currency(json_object_get(price, "value"))),
	                    or_none(doc_text(price, "country")),
	                    or_none(doc_text(json_object_get(price, "customerGroup"), "id")),
	                    or_none(doc_text(json_object_get(price, "channel"), "id")));
}

/* Does one end before the other begins? Times are in canonical form, so they compare as texts. */
static bool ends_before(const json_t *one, const json_t *other)
{
	const char *until = doc_text(one, "validUntil");
	const char *from = doc_text(other, "validFrom");

	return until && from && strcmp(until, from) <= 0;
}

static bool has_dates(const json_t *price)
{
	return doc_has(price, "validFrom") || doc_has(price, "validUntil");
}

enum price_conflict price_conflict(const json_t *a, const json_t *b)
{
	if (doc_same(a, b, "validFrom") && doc_same(a, b, "validUntil"))
		return PRICES_EQUAL;
	if (!has_dates(a) || !has_dates(b) || ends_before(a, b) || ends_before(b, a))
		return PRICES_AGREE;
	return PRICES_OVERLAP;
}

/* Compares a price with those of its scope that came before. */
static bool check_against(struct op *op, const json_t *price, const json_t *others)
{
	for (size_t i = 0; i < json_array_size(others); i++) {
		json_t *other = json_array_get(others, i);
		enum price_conflict conflict = price_conflict(price, other);

		if (conflict == PRICES_EQUAL)
			return fail_price_scope(op, price_scope(op, other), other);
		if (conflict == PRICES_OVERLAP)
			return fail_price_overlap(op, price, other);
	}
	return true;
}

bool prices_check(struct op *op, const json_t *prices)
{
	json_t *scopes = keep(op, json_object());
	json_t *keys = keep(op, json_object());

	for (size_t i = 0; i < json_array_size(prices); i++) {
		json_t *price = json_array_get(prices, i);
		const char *scope = price_scope(op, price);
		const char *key = doc_text(price, "key");

		if (key && json_object_get(keys, key))
			return fail_price_key(op, json_object_get(keys, key));
		if (key)
			json_object_set(keys, key, price);
		doc_put_default(scopes, scope, json_array());
		if (!check_against(op, price, json_object_get(scopes, scope)))
			return false;
		json_array_append(json_object_get(scopes, scope), price);
	}
	return true;
}
