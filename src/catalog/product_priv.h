/* What the files of products share. "Product data" is an object with name, slug, masterVariant and so
 * on; a product has two of them. */
#ifndef CATALOG_PRODUCT_PRIV_H
#define CATALOG_PRODUCT_PRIV_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"
#include "kind/update.h"

struct op;
struct resource;

/* The rows of the draft of a variant, alone and as the input of addVariant. */
#define VARIANT_DRAFT_FIELDS \
	{ "sku",        FIELD_TEXT,      OPTIONAL }, \
	{ "key",        FIELD_TEXT,      OPTIONAL }, \
	{ "prices",     FIELD_DOCUMENTS, OPTIONAL, .inner = &PRICE_DRAFT }, \
	{ "images",     FIELD_DOCUMENTS, OPTIONAL, .inner = &IMAGE_DRAFT }, \
	{ "attributes", FIELD_DOCUMENTS, OPTIONAL, .inner = &ATTRIBUTE_DRAFT }

/* Drafts of what product data consists of. */
extern const struct shape VARIANT_DRAFT;
extern const struct shape IMAGE_DRAFT;
extern const struct shape ATTRIBUTE_DRAFT;
custom_decode_fn search_keywords_decode;

/* The product type of a product. NULL: recorded. */
struct resource *product_type_of(struct op *op, const json_t *product);

/* Makes a variant from a draft whose references are resolved, its attributes checked against the
 * product type; kept by the arena. NULL: recorded. */
json_t *variant_create(struct op *op, const json_t *product_type, const json_t *draft, int64_t id);

/* Does each variant have a SKU and a key of its own, and each price a scope? False: recorded. */
bool variants_check(struct op *op, const json_t *data);

/* Checks attributes (NULL: none) of a level, `Product` or `Variant`, against a product type, and that
 * none is missing. *ret_attributes: in stored form, kept by the arena. False: recorded. */
bool attributes_read(struct op *op, const json_t *product_type, const char *level,
                     const json_t *given, json_t **ret_attributes);

/* One attribute of a level in stored form, kept by the arena; NULL with *ret_done: the value is
 * absent and may be. False in *ret_done: recorded. */
json_t *attribute_read(struct op *op, const json_t *product_type, const char *level,
                       const char *name, json_t *value, bool *ret_done);

/* -- update actions on product data -- */

/* What an action works on. */
enum product_part { PART_DATA, PART_VARIANT, PART_PRICE };

/* Where an action is being carried out: for staged data, and again for the current data unless it is
 * for staged data only. */
struct edit {
	struct op             *op;
	const struct resource *product;
	const char            *field;     /* of the row */
	const json_t          *input;     /* references resolved, prepared */
	json_t                *data;
	json_t                *variant;   /* of PART_VARIANT and PART_PRICE */
	size_t                 price_index; /* of PART_PRICE */
	bool                   is_staged;
};

/* Completes the input, once for both: gives ids. Changes `input`. False: recorded. */
typedef bool prepare_edit_fn(struct op *op, const struct resource *product, json_t *input);

/* Changes the data; stores no value of the input without copying it. False: recorded. */
typedef bool edit_fn(const struct edit *edit);

/* The argument of product_apply_edit(). */
struct product_edit {
	enum product_part part;
	prepare_edit_fn  *prepare;  /* NULL: nothing to prepare */
	edit_fn          *edit;
};

apply_fn product_apply_edit;

extern prepare_edit_fn prepare_attribute;
extern prepare_edit_fn prepare_image;
extern prepare_edit_fn prepare_price;
extern prepare_edit_fn prepare_prices;
extern prepare_edit_fn prepare_product_attribute;
extern prepare_edit_fn prepare_variant;
extern edit_fn edit_add_image;
extern edit_fn edit_add_price;
extern edit_fn edit_add_variant;
extern edit_fn edit_change_master;
extern edit_fn edit_change_price;
extern edit_fn edit_label_image;
extern edit_fn edit_move_image;
extern edit_fn edit_remove_image;
extern edit_fn edit_remove_price;
extern edit_fn edit_remove_variant;
extern edit_fn edit_set_attribute;
extern edit_fn edit_set_attribute_everywhere;
extern edit_fn edit_set_price_custom_field;
extern edit_fn edit_set_price_custom_type;
extern edit_fn edit_set_price_member;
extern edit_fn edit_set_prices;
extern edit_fn edit_product_attribute;
extern edit_fn edit_set_variant_member;

#endif
