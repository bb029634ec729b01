#include "kind/field_type.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/value.h"
#include "resource/reference.h"
#include "resource/registry.h"

struct custom_type {
	const char         *name;
	const struct shape *shape;
	value_fn           *convert;
};

static const struct custom_type *find_type(const char *name);

static const struct custom_type *type_of(const json_t *type)
{
	return find_type(doc_text(type, "name"));
}

static bool is_called(const json_t *type, const char *name)
{
	return type && strcmp(doc_text(type, "name"), name) == 0;
}

/* Values */

static json_t *convert_enum(struct op *op, const json_t *type, json_t *value, const char *field)
{
	const char *key = json_string_value(value);

	(void)op;
	(void)field;
	return key && doc_find(json_object_get(type, "values"), "key", key, NULL) ? value : NULL;
}

/* By id only; that it may carry more is because an expanded reference is sent back as it came. */
static json_t *convert_reference(struct op *op, const json_t *type, json_t *value,
                                 const char *field)
{
	const char *type_id = doc_text(value, "typeId");
	const char *id = doc_text(value, "id");

	(void)field;
	if (!type_id || strcmp(type_id, doc_text(type, "referenceTypeId")) != 0)
		return NULL;
	if (!id || !check_uuid(id) || doc_has(value, "key"))
		return NULL;
	return keep(op, json_pack("{s:s, s:s}", "typeId", type_id, "id", id));
}

static json_t *convert_element(struct op *op, const json_t *type, json_t *value, const char *field)
{
	return type_of(type)->convert(op, type, value, field);
}

static json_t *convert_set(struct op *op, const json_t *type, json_t *value, const char *field)
{
	return value_set(op, type, value, field, convert_element);
}

/* Definitions */

static const char *const REFERENCE_TYPE_IDS[] = {
	"approval-flow", "approval-rule", "associate-role", "business-unit", "cart", "cart-discount",
	"category", "channel", "customer", "customer-group", "key-value-document", "order", "product",
	"product-type", "review", "shipping-method", "state", "variant", "zone", NULL,
};

const char *const INPUT_HINTS[] = { "SingleLine", "MultiLine", NULL };

static custom_decode_fn type_decode;
static custom_decode_fn element_type_decode;

static const struct shape_field ENUM_VALUE_FIELDS[] = {
	{ "key",   FIELD_TEXT,     REQUIRED },
	{ "label", FIELD_TEXT,     REQUIRED },
};
static const struct shape_field LOCALIZED_ENUM_VALUE_FIELDS[] = {
	{ "key",   FIELD_TEXT,     REQUIRED },
	{ "label", FIELD_TEXT_MAP, REQUIRED },
};
const struct shape ENUM_VALUE_SHAPE           = { 0, 2, ENUM_VALUE_FIELDS };
const struct shape LOCALIZED_ENUM_VALUE_SHAPE = { 0, 2, LOCALIZED_ENUM_VALUE_FIELDS };

#define NAME { "name", FIELD_TEXT, REQUIRED }
static const struct shape_field PLAIN_FIELDS[] = { NAME };
static const struct shape_field ENUM_FIELDS[] = {
	NAME, { "values", FIELD_DOCUMENTS, REQUIRED, .inner = &ENUM_VALUE_SHAPE },
};
static const struct shape_field LOCALIZED_ENUM_FIELDS[] = {
	NAME, { "values", FIELD_DOCUMENTS, REQUIRED, .inner = &LOCALIZED_ENUM_VALUE_SHAPE },
};
static const struct shape_field REFERENCE_FIELDS[] = {
	NAME, { "referenceTypeId", FIELD_TEXT, REQUIRED, .check = text_check_enum, .argument = REFERENCE_TYPE_IDS },
};
static const struct shape_field SET_FIELDS[] = {
	NAME, { "elementType", FIELD_CONVERTED, REQUIRED, .decode = element_type_decode },
};
#undef NAME
static const struct shape PLAIN          = { 0, 1, PLAIN_FIELDS };
static const struct shape ENUM           = { 0, 2, ENUM_FIELDS };
static const struct shape LOCALIZED_ENUM = { 0, 2, LOCALIZED_ENUM_FIELDS };
static const struct shape REFERENCE      = { 0, 2, REFERENCE_FIELDS };
static const struct shape SET            = { 0, 2, SET_FIELDS };

static const struct custom_type FIELD_TYPES[] = {
	/* name             shape            convert */
	{ "Boolean",         &PLAIN,          value_boolean },
	{ "Date",            &PLAIN,          value_date },
	{ "DateTime",        &PLAIN,          value_date_time },
	{ "Enum",            &ENUM,           convert_enum },
	{ "LocalizedEnum",   &LOCALIZED_ENUM, convert_enum },
	{ "LocalizedString", &PLAIN,          value_localized_text },
	{ "Money",           &PLAIN,          value_money },
	{ "Number",          &PLAIN,          value_number },
	{ "Reference",       &REFERENCE,      convert_reference },
	{ "Set",             &SET,            convert_set },
	{ "String",          &PLAIN,          value_text },
	{ "Time",            &PLAIN,          value_time },
};

static const struct shape_field DEFINITION_FIELDS[] = {
	{ "name",      FIELD_TEXT,      REQUIRED },
	{ "label",     FIELD_TEXT_MAP,  REQUIRED },
	{ "required",  FIELD_BOOL,      REQUIRED },
	{ "type",      FIELD_CONVERTED, REQUIRED, .decode = type_decode },
	{ "inputHint", FIELD_TEXT,      OPTIONAL, .check = text_check_enum, .argument = INPUT_HINTS },
};
static const struct shape DEFINITION = { 0, 5, DEFINITION_FIELDS };

