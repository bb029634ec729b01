#include "catalog/product_type_actions.h"

#include <string.h>

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/member_actions.h"
#include "resource/reference.h"
#include "resource/resource.h"
#include "resource/save.h"

#include "attribute_error_priv.h"
#include "attribute_spread_priv.h"
#include "attribute_type_priv.h"
#include "product_type_priv.h"

static json_t *attributes_of(const struct resource *type)
{
	return json_object_get(type->doc, "attributes");
}

/* NULL: recorded. */
static json_t *find_definition(struct op *op, const struct resource *type, const char *name)
{
	json_t *definition = doc_find(attributes_of(type), "name", name, NULL);

	if (!definition)
		fail_invalid_operation(op, "An attribute definition with name '%s' does not exist.", name);
	return definition;
}

static bool add_definition(struct op *op, struct resource *type, const struct update_action *row,
                           const void *input)
{
	json_t *definition = keep(op, json_deep_copy(json_object_get(input, "attribute")));

	(void)row;
	if (!references_resolve(op, definition) ||
	    !attribute_definition_add(op, type->doc, definition))
		return false;
	resource_touch(type);
	return true;
}

static bool remove_definition(struct op *op, struct resource *type, const struct update_action *row,
                              const void *input)
{
	const char *name = doc_text(input, "name");
	size_t index;

	(void)row;
	if (!find_definition(op, type, name))
		return false;
	(void)doc_find(attributes_of(type), "name", name, &index); /* it is there */
	json_array_remove(attributes_of(type), index);
	resource_touch(type);
	return attribute_spread(op, type, &(struct attribute_change){ .name = name, .removed = true });
}

/* Sets one member of a definition: row->field, to the member of that name or to `newValue`. */
static bool change_definition(struct op *op, struct resource *type, const struct update_action *row,
                              const void *input)
{
	json_t *definition = find_definition(op, type, doc_text(input, "attributeName"));
	json_t *value = json_object_get(input, row->field);

	if (!definition)
		return false;
	if (!value)
		value = json_object_get(input, "newValue");
	if (strcmp(row->field, "label") == 0 && json_object_size(value) == 0)
		return fail_invalid_field(op, "label", value, NULL);
	if (doc_set(definition, row->field, value))
		resource_touch(type);
	return true;
}

static bool change_constraint(struct op *op, struct resource *type, const struct update_action *row,
                              const void *input)
{
	const char *name = doc_text(input, "attributeName");
	const json_t *definition = find_definition(op, type, name);

	if (!definition)
		return false;
	if (doc_is(definition, row->field, "CombinationUnique"))
		return fail_invalid_operation(
			op, "The constraint 'CombinationUnique' of the attribute '%s' cannot be changed.",
			name);
	return change_definition(op, type, row, input);
}

static bool rename_definition(struct op *op, struct resource *type, const struct update_action *row,
                              const void *input)
{
	const char *old_name = doc_text(input, "attributeName");
	const char *name = doc_text(input, "newAttributeName");
	json_t *definition = doc_find(attributes_of(type), "name", old_name, NULL);

	(void)row;
	if (!definition)
		return fail_definition_unknown(op, type->doc, old_name);
	if (strcmp(old_name, name) == 0)
		return true;
	if (!attribute_name_check(op, type->doc, name, json_object_get(definition, "type")))
		return false;
	doc_put(definition, "name", json_string(name));
	resource_touch(type);
	return attribute_spread(op, type,
	                        &(struct attribute_change){ .name = old_name, .new_name = name });
}

/* Puts items into the order of names. NULL: recorded; some are missing, unknown or there twice. */
static json_t *in_order(struct op *op, const json_t *items, const char *member, const json_t *names)
{
	json_t *ordered = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(names); i++) {
		const char *name = json_string_value(json_array_get(names, i));
		json_t *item = doc_find(items, member, name, NULL);

		if (item && !doc_find(ordered, member, name, NULL))
			json_array_append(ordered, item);
	}
	if (json_array_size(ordered) == json_array_size(items) &&
	    json_array_size(ordered) == json_array_size(names))
		return ordered;
	fail_invalid_operation(op, "The new order must name everything that is there exactly once.");
	return NULL;
}

