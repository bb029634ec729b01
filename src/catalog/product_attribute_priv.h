/* Attributes of products, checked against the definitions of a product type. */
#ifndef CATALOG_PRODUCT_ATTRIBUTE_PRIV_H
#define CATALOG_PRODUCT_ATTRIBUTE_PRIV_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

extern const struct shape ATTRIBUTE_DRAFT;

/* The product type of a product, to be looked at. NULL: recorded. */
const json_t *product_type_of(struct op *op, const json_t *product);

/* Which attributes are meant. */
struct attribute_scope {
	const json_t *type;  /* the product type that defines them */
	const char   *level; /* `Product` or `Variant`; NULL: of any level */
	const char   *outer; /* the attribute that they are nested in, as errors call it; NULL: none */
};

/* Checks attributes (NULL: none) of a scope against their definitions, and that none is missing. *ret_attributes: in
 * stored form, kept by the arena. False: recorded. */
bool attributes_read(struct op *op, const struct attribute_scope *scope, const json_t *given,
                     json_t **ret_attributes);

/* One attribute of a scope in stored form, kept by the arena; NULL with *ret_done: the value is absent and may be.
 * False in *ret_done: recorded. */
json_t *attribute_read(struct op *op, const struct attribute_scope *scope, const char *name,
                       json_t *value, bool *ret_done);

#endif
