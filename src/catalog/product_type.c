#include "catalog/product_type.h"

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/index_values.h"
#include "resource/resource_fields.h"

#include "product_type_priv.h"

/* The product types whose attributes are nested in those of this one. */
static void index_nested(struct op *op, const json_t *doc, json_t *values)
{
	const json_t *attributes = json_object_get(doc, "attributes");

	(void)op;
	for (size_t i = 0; i < json_array_size(attributes); i++) {
		const json_t *type = json_object_get(json_array_get(attributes, i), "type");

		while (doc_has(type, "elementType"))
			type = json_object_get(type, "elementType");
		index_add_reference(values, json_object_get(type, "typeReference"));
	}
}

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "nestedType", .values = index_nested, .references = "product-type" },
	{ 0 },
};

static const struct field VALUE_ROWS[] = {
	{ "key",   VALUE_STRING },
	{ "label", VALUE_ANY },   /* a text, or one in each language */
};
static const struct fields VALUE_FIELDS = FIELDS(VALUE_ROWS);

/* A set is made of a type, which may be a set again. */
static const struct fields TYPE_FIELDS;
static const struct field TYPE_ROWS[] = {
	{ "name",            VALUE_STRING },
	{ "elementType",     VALUE_OBJECT, .inner = &TYPE_FIELDS },
	{ "referenceTypeId", VALUE_STRING },
	{ "values",          VALUE_OBJECT, true, &VALUE_FIELDS },
	REFERENCE_FIELD("typeReference"),
};
static const struct fields TYPE_FIELDS = FIELDS(TYPE_ROWS);

static const struct field ATTRIBUTE_ROWS[] = {
	{ "type",                VALUE_OBJECT, .inner = &TYPE_FIELDS },
	{ "name",                VALUE_STRING },
	{ "label",               VALUE_MAP },
	{ "isRequired",          VALUE_BOOLEAN },
	{ "level",               VALUE_STRING },
	{ "attributeConstraint", VALUE_STRING },
	{ "inputTip",            VALUE_MAP },
	{ "inputHint",           VALUE_STRING },
	{ "isSearchable",        VALUE_BOOLEAN },
};
static const struct fields ATTRIBUTE_FIELDS = FIELDS(ATTRIBUTE_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",         VALUE_STRING },
	{ "name",        VALUE_STRING },
	{ "description", VALUE_STRING },
	{ "attributes",  VALUE_OBJECT, true, &ATTRIBUTE_FIELDS },
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* A name of an attribute: as a key. */
static bool check_name(struct op *op, const json_t *definition)
{
	return check_key(doc_text(definition, "name")) ||
	       fail_invalid_field(op, "name", json_object_get(definition, "name"), NULL);
}

bool attribute_definition_add(struct op *op, json_t *attributes, json_t *definition)
{
	const char *name = doc_text(definition, "name");

	if (!check_name(op, definition))
		return false;
	if (doc_find(attributes, "name", name, NULL))
		return fail_duplicate_field(op, "attributes.name", name);
	doc_put_default(definition, "isRequired", json_false());
	doc_put_default(definition, "level", json_string("Variant"));
	doc_put_default(definition, "attributeConstraint", json_string("None"));
	doc_put_default(definition, "inputHint", json_string("SingleLine"));
	doc_put_default(definition, "isSearchable", json_true());
	json_array_append(attributes, definition);
	return true;
}

static bool fill(struct op *op, struct resource *type, const json_t *draft)
{
	json_t *given = json_object_get(type->doc, "attributes");
	json_t *attributes = keep(op, json_array());

	(void)draft;
	for (size_t i = 0; i < json_array_size(given); i++)
		if (!attribute_definition_add(op, attributes, json_array_get(given, i)))
			return false;
	json_object_set(type->doc, "attributes", attributes);
	return true;
}

const struct resource_kind PRODUCT_TYPE_KIND = {
	.name = "product-type",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
};
