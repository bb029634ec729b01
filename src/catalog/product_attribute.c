#include "product_attribute_priv.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "catalog/product_type.h"
#include "document/doc.h"
#include "kind/value.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/resource.h"

static const struct shape_field ATTRIBUTE_FIELDS[] = {
	{ "name",  FIELD_TEXT, REQUIRED },
	{ "value", FIELD_RAW,  OPTIONAL },
};
const struct shape ATTRIBUTE_DRAFT = { 0, 2, ATTRIBUTE_FIELDS };

struct resource *product_type_of(struct op *op, const json_t *product)
{
	return resource_get(op, &PRODUCT_TYPE_KIND,
	                    doc_text(json_object_get(product, "productType"), "id"));
}

static json_t *value_of_type(struct op *op, const json_t *type, json_t *value);

/* A draft names the key of the value, or repeats the value. */
static json_t *value_enum(struct op *op, const json_t *type, json_t *value)
{
	const char *key = json_is_string(value) ? json_string_value(value) : doc_text(value, "key");

	(void)op;
	return key ? doc_find(json_object_get(type, "values"), "key", key, NULL) : NULL;
}

/* Resolved before, if it is no more than a reference. That it may be is because an expanded one is sent
 * back as it came. */
static json_t *value_reference(struct op *op, const json_t *type, json_t *value)
{
	const char *type_id = doc_text(value, "typeId");
	const char *id = doc_text(value, "id");

	if (!type_id || !id || doc_has(value, "key") ||
	    strcmp(type_id, doc_text(type, "referenceTypeId")) != 0)
		return NULL;
	if (json_object_size(value) == 2)
		return value;
	json_t *bare = keep(op, json_pack("{s:s, s:s}", "typeId", type_id, "id", id));

	return references_resolve(op, bare) ? bare : NULL;
}

static json_t *value_of_set(struct op *op, const json_t *type, json_t *value)
{
	return value_set(op, type, value, value_of_type);
}

static json_t *value_nested(struct op *op, const json_t *type, json_t *value)
{
	const struct resource *product_type = resource_get(
		op, &PRODUCT_TYPE_KIND, doc_text(json_object_get(type, "typeReference"), "id"));
	json_t *attributes;

	if (!product_type || !json_is_array(value))
		return NULL;
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!doc_text(json_array_get(value, i), "name"))
			return NULL;
	return attributes_read(op, product_type->doc, NULL, value, &attributes) ? attributes : NULL;
}

static json_t *value_of_type(struct op *op, const json_t *type, json_t *value)
{
	static const struct {
		const char *name;
		value_fn *read;
	} TYPES[] = {
		{ "boolean", value_boolean },   { "date", value_date },
		{ "datetime", value_date_time }, { "enum", value_enum },
		{ "lenum", value_enum },         { "ltext", value_localized_text },
		{ "money", value_money },        { "nested", value_nested },
		{ "number", value_number },      { "reference", value_reference },
		{ "set", value_of_set },            { "text", value_text },
		{ "time", value_time },
	};

	for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
		if (strcmp(TYPES[i].name, doc_text(type, "name")) == 0)
			return TYPES[i].read(op, type, value);
	return NULL;
}

/* Is the definition for this level? NULL is any. */
static bool is_of_level(const json_t *definition, const char *level)
{
	return !level || strcmp(doc_text(definition, "level"), level) == 0;
}

static bool fail_no_definition(struct op *op, const json_t *product_type, const char *name)
{
	const char *key = doc_text(product_type, "key");

	return fail_invalid_operation(op, "Attribute definition for '%s' does not exist on type '%s'.",
	                              name, key ? key : doc_text(product_type, "id"));
}

json_t *attribute_read(struct op *op, const json_t *product_type, const char *level,
                       const char *name, json_t *value, bool *ret_done)
{
	json_t *definition =
		doc_find(json_object_get(product_type, "attributes"), "name", name, NULL);

	*ret_done = false;
	if (!definition || !is_of_level(definition, level)) {
		fail_no_definition(op, product_type, name);
		return NULL;
	}
	if (!value || json_is_null(value)) {
		*ret_done = !doc_true(definition, "isRequired") || fail_required_field(op, name);
		return NULL;
	}
	json_t *stored = value_of_type(op, json_object_get(definition, "type"), value);

	if (!stored) {
		if (!op_failed(op))
			fail_invalid_field(op, name, value, NULL);
		return NULL;
	}
	*ret_done = true;
	return keep(op, json_pack("{s:s, s:O}", "name", name, "value", stored));
}

/* Does every required attribute of the level have a value? */
static bool check_required(struct op *op, const json_t *product_type, const char *level,
                           const json_t *attributes)
{
	const json_t *definitions = json_object_get(product_type, "attributes");

	for (size_t i = 0; i < json_array_size(definitions); i++) {
		const json_t *definition = json_array_get(definitions, i);
		const char *name = doc_text(definition, "name");

		if (doc_true(definition, "isRequired") && is_of_level(definition, level) &&
		    !doc_find(attributes, "name", name, NULL))
			return fail_required_field(op, name);
	}
	return true;
}

bool attributes_read(struct op *op, const json_t *product_type, const char *level,
                     const json_t *given, json_t **ret_attributes)
{
	*ret_attributes = keep(op, json_array());
	for (size_t i = 0; i < json_array_size(given); i++) {
		const json_t *attribute = json_array_get(given, i);
		const char *name = doc_text(attribute, "name");
		bool done;

		if (doc_find(*ret_attributes, "name", name, NULL))
			return fail_duplicate_field(op, "attributes.name", name);
		json_t *stored = attribute_read(op, product_type, level, name,
		                                json_object_get(attribute, "value"), &done);

		if (!done)
			return false;
		if (stored)
			json_array_append(*ret_attributes, stored);
	}
	return check_required(op, product_type, level, *ret_attributes);
}
