#include "catalog/standalone_price.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "catalog/price_draft.h"
#include "catalog/product.h"
#include "catalog/product_data.h"
#include "db/db.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "kind/index_values.h"
#include "kind/member_actions.h"
#include "money/money.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "resource/resource_fields.h"
#include "resource/save.h"

#include "price_error_priv.h"

/* The SKU, the scope and the dates: no two prices have the same. */
static const char *scope_of(struct op *op, const json_t *price)
{
	const char *from = doc_text(price, "validFrom");
	const char *until = doc_text(price, "validUntil");

	return arena_printf(op->arena, "%s/%s/%s %s", price_scope(op, price), from ? from : "",
	                    until ? until : "", doc_text(price, "sku"));
}

static void index_scope(struct op *op, const json_t *doc, json_t *values)
{
	index_add_text(values, scope_of(op, doc));
}

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "scope", .unique = true, .values = index_scope },
	{ .name = "sku", .path = "sku" },
	{ .name = "customerGroupId", .path = "customerGroup.id", .references = "customer-group" },
	{ .name = "channelId", .path = "channel.id", .references = "channel" },
	{ .name = "discountId", .path = "discounted.discount.id", .references = "product-discount" },
	CUSTOM_TYPE_INDEX,
	{ 0 },
};

static const struct field STAGED_ROWS[] = {
	{ "value", VALUE_OBJECT, .inner = &MONEY_FIELDS },
};
static const struct fields STAGED_FIELDS = FIELDS(STAGED_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	PRICE_FIELD_ROWS,
	{ "sku",    VALUE_STRING },
	{ "staged", VALUE_OBJECT, .inner = &STAGED_FIELDS },
	{ "active", VALUE_BOOLEAN },
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* Can the price be beside another one of its SKU? False: recorded. */
static bool check_beside(struct op *op, const json_t *price, const json_t *other)
{
	if (doc_same(price, other, "id") ||
	    strcmp(price_scope(op, price), price_scope(op, other)) != 0)
		return true;
	switch (price_conflict(price, other)) {
	case PRICES_EQUAL:
		return fail_standalone_price_scope(op, price, other);
	case PRICES_OVERLAP:
		return fail_standalone_price_overlap(op, price, other);
	case PRICES_AGREE:
		break;
	}
	return true;
}

static bool finish(struct op *op, struct resource *price)
{
	if (!price_check(op, price->doc))
		return false;
	const json_t *others = lookup_all(op, price->kind, "sku", doc_text(price->doc, "sku"));

	for (size_t i = 0; i < json_array_size(others); i++)
		if (!check_beside(op, price->doc, json_array_get(others, i)))
			return false;
	return others != NULL;
}

/* A price of a channel is one of where products are sold. False: recorded. */
static bool check_channel(struct op *op, const json_t *price)
{
	static const char ROLE[] = "ProductDistribution";
	const json_t *reference = json_object_get(price, "channel");
	const json_t *channel;

	if (!lookup_reference(op, reference, &channel))
		return false;
	return !channel || doc_list_holds(channel, "roles", ROLE) ||
	       fail_missing_role(op, doc_text(reference, "id"), ROLE);
}

static bool fill(struct op *op, struct resource *price, const json_t *draft)
{
	(void)draft;
	if (!check_channel(op, price->doc))
		return false;
	doc_put_default(price->doc, "active", json_true());
	return finish(op, price);
}

const struct resource_kind STANDALONE_PRICE_KIND = {
	.name = "standalone-price",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
	.custom_type = "standalone-price",
};

bool standalone_prices_of_sku(struct op *op, const char *sku, json_t **ret_prices)
{
	const json_t *prices = lookup_all(op, &STANDALONE_PRICE_KIND, "sku", sku);

	*ret_prices = keep(op, json_array());
	for (size_t i = 0; i < json_array_size(prices); i++) {
		json_t *price = json_array_get(prices, i);

		if (doc_true(price, "active"))
			json_array_append(*ret_prices, price);
	}
	return prices != NULL;
}

/* -- update actions -- */

/* Of a variant that customers see. */
static bool set_discounted(struct op *op, struct resource *price, const struct update_action *row,
                           const void *input)
{
	const char *sku = doc_text(price->doc, "sku");
	const json_t *product;

	if (!product_lookup_by_sku(op, sku, &product))
		return false;
	if (!product || !product_is_published(product) ||
	    !product_variant_by_sku(product_current(product), sku))
		return fail_invalid_operation(
			op, "The SKU '%s' is not of a variant in the current data of a published product.",
			sku);
	return action_set_member(op, price, row, input);
}

/* The value is staged, unless the action says `"staged": false`. It stays in its currency. */
static bool change_value(struct op *op, struct resource *price, const struct update_action *row,
                         const void *input)
{
	json_t *value = keep(op, json_deep_copy(json_object_get(input, "value")));
	bool is_current = json_is_false(json_object_get(input, "staged"));

	if (strcmp(money_currency(value), money_currency(json_object_get(price->doc, "value"))) != 0)
		return fail_invalid_field(op, "value", value, NULL);
	if (!is_current)
		doc_put_default(price->doc, "staged", json_object());
	if (doc_set(is_current ? price->doc : json_object_get(price->doc, "staged"), row->field, value))
		resource_touch(price);
	return true;
}

static bool apply_staged(struct op *op, struct resource *price, const struct update_action *row,
                         const void *input)
{
	json_t *staged = json_object_get(price->doc, "staged");

	(void)row;
	(void)input;
	if (!staged)
		return fail_invalid_operation(op, "The standalone price has no staged changes.");
	json_object_update(price->doc, staged);
	json_object_del(price->doc, "staged");
	resource_touch(price);
	return true;
}

static bool remove_staged(struct op *op, struct resource *price, const struct update_action *row,
                          const void *input)
{
	(void)op;
	(void)row;
	(void)input;
	if (doc_set(price->doc, "staged", NULL))
		resource_touch(price);
	return true;
}

static bool add_tier(struct op *op, struct resource *price, const struct update_action *row,
                     const void *input)
{
	(void)row;
	doc_put_default(price->doc, "tiers", json_array());
	json_array_append(json_object_get(price->doc, "tiers"),
	                  keep(op, json_deep_copy(json_object_get(input, "tier"))));
	resource_touch(price);
	return true;
}

static bool remove_tier(struct op *op, struct resource *price, const struct update_action *row,
                        const void *input)
{
	json_t *tiers = json_object_get(price->doc, "tiers");
	int64_t quantity = doc_int(input, "minimumQuantity");

	(void)row;
	for (size_t i = 0; i < json_array_size(tiers); i++) {
		if (doc_int(json_array_get(tiers, i), "minimumQuantity") != quantity)
			continue;
		json_array_remove(tiers, i);
		resource_touch(price);
		return true;
	}
	return fail_invalid_operation(op, "The price has no tier of the minimum quantity %lld.",
	                              (long long)quantity);
}

static const struct shape_field STAGED_SHAPE_FIELDS[] = {
	{ "value", FIELD_CONVERTED, REQUIRED, .decode = typed_money_decode },
};
static const struct shape STAGED_DRAFT = { 0, 1, STAGED_SHAPE_FIELDS };
static const struct shape NO_MEMBERS = { 0, 0, NULL };

static const struct shape_field DRAFT_FIELDS[] = {
	PRICE_DRAFT_FIELDS,
	{ "sku",    FIELD_TEXT,     REQUIRED },
	{ "staged", FIELD_DOCUMENT, OPTIONAL, .inner = &STAGED_DRAFT },
	{ "active", FIELD_BOOL,     OPTIONAL },
};
const struct shape STANDALONE_PRICE_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

/* What actions name, and inputs of them. */
#define DATE_TIME(name) { name, FIELD_TEXT, OPTIONAL, 0, text_check_date_time }
#define MONEY           { "value", FIELD_CONVERTED, REQUIRED, .decode = typed_money_decode }
#define ACTIVE          ONE_MEMBER("active", FIELD_BOOL, REQUIRED)
#define DISCOUNTED      ONE_MEMBER("discounted", FIELD_DOCUMENT, OPTIONAL, .inner = &DISCOUNTED_PRICE_DRAFT)
#define KEY             ONE_MEMBER("key", FIELD_TEXT, OPTIONAL)
#define QUANTITY        ONE_MEMBER("minimumQuantity", FIELD_INT, REQUIRED)
#define TIER            ONE_MEMBER("tier", FIELD_DOCUMENT, REQUIRED, .inner = &PRICE_TIER_DRAFT)
#define TIERS           ONE_MEMBER("tiers", FIELD_DOCUMENTS, REQUIRED, .inner = &PRICE_TIER_DRAFT)
#define VALUE           MEMBERS(MONEY, { "staged", FIELD_BOOL, OPTIONAL })
#define FROM            MEMBERS(DATE_TIME("validFrom"))
#define UNTIL           MEMBERS(DATE_TIME("validUntil"))
#define FROM_AND_UNTIL  MEMBERS(DATE_TIME("validFrom"), DATE_TIME("validUntil"))

static const struct update_action ROWS[] = {
	/* action                 door          input                apply                    member */
	{ "addPriceTier",         DOOR_TRUSTED, TIER,                add_tier,                NULL },
	{ "applyStagedChanges",   DOOR_TRUSTED, &NO_MEMBERS,         apply_staged,            NULL },
	{ "changeActive",         DOOR_TRUSTED, ACTIVE,              action_set_member,       "active" },
	{ "changeValue",          DOOR_TRUSTED, VALUE,               change_value,            "value" },
	{ "removePriceTier",      DOOR_TRUSTED, QUANTITY,            remove_tier,             NULL },
	{ "removeStagedChanges",  DOOR_TRUSTED, &NO_MEMBERS,         remove_staged,           NULL },
	{ "setCustomField",       DOOR_TRUSTED, &CUSTOM_FIELD_INPUT, action_set_custom_field, NULL },
	{ "setCustomType",        DOOR_TRUSTED, &CUSTOM_TYPE_INPUT,  action_set_custom_type,  NULL },
	{ "setDiscountedPrice",   DOOR_TRUSTED, DISCOUNTED,          set_discounted,          "discounted" },
	{ "setKey",               DOOR_TRUSTED, KEY,                 action_set_member,       "key" },
	{ "setPriceTiers",        DOOR_TRUSTED, TIERS,               action_set_member,       "tiers" },
	{ "setValidFrom",         DOOR_TRUSTED, FROM,                action_set_member,       "validFrom" },
	{ "setValidFromAndUntil", DOOR_TRUSTED, FROM_AND_UNTIL,      action_set_validity,     NULL },
	{ "setValidUntil",        DOOR_TRUSTED, UNTIL,               action_set_member,       "validUntil" },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(STANDALONE_PRICE_UPDATE, ACTIONS);
