/* Prices as they come in, of variants and standalone. Choosing one is in money/price.h. */
#ifndef CATALOG_PRICE_DRAFT_H
#define CATALOG_PRICE_DRAFT_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"
#include "document/text_check.h"
#include "resource/resource_fields.h"

struct op;

/* The rows of the shape that the drafts of all prices have. */
#define PRICE_DRAFT_FIELDS \
	{ "key",           FIELD_TEXT,      OPTIONAL }, \
	{ "value",         FIELD_CONVERTED, REQUIRED, .decode = typed_money_decode }, \
	{ "country",       FIELD_TEXT,      OPTIONAL, 0, text_check_country }, \
	{ "customerGroup", FIELD_CONVERTED, OPTIONAL, .argument = "customer-group", .decode = reference_decode }, \
	{ "channel",       FIELD_CONVERTED, OPTIONAL, .argument = "channel", .decode = reference_decode }, \
	{ "validFrom",     FIELD_TEXT,      OPTIONAL, 0, text_check_date_time }, \
	{ "validUntil",    FIELD_TEXT,      OPTIONAL, 0, text_check_date_time }, \
	{ "tiers",         FIELD_DOCUMENTS, OPTIONAL, .inner = &PRICE_TIER_DRAFT }, \
	{ "discounted",    FIELD_DOCUMENT,  OPTIONAL, .inner = &DISCOUNTED_PRICE_DRAFT }, \
	{ "custom",        FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode }

/* The rows that all prices have, for queries. */
#define PRICE_FIELD_ROWS \
	{ "key",        VALUE_STRING }, \
	{ "value",      VALUE_OBJECT, .inner = &MONEY_FIELDS }, \
	{ "country",    VALUE_STRING }, \
	REFERENCE_FIELD("customerGroup"), \
	REFERENCE_FIELD("channel"), \
	{ "validFrom",  VALUE_DATE_TIME }, \
	{ "validUntil", VALUE_DATE_TIME }, \
	{ "tiers",      VALUE_OBJECT, true, &PRICE_TIER_FIELDS }, \
	{ "discounted", VALUE_OBJECT, .inner = &DISCOUNTED_PRICE_FIELDS }, \
	CUSTOM_FIELD

extern const struct shape PRICE_DRAFT;
extern const struct shape PRICE_TIER_DRAFT;
extern const struct shape DISCOUNTED_PRICE_DRAFT;

/* The fields of a price and of its parts, for queries. */
extern const struct fields PRICE_FIELDS;
extern const struct fields PRICE_TIER_FIELDS;
extern const struct fields DISCOUNTED_PRICE_FIELDS;

/* Makes the price of a variant from a draft whose references are resolved: with a fresh id, or with
 * `id`; kept by the arena. NULL: recorded. */
json_t *price_create(struct op *op, const json_t *draft, const char *id);

/* Are the tiers of a price of its currency, and does each start at a quantity of its own, of 2 or
 * more? Are its dates in order? False: recorded. */
bool price_check(struct op *op, const json_t *price);

/* Currency, country, customer group and channel as one text. */
const char *price_scope(struct op *op, const json_t *price);

/* How two prices of one scope get into each other's way. */
enum price_conflict { PRICES_AGREE, PRICES_EQUAL, PRICES_OVERLAP };

/* Tells by the dates: one with dates and one without agree, as the one with dates goes first. */
enum price_conflict price_conflict(const json_t *a, const json_t *b);

/* Has each price of a variant a key of its own, and a scope and time of its own? False: recorded. */
bool prices_check(struct op *op, const json_t *prices);

#endif
