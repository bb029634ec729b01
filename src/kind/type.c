#include "kind/type.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "db/db.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/field_type.h"
#include "resource/lookup.h"
#include "resource/resource_fields.h"

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "resourceTypeId", .path = "resourceTypeIds" },
	{ 0 },
};

static const struct field DEFINITION_ROWS[] = {
	{ "name",      VALUE_STRING },
	{ "label",     VALUE_MAP },
	{ "required",  VALUE_BOOLEAN },
	{ "type",      VALUE_MAP },
	{ "inputHint", VALUE_STRING },
};
static const struct fields DEFINITION_FIELDS = FIELDS(DEFINITION_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",              VALUE_STRING },
	{ "name",             VALUE_MAP },
	{ "description",      VALUE_MAP },
	{ "resourceTypeIds",  VALUE_STRING, true },
	{ "fieldDefinitions", VALUE_OBJECT, true, &DEFINITION_FIELDS },
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

json_t *type_definition(const json_t *type, const char *field_name)
{
	return doc_find(json_object_get(type, "fieldDefinitions"), "name", field_name, NULL);
}

json_t *type_need_definition(struct op *op, const json_t *type, const char *field_name)
{
	json_t *definition = type_definition(type, field_name);

	if (!definition)
		fail_invalid_operation(op, "Field definition for '%s' does not exist on type '%s'.",
		                       field_name, doc_text(type, "key"));
	return definition;
}

bool type_is_for(const json_t *type, const char *resource_type_id)
{
	return doc_list_holds(type, "resourceTypeIds", resource_type_id);
}

static bool check_against(struct op *op, const json_t *definitions, const json_t *other)
{
	for (size_t i = 0; i < json_array_size(definitions); i++) {
		const json_t *definition = json_array_get(definitions, i);
		const char *name = doc_text(definition, "name");
		const json_t *same = type_definition(other, name);

		if (same && !field_type_equal(json_object_get(definition, "type"),
		                              json_object_get(same, "type")))
			return fail_invalid_operation(
				op, "The field '%s' has a different type in the type '%s' for the same resources.",
				name, doc_text(other, "key"));
	}
	return true;
}

static bool check_against_all(struct op *op, const json_t *type, const json_t *definitions,
                              const json_t *others)
{
	for (size_t i = 0; i < json_array_size(others); i++) {
		const json_t *other = json_array_get(others, i);
		bool is_self = strcmp(doc_text(other, "id"), doc_text(type, "id")) == 0;

		if (!is_self && !check_against(op, definitions, other))
			return false;
	}
	return true;
}

bool type_check_definitions(struct op *op, const json_t *type, const json_t *definitions)
{
	const json_t *resource_type_ids = json_object_get(type, "resourceTypeIds");

	for (size_t i = 0; i < json_array_size(resource_type_ids); i++) {
		const char *id = json_string_value(json_array_get(resource_type_ids, i));
		const json_t *others = lookup_all(op, &TYPE_KIND, "resourceTypeId", id);

		if (!others || !check_against_all(op, type, definitions, others))
			return false;
	}
	return true;
}

static bool fill(struct op *op, struct resource *type, const json_t *draft)
{
	(void)draft;
	if (!doc_has(type->doc, "fieldDefinitions"))
		doc_put(type->doc, "fieldDefinitions", json_array());
	return type_check_definitions(op, type->doc, json_object_get(type->doc, "fieldDefinitions"));
}

const struct resource_kind TYPE_KIND = {
	.name = "type",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
};

/* A cart's custom fields are those of `order`; there is no `cart`. */
static const char *const RESOURCE_TYPE_IDS[] = {
	"address",
	"approval-flow",
	"approval-rule",
	"asset",
	"associate-role",
	"business-unit",
	"cart-discount",
	"category",
	"channel",
	"custom-line-item",
	"customer",
	"customer-group",
	"discount-code",
	"inventory-entry",
	"line-item",
	"order",
	"order-delivery",
	"order-edit",
	"order-parcel",
	"order-return-item",
	"payment",
	"payment-interface-interaction",
	"payment-method",
	"payment-method-info",
	"product-price",
	"product-selection",
	"product-tailoring",
	"quote",
	"recurring-order",
	"reservation",
	"review",
	"shipping",
	"shipping-method",
	"shopping-list",
	"shopping-list-text-line-item",
	"standalone-price",
	"store",
	"transaction",
	NULL,
};

/* An array of resourceTypeIds, each once. */
static bool type_ids_decode(struct op *op, json_t *value, const struct json_path *path,
                                     const void *argument, void *target)
{
	json_t *ids = keep(op, json_array());

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *id = json_string_value(json_array_get(value, i));

		if (!id)
			return fail_misfit(op, path, MISFIT_WORD);
		const char *problem = text_check_enum(op, argument, &id);

		if (problem)
			return fail_at(op, path, problem);
		doc_collect_texts(json_array_get(value, i), "", ids);
	}
	*(json_t **)target = ids;
	return true;
}

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",              FIELD_TEXT,      REQUIRED },
	{ "name",             FIELD_TEXT_MAP,  REQUIRED },
	{ "description",      FIELD_TEXT_MAP,  OPTIONAL },
	{ "resourceTypeIds",  FIELD_CONVERTED, REQUIRED, .argument = RESOURCE_TYPE_IDS, .decode = type_ids_decode },
	{ "fieldDefinitions", FIELD_CONVERTED, OPTIONAL, .decode = field_definitions_decode },
};
const struct shape TYPE_DRAFT = { 0, 5, DRAFT_FIELDS };
