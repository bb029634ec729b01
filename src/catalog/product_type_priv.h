/* What the files of product types share. */
#ifndef CATALOG_PRODUCT_TYPE_PRIV_H
#define CATALOG_PRODUCT_TYPE_PRIV_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

/* The members of a draft of an attribute definition. */
extern const struct shape ATTRIBUTE_DEFINITION_DRAFT;

/* The values of an enum and of a lenum. */
extern const struct shape ENUM_VALUE;
extern const struct shape LOCALIZED_ENUM_VALUE;

/* What texts of a definition may be, for text_check_enum. */
extern const char *const ATTRIBUTE_CONSTRAINTS[];
extern const char *const ATTRIBUTE_INPUT_HINTS[];

/* Adds a decoded definition, giving it what the draft left to the defaults. Its name must be valid
 * and new. False: recorded. */
bool attribute_definition_add(struct op *op, json_t *attributes, json_t *definition);

#endif
