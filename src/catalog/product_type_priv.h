/* What a product type does for its update actions. */
#ifndef CATALOG_PRODUCT_TYPE_PRIV_H
#define CATALOG_PRODUCT_TYPE_PRIV_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* Adds a decoded definition to the product type, giving it what the draft left to the defaults. Its name must be valid,
 * new, and of the same type wherever else it is defined. False: recorded. */
bool attribute_definition_add(struct op *op, json_t *product_type, json_t *definition);

/* May an attribute of the product type have this name and type? Other product types may have it with the same type.
 * False: recorded. */
bool attribute_name_check(struct op *op, const json_t *product_type, const char *name,
                          const json_t *type);

#endif
