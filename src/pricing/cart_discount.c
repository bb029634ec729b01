#include "pricing/cart_discount.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/common_actions.h"
#include "kind/custom_fields.h"
#include "kind/store_references.h"
#include "pricing/cart_predicate.h"
#include "pricing/discount_value.h"
#include "resource/common_fields.h"
#include "resource/reference.h"

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

/* clang-format off */
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
/* clang-format on */

static bool check_predicates(struct op *op, const json_t *discount)
{
	const json_t *target = json_object_get(discount, "target");
	const char *predicate = doc_text(target, "predicate");
	bool is_custom = predicate && strstr(doc_text(target, "type"), "ustomLineItems");

	return discount_predicate_check(op, doc_text(discount, "cartPredicate"), PREDICATE_OF_CART) &&
	       (!predicate ||
	        discount_predicate_check(
				op, predicate, is_custom ? PREDICATE_OF_CUSTOM_LINE_ITEM : PREDICATE_OF_LINE_ITEM));
}

static bool finish(struct op *op, struct resource *discount)
{
	const char *type = doc_text(json_object_get(discount->doc, "value"), "type");

	/* A gift has no target, everything else has one. */
	if (type[0] == 'g' && doc_has(discount->doc, "target"))
		return fail_invalid_input(op, "A cart discount that is a gift has no target.");
	if (type[0] != 'g' && !doc_has(discount->doc, "target"))
		return fail_required_field(op, "target");
	return check_predicates(op, discount->doc) && discount_check(op, discount->doc);
}

static bool fill(struct op *op, struct resource *discount, const json_t *draft)
{
	json_t *doc = discount->doc;

	(void)draft;
	doc_put_default(doc, "isActive", json_true());
	doc_put_default(doc, "requiresDiscountCode", json_false());
	doc_put_default(doc, "stackingMode", json_string("Stacking"));
	doc_put_default(doc, "recurringOrderScope",
	                json_pack("{s:s}", "type", "NonRecurringOrdersOnly"));
	doc_put(doc, "references", json_array());
	json_object_set(doc, "stores", stores_once(op, json_object_get(doc, "stores")));
	return finish(op, discount);
}

const struct resource_kind CART_DISCOUNT_KIND = {
	.name = "cart-discount",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
	.custom_type = "cart-discount",
};

/* clang-format off */
static const char *const STACKING_MODES[] = { "Stacking", "StopAfterThisDiscount", NULL };

#define DATE_TIME FIELD_TEXT, OPTIONAL, 0, text_check_date_time
#define VALUE FIELD_CONVERTED, REQUIRED, .decode = cart_discount_value_decode
#define STORE FIELD_CONVERTED, REQUIRED, .argument = "store", .decode = reference_decode
#define STACKING_MODE 0, text_check_enum, STACKING_MODES
static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",                  FIELD_TEXT,      OPTIONAL },
	{ "name",                 FIELD_TEXT_MAP,  REQUIRED },
	{ "description",          FIELD_TEXT_MAP,  OPTIONAL },
	{ "value",                VALUE },
	{ "cartPredicate",        FIELD_TEXT,      REQUIRED },
	{ "target",               FIELD_CONVERTED, OPTIONAL, .decode = cart_discount_target_decode },
	{ "sortOrder",            FIELD_TEXT,      REQUIRED },
	{ "stores",               FIELD_CONVERTED, OPTIONAL, .argument = "store", .decode = references_decode },
	{ "isActive",             FIELD_BOOL,      OPTIONAL },
	{ "validFrom",            DATE_TIME },
	{ "validUntil",           DATE_TIME },
	{ "requiresDiscountCode", FIELD_BOOL,      OPTIONAL },
	{ "stackingMode",         FIELD_TEXT,      OPTIONAL, STACKING_MODE },
	{ "recurringOrderScope",  FIELD_CONVERTED, OPTIONAL, .decode = recurring_order_scope_decode },
	{ "custom",               FIELD_CONVERTED, OPTIONAL, .decode = custom_draft_decode },
};
const struct shape CART_DISCOUNT_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

