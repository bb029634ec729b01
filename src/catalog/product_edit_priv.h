/* Update actions on product data: carrying one out, and what each does. */
#ifndef CATALOG_PRODUCT_EDIT_PRIV_H
#define CATALOG_PRODUCT_EDIT_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "kind/update.h"

#include "asset_priv.h"

struct op;
struct product_edit;
struct resource;

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
	const struct product_edit *how;
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
	asset_fn         *asset;    /* of edit_asset() */
};

apply_fn product_apply_edit;

extern prepare_edit_fn prepare_asset;
extern prepare_edit_fn prepare_attribute;
extern prepare_edit_fn prepare_image;
extern prepare_edit_fn prepare_price;
extern prepare_edit_fn prepare_prices;
extern prepare_edit_fn prepare_product_attribute;
extern prepare_edit_fn prepare_variant;
extern edit_fn edit_add_image;
extern edit_fn edit_add_price;
extern edit_fn edit_add_variant;
extern edit_fn edit_asset;
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
