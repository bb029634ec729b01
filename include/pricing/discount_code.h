/* Discount codes: what a customer enters for cart discounts. */
#ifndef PRICING_DISCOUNT_CODE_H
#define PRICING_DISCOUNT_CODE_H

#include "document/shape.h"
#include "resource/resource.h"

extern const struct resource_kind DISCOUNT_CODE_KIND;
extern const struct shape DISCOUNT_CODE_DRAFT;
extern const struct shape DISCOUNT_CODE_UPDATE;

#endif
