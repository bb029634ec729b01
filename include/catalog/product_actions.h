/* Drafts and update actions of products. */
#ifndef CATALOG_PRODUCT_ACTIONS_H
#define CATALOG_PRODUCT_ACTIONS_H

#include "document/shape.h"

extern const struct shape PRODUCT_DRAFT;
extern const struct shape PRODUCT_UPDATE;

#endif
