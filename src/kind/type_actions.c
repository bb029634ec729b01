/* The update actions of a type: what changes its field definitions and their enum values. */
#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/field_type.h"
#include "kind/member_actions.h"
#include "kind/type.h"
#include "kind/type_actions.h"
#include "resource/save.h"

/* Inputs: documents with the name of a field and what is to be done with it. */

#define FIELD_NAME { "fieldName", FIELD_TEXT, REQUIRED }
static const struct shape_field NAME_FIELDS[] = { FIELD_NAME };
static const struct shape_field LABEL_FIELDS[] = { FIELD_NAME, { "label", FIELD_TEXT_MAP, REQUIRED } };
static const struct shape_field KEYS_FIELDS[] = { FIELD_NAME, { "keys", FIELD_TEXTS, REQUIRED } };
static const struct shape_field HINT_FIELDS[] = {
	FIELD_NAME, { "inputHint", FIELD_TEXT, REQUIRED, .check = text_check_enum, .argument = INPUT_HINTS },
};
static const struct shape_field VALUE_FIELDS[] = {
	FIELD_NAME, { "value", FIELD_DOCUMENT, REQUIRED, .inner = &ENUM_VALUE_SHAPE },
};
static const struct shape_field LOCALIZED_VALUE_FIELDS[] = {
	FIELD_NAME, { "value", FIELD_DOCUMENT, REQUIRED, .inner = &LOCALIZED_ENUM_VALUE_SHAPE },
};
#undef FIELD_NAME
static const struct shape FIELD           = { 0, 1, NAME_FIELDS };
static const struct shape LABEL           = { 0, 2, LABEL_FIELDS };
static const struct shape KEYS            = { 0, 2, KEYS_FIELDS };
static const struct shape HINT            = { 0, 2, HINT_FIELDS };
static const struct shape VALUE           = { 0, 2, VALUE_FIELDS };
static const struct shape LOCALIZED_VALUE = { 0, 2, LOCALIZED_VALUE_FIELDS };

/* A handler may run twice, so what goes into the document is a copy. */
static json_t *copy_of(struct op *op, const json_t *input, const char *name)
{
	return keep(op, json_deep_copy(json_object_get(input, name)));
}

/* The elements in the order of the texts that their members `name` must have, all of them and each
 * once; NULL if the texts are others. */
static json_t *in_order(struct op *op, const json_t *elements, const char *name,
                        const json_t *texts)
{
	json_t *ordered = keep(op, json_array());

	if (json_array_size(texts) != json_array_size(elements))
		return NULL;
	for (size_t i = 0; i < json_array_size(texts); i++) {
		const char *text = json_string_value(json_array_get(texts, i));
		json_t *element = doc_find(elements, name, text, NULL);

		if (!element || doc_find(ordered, name, text, NULL))
			return NULL;
		json_array_append(ordered, element);
	}
	return ordered;
}

static bool set_and_touch(struct resource *type, json_t *holder, const char *name, json_t *value)
{
	if (doc_set(holder, name, value))
		resource_touch(type);
	return true;
}

/* Definitions */

static bool add_definition(struct op *op, struct resource *type, const struct update_action *row,
                           const void *input)
{
	json_t *definition = copy_of(op, input, row->field);
	const char *name = doc_text(definition, "name");

	if (type_definition(type->doc, name))
		return fail_duplicate_field(op, "name", name);
	if (!type_check_definitions(op, type->doc, keep(op, json_pack("[O]", definition))))
		return false;
	json_array_append(json_object_get(type->doc, "fieldDefinitions"), definition);
	resource_touch(type);
	return true;
}

/* The values that resources have stay until their custom fields are changed. */
static bool remove_definition(struct op *op, struct resource *type, const struct update_action *row,
                              const void *input)
{
	json_t *definitions = json_object_get(type->doc, "fieldDefinitions");
	const char *name = doc_text(input, "fieldName");
	size_t index;

	(void)row;
	if (!type_need_definition(op, type->doc, name))
		return false;
	doc_find(definitions, "name", name, &index);
	json_array_remove(definitions, index);
	resource_touch(type);
	return true;
}

static bool order_definitions(struct op *op, struct resource *type, const struct update_action *row,
                              const void *input)
{
	json_t *ordered = in_order(op, json_object_get(type->doc, "fieldDefinitions"), "name",
	                           json_object_get(input, row->field));

	if (!ordered)
		return fail_invalid_operation(
			op, "'fieldNames' must contain the name of each field definition exactly once.");
	return set_and_touch(type, type->doc, "fieldDefinitions", ordered);
}

static bool set_label(struct op *op, struct resource *type, const struct update_action *row,
                      const void *input)
{
	json_t *definition = type_need_definition(op, type->doc, doc_text(input, "fieldName"));

	return definition &&
	       set_and_touch(type, definition, row->field, copy_of(op, input, row->field));
}

static bool set_hint(struct op *op, struct resource *type, const struct update_action *row,
                     const void *input)
{
	const char *name = doc_text(input, "fieldName");
	json_t *definition = type_need_definition(op, type->doc, name);

	if (!definition)
		return false;
	if (!field_type_is_text(json_object_get(definition, "type")))
		return fail_invalid_operation(op, "The field '%s' is not of a text type.", name);
	return set_and_touch(type, definition, row->field, copy_of(op, input, row->field));
}

/* Enum values: row->field is the name of the enum's type */

