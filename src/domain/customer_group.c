#include "domain/customer_group.h"

#include "base/doc.h"
#include "base/op.h"
#include "domain/common_actions.h"
#include "domain/common_fields.h"
#include "domain/custom_fields.h"

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "name", .unique = true, .path = "name" },
	{ 0 },
};

/* clang-format off */
static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",  VALUE_STRING },
	{ "name", VALUE_STRING },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);
/* clang-format on */

/* The draft calls `groupName` what the resource calls `name`. */
static bool fill(struct op *op, struct resource *group, const json_t *draft)
{
	(void)op;
	json_object_del(group->doc, "groupName");
	json_object_set(group->doc, "name", json_object_get(draft, "groupName"));
	return true;
}

const struct resource_kind CUSTOMER_GROUP_KIND = {
	.name = "customer-group",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.custom_type = "customer-group",
};

/* clang-format off */
static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",       FIELD_TEXT,      OPTIONAL },
	{ "groupName", FIELD_TEXT,      REQUIRED },
	{ "custom",    FIELD_CONVERTED, OPTIONAL, .decode = custom_draft_decode },
};
const struct shape CUSTOMER_GROUP_DRAFT = { 0, 3, DRAFT_FIELDS };

static const struct update_action ROWS[] = {
	/* action           door          input                                       apply                    field   message */
	{ "changeName",     DOOR_TRUSTED, ONE_MEMBER("name", FIELD_TEXT, REQUIRED),   action_set_member,       "name", MESSAGE_NONE },
	{ "setCustomField", DOOR_TRUSTED, &CUSTOM_FIELD_INPUT,                        action_set_custom_field, NULL,   MESSAGE_NONE },
	{ "setCustomType",  DOOR_TRUSTED, &CUSTOM_TYPE_INPUT,                         action_set_custom_type,  NULL,   MESSAGE_NONE },
	{ "setKey",         DOOR_TRUSTED, ONE_MEMBER("key", FIELD_TEXT, OPTIONAL),    action_set_member,       "key",  MESSAGE_NONE },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(CUSTOMER_GROUP_UPDATE, ACTIONS);
/* clang-format on */
