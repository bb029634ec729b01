/* Standalone prices: of a SKU, for products whose price mode says so. */
#ifndef CATALOG_STANDALONE_PRICE_H
#define CATALOG_STANDALONE_PRICE_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind STANDALONE_PRICE_KIND;
extern const struct shape STANDALONE_PRICE_DRAFT;
extern const struct shape STANDALONE_PRICE_UPDATE;

/* The active prices of a SKU: an array of documents, kept by the arena. False: recorded. */
bool standalone_prices_of_sku(struct op *op, const char *sku, json_t **ret_prices);

#endif
