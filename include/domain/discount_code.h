/* Discount codes: what a customer enters for cart discounts. */
#ifndef DOMAIN_DISCOUNT_CODE_H
#define DOMAIN_DISCOUNT_CODE_H

#include "base/shape.h"
#include "domain/resource.h"

extern const struct resource_kind DISCOUNT_CODE_KIND;
extern const struct shape DISCOUNT_CODE_DRAFT;
extern const struct shape DISCOUNT_CODE_UPDATE;

#endif
