/* Drafts of definitions of attributes, and of their types. */
#ifndef CATALOG_ATTRIBUTE_TYPE_PRIV_H
#define CATALOG_ATTRIBUTE_TYPE_PRIV_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

/* The members of a draft of an attribute definition. */
extern const struct shape ATTRIBUTE_DEFINITION_DRAFT;

/* The values of an enum and of a lenum. */
extern const struct shape ENUM_VALUE;
extern const struct shape LOCALIZED_ENUM_VALUE;

/* What texts of a definition may be, for text_check_enum. */
extern const char *const ATTRIBUTE_CONSTRAINT_CHANGES[]; /* a constraint can only be lifted */
extern const char *const ATTRIBUTE_INPUT_HINTS[];

/* Decodes an attribute type in a document (FIELD_CONVERTED): `{"name": "set", "elementType": …}` with
 * the members that a type of this name has. */
custom_decode_fn attribute_type_decode;

/* Do both have values of the same kind? Which values an enum has is of no matter. */
bool attribute_type_equal(const json_t *a, const json_t *b);

/* Is it a type of nested attributes, or a set of such? */
bool attribute_type_is_nested(const json_t *type);

/* The type of what is in a set, at any depth; of another type, itself. */
const json_t *attribute_type_of_elements(const json_t *type);

#endif
