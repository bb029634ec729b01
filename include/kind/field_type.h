/* The types that custom fields may have: what a definition may say, and which values fit it. */
#ifndef KIND_FIELD_TYPE_H
#define KIND_FIELD_TYPE_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

/* Decode a FieldDefinition, or an array of them that have different names (FIELD_CONVERTED). */
custom_decode_fn field_definition_decode;
custom_decode_fn field_definitions_decode;

/* Decode an EnumValue and a LocalizedEnumValue. */
extern const struct shape ENUM_VALUE_SHAPE;
extern const struct shape LOCALIZED_ENUM_VALUE_SHAPE;

/* Which hints there are for input fields. For text_check_enum. */
extern const char *const INPUT_HINTS[];

/* Do both have values of the same kind? Which values an enum allows is of no matter. */
bool field_type_equal(const json_t *a, const json_t *b);

/* The array of values of a type of this name (`Enum`, `LocalizedEnum`), or of a Set of it. NULL: it
 * is another type. */
json_t *field_type_enum_values(const json_t *type, const char *name);

/* Is it a type of texts for people: String, LocalizedString, or a Set of one? */
bool field_type_is_text(const json_t *type);

/* Brings a value into the form in which it is stored; *ret_value is kept by the arena, `value` stays
 * as it is. What does not fit is an InvalidField under the definition's name. Source: API docs,
 * "FieldType". False: recorded. */
bool field_value_normalize(struct op *op, const json_t *definition, json_t *value,
                           json_t **ret_value);

/* Does what a normalized value refers to exist for who asks? False: recorded. */
bool field_value_check_references(struct op *op, const json_t *definition, const json_t *value);

#endif
