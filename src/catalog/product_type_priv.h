/* What a product type does for its update actions. */
#ifndef CATALOG_PRODUCT_TYPE_PRIV_H
#define CATALOG_PRODUCT_TYPE_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* Adds a decoded definition, giving it what the draft left to the defaults. Its name must be valid
 * and new. False: recorded. */
bool attribute_definition_add(struct op *op, json_t *attributes, json_t *definition);

#endif
