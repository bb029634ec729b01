#include "pricing/product_discount.h"

#include "base/op.h"
#include "document/doc.h"
#include "kind/common_actions.h"
#include "pricing/discount_value.h"
#include "resource/common_fields.h"

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "sortOrder", .unique = true, .path = "sortOrder" },
	{ 0 },
};

/* clang-format off */
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
/* clang-format on */

static bool fill(struct op *op, struct resource *discount, const json_t *draft)
{
	(void)draft;
	doc_put(discount->doc, "references", json_array());
	return discount_check(op, discount->doc);
}

static bool finish(struct op *op, struct resource *discount)
{
	return discount_check(op, discount->doc);
}

const struct resource_kind PRODUCT_DISCOUNT_KIND = {
	.name = "product-discount",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
};

/* clang-format off */
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

static const struct update_action ROWS[] = {
	/* action                 door          input                                                            apply                       field          message */
	{ "changeIsActive",       DOOR_TRUSTED, ONE_MEMBER("isActive", FIELD_BOOL, REQUIRED),                    action_set_member,          "isActive",    MESSAGE_NONE },
	{ "changeName",           DOOR_TRUSTED, ONE_MEMBER("name", FIELD_TEXT_MAP, REQUIRED),                    action_set_member,          "name",        MESSAGE_NONE },
	{ "changePredicate",      DOOR_TRUSTED, ONE_MEMBER("predicate", FIELD_TEXT, REQUIRED),                   action_change_member,       "predicate",   MESSAGE_NONE },
	{ "changeSortOrder",      DOOR_TRUSTED, ONE_MEMBER("sortOrder", FIELD_TEXT, REQUIRED),                   discount_change_sort_order, "sortOrder",   MESSAGE_NONE },
	{ "changeValue",          DOOR_TRUSTED, ONE_MEMBER("value", VALUE),                                      action_set_member,          "value",       MESSAGE_NONE },
	{ "setDescription",       DOOR_TRUSTED, ONE_MEMBER("description", FIELD_TEXT_MAP, OPTIONAL),             action_set_member,          "description", MESSAGE_NONE },
	{ "setKey",               DOOR_TRUSTED, ONE_MEMBER("key", FIELD_TEXT, OPTIONAL),                         action_set_member,          "key",         MESSAGE_NONE },
	{ "setValidFrom",         DOOR_TRUSTED, ONE_MEMBER("validFrom", DATE_TIME),                              action_set_member,          "validFrom",   MESSAGE_NONE },
	{ "setValidFromAndUntil", DOOR_TRUSTED, MEMBERS({ "validFrom", DATE_TIME }, { "validUntil", DATE_TIME }), action_set_validity,       NULL,          MESSAGE_NONE },
	{ "setValidUntil",        DOOR_TRUSTED, ONE_MEMBER("validUntil", DATE_TIME),                             action_set_member,          "validUntil",  MESSAGE_NONE },
};
#undef DATE_TIME
#undef VALUE
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(PRODUCT_DISCOUNT_UPDATE, ACTIONS);
/* clang-format on */
