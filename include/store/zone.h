/* Zones: countries and states to which shipping costs the same. */
#ifndef STORE_ZONE_H
#define STORE_ZONE_H

#include "document/shape.h"
#include "resource/resource.h"

extern const struct resource_kind ZONE_KIND;
extern const struct shape ZONE_DRAFT;
extern const struct shape ZONE_UPDATE;

#endif
