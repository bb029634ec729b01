/* Shipping methods: what it costs to ship to a zone. */
#ifndef DOMAIN_SHIPPING_METHOD_H
#define DOMAIN_SHIPPING_METHOD_H

#include "base/shape.h"
#include "domain/resource.h"

extern const struct resource_kind SHIPPING_METHOD_KIND;
extern const struct shape SHIPPING_METHOD_DRAFT;
extern const struct shape SHIPPING_METHOD_UPDATE;

#endif
