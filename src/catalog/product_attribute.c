#include "product_attribute_priv.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product_type.h"
#include "document/doc.h"
#include "kind/value.h"
#include "resource/lookup.h"
#include "resource/reference.h"

static const struct shape_field ATTRIBUTE_FIELDS[] = {
	{ "name",  FIELD_TEXT, REQUIRED },
	{ "value", FIELD_RAW,  OPTIONAL },
};
const struct shape ATTRIBUTE_DRAFT = { 0, 2, ATTRIBUTE_FIELDS };

const json_t *product_type_of(struct op *op, const json_t *product)
{
	const char *id = doc_text(json_object_get(product, "productType"), "id");
	const json_t *type;

	if (!lookup(op, &PRODUCT_TYPE_KIND, id, &type))
		return NULL;
	if (!type)
		fail_reference_not_found(op, "product-type", id, NULL);
	return type;
}

static value_fn value_of_type;

/* A draft names the key of the value, or repeats the value. */
static json_t *value_enum(struct op *op, const json_t *type, json_t *value, const char *field)
{
	const char *key = json_is_string(value) ? json_string_value(value) : doc_text(value, "key");

	(void)op;
	(void)field;
	return key ? doc_find(json_object_get(type, "values"), "key", key, NULL) : NULL;
}

/* By id or by key. That it may carry more is because an expanded reference is sent back as it came. */
static json_t *value_reference(struct op *op, const json_t *type, json_t *value, const char *field)
{
	const char *type_id = doc_text(value, "typeId");
	const char *id = doc_text(value, "id");
	const char *key = doc_text(value, "key");

	(void)field;
	if (!type_id || strcmp(type_id, doc_text(type, "referenceTypeId")) != 0 || !id == !key ||
	    (id && !check_uuid(id)))
		return NULL;
	json_t *bare = keep(
		op, json_pack("{s:s, s:s}", "typeId", type_id, id ? "id" : "key", id ? id : key));

	return references_resolve(op, bare) ? bare : NULL;
}

static json_t *value_of_set(struct op *op, const json_t *type, json_t *value, const char *field)
{
	return value_set(op, type, value, field, value_of_type);
}

static json_t *value_nested(struct op *op, const json_t *type, json_t *value, const char *field)
{
	const char *id = doc_text(json_object_get(type, "typeReference"), "id");
	struct attribute_scope scope = { .outer = field };
	json_t *attributes;

	if (!json_is_array(value) || !lookup(op, &PRODUCT_TYPE_KIND, id, &scope.type) || !scope.type)
		return NULL;
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!doc_text(json_array_get(value, i), "name"))
			return NULL;
	return attributes_read(op, &scope, value, &attributes) ? attributes : NULL;
}

static json_t *value_of_type(struct op *op, const json_t *type, json_t *value, const char *field)
{
	static const struct {
		const char *name;
		value_fn   *read;
	} TYPES[] = {
		{ "boolean",   value_boolean },
		{ "date",      value_date },
		{ "datetime",  value_date_time },
		{ "enum",      value_enum },
		{ "lenum",     value_enum },
		{ "ltext",     value_localized_text },
		{ "money",     value_money },
		{ "nested",    value_nested },
		{ "number",    value_number },
		{ "reference", value_reference },
		{ "set",       value_of_set },
		{ "text",      value_text },
		{ "time",      value_time },
	};

	for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
		if (doc_is(type, "name", TYPES[i].name))
			return TYPES[i].read(op, type, value, field);
	return NULL;
}

/* Is the definition for the level of the scope? */
static bool is_of_level(const json_t *definition, const struct attribute_scope *scope)
{
	return !scope->level || doc_is(definition, "level", scope->level);
}

static bool fail_no_definition(struct op *op, const json_t *product_type, const char *name)
{
	const char *key = doc_text(product_type, "key");

	return fail_invalid_operation(op, "Attribute definition for '%s' does not exist on type '%s'.",
	                              name, key ? key : doc_text(product_type, "id"));
}

/* What errors call an attribute: `outer.inner`. */
static const char *field_of(struct op *op, const struct attribute_scope *scope, const char *name)
{
	return scope->outer ? arena_printf(op->arena, "%s.%s", scope->outer, name) : name;
}

json_t *attribute_read(struct op *op, const struct attribute_scope *scope, const char *name,
                       json_t *value, bool *ret_done)
{
	const json_t *definition =
		doc_find(json_object_get(scope->type, "attributes"), "name", name, NULL);
	const json_t *type = json_object_get(definition, "type");
	const char *field = field_of(op, scope, name);

	*ret_done = false;
	if (!definition || !is_of_level(definition, scope)) {
		fail_no_definition(op, scope->type, name);
		return NULL;
	}
	if (!value || json_is_null(value)) {
		*ret_done = !doc_true(definition, "isRequired") || fail_required_field(op, field);
		return NULL;
	}
	json_t *stored = value_of_type(op, type, value, field);

	*ret_done = stored || (!op_failed(op) && value_refuse(op, type, value, field));
	return stored ? keep(op, json_pack("{s:s, s:O}", "name", name, "value", stored)) : NULL;
}

/* Does every required attribute of the scope have a value? */
static bool check_required(struct op *op, const struct attribute_scope *scope,
                           const json_t *attributes)
{
	const json_t *definitions = json_object_get(scope->type, "attributes");

	for (size_t i = 0; i < json_array_size(definitions); i++) {
		const json_t *definition = json_array_get(definitions, i);
		const char *name = doc_text(definition, "name");

		if (doc_true(definition, "isRequired") && is_of_level(definition, scope) &&
		    !doc_find(attributes, "name", name, NULL))
			return fail_required_field(op, field_of(op, scope, name));
	}
	return true;
}

bool attributes_read(struct op *op, const struct attribute_scope *scope, const json_t *given,
                     json_t **ret_attributes)
{
	*ret_attributes = keep(op, json_array());
	for (size_t i = 0; i < json_array_size(given); i++) {
		const json_t *attribute = json_array_get(given, i);
		const char *name = doc_text(attribute, "name");
		bool done;

		if (doc_find(*ret_attributes, "name", name, NULL))
			return fail_duplicate_field(op, "attributes.name", name);
		json_t *stored =
			attribute_read(op, scope, name, json_object_get(attribute, "value"), &done);

		if (!done)
			return false;
		if (stored)
			json_array_append(*ret_attributes, stored);
	}
	return check_required(op, scope, *ret_attributes);
}
