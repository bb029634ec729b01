#include "attribute_type_priv.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "resource/reference.h"

#include "attribute_error_priv.h"

const struct shape ENUM_VALUE = { 0, 2, (const struct shape_field[]){
	{ "key",   FIELD_TEXT, REQUIRED },
	{ "label", FIELD_TEXT, REQUIRED } } };
const struct shape LOCALIZED_ENUM_VALUE = { 0, 2, (const struct shape_field[]){
	{ "key",   FIELD_TEXT,     REQUIRED },
	{ "label", FIELD_TEXT_MAP, REQUIRED } } };

#define TYPE_REFERENCE FIELD_CONVERTED, REQUIRED, .argument = "product-type", .decode = reference_decode
/* What a type has beside its name; at most one member. */
struct attribute_type {
	const char        *name;
	struct shape_field member;
};

/* Source: API docs, "AttributeReferenceTypeId". */
static const char *const REFERENCE_TYPE_IDS[] = {
	"associate-role", "business-unit", "cart", "cart-discount", "category", "channel", "customer", "customer-group",
	"key-value-document", "order", "product", "product-type", "review", "shipping-method", "state", "variant", "zone",
	NULL,
};

static const struct attribute_type TYPES[] = {
	{ "boolean",   { 0 } },
	{ "date",      { 0 } },
	{ "datetime",  { 0 } },
	{ "enum",      { "values",          FIELD_DOCUMENTS, REQUIRED, .inner = &ENUM_VALUE } },
	{ "lenum",     { "values",          FIELD_DOCUMENTS, REQUIRED, .inner = &LOCALIZED_ENUM_VALUE } },
	{ "ltext",     { 0 } },
	{ "money",     { 0 } },
	{ "nested",    { "typeReference",   TYPE_REFERENCE } },
	{ "number",    { 0 } },
	{ "reference", { "referenceTypeId", FIELD_TEXT,      REQUIRED, 0, text_check_enum, REFERENCE_TYPE_IDS } },
	{ "set",       { "elementType",     FIELD_CONVERTED, REQUIRED, .decode = attribute_type_decode } },
	{ "text",      { 0 } },
	{ "time",      { 0 } },
};
#undef TYPE_REFERENCE
enum { TYPE_COUNT = sizeof TYPES / sizeof *TYPES };

static const char *const LEVELS[] = { "Product", "Variant", NULL };
static const char *const CONSTRAINTS[] = { "CombinationUnique", "None", "SameForAll", "Unique", NULL };
const char *const ATTRIBUTE_CONSTRAINT_CHANGES[] = { "None", NULL };
const char *const ATTRIBUTE_INPUT_HINTS[] = { "MultiLine", "SingleLine", NULL };

static const struct shape_field DEFINITION_FIELDS[] = {
	{ "type",                FIELD_CONVERTED, REQUIRED, .decode = attribute_type_decode },
	{ "name",                FIELD_TEXT,      REQUIRED },
	{ "label",               FIELD_TEXT_MAP,  REQUIRED },
	{ "isRequired",          FIELD_BOOL,      OPTIONAL },
	{ "level",               FIELD_TEXT,      OPTIONAL, 0, text_check_enum, LEVELS },
	{ "attributeConstraint", FIELD_TEXT,      OPTIONAL, 0, text_check_enum, CONSTRAINTS },
	{ "inputTip",            FIELD_TEXT_MAP,  OPTIONAL },
	{ "inputHint",           FIELD_TEXT,      OPTIONAL, 0, text_check_enum, ATTRIBUTE_INPUT_HINTS },
	{ "isSearchable",        FIELD_BOOL,      OPTIONAL },
};
const struct shape ATTRIBUTE_DEFINITION_DRAFT = {
	0, sizeof DEFINITION_FIELDS / sizeof *DEFINITION_FIELDS, DEFINITION_FIELDS
};

static const struct attribute_type *find_type(const char *name)
{
	for (size_t i = 0; i < TYPE_COUNT; i++)
		if (strcmp(TYPES[i].name, name) == 0)
			return &TYPES[i];
	return NULL;
}

static bool fail_unknown(struct op *op, const struct json_path *path, const char *name)
{
	const struct json_path here = { path, "name" };
	const char *names[TYPE_COUNT + 1] = { NULL };

	for (size_t i = 0; i < TYPE_COUNT; i++)
		names[i] = TYPES[i].name;
	return fail_at(op, &here, text_check_enum(op, names, &name));
}

/* Has each value of an enum a key of its own? */
static bool check_keys(struct op *op, const json_t *type)
{
	const json_t *values = json_object_get(type, "values");
	json_t *seen = keep(op, json_object());
	json_t *duplicates = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(values); i++) {
		json_t *key = json_object_get(json_array_get(values, i), "key");

		if (!doc_note(seen, json_string_value(key)))
			json_array_append(duplicates, key);
	}
	return json_array_size(duplicates) == 0 || fail_enum_duplicates(op, duplicates);
}

bool attribute_type_decode(struct op *op, json_t *value, const struct json_path *path,
                           const void *argument, void *target)
{
	const char *name = doc_text(value, "name");
	void *members;

	(void)argument;
	if (!name)
		return fail_misfit(op, &(struct json_path){ path, "name" }, MISFIT_MISSING);
	const struct attribute_type *type = find_type(name);

	if (!type)
		return fail_unknown(op, path, name);
	const struct shape shape = { 0, type->member.name ? 1 : 0, &type->member, "name" };

	if (!shape_decode_input(op, &shape, value, path, &members))
		return false;
	doc_put(members, "name", json_string(name));
	*(json_t **)target = members;
	return check_keys(op, members);
}

const json_t *attribute_type_of_elements(const json_t *type)
{
	while (doc_has(type, "elementType"))
		type = json_object_get(type, "elementType");
	return type;
}

bool attribute_type_is_nested(const json_t *type)
{
	return doc_is(attribute_type_of_elements(type), "name", "nested");
}

bool attribute_type_equal(const json_t *a, const json_t *b)
{
	for (; doc_same(a, b, "name");
	     a = json_object_get(a, "elementType"), b = json_object_get(b, "elementType"))
		if (!doc_is(a, "name", "set"))
			return doc_same(a, b, "referenceTypeId") && doc_same(a, b, "typeReference");
	return false;
}
