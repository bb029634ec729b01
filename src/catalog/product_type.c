#include "catalog/product_type.h"

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/index_values.h"
#include "resource/lookup.h"
#include "resource/resource_fields.h"

#include "attribute_error_priv.h"
#include "attribute_type_priv.h"
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
	{ .name = "attributeName", .path = "attributes.name" },
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

/* Is there a definition of this name with another type in another product type? */
static bool check_others(struct op *op, const json_t *product_type, const char *name,
                         const json_t *type)
{
	const json_t *others = lookup_all(op, &PRODUCT_TYPE_KIND, "attributeName", name);

	for (size_t i = 0; i < json_array_size(others); i++) {
		const json_t *other = json_array_get(others, i);
		const json_t *definition =
			doc_find(json_object_get(other, "attributes"), "name", name, NULL);

		if (!doc_same(other, product_type, "id") &&
		    !attribute_type_equal(json_object_get(definition, "type"), type))
			return fail_definition_type(op, other, name);
	}
	return others != NULL;
}

bool attribute_name_check(struct op *op, const json_t *product_type, const char *name,
                          const json_t *type)
{
	if (!check_key(name))
		return fail_invalid_field(op, "name", keep(op, json_string(name)), NULL);
	if (doc_find(json_object_get(product_type, "attributes"), "name", name, NULL))
		return fail_definition_exists(op, product_type, name);
	return check_others(op, product_type, name, type);
}

/* Attributes of the product itself and nested ones know no constraint but None. */
static bool check_constraint(struct op *op, const json_t *definition)
{
	const char *name = doc_text(definition, "name");

	if (doc_is(definition, "attributeConstraint", "None"))
		return true;
	if (doc_is(definition, "level", "Product"))
		return fail_invalid_operation(
			op, "The attribute '%s' is of the level 'Product', so its constraint must be 'None'.",
			name);
	return !attribute_type_is_nested(json_object_get(definition, "type")) ||
	       fail_invalid_operation(
			   op, "The attribute '%s' is of the type 'nested', so its constraint must be 'None'.",
			   name);
}

bool attribute_definition_add(struct op *op, json_t *product_type, json_t *definition)
{
	if (!attribute_name_check(op, product_type, doc_text(definition, "name"),
	                          json_object_get(definition, "type")))
		return false;
	doc_put_default(definition, "isRequired", json_false());
	doc_put_default(definition, "level", json_string("Variant"));
	doc_put_default(definition, "attributeConstraint", json_string("None"));
	doc_put_default(definition, "inputHint", json_string("SingleLine"));
	doc_put_default(definition, "isSearchable", json_true());
	if (!check_constraint(op, definition))
		return false;
	json_array_append(json_object_get(product_type, "attributes"), definition);
	return true;
}

static bool fill(struct op *op, struct resource *type, const json_t *draft)
{
	json_t *given = keep(op, json_incref(json_object_get(type->doc, "attributes")));

	(void)draft;
	json_object_set(type->doc, "attributes", keep(op, json_array()));
	for (size_t i = 0; i < json_array_size(given); i++)
		if (!attribute_definition_add(op, type->doc, json_array_get(given, i)))
			return false;
	return true;
}

const struct resource_kind PRODUCT_TYPE_KIND = {
	.name = "product-type",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
};