static bool reorder_definitions(struct op *op, struct resource *type,
                                const struct update_action *row, const void *input)
{
	json_t *ordered =
		in_order(op, attributes_of(type), "name", json_object_get(input, "attributeNames"));

	(void)row;
	if (!ordered)
		return false;
	if (doc_set(type->doc, "attributes", ordered))
		resource_touch(type);
	return true;
}

/* -- values of enums -- */

/* The values of an attribute that is an enum, or a set of one. NULL: recorded. `type_name`: `enum` or
 * `lenum`; NULL for either. */
static json_t *enum_values(struct op *op, const struct resource *type, const void *input,
                           const char *type_name)
{
	const char *name = doc_text(input, "attributeName");
	const json_t *definition = find_definition(op, type, name);

	if (!definition)
		return NULL;
	const json_t *its_type = attribute_type_of_elements(json_object_get(definition, "type"));
	json_t *values = json_object_get(its_type, "values");

	if (values && (!type_name || doc_is(its_type, "name", type_name)))
		return values;
	fail_invalid_operation(op, "The attribute '%s' is not of type '%s'.", name,
	                       type_name ? type_name : "enum");
	return NULL;
}

/* row->field: the name of the attribute type. */
static bool add_value(struct op *op, struct resource *type, const struct update_action *row,
                      const void *input)
{
	json_t *values = enum_values(op, type, input, row->field);
	const json_t *value = json_object_get(input, "value");
	const char *key = doc_text(value, "key");

	if (!values)
		return false;
	if (doc_find(values, "key", key, NULL))
		return fail_enum_key_exists(op, doc_text(input, "attributeName"), key);
	json_array_append_new(values, json_deep_copy(value));
	resource_touch(type);
	return true;
}

/* NULL: recorded. */
static json_t *find_value(struct op *op, const json_t *values, const void *input, const char *key)
{
	json_t *value = doc_find(values, "key", key, NULL);

	if (!value)
		fail_enum_key_unknown(op, doc_text(input, "attributeName"), key);
	return value;
}

/* Counts a change of a value that was called `key`, and carries it to the products. */
static bool changed_value(struct op *op, struct resource *type, const void *input, const char *key,
                          json_t *value)
{
	resource_touch(type);
	return attribute_spread(op, type,
	                        &(struct attribute_change){ .name = doc_text(input, "attributeName"),
	                                                    .key = key,
	                                                    .value = value });
}

static bool change_value_label(struct op *op, struct resource *type,
                               const struct update_action *row, const void *input)
{
	json_t *values = enum_values(op, type, input, row->field);
	const json_t *changed = json_object_get(input, "newValue");
	const char *key = doc_text(changed, "key");
	json_t *value = values ? find_value(op, values, input, key) : NULL;

	if (!value)
		return false;
	return !doc_set(value, "label", json_object_get(changed, "label")) ||
	       changed_value(op, type, input, key, value);
}

static bool change_value_key(struct op *op, struct resource *type, const struct update_action *row,
                             const void *input)
{
	json_t *values = enum_values(op, type, input, row->field);
	const char *old_key = doc_text(input, "key");
	const char *key = doc_text(input, "newKey");
	json_t *value = values ? find_value(op, values, input, old_key) : NULL;

	if (!value)
		return false;
	if (strcmp(old_key, key) == 0)
		return true;
	if (doc_find(values, "key", key, NULL))
		return fail_enum_key_exists(op, doc_text(input, "attributeName"), key);
	doc_put(value, "key", json_string(key));
	return changed_value(op, type, input, old_key, value);
}

