#include "kind/custom_actions.h"

#include "base/op.h"
#include "document/doc.h"
#include "kind/custom_fields.h"
#include "resource/reference.h"
#include "resource/save.h"

#define AT(member) offsetof(struct custom_draft, member)
static const struct shape_field CUSTOM_TYPE_FIELDS[] = {
	{ "type",   FIELD_CUSTOM, OPTIONAL, AT(type), .argument = "type", .decode = identifier_decode },
	{ "fields", FIELD_MAP,    OPTIONAL, AT(fields) },
};
#undef AT
static const struct shape_field CUSTOM_FIELD_FIELDS[] = {
	{ "name",  FIELD_TEXT, REQUIRED, offsetof(struct custom_field_input, name) },
	{ "value", FIELD_RAW,  OPTIONAL, offsetof(struct custom_field_input, value) },
};

const struct shape CUSTOM_TYPE_INPUT  = { sizeof(struct custom_draft), 2, CUSTOM_TYPE_FIELDS };
const struct shape CUSTOM_FIELD_INPUT = { sizeof(struct custom_field_input), 2, CUSTOM_FIELD_FIELDS };

static enum message_type custom_message(const struct custom_messages *messages,
                                        enum custom_event event)
{
	switch (event) {
	case CUSTOM_UNCHANGED:
		break;
	case CUSTOM_TYPE_SET:
		return messages->type_set;
	case CUSTOM_TYPE_REMOVED:
		return messages->type_removed;
	case CUSTOM_FIELD_ADDED:
		return messages->field_added;
	case CUSTOM_FIELD_CHANGED:
		return messages->field_changed;
	case CUSTOM_FIELD_REMOVED:
		return messages->field_removed;
	}
	return MESSAGE_NONE;
}

/* The holder goes on changing, so the payload has copies. */
static json_t *custom_payload(struct op *op, const struct custom_messages *messages,
                              const json_t *holder, const struct custom_change *change)
{
	json_t *payload = keep(op, json_object());

	if (change->event == CUSTOM_TYPE_SET)
		doc_put(payload, "customFields", json_deep_copy(json_object_get(holder, "custom")));
	if (change->name)
		doc_put(payload, "name", json_string(change->name));
	if (change->value)
		doc_put(payload, "value", json_deep_copy(change->value));
	if (change->previous_type_id)
		doc_put(payload, messages->previous_type_id, json_string(change->previous_type_id));
	if (change->previous_value && change->event == CUSTOM_FIELD_CHANGED)
		json_object_set(payload, messages->previous_value, change->previous_value);
	return payload;
}

static void custom_changed(struct op *op, struct resource *resource,
                           const struct custom_holder *holder, const struct custom_change *change)
{
	if (change->event == CUSTOM_UNCHANGED)
		return;
	resource_touch(resource);
	if (!holder->messages)
		return;
	json_t *payload = custom_payload(op, holder->messages, holder->doc, change);

	if (holder->part_id)
		doc_put(payload, holder->part_name, json_string(holder->part_id));
	resource_emit(op, resource, custom_message(holder->messages, change->event), payload);
}

bool change_custom_type(struct op *op, struct resource *resource,
                        const struct custom_holder *holder, const struct custom_draft *draft)
{
	struct custom_change change;

	if (!holder->doc || !custom_set_type(op, holder->doc, holder->type_id, draft, &change))
		return false;
	custom_changed(op, resource, holder, &change);
	return true;
}

bool change_custom_field(struct op *op, struct resource *resource,
                         const struct custom_holder *holder, const struct custom_field_input *input)
{
	struct custom_change change;

	if (!holder->doc || !custom_set_field(op, holder->doc, input, &change))
		return false;
	custom_changed(op, resource, holder, &change);
	return true;
}

static struct custom_holder whole(const struct resource *resource)
{
	return (struct custom_holder){
		.doc = resource->doc,
		.type_id = resource->kind->custom_type,
		.messages = resource->kind->custom_messages,
	};
}

bool action_set_custom_type(struct op *op, struct resource *resource,
                            const struct update_action *row, const void *input)
{
	struct custom_holder holder = whole(resource);

	(void)row;
	return change_custom_type(op, resource, &holder, input);
}

bool action_set_custom_field(struct op *op, struct resource *resource,
                             const struct update_action *row, const void *input)
{
	struct custom_holder holder = whole(resource);

	(void)row;
	return change_custom_field(op, resource, &holder, input);
}
