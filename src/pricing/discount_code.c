#include "pricing/discount_code.h"

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
#include "resource/lookup.h"
#include "resource/reference.h"
#include "resource/resource_fields.h"
#include "rules/rule_action_priv.h"

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "code", .unique = true, .path = "code" },
	{ .name = "cartDiscountId", .path = "cartDiscounts.id", .references = "cart-discount" },
	CUSTOM_TYPE_INDEX,
	{ 0 },
};

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",                        VALUE_STRING },
	{ "name",                       VALUE_MAP },
	{ "description",                VALUE_MAP },
	{ "code",                       VALUE_STRING },
	REFERENCES_FIELD("cartDiscounts"),
	{ "stores",                     VALUE_OBJECT, true, &KEY_REFERENCE_FIELDS },
	{ "cartPredicate",              VALUE_STRING },
	{ "isActive",                   VALUE_BOOLEAN },
	REFERENCES_FIELD("references"),
	{ "maxApplications",            VALUE_NUMBER },
	{ "maxApplicationsPerCustomer", VALUE_NUMBER },
	{ "groups",                     VALUE_STRING, true },
	{ "validFrom",                  VALUE_DATE_TIME },
	{ "validUntil",                 VALUE_DATE_TIME },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

static bool check_not_negative(struct op *op, const json_t *code, const char *member)
{
	json_t *count = json_object_get(code, member);

	return json_integer_value(count) >= 0 || fail_invalid_field(op, member, count, NULL);
}

/* The stores of its cart discounts. They are as old as the last change of the code: the API gives them
 * no earlier either, it calls them eventually consistent. */
static bool derive_stores(struct op *op, json_t *code)
{
	const json_t *references = json_object_get(code, "cartDiscounts");
	json_t *stores = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(references); i++) {
		const json_t *discount;

		if (!lookup_reference(op, json_array_get(references, i), &discount))
			return false;
		json_array_extend(stores, json_object_get(discount, "stores"));
	}
	json_object_set(code, "stores", stores_once(op, stores));
	return true;
}

static void derive_references(struct op *op, json_t *code)
{
	const char *predicate = doc_text(code, "cartPredicate");
	json_t *references = keep(op, json_array());

	if (predicate)
		rule_note_references(op, predicate, RULE_OF_CART, references);
	json_object_set(code, "references", references);
}

static bool finish(struct op *op, struct resource *code)
{
	derive_references(op, code->doc);
	return check_not_negative(op, code->doc, "maxApplications") &&
	       check_not_negative(op, code->doc, "maxApplicationsPerCustomer") &&
	       discount_check(op, code->doc) && derive_stores(op, code->doc);
}

static bool fill(struct op *op, struct resource *code, const json_t *draft)
{
	const char *predicate = doc_text(draft, "cartPredicate");

	if (!*doc_text(code->doc, "code"))
		return fail_invalid_field(op, "code", json_object_get(code->doc, "code"), NULL);
	if (predicate && !rule_check(op, "cartPredicate", predicate, RULE_OF_CART, NULL))
		return false;
	doc_put_default(code->doc, "isActive", json_true());
	doc_put_default(code->doc, "groups", json_array());
	return finish(op, code);
}

const struct resource_kind DISCOUNT_CODE_KIND = {
	.name = "discount-code",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
	.is_served = stores_serve,
	.custom_type = "discount-code",
	.of_store = OF_STORES,
};

#define DATE_TIME FIELD_TEXT, OPTIONAL, 0, text_check_date_time
#define CART_DISCOUNTS FIELD_CONVERTED, REQUIRED, .argument = "cart-discount", .decode = references_decode
#define COUNT FIELD_LONG, OPTIONAL
static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",                        FIELD_TEXT,      OPTIONAL },
	{ "name",                       FIELD_TEXT_MAP,  OPTIONAL },
	{ "description",                FIELD_TEXT_MAP,  OPTIONAL },
	{ "code",                       FIELD_TEXT,      REQUIRED },
	{ "cartDiscounts",              CART_DISCOUNTS },
	{ "cartPredicate",              FIELD_TEXT,      OPTIONAL },
	{ "isActive",                   FIELD_BOOL,      OPTIONAL },
	{ "maxApplications",            COUNT },
	{ "maxApplicationsPerCustomer", COUNT },
	{ "groups",                     FIELD_TEXTS,     OPTIONAL },
	{ "validFrom",                  DATE_TIME },
	{ "validUntil",                 DATE_TIME },
	{ "custom",                     FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape DISCOUNT_CODE_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

#define SET(member, ...) ONE_MEMBER(member, __VA_ARGS__), action_set_member, member
#define VALIDITY MEMBERS({ "validFrom", DATE_TIME }, { "validUntil", DATE_TIME })
/* The code itself does not change. */
static const struct update_action ROWS[] = {
	/* action, door, input, apply, field, message, argument */
	{ "changeCartDiscounts",           DOOR_TRUSTED, SET("cartDiscounts", CART_DISCOUNTS) },
	{ "changeGroups",                  DOOR_TRUSTED, SET("groups", FIELD_TEXTS, REQUIRED) },
	{ "changeIsActive",                DOOR_TRUSTED, SET("isActive", FIELD_BOOL, REQUIRED) },
	{ "setCartPredicate",              DOOR_TRUSTED, ONE_MEMBER("cartPredicate", FIELD_TEXT, OPTIONAL), action_set_rule,
	  "cartPredicate", .argument = &RULE_ABOUT_CART },
	{ "setCustomField",                DOOR_TRUSTED, &CUSTOM_FIELD_INPUT, action_set_custom_field },
	{ "setCustomType",                 DOOR_TRUSTED, &CUSTOM_TYPE_INPUT, action_set_custom_type },
	{ "setDescription",                DOOR_TRUSTED, SET("description", FIELD_TEXT_MAP, OPTIONAL) },
	{ "setKey",                        DOOR_TRUSTED, SET("key", FIELD_TEXT, OPTIONAL) },
	{ "setMaxApplications",            DOOR_TRUSTED, SET("maxApplications", COUNT) },
	{ "setMaxApplicationsPerCustomer", DOOR_TRUSTED, SET("maxApplicationsPerCustomer", COUNT) },
	{ "setName",                       DOOR_TRUSTED, SET("name", FIELD_TEXT_MAP, OPTIONAL) },
	{ "setValidFrom",                  DOOR_TRUSTED, SET("validFrom", DATE_TIME) },
	{ "setValidFromAndUntil",          DOOR_TRUSTED, VALIDITY, action_set_validity },
	{ "setValidUntil",                 DOOR_TRUSTED, SET("validUntil", DATE_TIME) },
};
#undef SET
#undef VALIDITY
#undef DATE_TIME
#undef CART_DISCOUNTS
#undef COUNT
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(DISCOUNT_CODE_UPDATE, ACTIONS);
