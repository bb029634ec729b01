#include "pricing/shipping_method.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "kind/index_values.h"
#include "kind/member_actions.h"
#include "kind/store_references.h"
#include "kind/typed.h"
#include "money/money.h"
#include "pricing/rule.h"
#include "resource/reference.h"
#include "resource/resource_fields.h"
#include "resource/save.h"
#include "rules/rule_action_priv.h"

/* One text, if it is the default, so that there is only one. */
static void index_default(struct op *op, const json_t *doc, json_t *values)
{
	(void)op;
	if (doc_true(doc, "isDefault"))
		index_add_text(values, "true");
}

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "name", .unique = true, .path = "name" },
	{ .name = "isDefault", .unique = true, .values = index_default },
	{ .name = "taxCategoryId", .path = "taxCategory.id", .references = "tax-category" },
	{ .name = "zoneId", .path = "zoneRates.zone.id", .references = "zone" },
	{ .name = "storeKey", .path = "stores.key", .references = "store" },
	CUSTOM_TYPE_INDEX,
	{ 0 },
};

static const struct field RATE_ROWS[] = {
	{ "price",     VALUE_OBJECT, .inner = &MONEY_FIELDS },
	{ "freeAbove", VALUE_OBJECT, .inner = &MONEY_FIELDS },
};
static const struct fields RATE_FIELDS = FIELDS(RATE_ROWS);

