/* Attributes of products, checked against the definitions of a product type. */
#include <stdint.h>
#include <string.h>

#include "base/check.h"
#include "base/doc.h"
#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "domain/money.h"
#include "domain/product_type.h"
#include "domain/reference.h"
#include "domain/resource.h"

#include "product_priv.h"

/* The stored form of a value of a type, kept by the arena. NULL: the value does not fit; recorded only
 * if there is more to say than that. */
typedef json_t *value_fn(struct op *op, const json_t *type, json_t *value);

static json_t *value_of_type(struct op *op, const json_t *type, json_t *value);

static json_t *value_boolean(struct op *op, const json_t *type, json_t *value)
{
	(void)op;
	(void)type;
	return json_is_boolean(value) ? value : NULL;
}

static json_t *value_text(struct op *op, const json_t *type, json_t *value)
{
	(void)op;
	(void)type;
	return json_is_string(value) ? value : NULL;
}

static json_t *value_number(struct op *op, const json_t *type, json_t *value)
{
	(void)op;
	(void)type;
	return json_is_number(value) ? value : NULL;
}

static json_t *value_localized_text(struct op *op, const json_t *type, json_t *value)
{
	const char *locale;
	json_t *text;

	(void)op;
	(void)type;
	json_object_foreach(value, locale, text)
		if (!json_is_string(text))
			return NULL;
	return json_is_object(value) ? value : NULL;
}

static json_t *value_date(struct op *op, const json_t *type, json_t *value)
{
	char date[DATE_TEXT_BYTES];

	(void)type;
	if (!json_is_string(value) || !date_normalize(json_string_value(value), date))
		return NULL;
	return keep(op, json_string(date));
}

static json_t *value_time(struct op *op, const json_t *type, json_t *value)
{
	char time[DATE_TEXT_BYTES];

	(void)type;
	if (!json_is_string(value) || !time_normalize(json_string_value(value), time))
		return NULL;
	return keep(op, json_string(time));
}

static json_t *value_date_time(struct op *op, const json_t *type, json_t *value)
{
	int64_t time_ms;

	(void)type;
	if (!json_is_string(value) || !timestamp_parse(json_string_value(value), &time_ms))
		return NULL;
	return keep(op, json_string(timestamp_text(op->arena, time_ms)));
}

/* A draft names the key of the value, or repeats the value. */
static json_t *value_enum(struct op *op, const json_t *type, json_t *value)
{
	const char *key = json_is_string(value) ? json_string_value(value) : doc_text(value, "key");

	(void)op;
	return key ? doc_find(json_object_get(type, "values"), "key", key, NULL) : NULL;
}

static json_t *value_money(struct op *op, const json_t *type, json_t *value)
{
	const char *currency = money_currency(value);

	(void)type;
	if (!currency || !check_currency(currency) ||
	    !json_is_integer(json_object_get(value, "centAmount")))
		return NULL;
	return money_create(op, currency, money_cents(value));
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

/* Each element once, as it is a set. */
static json_t *value_set(struct op *op, const json_t *type, json_t *value)
{
	json_t *set = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *element = value_of_type(op, json_object_get(type, "elementType"),
		                                json_array_get(value, i));
		size_t j = 0;

		if (!element)
			return NULL;
		while (j < json_array_size(set) && !json_equal(json_array_get(set, j), element))
			j++;
		if (j == json_array_size(set))
			json_array_append(set, element);
	}
	return json_is_array(value) ? set : NULL;
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
		{ "set", value_set },            { "text", value_text },
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