static bool have_keys_of_their_own(struct op *op, const json_t *values)
{
	json_t *seen = keep(op, json_object());

	for (size_t i = 0; i < json_array_size(values); i++)
		if (!doc_note(seen, doc_text(json_array_get(values, i), "key")))
			return false;
	return true;
}

/* The same values in another order. */
static bool reorder_values(struct op *op, struct resource *type, const struct update_action *row,
                           const void *input)
{
	json_t *values = enum_values(op, type, input, row->field);
	json_t *order = json_object_get(input, "values");

	if (!values)
		return false;
	for (size_t i = 0; i < json_array_size(order); i++) {
		const json_t *value = json_array_get(order, i);

		if (!json_equal(value, doc_find(values, "key", doc_text(value, "key"), NULL)))
			return fail_enum_values_differ(op);
	}
	if (json_array_size(order) != json_array_size(values) || !have_keys_of_their_own(op, order))
		return fail_enum_values_differ(op);
	if (json_equal(order, values))
		return true;
	json_t *copy = keep(op, json_deep_copy(order));

	json_array_clear(values);
	json_array_extend(values, copy);
	resource_touch(type);
	return true;
}

/* May the values be removed? Not if a product would lack a value that it must have. */
static bool check_use(struct op *op, const struct resource *type, const char *name,
                      const json_t *keys)
{
	const json_t *definition = find_definition(op, type, name);
	bool done = true;

	if (!doc_true(definition, "isRequired") || !attribute_is_used(op, type, name, keys, &done))
		return done;
	return fail_enum_value_used(op, name, keys);
}

static bool remove_values(struct op *op, struct resource *type, const struct update_action *row,
                          const void *input)
{
	const char *name = doc_text(input, "attributeName");
	json_t *values = enum_values(op, type, input, row->field);
	const json_t *keys = json_object_get(input, "keys");

	if (!values || !check_use(op, type, name, keys))
		return false;
	for (size_t i = 0; i < json_array_size(keys); i++) {
		const char *key = json_string_value(json_array_get(keys, i));
		struct attribute_change change = { .name = name, .key = key };
		size_t index;

		if (!find_value(op, values, input, key))
			return false;
		(void)doc_find(values, "key", key, &index); /* it is there */
		json_array_remove(values, index);
		if (!attribute_spread(op, type, &change))
			return false;
	}
	if (json_array_size(keys) > 0)
		resource_touch(type);
	return true;
}

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",         FIELD_TEXT,      OPTIONAL },
	{ "name",        FIELD_TEXT,      REQUIRED },
	{ "description", FIELD_TEXT,      REQUIRED },
	{ "attributes",  FIELD_DOCUMENTS, OPTIONAL, .inner = &ATTRIBUTE_DEFINITION_DRAFT },
};
const struct shape PRODUCT_TYPE_DRAFT = { 0, 4, DRAFT_FIELDS };

