#include "kind/custom_fields.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/field_type.h"
#include "kind/type.h"
#include "resource/reference.h"

static const struct shape_field CUSTOM_DRAFT_FIELDS[] = {
	{ "type",   FIELD_CUSTOM, REQUIRED, offsetof(struct custom_draft, type), NULL, "type", NULL, identifier_decode },
	{ "fields", FIELD_MAP,    OPTIONAL, offsetof(struct custom_draft, fields) },
};
const struct shape CUSTOM_DRAFT_SHAPE = { sizeof(struct custom_draft), 2, CUSTOM_DRAFT_FIELDS };

bool custom_draft_decode(struct op *op, json_t *value, const struct json_path *path,
                         const void *argument, void *target)
{
	struct custom_draft draft = { 0 };

	(void)argument;
	*(json_t **)target = value;
	return shape_decode(op, &CUSTOM_DRAFT_SHAPE, value, path, &draft);
}

/* The type as a whole */

static const char *type_id_of(struct op *op, const json_t *holder)
{
	const json_t *type = json_object_get(json_object_get(holder, "custom"), "type");

	return arena_strdup(op->arena, doc_text(type, "id"));
}

/* Adds a given field to `fields`. null is absent. */
static bool add_field(struct op *op, const json_t *type, const char *name, json_t *value,
                      json_t *fields)
{
	const json_t *definition;
	json_t *normalized;

	if (json_is_null(value))
		return true;
	definition = type_need_definition(op, type, name);
	if (!definition || !field_value_normalize(op, definition, value, &normalized) ||
	    !field_value_check_references(op, definition, normalized))
		return false;
	json_object_set(fields, name, normalized);
	return true;
}

static bool check_required(struct op *op, const json_t *type, const json_t *fields)
{
	const json_t *definitions = json_object_get(type, "fieldDefinitions");

	for (size_t i = 0; i < json_array_size(definitions); i++) {
		const json_t *definition = json_array_get(definitions, i);
		const char *name = doc_text(definition, "name");

		if (doc_true(definition, "required") && !doc_has(fields, name))
			return fail_required_field(op, name);
	}
	return true;
}

/* The fields as they are stored. NULL: recorded. */
static json_t *make_fields(struct op *op, const json_t *type, json_t *draft)
{
	json_t *fields = keep(op, json_object());
	const char *name;
	json_t *value;

	json_object_foreach(draft, name, value)
		if (!add_field(op, type, name, value, fields))
			return NULL;
	return check_required(op, type, fields) ? fields : NULL;
}

static bool remove_type(struct op *op, json_t *holder, struct custom_change *ret_change)
{
	if (!doc_has(holder, "custom"))
		return true;
	*ret_change = (struct custom_change){ .event = CUSTOM_TYPE_REMOVED,
		                                  .previous_type_id = type_id_of(op, holder) };
	json_object_del(holder, "custom");
	return true;
}

bool custom_set_type(struct op *op, json_t *holder, const char *resource_type_id,
                     const struct custom_draft *draft, struct custom_change *ret_change)
{
	*ret_change = (struct custom_change){ .event = CUSTOM_UNCHANGED };
	if (!draft->type)
		return remove_type(op, holder, ret_change);
	const json_t *type = reference_look(op, &TYPE_KIND, draft->type);

	if (!type)
		return false;
	if (!type_is_for(type, resource_type_id))
		return fail_invalid_operation(op, "The type '%s' is not for resources of type '%s'.",
		                              doc_text(type, "key"), resource_type_id);
	json_t *fields = make_fields(op, type, draft->fields);

	if (!fields)
		return false;
	json_t *custom = keep(op, json_pack("{s:{s:s, s:s}, s:O}", "type", "typeId", "type", "id",
	                                    doc_text(type, "id"), "fields", fields));
	const char *previous_type_id = type_id_of(op, holder);

	if (doc_set(holder, "custom", custom))
		*ret_change = (struct custom_change){ .event = CUSTOM_TYPE_SET,
			                                  .previous_type_id = previous_type_id };
	return true;
}

bool custom_from_draft(struct op *op, json_t *holder, const char *resource_type_id,
                       const json_t *draft)
{
	struct custom_draft decoded = { 0 };
	struct custom_change change;

	return shape_decode(op, &CUSTOM_DRAFT_SHAPE, draft, NULL, &decoded) &&
	       custom_set_type(op, holder, resource_type_id, &decoded, &change);
}

/* One field */

/* The type may have changed since the other fields were set: those that it no longer defines go, and
 * those that it no longer allows are in the way. Source: API docs, "Remove EnumValues". */
static bool revalidate(struct op *op, const json_t *type, json_t *fields)
{
	const char *name;
	json_t *value;
	json_t *unused;
	void *next;

	json_object_foreach_safe(fields, next, name, value) {
		const json_t *definition = type_definition(type, name);

		if (!definition)
			json_object_del(fields, name);
		else if (!field_value_normalize(op, definition, value, &unused))
			return false;
	}
	return true;
}

static bool remove_field(struct op *op, const json_t *type, json_t *fields, const char *name,
                         struct custom_change *ret_change)
{
	const json_t *definition = type_definition(type, name);
	json_t *before = json_object_get(fields, name);

	if (doc_true(definition, "required"))
		return fail_required_field(op, name);
	if (!before && !definition)
		return type_need_definition(op, type, name) != NULL;
	if (!before)
		return fail_invalid_operation(
			op, "Cannot remove custom field %s because it does not exist.", name);
	*ret_change = (struct custom_change){ .event = CUSTOM_FIELD_REMOVED, .name = name };
	ret_change->previous_value = keep(op, json_incref(before));
	json_object_del(fields, name);
	return true;
}

static bool replace_field(struct op *op, const json_t *type, json_t *fields,
                          const struct custom_field_input *input, struct custom_change *ret_change)
{
	const char *name = input->name;
	const json_t *definition = type_need_definition(op, type, name);
	json_t *value;

	if (!definition || !field_value_normalize(op, definition, input->value, &value) ||
	    !field_value_check_references(op, definition, value))
		return false;
	json_t *before = keep(op, json_incref(json_object_get(fields, name)));

	if (!doc_set(fields, name, value))
		return true;
	*ret_change = (struct custom_change){ .event = before ? CUSTOM_FIELD_CHANGED
		                                                  : CUSTOM_FIELD_ADDED,
		                                  .name = name,
		                                  .value = value,
		                                  .previous_value = before };
	return true;
}

bool custom_set_field(struct op *op, json_t *holder, const struct custom_field_input *input,
                      struct custom_change *ret_change)
{
	json_t *custom = json_object_get(holder, "custom");
	const struct identifier type_identifier = { .id = type_id_of(op, holder) };

	*ret_change = (struct custom_change){ .event = CUSTOM_UNCHANGED };
	if (!custom)
		return fail_invalid_operation(op, "Resource has no custom type");
	const json_t *type = reference_look(op, &TYPE_KIND, &type_identifier);
	json_t *fields = json_object_get(custom, "fields");

	if (!type)
		return false;
	if (!input->value || json_is_null(input->value))
		return remove_field(op, type, fields, input->name, ret_change) &&
		       revalidate(op, type, fields);
	return replace_field(op, type, fields, input, ret_change) &&
	       (ret_change->event == CUSTOM_UNCHANGED || revalidate(op, type, fields));
}
