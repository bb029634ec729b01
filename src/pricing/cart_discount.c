#include "pricing/cart_discount.h"

#include <string.h>

#include "auth/scope.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "kind/member_actions.h"
#include "kind/store_references.h"
#include "pricing/discount_value.h"
#include "pricing/rule.h"
#include "resource/caller.h"
#include "resource/reference.h"
#include "resource/resource_fields.h"
#include "rules/rule_action_priv.h"

/* Carts look for the discounts that apply by themselves, and for no others. */
static void automatic_values(struct op *op, const json_t *doc, json_t *values)
{
	(void)op;
	if (doc_true(doc, "isActive") && !doc_true(doc, "requiresDiscountCode"))
		json_array_append_new(values, json_string("true"));
}

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "sortOrder", .unique = true, .path = "sortOrder" },
	{ .name = "automatic", .values = automatic_values },
	{ .name = "storeKey", .path = "stores.key", .references = "store" },
	{ .name = "value.product", .path = "value.product.id", .references = "product" },
	CUSTOM_TYPE_INDEX,
	{ 0 },
};

static const struct field TARGET_ROWS[] = {
	{ "type",      VALUE_STRING },
	{ "predicate", VALUE_STRING },
};
static const struct fields TARGET_FIELDS = FIELDS(TARGET_ROWS);

static const struct field SCOPE_ROWS[] = {
	{ "type", VALUE_STRING },
};
static const struct fields SCOPE_FIELDS = FIELDS(SCOPE_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",                  VALUE_STRING },
	{ "name",                 VALUE_MAP },
	{ "description",          VALUE_MAP },
	{ "value",                VALUE_OBJECT, .inner = &DISCOUNT_VALUE_FIELDS },
	{ "cartPredicate",        VALUE_STRING },
	{ "target",               VALUE_OBJECT, .inner = &TARGET_FIELDS },
	{ "sortOrder",            VALUE_STRING },
	{ "stores",               VALUE_OBJECT, true, &KEY_REFERENCE_FIELDS },
	{ "isActive",             VALUE_BOOLEAN },
	{ "validFrom",            VALUE_DATE_TIME },
	{ "validUntil",           VALUE_DATE_TIME },
	{ "requiresDiscountCode", VALUE_BOOLEAN },
	{ "stackingMode",         VALUE_STRING },
	{ "recurringOrderScope",  VALUE_OBJECT, .inner = &SCOPE_FIELDS },
	REFERENCES_FIELD("references"),
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* -- rules -- */

/* What is done with each rule of a target. False: recorded. */
typedef bool with_rule_fn(struct op *op, const char *text, enum rule_subject subject,
                          json_t *references);

static bool check(struct op *op, const char *text, enum rule_subject subject, json_t *references)
{
	return rule_check(op, "predicate", text, subject, references);
}

static bool note(struct op *op, const char *text, enum rule_subject subject, json_t *references)
{
	rule_note_references(op, text, subject, references);
	return true;
}

/* A target, or a component of a pattern: by its type, it is about line items or custom ones. */
static bool with_predicate(struct op *op, const json_t *holder, with_rule_fn *do_it,
                           json_t *references)
{
	const char *text = doc_text(holder, "predicate");
	bool is_custom = text && strstr(doc_text(holder, "type"), "ustomLineItem");

	return !text ||
	       do_it(op, text, is_custom ? RULE_OF_CUSTOM_LINE_ITEM : RULE_OF_LINE_ITEM, references);
}

static bool with_rules(struct op *op, const json_t *target, with_rule_fn *do_it, json_t *references)
{
	static const char *const PATTERNS[] = { "triggerPattern", "targetPattern" };

	for (size_t i = 0; i < sizeof PATTERNS / sizeof *PATTERNS; i++) {
		const json_t *pattern = json_object_get(target, PATTERNS[i]);

		for (size_t j = 0; j < json_array_size(pattern); j++)
			if (!with_predicate(op, json_array_get(pattern, j), do_it, references))
				return false;
	}
	return with_predicate(op, target, do_it, references);
}

static void derive_references(struct op *op, json_t *discount)
{
	json_t *references = keep(op, json_array());

	(void)note(op, doc_text(discount, "cartPredicate"), RULE_OF_CART, references);
	(void)with_rules(op, json_object_get(discount, "target"), note,
	                 references); /* notes cannot fail */
	json_object_set(discount, "references", references);
}

static bool change_target(struct op *op, struct resource *discount, const struct update_action *row,
                          const void *input)
{
	return with_rules(op, json_object_get(input, "target"), check, NULL) &&
	       action_set_member(op, discount, row, input);
}

/* -- stores -- */

bool cart_discount_permits(struct op *op, const json_t *stores)
{
	json_t *missing = keep(op, json_array());

	if (!op->store_key)
		return true;
	for (size_t i = 0; i < json_array_size(stores); i++) {
		json_t *key = json_object_get(json_array_get(stores, i), "key");

		if (!scope_permits(op->caller->scope, CART_DISCOUNT_MANAGERS, op->project,
		                   json_string_value(key)))
			json_array_append(missing, key);
	}
	return json_array_size(missing) == 0 ||
	       fail_as(op, ERROR_UNAUTHORIZED, json_pack("{s:O}", "storesWithoutPermission", missing),
	               "Not allowed to edit this CartDiscount.");
}

/* Stores that the discount was not of before. False: recorded. */
static bool check_new_stores(struct op *op, const struct resource *discount)
{
	const json_t *stores = json_object_get(discount->doc, "stores");
	json_t *added = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(stores); i++) {
		json_t *store = json_array_get(stores, i);

		if (!doc_list_holds(discount->index_before, "storeKey", doc_text(store, "key")))
			json_array_append(added, store);
	}
	return cart_discount_permits(op, added);
}

