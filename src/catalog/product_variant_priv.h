/* Variants as they come in, and what must differ between them. */
#ifndef CATALOG_PRODUCT_VARIANT_PRIV_H
#define CATALOG_PRODUCT_VARIANT_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"

struct op;

/* The rows of the draft of a variant, alone and as the input of addVariant. */
#define VARIANT_DRAFT_FIELDS \
	{ "sku",        FIELD_TEXT,      OPTIONAL }, \
	{ "key",        FIELD_TEXT,      OPTIONAL }, \
	{ "prices",     FIELD_DOCUMENTS, OPTIONAL, .inner = &PRICE_DRAFT }, \
	{ "images",     FIELD_DOCUMENTS, OPTIONAL, .inner = &IMAGE_DRAFT }, \
	{ "attributes", FIELD_DOCUMENTS, OPTIONAL, .inner = &ATTRIBUTE_DRAFT }, \
	{ "assets",     FIELD_DOCUMENTS, OPTIONAL, .inner = &ASSET_DRAFT }

extern const struct shape VARIANT_DRAFT;
extern const struct shape IMAGE_DRAFT;

/* Makes a variant from a draft whose references are resolved, its attributes checked against the
 * product type; kept by the arena. NULL: recorded. */
json_t *variant_create(struct op *op, const json_t *product_type, const json_t *draft, int64_t id);

/* Does each variant have a SKU and a key of its own, and each price a scope? Do any two variants differ in anything but
 * their ids? False: recorded. */
bool variants_check(struct op *op, const json_t *data);

#endif