static const struct custom_type *find_type(const char *name)
{
	for (size_t i = 0; i < sizeof FIELD_TYPES / sizeof *FIELD_TYPES; i++)
		if (strcmp(FIELD_TYPES[i].name, name) == 0)
			return &FIELD_TYPES[i];
	return NULL;
}

static bool check_enum_keys(struct op *op, const json_t *type)
{
	const json_t *values = json_object_get(type, "values");
	json_t *seen = keep(op, json_object());

	for (size_t i = 0; i < json_array_size(values); i++) {
		const char *key = doc_text(json_array_get(values, i), "key");

		if (!doc_note(seen, key))
			return fail_duplicate_field(op, "key", key);
	}
	return true;
}

static bool type_decode(struct op *op, json_t *value, const struct json_path *path,
                        const void *argument, void *target)
{
	const char *name = doc_text(value, "name");
	const struct custom_type *found = name ? find_type(name) : NULL;

	(void)argument;
	if (!json_is_object(value))
		return fail_misfit(op, path, MISFIT_OBJECT);
	if (!name)
		return fail_at(op, path,
		               arena_printf(op->arena, "Missing type field 'name' in '%s'",
		                            json_text(op, value)));
	if (!found)
		return fail_at(op, path,
		               arena_printf(op->arena, "Invalid type value '%s' in '%s'", name,
		                            json_text(op, value)));
	void *type;

	if (!shape_decode_input(op, found->shape, value, path, &type))
		return false;
	*(json_t **)target = type;
	return check_enum_keys(op, type);
}

static bool element_type_decode(struct op *op, json_t *value, const struct json_path *path,
                                const void *argument, void *target)
{
	if (!type_decode(op, value, path, argument, target))
		return false;
	return !is_called(*(json_t **)target, "Set") ||
	       fail_at(op, path, "A Set cannot have elements of type 'Set'.");
}

bool field_definition_decode(struct op *op, json_t *value, const struct json_path *path,
                             const void *argument, void *target)
{
	void *definition;

	(void)argument;
	if (!shape_decode_input(op, &DEFINITION, value, path, &definition))
		return false;
	const char *name = doc_text(definition, "name");

	if (!check_key(name))
		return fail_invalid_field(op, "name", json_object_get(definition, "name"), NULL);
	if (!doc_has(definition, "inputHint"))
		doc_put(definition, "inputHint", json_string("SingleLine"));
	*(json_t **)target = definition;
	return true;
}

bool field_definitions_decode(struct op *op, json_t *value, const struct json_path *path,
                              const void *argument, void *target)
{
	json_t *definitions = keep(op, json_array());
	json_t *seen = keep(op, json_object());

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *definition = NULL;

		if (!field_definition_decode(op, json_array_get(value, i), path, argument, &definition))
			return false;
		const char *name = doc_text(definition, "name");

		if (!doc_note(seen, name))
			return fail_duplicate_field(op, "name", name);
		json_array_append(definitions, definition);
	}
	*(json_t **)target = definitions;
	return true;
}

/* Looking at types */

static const json_t *element_or_self(const json_t *type)
{
	return is_called(type, "Set") ? json_object_get(type, "elementType") : type;
}

bool field_type_equal(const json_t *a, const json_t *b)
{
	const json_t *element_a = element_or_self(a);
	const json_t *element_b = element_or_self(b);

	return is_called(a, doc_text(b, "name")) &&
	       is_called(element_a, doc_text(element_b, "name")) &&
	       (!is_called(element_a, "Reference") ||
	        json_equal(json_object_get(element_a, "referenceTypeId"),
	                   json_object_get(element_b, "referenceTypeId")));
}

json_t *field_type_enum_values(const json_t *type, const char *name)
{
	const json_t *element = element_or_self(type);

	return is_called(element, name) ? json_object_get(element, "values") : NULL;
}

bool field_type_is_text(const json_t *type)
{
	const json_t *element = element_or_self(type);

	return is_called(element, "String") || is_called(element, "LocalizedString");
}

/* Checking values */

bool field_value_normalize(struct op *op, const json_t *definition, json_t *value,
                           json_t **ret_value)
{
	const json_t *type = json_object_get(definition, "type");
	const char *name = doc_text(definition, "name");

	*ret_value = type_of(type)->convert(op, type, value, name);
	return *ret_value || (!op_failed(op) && value_refuse(op, type, value, name));
}

static bool check_reference(struct op *op, const json_t *reference)
{
	const struct identifier identifier = { .type_id = doc_text(reference, "typeId"),
		                                   .id = doc_text(reference, "id") };
	const struct resource_kind *kind = kind_find(op, identifier.type_id);

	if (!kind)
		return fail_reference_not_found(op, identifier.type_id, identifier.id, NULL);
	return reference_look(op, kind, &identifier) != NULL;
}

bool field_value_check_references(struct op *op, const json_t *definition, const json_t *value)
{
	const json_t *type = json_object_get(definition, "type");

	if (is_called(type, "Reference"))
		return check_reference(op, value);
	if (!is_called(element_or_self(type), "Reference"))
		return true;
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!check_reference(op, json_array_get(value, i)))
			return false;
	return true;
}
