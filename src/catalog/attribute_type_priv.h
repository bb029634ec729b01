/* Drafts of definitions of attributes, and of their types. */
#ifndef CATALOG_ATTRIBUTE_TYPE_PRIV_H
#define CATALOG_ATTRIBUTE_TYPE_PRIV_H

#include "document/shape.h"

/* The members of a draft of an attribute definition. */
extern const struct shape ATTRIBUTE_DEFINITION_DRAFT;

/* The values of an enum and of a lenum. */
extern const struct shape ENUM_VALUE;
extern const struct shape LOCALIZED_ENUM_VALUE;

/* What texts of a definition may be, for text_check_enum. */
extern const char *const ATTRIBUTE_CONSTRAINTS[];
extern const char *const ATTRIBUTE_INPUT_HINTS[];

/* Decodes an attribute type in a document (FIELD_CONVERTED): `{"name": "set", "elementType": …}` with
 * the members that a type of this name has. */
custom_decode_fn attribute_type_decode;

#endif
