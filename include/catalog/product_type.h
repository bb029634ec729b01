/* Product types: what attributes products have. */
#ifndef CATALOG_PRODUCT_TYPE_H
#define CATALOG_PRODUCT_TYPE_H

#include "document/shape.h"
#include "resource/resource.h"

extern const struct resource_kind PRODUCT_TYPE_KIND;
extern const struct shape PRODUCT_TYPE_DRAFT;
extern const struct shape PRODUCT_TYPE_UPDATE;

/* Decodes an attribute type in a document (FIELD_CONVERTED): `{"name": "set", "elementType": …}` with
 * the members that a type of this name has. */
custom_decode_fn attribute_type_decode;

#endif
