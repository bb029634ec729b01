#include "attribute_error_priv.h"

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "document/doc.h"

static bool fail_conflict(struct op *op, enum error_code code, const json_t *type, const char *name,
                          const char *message)
{
	json_t *extra = json_pack("{s:O, s:O, s:s}", "conflictingProductTypeId",
	                          json_object_get(type, "id"), "conflictingProductTypeName",
	                          json_object_get(type, "name"), "conflictingAttributeName", name);

	return fail_as(op, code, extra, "%s", message);
}

bool fail_definition_exists(struct op *op, const json_t *type, const char *name)
{
	return fail_conflict(
		op, ERROR_ATTRIBUTE_DEFINITION_ALREADY_EXISTS, type, name,
		arena_printf(op->arena,
	                 "An attribute definition with name %s already exists on product type %s.",
	                 name, doc_text(type, "name")));
}

bool fail_definition_type(struct op *op, const json_t *type, const char *name)
{
	return fail_conflict(
		op, ERROR_ATTRIBUTE_DEFINITION_TYPE_CONFLICT, type, name,
		arena_printf(op->arena,
	                 "The attribute with name %s has a different type on product type %s.", name,
	                 doc_text(type, "name")));
}

bool fail_definition_unknown(struct op *op, const json_t *type, const char *name)
{
	return fail_as(op, ERROR_ATTRIBUTE_NAME_DOES_NOT_EXIST,
	               json_pack("{s:s}", "invalidAttributeName", name),
	               "Attribute definition for %s does not exist on type %s.", name,
	               doc_text(type, "name"));
}

/* The texts of an array, as a sentence lists them. */
static const char *listed(struct op *op, const json_t *texts)
{
	struct text_buffer list = { .arena = op->arena };

	for (size_t i = 0; i < json_array_size(texts); i++)
		text_appendf(&list, "%s%s", i ? ", " : "", json_string_value(json_array_get(texts, i)));
	return list.text ? list.text : "";
}

bool fail_enum_duplicates(struct op *op, const json_t *keys)
{
	return fail_as(op, ERROR_DUPLICATE_ENUM_VALUES,
	               json_pack("{s:o}", "duplicates", json_deep_copy(keys)),
	               "The enum values contain duplicate keys: %s.", listed(op, keys));
}

static json_t *enum_conflict(const char *attribute, const char *key)
{
	return json_pack("{s:s, s:s}", "conflictingEnumKey", key, "conflictingAttributeName",
	                 attribute);
}

bool fail_enum_key_exists(struct op *op, const char *attribute, const char *key)
{
	return fail_as(op, ERROR_ENUM_KEY_ALREADY_EXISTS, enum_conflict(attribute, key),
	               "The %s attribute definition already contains an enum value with the key %s.",
	               attribute, key);
}

bool fail_enum_key_unknown(struct op *op, const char *attribute, const char *key)
{
	return fail_as(op, ERROR_ENUM_KEY_DOES_NOT_EXIST, enum_conflict(attribute, key),
	               "The %s field definition does not contain an enum value with the key %s.",
	               attribute, key);
}

bool fail_enum_value_used(struct op *op, const char *attribute, const json_t *keys)
{
	return fail_as(
		op, ERROR_ENUM_VALUE_IS_USED, NULL,
		"%s is used by some products and cannot be deleted because the %s attribute is required.",
		listed(op, keys), attribute);
}

bool fail_enum_values_differ(struct op *op)
{
	return fail_as(op, ERROR_ENUM_VALUES_MUST_MATCH, NULL,
	               "The given values must be equal to the existing enum values.");
}

bool fail_attribute_duplicate(struct op *op, json_t *attribute)
{
	return fail_as(op, ERROR_DUPLICATE_ATTRIBUTE_VALUE, json_pack("{s:O}", "attribute", attribute),
	               "Attribute can't have the same value in a different variant.");
}

bool fail_attributes_duplicate(struct op *op, json_t *attributes)
{
	return fail_as(op, ERROR_DUPLICATE_ATTRIBUTE_VALUES,
	               json_pack("{s:O}", "attributes", attributes),
	               "The set of attributes must be unique across all variants.");
}

bool fail_attribute_not_same(struct op *op, const char *name, json_t *value, json_t *other)
{
	static const char RULE[] = "The value of the attribute must be the same across all variants.";
	json_t *extra = json_pack("{s:s, s:O*}", "field", name, "invalidValue", value);

	if (other)
		json_object_set_new(extra, "allowedValues", json_pack("[O]", other));
	if (!value)
		return fail_as(op, ERROR_INVALID_FIELD, extra,
		               "Using no value is not valid for field '%s'. The allowed value is '%s'. %s",
		               name, json_text(op, other), RULE);
	if (!other)
		return fail_as(op, ERROR_INVALID_FIELD, extra,
		               "The value '%s' is not valid for field '%s'. %s", json_text(op, value), name,
		               RULE);
	return fail_as(op, ERROR_INVALID_FIELD, extra,
	               "The value '%s' is not valid for field '%s'. Allowed values are: %s. %s",
	               json_text(op, value), name, json_text(op, other), RULE);
}
