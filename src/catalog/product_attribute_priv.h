/* Attributes of products, checked against the definitions of a product type. */
#ifndef CATALOG_PRODUCT_ATTRIBUTE_PRIV_H
#define CATALOG_PRODUCT_ATTRIBUTE_PRIV_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct op;
struct resource;

extern const struct shape ATTRIBUTE_DRAFT;

/* The product type of a product. NULL: recorded. */
struct resource *product_type_of(struct op *op, const json_t *product);

/* Checks attributes (NULL: none) of a level, `Product` or `Variant`, against a product type, and that
 * none is missing. *ret_attributes: in stored form, kept by the arena. False: recorded. */
bool attributes_read(struct op *op, const json_t *product_type, const char *level,
                     const json_t *given, json_t **ret_attributes);

/* One attribute of a level in stored form, kept by the arena; NULL with *ret_done: the value is
 * absent and may be. False in *ret_done: recorded. */
json_t *attribute_read(struct op *op, const json_t *product_type, const char *level,
                       const char *name, json_t *value, bool *ret_done);

#endif
