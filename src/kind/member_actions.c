#include "kind/member_actions.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "resource/reference.h"
#include "resource/save.h"

json_t *value_payload(struct op *op, const json_t *doc, const char *field)
{
	json_t *payload = keep(op, json_object());

	if (doc_has(doc, field))
		json_object_set(payload, field, json_object_get(doc, field));
	return payload;
}

static const char *old_name(struct op *op, const char *name)
{
	char *old = arena_printf(op->arena, "old%s", name);

	old[3] = (char)(old[3] >= 'a' && old[3] <= 'z' ? old[3] - 'a' + 'A' : old[3]);
	return old;
}

json_t *change_payload(struct op *op, const char *name, json_t *value, json_t *old_value)
{
	json_t *payload = keep(op, json_object());

	if (value)
		json_object_set(payload, name, value);
	if (old_value)
		json_object_set(payload, old_name(op, name), old_value);
	return payload;
}

static bool is_empty_text(const json_t *value)
{
	return json_is_string(value) && json_string_length(value) == 0;
}

void change_member(struct op *op, struct resource *resource, json_t *part, const char *member,
                   json_t *value, const char *name, enum message_type message)
{
	json_t *old_value = keep(op, json_incref(json_object_get(part, member)));

	/* A later action may change the value in place, and the input stays as it is. */
	value = is_empty_text(value) ? NULL : keep(op, json_deep_copy(value));
	if (!doc_set(part, member, value))
		return;
	resource_touch(resource);
	resource_emit(op, resource, message, change_payload(op, name, value, old_value));
}

bool action_not_implemented(struct op *op, struct resource *resource,
                            const struct update_action *row, const void *input)
{
	(void)resource;
	(void)input;
	return fail_action_not_implemented(op, row->name);
}

bool action_name_missing(struct op *op, struct resource *resource, const struct update_action *row,
                         const void *input)
{
	(void)resource;
	(void)row;
	return references_resolved(op, input) != NULL;
}

bool action_set_member(struct op *op, struct resource *resource, const struct update_action *row,
                       const void *input)
{
	/* A handler may run twice, so the input stays as it is. */
	json_t *copy = keep(op, json_deep_copy(input));
	json_t *value = json_object_get(copy, row->field);
	bool is_key = strcmp(row->field, "key") == 0;

	if (is_empty_text(value) && row->input->fields->need == OPTIONAL)
		value = NULL;
	if (is_key && value && !check_key(json_string_value(value)))
		return fail_invalid_field(op, row->field, value, NULL);
	if (!references_resolve(op, copy))
		return false;
	if (!doc_set(resource->doc, row->field, value))
		return true;
	resource_touch(resource);
	resource_emit(op, resource, row->message, value_payload(op, resource->doc, row->field));
	return true;
}

bool action_change_member(struct op *op, struct resource *resource, const struct update_action *row,
                          const void *input)
{
	json_t *value = json_object_get(input, row->field);

	if (is_empty_text(value) || (json_is_object(value) && json_object_size(value) == 0))
		return fail_invalid_field(op, row->field, value, NULL);
	return action_set_member(op, resource, row, input);
}

bool action_set_validity(struct op *op, struct resource *resource, const struct update_action *row,
                         const void *input)
{
	bool changed = doc_set_text(resource->doc, "validFrom", doc_text(input, "validFrom"));

	(void)op;
	(void)row;
	if (doc_set_text(resource->doc, "validUntil", doc_text(input, "validUntil")) || changed)
		resource_touch(resource);
	return true;
}
