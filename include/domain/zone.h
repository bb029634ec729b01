/* Zones: countries and states to which shipping costs the same. */
#ifndef DOMAIN_ZONE_H
#define DOMAIN_ZONE_H

#include "base/shape.h"
#include "domain/resource.h"

extern const struct resource_kind ZONE_KIND;
extern const struct shape ZONE_DRAFT;
extern const struct shape ZONE_UPDATE;

#endif
