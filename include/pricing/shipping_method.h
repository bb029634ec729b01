/* Shipping methods: what it costs to ship to a zone. */
#ifndef PRICING_SHIPPING_METHOD_H
#define PRICING_SHIPPING_METHOD_H

#include "document/shape.h"
#include "resource/resource.h"

extern const struct resource_kind SHIPPING_METHOD_KIND;
extern const struct shape SHIPPING_METHOD_DRAFT;
extern const struct shape SHIPPING_METHOD_UPDATE;

/* {price, freeAbove?, tiers?}: what a method costs in a zone. */
extern const struct shape SHIPPING_RATE_DRAFT;

#endif
