/* Tax categories: their rates by country and state. What they come to is in money/tax.h. */
#ifndef STORE_TAX_CATEGORY_H
#define STORE_TAX_CATEGORY_H

#include "document/shape.h"
#include "resource/resource.h"

extern const struct resource_kind TAX_CATEGORY_KIND;
extern const struct shape TAX_CATEGORY_DRAFT;
extern const struct shape TAX_CATEGORY_UPDATE;

#endif
