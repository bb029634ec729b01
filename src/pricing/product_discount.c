#include "pricing/product_discount.h"

#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/member_actions.h"
#include "pricing/discount_value.h"
#include "pricing/rule.h"
#include "resource/resource_fields.h"
#include "rules/rule_action_priv.h"

static void in_use_values(struct op *op, const json_t *doc, json_t *values)
{
	(void)op;
	if (doc_true(doc, "isActive") || doc_is(json_object_get(doc, "value"), "type", "external"))
		json_array_append_new(values, json_string("true"));
}

#define IN_USE { .name = "inUse", .values = in_use_values }
const struct index_field PRODUCT_DISCOUNT_IN_USE = IN_USE;

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "sortOrder", .unique = true, .path = "sortOrder" },
	IN_USE,
	{ 0 },
};
#undef IN_USE

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",         VALUE_STRING },
	{ "name",        VALUE_MAP },
	{ "description", VALUE_MAP },
	{ "value",       VALUE_OBJECT, .inner = &DISCOUNT_VALUE_FIELDS },
	{ "predicate",   VALUE_STRING },
	{ "sortOrder",   VALUE_STRING },
	{ "isActive",    VALUE_BOOLEAN },
	{ "validFrom",   VALUE_DATE_TIME },
	{ "validUntil",  VALUE_DATE_TIME },
	REFERENCES_FIELD("references"),
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

static bool finish(struct op *op, struct resource *discount)
{
	json_t *references = keep(op, json_array());

	rule_note_references(op, doc_text(discount->doc, "predicate"), RULE_OF_PRICE, references);
	json_object_set(discount->doc, "references", references);
	return discount_check(op, discount->doc);
}

static bool fill(struct op *op, struct resource *discount, const json_t *draft)
{
	return rule_check(op, "predicate", doc_text(draft, "predicate"), RULE_OF_PRICE, NULL) &&
	       finish(op, discount);
}

const struct resource_kind PRODUCT_DISCOUNT_KIND = {
	.name = "product-discount",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
};

#define DATE_TIME FIELD_TEXT, OPTIONAL, 0, text_check_date_time
#define VALUE FIELD_CONVERTED, REQUIRED, .decode = product_discount_value_decode
static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",         FIELD_TEXT,     OPTIONAL },
	{ "name",        FIELD_TEXT_MAP, REQUIRED },
	{ "description", FIELD_TEXT_MAP, OPTIONAL },
	{ "value",       VALUE },
	{ "predicate",   FIELD_TEXT,     REQUIRED },
	{ "sortOrder",   FIELD_TEXT,     REQUIRED },
	{ "isActive",    FIELD_BOOL,     REQUIRED },
	{ "validFrom",   DATE_TIME },
	{ "validUntil",  DATE_TIME },
};
const struct shape PRODUCT_DISCOUNT_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

#define SET(member, ...) ONE_MEMBER(member, __VA_ARGS__), action_set_member, member
#define VALIDITY MEMBERS({ "validFrom", DATE_TIME }, { "validUntil", DATE_TIME })
static const struct update_action ROWS[] = {
	/* action, door, input, apply, field, message, argument */
	{ "changeIsActive",       DOOR_TRUSTED, SET("isActive", FIELD_BOOL, REQUIRED) },
	{ "changeName",           DOOR_TRUSTED, SET("name", FIELD_TEXT_MAP, REQUIRED) },
	{ "changePredicate",      DOOR_TRUSTED, ONE_MEMBER("predicate", FIELD_TEXT, REQUIRED), action_set_rule,
	  "predicate", .argument = &RULE_ABOUT_PRICE },
	{ "changeSortOrder",      DOOR_TRUSTED, ONE_MEMBER("sortOrder", FIELD_TEXT, REQUIRED), discount_change_sort_order,
	  "sortOrder" },
	{ "changeValue",          DOOR_TRUSTED, SET("value", VALUE) },
	{ "setDescription",       DOOR_TRUSTED, SET("description", FIELD_TEXT_MAP, OPTIONAL) },
	{ "setKey",               DOOR_TRUSTED, SET("key", FIELD_TEXT, OPTIONAL) },
	{ "setValidFrom",         DOOR_TRUSTED, SET("validFrom", DATE_TIME) },
	{ "setValidFromAndUntil", DOOR_TRUSTED, VALIDITY, action_set_validity },
	{ "setValidUntil",        DOOR_TRUSTED, SET("validUntil", DATE_TIME) },
};
#undef SET
#undef VALIDITY
#undef DATE_TIME
#undef VALUE
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(PRODUCT_DISCOUNT_UPDATE, ACTIONS);
