/* Product types: what attributes products have. */
#ifndef CATALOG_PRODUCT_TYPE_H
#define CATALOG_PRODUCT_TYPE_H

#include "resource/resource.h"

extern const struct resource_kind PRODUCT_TYPE_KIND;

#endif
