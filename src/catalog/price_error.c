#include "price_error_priv.h"

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"

bool fail_price_key(struct op *op, json_t *other)
{
	return fail_as(op, ERROR_DUPLICATE_PRICE_KEY, json_pack("{s:O}", "conflictingPrice", other),
	               "Duplicate price key: %s. The price key must be unique per variant.",
	               doc_text(other, "key"));
}

bool fail_price_scope(struct op *op, const char *scope, json_t *other)
{
	return fail_as(
		op, ERROR_DUPLICATE_PRICE_SCOPE, json_pack("{s:O}", "conflictingPrice", other),
		"Duplicate price scope: %s. The combination of currency, country, customerGroup and "
		"channel must be unique for each price of a product variant.",
		scope);
}

/* What both prices have in common, and the dates of both. */
static void add_scope(json_t *extra, const json_t *price, const json_t *other)
{
	static const char *const MEMBERS[] = { "sku",     "country",   "customerGroup",
		                                   "channel", "validFrom", "validUntil" };

	(void)doc_set(extra, "currency",
	              json_object_get(json_object_get(price, "value"), "currencyCode")); /* fresh */
	for (size_t i = 0; i < sizeof MEMBERS / sizeof *MEMBERS; i++)
		(void)doc_set(extra, MEMBERS[i], json_object_get(price, MEMBERS[i]));
	if (!other)
		return;
	(void)doc_set(extra, "conflictingValidFrom", json_object_get(other, "validFrom"));
	(void)doc_set(extra, "conflictingValidUntil", json_object_get(other, "validUntil"));
}

bool fail_price_overlap(struct op *op, const json_t *price, const json_t *other)
{
	json_t *extra = json_pack("{s:O}", "conflictingPrice", json_object_get(other, "id"));

	add_scope(extra, price, other);
	return fail_as(op, ERROR_OVERLAPPING_PRICE_VALIDITY, extra,
	               "Two prices have overlapping validity periods.");
}

static json_t *conflicting(const json_t *other)
{
	return json_pack("{s:{s:s, s:O}}", "conflictingStandalonePrice", "typeId", "standalone-price",
	                 "id", json_object_get(other, "id"));
}

bool fail_standalone_price_scope(struct op *op, const json_t *price, const json_t *other)
{
	json_t *extra = conflicting(other);

	add_scope(extra, price, NULL);
	return fail_as(
		op, ERROR_DUPLICATE_STANDALONE_PRICE_SCOPE, extra,
		"Duplicate standalone price scope for SKU: %s. The combination of SKU, currency, "
		"country, customerGroup, channel, validFrom and validUntil must be unique for each "
		"standalone price.",
		doc_text(price, "sku"));
}

bool fail_standalone_price_overlap(struct op *op, const json_t *price, const json_t *other)
{
	json_t *extra = conflicting(other);

	add_scope(extra, price, other);
	return fail_as(op, ERROR_OVERLAPPING_STANDALONE_PRICE_VALIDITY, extra,
	               "Two standalone prices have overlapping validity periods.");
}