static const struct field ZONE_RATE_ROWS[] = {
	REFERENCE_FIELD("zone"),
	{ "shippingRates", VALUE_OBJECT, true, &RATE_FIELDS },
};
static const struct fields ZONE_RATE_FIELDS = FIELDS(ZONE_RATE_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",                  VALUE_STRING },
	{ "name",                 VALUE_STRING },
	{ "localizedName",        VALUE_MAP },
	{ "description",          VALUE_STRING },
	{ "localizedDescription", VALUE_MAP },
	REFERENCE_FIELD("taxCategory"),
	{ "zoneRates",            VALUE_OBJECT, true, &ZONE_RATE_FIELDS },
	{ "active",               VALUE_BOOLEAN },
	{ "isDefault",            VALUE_BOOLEAN },
	{ "predicate",            VALUE_STRING },
	{ "stores",               VALUE_OBJECT, true, &KEY_REFERENCE_FIELDS },
	{ "carrier",              VALUE_STRING },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* -- rates -- */

static const char *currency_of(const json_t *rate)
{
	return money_currency(json_object_get(rate, "price"));
}

/* Is a money (NULL: none) in the currency of the rate? */
static bool check_currency_of(struct op *op, const json_t *rate, json_t *money, const char *field)
{
	return !money || strcmp(money_currency(money), currency_of(rate)) == 0 ||
	       fail_invalid_field(op, field, money, NULL);
}

/* Adds a rate to those of a zone: one for each currency. Its tiers are there even if it has none.
 * False: recorded. */
static bool rate_add(struct op *op, json_t *rates, const json_t *draft)
{
	json_t *rate = keep(op, json_deep_copy(draft));

	doc_put_default(rate, "tiers", json_array());
	const json_t *tiers = json_object_get(rate, "tiers");

	if (!check_currency_of(op, rate, json_object_get(rate, "freeAbove"), "freeAbove"))
		return false;
	for (size_t i = 0; i < json_array_size(tiers); i++)
		if (!check_currency_of(op, rate, json_object_get(json_array_get(tiers, i), "price"),
		                       "tiers"))
			return false;
	for (size_t i = 0; i < json_array_size(rates); i++)
		if (strcmp(currency_of(json_array_get(rates, i)), currency_of(rate)) == 0)
			return fail_duplicate_field(op, "shippingRates", currency_of(rate));
	json_array_append(rates, rate);
	return true;
}

/* The rates of a zone in an array of zone rates; NULL: the zone is not in it. */
static json_t *zone_rate_find(const json_t *zone_rates, const json_t *zone, size_t *ret_index)
{
	for (size_t i = 0; i < json_array_size(zone_rates); i++) {
		json_t *zone_rate = json_array_get(zone_rates, i);

		if (!json_equal(json_object_get(zone_rate, "zone"), zone))
			continue;
		if (ret_index)
			*ret_index = i;
		return zone_rate;
	}
	return NULL;
}

/* Adds a zone with its rates (NULL: none). False: recorded. */
static bool zone_rate_add(struct op *op, json_t *zone_rates, json_t *zone, const json_t *drafts)
{
	json_t *rates = keep(op, json_array());

	if (zone_rate_find(zone_rates, zone, NULL))
		return fail_duplicate_field(op, "zoneRates", doc_text(zone, "id"));
	for (size_t i = 0; i < json_array_size(drafts); i++)
		if (!rate_add(op, rates, json_array_get(drafts, i)))
			return false;
	json_array_append(zone_rates, keep(op, json_pack("{s:O, s:O}", "zone", zone, "shippingRates",
	                                                 rates)));
	return true;
}

static bool fill(struct op *op, struct resource *method, const json_t *draft)
{
	const json_t *drafts = json_object_get(method->doc, "zoneRates");
	json_t *zone_rates = keep(op, json_array());

	(void)draft;
	for (size_t i = 0; i < json_array_size(drafts); i++) {
		const json_t *zone_rate = json_array_get(drafts, i);

		if (!zone_rate_add(op, zone_rates, json_object_get(zone_rate, "zone"),
		                   json_object_get(zone_rate, "shippingRates")))
			return false;
	}
	json_object_set(method->doc, "zoneRates", zone_rates);
	json_object_set(method->doc, "stores",
	                stores_once(op, json_object_get(method->doc, "stores")));
	doc_put_default(method->doc, "active", json_true());
	const char *predicate = doc_text(method->doc, "predicate");

	return !predicate || rule_check(op, "predicate", predicate, RULE_OF_CART, NULL);
}

const struct resource_kind SHIPPING_METHOD_KIND = {
	.name = "shipping-method",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.custom_type = "shipping-method",
};

/* -- update actions: each works on the input with its references resolved -- */

static json_t *zone_rates_of(const struct resource *method)
{
	return json_object_get(method->doc, "zoneRates");
}

/* The zone that an action names. NULL: recorded. */
static json_t *read_zone(struct op *op, const void *input)
{
	return json_object_get(references_resolved(op, input), "zone");
}

/* The zone rate of the zone that an action names. NULL: recorded. */
static json_t *find_zone_rate(struct op *op, const struct resource *method, const void *input,
                              size_t *ret_index)
{
	const json_t *zone = read_zone(op, input);
	json_t *zone_rate = zone ? zone_rate_find(zone_rates_of(method), zone, ret_index) : NULL;

	if (zone && !zone_rate)
		fail_invalid_operation(op, "The shipping method has no zone '%s'.", doc_text(zone, "id"));
	return zone_rate;
}

static bool add_zone(struct op *op, struct resource *method, const struct update_action *row,
                     const void *input)
{
	json_t *zone = read_zone(op, input);

	(void)row;
	if (!zone || !zone_rate_add(op, zone_rates_of(method), zone, NULL))
		return false;
	resource_touch(method);
	return true;
}

static bool remove_zone(struct op *op, struct resource *method, const struct update_action *row,
                        const void *input)
{
	size_t index;

	(void)row;
	if (!find_zone_rate(op, method, input, &index))
		return false;
	json_array_remove(zone_rates_of(method), index);
	resource_touch(method);
	return true;
}

static bool add_rate(struct op *op, struct resource *method, const struct update_action *row,
                     const void *input)
{
	const json_t *zone_rate = find_zone_rate(op, method, input, NULL);

	(void)row;
	if (!zone_rate || !rate_add(op, json_object_get(zone_rate, "shippingRates"),
	                            json_object_get(input, "shippingRate")))
		return false;
	resource_touch(method);
	return true;
}

static bool remove_rate(struct op *op, struct resource *method, const struct update_action *row,
                        const void *input)
{
	const json_t *zone_rate = find_zone_rate(op, method, input, NULL);
	json_t *rates = json_object_get(zone_rate, "shippingRates");
	json_t *named = keep(op, json_deep_copy(json_object_get(input, "shippingRate")));

	(void)row;
	if (!zone_rate)
		return false;
	doc_put_default(named, "tiers", json_array());
	for (size_t i = 0; i < json_array_size(rates); i++) {
		if (!json_equal(json_array_get(rates, i), named))
			continue;
		json_array_remove(rates, i);
		resource_touch(method);
		return true;
	}
	return fail_invalid_operation(op, "The zone has no such shipping rate.");
}

#define MONEY(name, need) { name, FIELD_CONVERTED, need, .decode = money_decode }
static const struct shape_field FUNCTION_FIELDS[] = {
	{ "currencyCode", FIELD_TEXT, REQUIRED, 0, text_check_currency },
	{ "function",     FIELD_TEXT, REQUIRED },
};
static const struct shape PRICE_FUNCTION = { 0, 2, FUNCTION_FIELDS };

static const struct typed TIERS[] = {
	{ "CartClassification", MEMBERS({ "value", FIELD_TEXT, REQUIRED }, MONEY("price", REQUIRED)) },
	{ "CartScore",          MEMBERS({ "score", FIELD_LONG, REQUIRED }, MONEY("price", OPTIONAL),
	                                { "priceFunction", FIELD_DOCUMENT, OPTIONAL, .inner = &PRICE_FUNCTION }) },
	{ "CartValue",          MEMBERS({ "minimumCentAmount", FIELD_LONG, REQUIRED }, MONEY("price", REQUIRED)) },
	{ NULL, NULL },
};

static bool tiers_decode(struct op *op, json_t *value, const struct json_path *path,
                         const void *argument, void *target)
{
	(void)argument;
	return typed_list_decode(op, TIERS, value, path, target);
}

static const struct shape_field RATE_SHAPE_FIELDS[] = {
	MONEY("price", REQUIRED),
	MONEY("freeAbove", OPTIONAL),
	{ "tiers", FIELD_CONVERTED, OPTIONAL, .decode = tiers_decode },
};
const struct shape SHIPPING_RATE_DRAFT = { 0, 3, RATE_SHAPE_FIELDS };

#define ZONE { "zone", FIELD_CONVERTED, REQUIRED, .argument = "zone", .decode = reference_decode }
static const struct shape_field ZONE_RATE_SHAPE_FIELDS[] = {
	ZONE,
	{ "shippingRates", FIELD_DOCUMENTS, REQUIRED, .inner = &SHIPPING_RATE_DRAFT },
};
static const struct shape ZONE_RATE_DRAFT = { 0, 2, ZONE_RATE_SHAPE_FIELDS };

#define TAX_CATEGORY FIELD_CONVERTED, REQUIRED, .argument = "tax-category", .decode = reference_decode
#define STORE FIELD_CONVERTED, REQUIRED, .argument = "store", .decode = reference_decode
static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",                  FIELD_TEXT,      OPTIONAL },
	{ "name",                 FIELD_TEXT,      REQUIRED },
	{ "localizedName",        FIELD_TEXT_MAP,  OPTIONAL },
	{ "description",          FIELD_TEXT,      OPTIONAL },
	{ "localizedDescription", FIELD_TEXT_MAP,  OPTIONAL },
	{ "taxCategory",          TAX_CATEGORY },
	{ "zoneRates",            FIELD_DOCUMENTS, REQUIRED, .inner = &ZONE_RATE_DRAFT },
	{ "active",               FIELD_BOOL,      OPTIONAL },
	{ "isDefault",            FIELD_BOOL,      REQUIRED },
	{ "predicate",            FIELD_TEXT,      OPTIONAL },
	{ "stores",               FIELD_CONVERTED, OPTIONAL, .argument = "store", .decode = references_decode },
	{ "carrier",              FIELD_TEXT,      OPTIONAL },
	{ "custom",               FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape SHIPPING_METHOD_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

#define RATE { "shippingRate", FIELD_DOCUMENT, REQUIRED, .inner = &SHIPPING_RATE_DRAFT }
#define STORES "stores", FIELD_CONVERTED, REQUIRED, .argument = "store", .decode = references_decode
#define TEXT_MAP FIELD_TEXT_MAP, OPTIONAL
#define TEXT FIELD_TEXT, OPTIONAL
#define SET(member, ...) ONE_MEMBER(member, __VA_ARGS__), action_set_member, member
static const struct update_action ROWS[] = {
	/* action, door, input, apply, field, message, argument */
	{ "addShippingRate",         DOOR_TRUSTED, MEMBERS(ZONE, RATE), add_rate },
	{ "addStore",                DOOR_TRUSTED, ONE_MEMBER("store", STORE), action_add_store },
	{ "addZone",                 DOOR_TRUSTED, MEMBERS(ZONE), add_zone },
	{ "changeActive",            DOOR_TRUSTED, SET("active", FIELD_BOOL, REQUIRED) },
	{ "changeIsDefault",         DOOR_TRUSTED, SET("isDefault", FIELD_BOOL, REQUIRED) },
	{ "changeName",              DOOR_TRUSTED, ONE_MEMBER("name", FIELD_TEXT, REQUIRED), action_change_member, "name" },
	{ "changeTaxCategory",       DOOR_TRUSTED, SET("taxCategory", TAX_CATEGORY) },
	{ "removeShippingRate",      DOOR_TRUSTED, MEMBERS(ZONE, RATE), remove_rate },
	{ "removeStore",             DOOR_TRUSTED, ONE_MEMBER("store", STORE), action_remove_store },
	{ "removeZone",              DOOR_TRUSTED, MEMBERS(ZONE), remove_zone },
	{ "setCarrier",              DOOR_TRUSTED, SET("carrier", TEXT) },
	{ "setCustomField",          DOOR_TRUSTED, &CUSTOM_FIELD_INPUT, action_set_custom_field },
	{ "setCustomType",           DOOR_TRUSTED, &CUSTOM_TYPE_INPUT, action_set_custom_type },
	{ "setDescription",          DOOR_TRUSTED, SET("description", TEXT) },
	{ "setKey",                  DOOR_TRUSTED, SET("key", TEXT) },
	{ "setLocalizedDescription", DOOR_TRUSTED, SET("localizedDescription", TEXT_MAP) },
	{ "setLocalizedName",        DOOR_TRUSTED, SET("localizedName", TEXT_MAP) },
	{ "setPredicate",            DOOR_TRUSTED, ONE_MEMBER("predicate", TEXT), action_set_rule, "predicate",
	  .argument = &RULE_ABOUT_CART },
	{ "setStores",               DOOR_TRUSTED, ONE_MEMBER(STORES), action_set_stores },
};
#undef STORES
#undef TEXT_MAP
#undef TEXT
#undef SET
#undef MONEY
#undef ZONE
#undef TAX_CATEGORY
#undef STORE
#undef RATE
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(SHIPPING_METHOD_UPDATE, ACTIONS);
