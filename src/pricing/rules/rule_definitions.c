/* What types and product types say of the custom fields and attributes that rules name. */
#include "rule_definitions_priv.h"

#include <string.h>

#include "base/op.h"
#include "catalog/product_type.h"
#include "document/doc.h"
#include "kind/type.h"
#include "resource/lookup.h"

/* The types of custom fields and of attributes, by their names. */
static const struct {
	const char    *field_type;
	const char    *attribute_type;
	enum rule_type type;
} TYPES[] = {
	{ "Boolean", "boolean", RULE_TYPE_BOOLEAN },
	{ "Date", "date", RULE_TYPE_DATE },
	{ "DateTime", "datetime", RULE_TYPE_DATE_TIME },
	{ "Enum", "enum", RULE_TYPE_TEXT },
	{ "LocalizedEnum", "lenum", RULE_TYPE_TEXT },
	{ "LocalizedString", "ltext", RULE_TYPE_LOCALIZED },
	{ "Money", "money", RULE_TYPE_MONEY },
	{ "Number", "number", RULE_TYPE_NUMBER },
	{ "Reference", "reference", RULE_TYPE_TEXT },
	{ "String", "text", RULE_TYPE_TEXT },
	{ "Time", "time", RULE_TYPE_TIME },
};

static enum rule_type type_named(const char *name)
{
	for (size_t i = 0; name && i < sizeof TYPES / sizeof *TYPES; i++)
		if (strcmp(TYPES[i].field_type, name) == 0 || strcmp(TYPES[i].attribute_type, name) == 0)
			return TYPES[i].type;
	return RULE_TYPE_ANY;
}

/* What a member of a value is: of an enum, of money, of a reference, of a localized text. */
static enum rule_type type_of_member(const char *type_name, const char *member)
{
	if (type_named(type_name) == RULE_TYPE_LOCALIZED)
		return RULE_TYPE_TEXT;
	if (strcmp(member, "centAmount") == 0 || strcmp(member, "fractionDigits") == 0)
		return RULE_TYPE_NUMBER;
	if (strcmp(member, "currencyCode") == 0)
		return RULE_TYPE_CURRENCY;
	return strcmp(member, "id") == 0 || strcmp(member, "key") == 0 ? RULE_TYPE_TEXT : RULE_TYPE_ANY;
}

/* The type document of a name in the first of these documents that defines it; NULL: none does. All that do agree. */
static const json_t *find_type(const json_t *documents, const char *list, const char *name)
{
	for (size_t i = 0; i < json_array_size(documents); i++) {
		const json_t *definitions = json_object_get(json_array_get(documents, i), list);
		const json_t *definition = doc_find(definitions, "name", name, NULL);

		if (definition)
			return json_object_get(definition, "type");
	}
	return NULL;
}

/* NULL: recorded. */
static const json_t *types_of(struct op *op, struct rule_definitions *definitions,
                              const char *resource_type_id)
{
	if (!definitions->types)
		definitions->types = keep(op, json_object());
	json_t *types = json_object_get(definitions->types, resource_type_id);

	if (types)
		return types;
	types = lookup_all(op, &TYPE_KIND, "resourceTypeId", resource_type_id);
	if (types)
		json_object_set(definitions->types, resource_type_id, types);
	return types;
}

/* NULL: recorded. */
static const json_t *product_types(struct op *op, struct rule_definitions *definitions)
{
	if (!definitions->product_types)
		definitions->product_types = lookup_all(op, &PRODUCT_TYPE_KIND, NULL, NULL);
	return definitions->product_types;
}

bool rule_definition(struct op *op, struct rule_definitions *definitions,
                     const struct rule_path *path, enum rule_type *ret_type, bool *ret_is_list)
{
	const struct rule_field *field = rule_path_field(path);
	bool is_custom = field->type == RULE_TYPE_CUSTOM;
	const json_t *documents =
		is_custom ? types_of(op, definitions, field->argument) : product_types(op, definitions);

	if (!documents)
		return false;
	const json_t *type =
		find_type(documents, is_custom ? "fieldDefinitions" : "attributes", path->tail[0]);

	*ret_type = RULE_TYPE_ANY;
	if (is_custom && !type && strcmp(path->tail[0], "type") == 0)
		*ret_type = path->tail_count == 2 ? RULE_TYPE_TEXT : RULE_TYPE_OBJECT;
	while (type && (doc_is(type, "name", "Set") || doc_is(type, "name", "set"))) {
		type = json_object_get(type, "elementType");
		*ret_is_list = true;
	}
	if (type && path->tail_count == 1)
		*ret_type = type_named(doc_text(type, "name"));
	else if (type && path->tail_count == 2)
		*ret_type = type_of_member(doc_text(type, "name"), path->tail[1]);
	return true;
}
