/* Tax categories: their rates by country and state. What they come to is in domain/tax.h. */
#ifndef DOMAIN_TAX_CATEGORY_H
#define DOMAIN_TAX_CATEGORY_H

#include "base/shape.h"
#include "domain/resource.h"

extern const struct resource_kind TAX_CATEGORY_KIND;
extern const struct shape TAX_CATEGORY_DRAFT;
extern const struct shape TAX_CATEGORY_UPDATE;

#endif
