#include "customer/customer_group.h"

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "kind/member_actions.h"
#include "resource/reference.h"
#include "resource/resource_fields.h"

enum { MAX_ASSIGNMENTS = 500 };

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "name", .unique = true, .path = "name" },
	CUSTOM_TYPE_INDEX,
	{ 0 },
};

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",  VALUE_STRING },
	{ "name", VALUE_STRING },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* The draft calls `groupName` what the resource calls `name`. */
static bool fill(struct op *op, struct resource *group, const json_t *draft)
{
	(void)op;
	json_object_del(group->doc, "groupName");
	json_object_set(group->doc, "name", json_object_get(draft, "groupName"));
	return true;
}

static const struct custom_messages CUSTOM_MESSAGES = {
	.type_set = MESSAGE_CustomerGroupCustomTypeSet,
	.type_removed = MESSAGE_CustomerGroupCustomTypeRemoved,
	.field_added = MESSAGE_CustomerGroupCustomFieldAdded,
	.field_changed = MESSAGE_CustomerGroupCustomFieldChanged,
	.field_removed = MESSAGE_CustomerGroupCustomFieldRemoved,
	.previous_type_id = "oldTypeId",
	.previous_value = "oldValue",
};

const struct resource_kind CUSTOMER_GROUP_KIND = {
	.name = "customer-group",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.custom_type = "customer-group",
	.custom_messages = &CUSTOM_MESSAGES,
};

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",       FIELD_TEXT,      OPTIONAL },
	{ "groupName", FIELD_TEXT,      REQUIRED },
	{ "custom",    FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape CUSTOMER_GROUP_DRAFT = { 0, 3, DRAFT_FIELDS };

#define TEXT(name, need) ONE_MEMBER(name, FIELD_TEXT, need)
static const struct update_action ROWS[] = {
	/* action           door          input                   apply                    field   message */
	{ "changeName",     DOOR_TRUSTED, TEXT("name", REQUIRED), action_set_member,       "name", MESSAGE_NONE },
	{ "setCustomField", DOOR_TRUSTED, &CUSTOM_FIELD_INPUT,    action_set_custom_field, NULL,   MESSAGE_NONE },
	{ "setCustomType",  DOOR_TRUSTED, &CUSTOM_TYPE_INPUT,     action_set_custom_type,  NULL,   MESSAGE_NONE },
	{ "setKey",         DOOR_TRUSTED, TEXT("key", OPTIONAL),  action_set_member,       "key",  MESSAGE_NONE },
};
#undef TEXT
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(CUSTOMER_GROUP_UPDATE, ACTIONS);

/* Assignments */

static const struct shape_field ASSIGNMENT_FIELDS[] = {
	{ "customerGroup", FIELD_CONVERTED, REQUIRED, .argument = "customer-group", .decode = reference_decode },
};
const struct shape GROUP_ASSIGNMENT_SHAPE = { 0, 1, ASSIGNMENT_FIELDS };

bool group_assignments_fit(struct op *op, size_t count)
{
	return count <= MAX_ASSIGNMENTS ||
	       fail_invalid_operation(
			   op, "A customer must not be assigned to more than %d customer groups.",
			   MAX_ASSIGNMENTS);
}

json_t *group_assignments_create(struct op *op, const json_t *drafts)
{
	json_t *resolved = keep(op, drafts ? json_deep_copy(drafts) : json_array());
	json_t *assignments = keep(op, json_array());
	json_t *seen = keep(op, json_object());

	if (!references_resolve(op, resolved))
		return NULL;
	for (size_t i = 0; i < json_array_size(resolved); i++) {
		json_t *assignment = json_array_get(resolved, i);
		const char *id = doc_text(json_object_get(assignment, "customerGroup"), "id");

		if (doc_note(seen, id))
			json_array_append(assignments, assignment);
	}
	return group_assignments_fit(op, json_array_size(assignments)) ? assignments : NULL;
}