static json_t *enum_values(struct op *op, const struct resource *type,
                           const struct update_action *row, const void *input)
{
	const char *name = doc_text(input, "fieldName");
	const json_t *definition = type_need_definition(op, type->doc, name);

	if (!definition)
		return NULL;
	json_t *values = field_type_enum_values(json_object_get(definition, "type"), row->field);

	if (!values)
		fail_invalid_operation(op, "The field '%s' is not of type '%s'.", name, row->field);
	return values;
}

static bool add_enum_value(struct op *op, struct resource *type, const struct update_action *row,
                           const void *input)
{
	json_t *values = enum_values(op, type, row, input);
	json_t *value = copy_of(op, input, "value");
	const char *key = doc_text(value, "key");

	if (!values)
		return false;
	if (doc_find(values, "key", key, NULL))
		return fail_duplicate_field(op, "key", key);
	json_array_append(values, value);
	resource_touch(type);
	return true;
}

static bool label_enum_value(struct op *op, struct resource *type, const struct update_action *row,
                             const void *input)
{
	const json_t *values = enum_values(op, type, row, input);
	const json_t *in = json_object_get(input, "value");

	if (!values)
		return false;
	json_t *value = doc_find(values, "key", doc_text(in, "key"), NULL);

	if (!value)
		return fail_invalid_operation(op, "The field '%s' has no enum value with the key '%s'.",
		                              doc_text(input, "fieldName"), doc_text(in, "key"));
	return set_and_touch(type, value, "label", copy_of(op, in, "label"));
}

/* Replaces the elements of an array. */
static bool replace_values(struct resource *type, json_t *values, json_t *others)
{
	if (json_equal(values, others))
		return true;
	json_array_clear(values);
	json_array_extend(values, others);
	resource_touch(type);
	return true;
}

static bool order_enum_values(struct op *op, struct resource *type, const struct update_action *row,
                              const void *input)
{
	json_t *values = enum_values(op, type, row, input);

	if (!values)
		return false;
	json_t *ordered = in_order(op, values, "key", json_object_get(input, "keys"));

	if (!ordered)
		return fail_invalid_operation(
			op, "'keys' must contain the key of each enum value exactly once.");
	return replace_values(type, values, ordered);
}

/* A key that is not there is gone already. What resources have stays as it is. */
static bool remove_enum_values(struct op *op, struct resource *type,
                               const struct update_action *row, const void *input)
{
	json_t *values = enum_values(op, type, row, input);
	json_t *kept = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(values); i++) {
		json_t *value = json_array_get(values, i);

		if (!doc_list_holds(input, "keys", doc_text(value, "key")))
			json_array_append(kept, value);
	}
	return values && replace_values(type, values, kept);
}

#define DEFINITION  ONE_MEMBER("fieldDefinition", FIELD_CONVERTED, REQUIRED, .decode = field_definition_decode)
#define DESCRIPTION ONE_MEMBER("description", FIELD_TEXT_MAP, OPTIONAL)
#define KEY         ONE_MEMBER("key", FIELD_TEXT, REQUIRED)
#define NAME        ONE_MEMBER("name", FIELD_TEXT_MAP, REQUIRED)
#define NAMES       ONE_MEMBER("fieldNames", FIELD_TEXTS, REQUIRED)

static const struct update_action ROWS[] = {
	/* action                          door          input             apply               field, or the enum's type */
	{ "addEnumValue",                  DOOR_TRUSTED, &VALUE,           add_enum_value,     "Enum" },
	{ "addFieldDefinition",            DOOR_TRUSTED, DEFINITION,       add_definition,     "fieldDefinition" },
	{ "addLocalizedEnumValue",         DOOR_TRUSTED, &LOCALIZED_VALUE, add_enum_value,     "LocalizedEnum" },
	{ "changeEnumValueLabel",          DOOR_TRUSTED, &VALUE,           label_enum_value,   "Enum" },
	{ "changeEnumValueOrder",          DOOR_TRUSTED, &KEYS,            order_enum_values,  "Enum" },
	{ "changeFieldDefinitionOrder",    DOOR_TRUSTED, NAMES,            order_definitions,  "fieldNames" },
	{ "changeInputHint",               DOOR_TRUSTED, &HINT,            set_hint,           "inputHint" },
	{ "changeKey",                     DOOR_TRUSTED, KEY,              action_set_member,  "key" },
	{ "changeLabel",                   DOOR_TRUSTED, &LABEL,           set_label,          "label" },
	{ "changeLocalizedEnumValueLabel", DOOR_TRUSTED, &LOCALIZED_VALUE, label_enum_value,   "LocalizedEnum" },
	{ "changeLocalizedEnumValueOrder", DOOR_TRUSTED, &KEYS,            order_enum_values,  "LocalizedEnum" },
	{ "changeName",                    DOOR_TRUSTED, NAME,             action_set_member,  "name" },
	{ "removeEnumValues",              DOOR_TRUSTED, &KEYS,            remove_enum_values, "Enum" },
	{ "removeFieldDefinition",         DOOR_TRUSTED, &FIELD,           remove_definition,  NULL },
	{ "removeLocalizedEnumValues",     DOOR_TRUSTED, &KEYS,            remove_enum_values, "LocalizedEnum" },
	{ "setDescription",                DOOR_TRUSTED, DESCRIPTION,      action_set_member,  "description" },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(TYPE_UPDATE, ACTIONS);