static const struct update_action ROWS[] = {
	/* action, door, input, apply, field, message */
	{ "addStore",                   DOOR_TRUSTED, ONE_MEMBER("store", STORE), action_add_store, NULL, MESSAGE_NONE },
	{ "changeCartPredicate",        DOOR_TRUSTED, ONE_MEMBER("cartPredicate", FIELD_TEXT, REQUIRED), action_change_member, "cartPredicate", MESSAGE_NONE },
	{ "changeIsActive",             DOOR_TRUSTED, ONE_MEMBER("isActive", FIELD_BOOL, REQUIRED), action_set_member, "isActive", MESSAGE_NONE },
	{ "changeName",                 DOOR_TRUSTED, ONE_MEMBER("name", FIELD_TEXT_MAP, REQUIRED), action_set_member, "name", MESSAGE_NONE },
	{ "changeRequiresDiscountCode", DOOR_TRUSTED, ONE_MEMBER("requiresDiscountCode", FIELD_BOOL, REQUIRED), action_set_member, "requiresDiscountCode", MESSAGE_NONE },
	{ "changeSortOrder",            DOOR_TRUSTED, ONE_MEMBER("sortOrder", FIELD_TEXT, REQUIRED), discount_change_sort_order, "sortOrder", MESSAGE_NONE },
	{ "changeStackingMode",         DOOR_TRUSTED, ONE_MEMBER("stackingMode", FIELD_TEXT, REQUIRED, STACKING_MODE), action_set_member, "stackingMode", MESSAGE_NONE },
	{ "changeTarget",               DOOR_TRUSTED, ONE_MEMBER("target", FIELD_CONVERTED, REQUIRED, .decode = cart_discount_target_decode), action_set_member, "target", MESSAGE_NONE },
	{ "changeValue",                DOOR_TRUSTED, ONE_MEMBER("value", VALUE), action_set_member, "value", MESSAGE_NONE },
	{ "removeStore",                DOOR_TRUSTED, ONE_MEMBER("store", STORE), action_remove_store, NULL, MESSAGE_NONE },
	{ "setCustomField",             DOOR_TRUSTED, &CUSTOM_FIELD_INPUT, action_set_custom_field, NULL, MESSAGE_NONE },
	{ "setCustomType",              DOOR_TRUSTED, &CUSTOM_TYPE_INPUT, action_set_custom_type, NULL, MESSAGE_NONE },
	{ "setDescription",             DOOR_TRUSTED, ONE_MEMBER("description", FIELD_TEXT_MAP, OPTIONAL), action_set_member, "description", MESSAGE_NONE },
	ACTION_LEFT_OUT("setDiscountGroup", DOOR_TRUSTED),
	{ "setKey",                     DOOR_TRUSTED, ONE_MEMBER("key", FIELD_TEXT, OPTIONAL), action_set_member, "key", MESSAGE_NONE },
	{ "setRecurringOrderScope",     DOOR_TRUSTED, ONE_MEMBER("recurringOrderScope", FIELD_CONVERTED, REQUIRED, .decode = recurring_order_scope_decode), action_set_member, "recurringOrderScope", MESSAGE_NONE },
	{ "setStores",                  DOOR_TRUSTED, ONE_MEMBER("stores", FIELD_CONVERTED, REQUIRED, .argument = "store", .decode = references_decode), action_set_stores, NULL, MESSAGE_NONE },
	{ "setValidFrom",               DOOR_TRUSTED, ONE_MEMBER("validFrom", DATE_TIME), action_set_member, "validFrom", MESSAGE_NONE },
	{ "setValidFromAndUntil",       DOOR_TRUSTED, MEMBERS({ "validFrom", DATE_TIME }, { "validUntil", DATE_TIME }), action_set_validity, NULL, MESSAGE_NONE },
	{ "setValidUntil",              DOOR_TRUSTED, ONE_MEMBER("validUntil", DATE_TIME), action_set_member, "validUntil", MESSAGE_NONE },
};
#undef DATE_TIME
#undef VALUE
#undef STORE
#undef STACKING_MODE
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(CART_DISCOUNT_UPDATE, ACTIONS);
/* clang-format on */