/* What is created in a store is of that store and of those that the draft names. */
static void take_stores(struct op *op, json_t *doc)
{
	json_t *stores = keep(op, json_array());

	if (op->store_key)
		json_array_append_new(stores,
		                      json_pack("{s:s, s:s}", "typeId", "store", "key", op->store_key));
	json_array_extend(stores, json_object_get(doc, "stores"));
	json_object_set(doc, "stores", stores_once(op, stores));
}

static bool before_delete(struct op *op, struct resource *discount)
{
	return cart_discount_permits(op, json_object_get(discount->doc, "stores"));
}

/* -- the kind -- */

/* May the value be taken off the target? Source: API docs, "CartDiscountValue". False: recorded. */
static bool check_value(struct op *op, const json_t *value, const json_t *target)
{
	const char *mode = doc_text(value, "applicationMode");
	bool is_shared = mode && strcmp(mode, "IndividualApplication") != 0;

	if (doc_is(value, "type", "absolute") && doc_has(target, "triggerQuantity"))
		return fail_invalid_operation(op, "An absolute value is not allowed for the target '%s'.",
		                              doc_text(target, "type"));
	if (doc_is(value, "type", "relative") && is_shared && doc_is(target, "type", "pattern") &&
	    json_array_size(json_object_get(target, "triggerPattern")) == 0)
		return fail_invalid_operation(
			op, "A relative value with the application mode '%s' needs a trigger pattern.", mode);
	return true;
}

static bool finish(struct op *op, struct resource *discount)
{
	const json_t *value = json_object_get(discount->doc, "value");
	const json_t *target = json_object_get(discount->doc, "target");
	bool is_gift = doc_is(value, "type", "giftLineItem");

	/* A gift has no target, everything else has one. */
	if (is_gift && target)
		return fail_invalid_input(op, "A cart discount that is a gift has no target.");
	if (!is_gift && !target)
		return fail_required_field(op, "target");
	derive_references(op, discount->doc);
	return check_value(op, value, target) && discount_check(op, discount->doc) &&
	       check_new_stores(op, discount);
}

static bool fill(struct op *op, struct resource *discount, const json_t *draft)
{
	json_t *doc = discount->doc;

	if (!rule_check(op, "cartPredicate", doc_text(draft, "cartPredicate"), RULE_OF_CART, NULL) ||
	    !with_rules(op, json_object_get(draft, "target"), check, NULL))
		return false;
	doc_put_default(doc, "isActive", json_true());
	doc_put_default(doc, "requiresDiscountCode", json_false());
	doc_put_default(doc, "stackingMode", json_string("Stacking"));
	doc_put_default(doc, "recurringOrderScope",
	                json_pack("{s:s}", "type", "NonRecurringOrdersOnly"));
	take_stores(op, doc);
	return finish(op, discount);
}

const struct resource_kind CART_DISCOUNT_KIND = {
	.name = "cart-discount",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
	.before_delete = before_delete,
	.is_served = stores_serve,
	.custom_type = "cart-discount",
	.of_store = OF_STORES,
};

static const char *const STACKING_MODES[] = { "Stacking", "StopAfterThisDiscount", NULL };