/* What actions name, and inputs of them. */
#define ATTRIBUTE_NAME  { "attributeName", FIELD_TEXT, REQUIRED }
#define MEMBER(...)     MEMBERS(ATTRIBUTE_NAME, { __VA_ARGS__ })
#define TEXT(name)      ONE_MEMBER(name, FIELD_TEXT, REQUIRED)
#define DEFINITION      ONE_MEMBER("attribute", FIELD_DOCUMENT, REQUIRED, .inner = &ATTRIBUTE_DEFINITION_DRAFT)
#define CONSTRAINT      MEMBER("newValue", FIELD_TEXT, REQUIRED, 0, text_check_enum, ATTRIBUTE_CONSTRAINT_CHANGES)
#define HINT            MEMBER("newValue", FIELD_TEXT, REQUIRED, 0, text_check_enum, ATTRIBUTE_INPUT_HINTS)
#define NEW_NAME        MEMBER("newAttributeName", FIELD_TEXT, REQUIRED)
#define SEARCHABLE      MEMBER("isSearchable", FIELD_BOOL, REQUIRED)
#define LABEL           MEMBER("label", FIELD_TEXT_MAP, REQUIRED)
#define TIP             MEMBER("inputTip", FIELD_TEXT_MAP, OPTIONAL)
#define VALUE_KEYS      MEMBER("keys", FIELD_TEXTS, REQUIRED)
#define VALUE(name)     MEMBER(name, FIELD_DOCUMENT, REQUIRED, .inner = &ENUM_VALUE)
#define LVALUE(name)    MEMBER(name, FIELD_DOCUMENT, REQUIRED, .inner = &LOCALIZED_ENUM_VALUE)
#define VALUES          MEMBER("values", FIELD_DOCUMENTS, REQUIRED, .inner = &ENUM_VALUE)
#define LVALUES         MEMBER("values", FIELD_DOCUMENTS, REQUIRED, .inner = &LOCALIZED_ENUM_VALUE)
#define NEW_KEY         MEMBERS(ATTRIBUTE_NAME, { "key", FIELD_TEXT, REQUIRED }, { "newKey", FIELD_TEXT, REQUIRED })
#define NAMES           ONE_MEMBER("attributeNames", FIELD_TEXTS, REQUIRED)
#define KEY             ONE_MEMBER("key", FIELD_TEXT, OPTIONAL)

static const struct update_action ROWS[] = {
	/* action                          door          input                apply                 member or enum type */
	{ "addAttributeDefinition",        DOOR_TRUSTED, DEFINITION,          add_definition,       NULL },
	{ "addLocalizedEnumValue",         DOOR_TRUSTED, LVALUE("value"),     add_value,            "lenum" },
	{ "addPlainEnumValue",             DOOR_TRUSTED, VALUE("value"),      add_value,            "enum" },
	{ "changeAttributeConstraint",     DOOR_TRUSTED, CONSTRAINT,          change_constraint,    "attributeConstraint" },
	{ "changeAttributeName",           DOOR_TRUSTED, NEW_NAME,            rename_definition,    NULL },
	{ "changeAttributeOrderByName",    DOOR_TRUSTED, NAMES,               reorder_definitions,  NULL },
	{ "changeDescription",             DOOR_TRUSTED, TEXT("description"), action_change_member, "description" },
	{ "changeEnumKey",                 DOOR_TRUSTED, NEW_KEY,             change_value_key,     NULL },
	{ "changeInputHint",               DOOR_TRUSTED, HINT,                change_definition,    "inputHint" },
	{ "changeIsSearchable",            DOOR_TRUSTED, SEARCHABLE,          change_definition,    "isSearchable" },
	{ "changeLabel",                   DOOR_TRUSTED, LABEL,               change_definition,    "label" },
	{ "changeLocalizedEnumValueLabel", DOOR_TRUSTED, LVALUE("newValue"),  change_value_label,   "lenum" },
	{ "changeLocalizedEnumValueOrder", DOOR_TRUSTED, LVALUES,             reorder_values,       "lenum" },
	{ "changeName",                    DOOR_TRUSTED, TEXT("name"),        action_change_member, "name" },
	{ "changePlainEnumValueLabel",     DOOR_TRUSTED, VALUE("newValue"),   change_value_label,   "enum" },
	{ "changePlainEnumValueOrder",     DOOR_TRUSTED, VALUES,              reorder_values,       "enum" },
	{ "removeAttributeDefinition",     DOOR_TRUSTED, TEXT("name"),        remove_definition,    NULL },
	{ "removeEnumValues",              DOOR_TRUSTED, VALUE_KEYS,          remove_values,        NULL },
	{ "setInputTip",                   DOOR_TRUSTED, TIP,                 change_definition,    "inputTip" },
	{ "setKey",                        DOOR_TRUSTED, KEY,                 action_set_member,    "key" },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(PRODUCT_TYPE_UPDATE, ACTIONS);
