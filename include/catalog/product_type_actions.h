/* Drafts and update actions of product types. */
#ifndef CATALOG_PRODUCT_TYPE_ACTIONS_H
#define CATALOG_PRODUCT_TYPE_ACTIONS_H

#include "document/shape.h"

extern const struct shape PRODUCT_TYPE_DRAFT;
extern const struct shape PRODUCT_TYPE_UPDATE;

#endif