#define DATE_TIME FIELD_TEXT, OPTIONAL, 0, text_check_date_time
#define VALUE FIELD_CONVERTED, REQUIRED, .decode = cart_discount_value_decode
#define TARGET(need) FIELD_CONVERTED, need, .decode = cart_discount_target_decode
#define SCOPE(need) FIELD_CONVERTED, need, .decode = recurring_order_scope_decode
#define STORE FIELD_CONVERTED, REQUIRED, .argument = "store", .decode = reference_decode
#define STORES(need) FIELD_CONVERTED, need, .argument = "store", .decode = references_decode
#define STACKING_MODE(need) FIELD_TEXT, need, 0, text_check_enum, STACKING_MODES
static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",                  FIELD_TEXT,     OPTIONAL },
	{ "name",                 FIELD_TEXT_MAP, REQUIRED },
	{ "description",          FIELD_TEXT_MAP, OPTIONAL },
	{ "value",                VALUE },
	{ "cartPredicate",        FIELD_TEXT,     REQUIRED },
	{ "target",               TARGET(OPTIONAL) },
	{ "sortOrder",            FIELD_TEXT,     REQUIRED },
	{ "stores",               STORES(OPTIONAL) },
	{ "isActive",             FIELD_BOOL,     OPTIONAL },
	{ "validFrom",            DATE_TIME },
	{ "validUntil",           DATE_TIME },
	{ "requiresDiscountCode", FIELD_BOOL,     OPTIONAL },
	{ "stackingMode",         STACKING_MODE(OPTIONAL) },
	{ "recurringOrderScope",  SCOPE(OPTIONAL) },
	{ "custom",               FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape CART_DISCOUNT_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

#define SET(member, ...) ONE_MEMBER(member, __VA_ARGS__), action_set_member, member
#define VALIDITY MEMBERS({ "validFrom", DATE_TIME }, { "validUntil", DATE_TIME })
static const struct update_action ROWS[] = {
	/* action, door, input, apply, field, message, argument */
	{ "addStore",                   DOOR_TRUSTED, ONE_MEMBER("store", STORE), action_add_store },
	{ "changeCartPredicate",        DOOR_TRUSTED, ONE_MEMBER("cartPredicate", FIELD_TEXT, REQUIRED), action_set_rule,
	  "cartPredicate", .argument = &RULE_ABOUT_CART },
	{ "changeIsActive",             DOOR_TRUSTED, SET("isActive", FIELD_BOOL, REQUIRED) },
	{ "changeName",                 DOOR_TRUSTED, SET("name", FIELD_TEXT_MAP, REQUIRED) },
	{ "changeRequiresDiscountCode", DOOR_TRUSTED, SET("requiresDiscountCode", FIELD_BOOL, REQUIRED) },
	{ "changeSortOrder",            DOOR_TRUSTED, ONE_MEMBER("sortOrder", FIELD_TEXT, REQUIRED),
	  discount_change_sort_order, "sortOrder" },
	{ "changeStackingMode",         DOOR_TRUSTED, SET("stackingMode", STACKING_MODE(REQUIRED)) },
	{ "changeTarget",               DOOR_TRUSTED, ONE_MEMBER("target", TARGET(REQUIRED)), change_target, "target" },
	{ "changeValue",                DOOR_TRUSTED, SET("value", VALUE) },
	{ "removeStore",                DOOR_TRUSTED, ONE_MEMBER("store", STORE), action_remove_store },
	{ "setCustomField",             DOOR_TRUSTED, &CUSTOM_FIELD_INPUT, action_set_custom_field },
	{ "setCustomType",              DOOR_TRUSTED, &CUSTOM_TYPE_INPUT, action_set_custom_type },
	{ "setDescription",             DOOR_TRUSTED, SET("description", FIELD_TEXT_MAP, OPTIONAL) },
	ACTION_LEFT_OUT("setDiscountGroup", DOOR_TRUSTED),
	{ "setKey",                     DOOR_TRUSTED, SET("key", FIELD_TEXT, OPTIONAL) },
	{ "setRecurringOrderScope",     DOOR_TRUSTED, SET("recurringOrderScope", SCOPE(REQUIRED)) },
	{ "setStores",                  DOOR_TRUSTED, ONE_MEMBER("stores", STORES(REQUIRED)), action_set_stores },
	{ "setValidFrom",               DOOR_TRUSTED, SET("validFrom", DATE_TIME) },
	{ "setValidFromAndUntil",       DOOR_TRUSTED, VALIDITY, action_set_validity },
	{ "setValidUntil",              DOOR_TRUSTED, SET("validUntil", DATE_TIME) },
};
#undef DATE_TIME
#undef VALUE
#undef TARGET
#undef SCOPE
#undef STORE
#undef STORES
#undef STACKING_MODE
#undef SET
#undef VALIDITY
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(CART_DISCOUNT_UPDATE, ACTIONS);
