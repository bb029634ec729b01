/* Types: what custom fields a resource may have. */
#ifndef DOMAIN_TYPE_H
#define DOMAIN_TYPE_H

#include "base/shape.h"
#include "domain/resource.h"

extern const struct resource_kind TYPE_KIND;

#endif
