#include "product_edit_priv.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/price_draft.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "kind/custom_fields.h"
#include "resource/index.h"
#include "resource/reference.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "resource/save.h"

#include "attribute_constraint_priv.h"
#include "product_attribute_priv.h"
#include "product_variant_priv.h"

/* -- carrying an action out -- */

/* What one action names may have been changed in staged data only, so that the current data lacks it:
 * then there is nothing to do there. */
static bool fail_unless_current(const struct edit *edit, const char *what, const char *name)
{
	return !edit->is_staged ||
	       fail_invalid_operation(edit->op, "The %s '%s' does not exist on the product.", what,
	                              name);
}

/* edit->variant stays NULL if there is nothing to do. False: recorded. */
static bool find_variant(struct edit *edit)
{
	const char *sku = doc_text(edit->input, "sku");
	const json_t *id = json_object_get(edit->input, "variantId");

	if (!id) /* of removeVariant */
		id = json_object_get(edit->input, "id");
	if (json_is_integer(id))
		edit->variant = product_variant(edit->data, json_integer_value(id));
	else if (sku)
		edit->variant = product_variant_by_sku(edit->data, sku);
	else
		return fail_invalid_operation(edit->op, "One of 'variantId' or 'sku' is required.");
	return edit->variant ||
	       fail_unless_current(edit, "variant",
	                           json_is_integer(id) ? json_text(edit->op, id) : sku);
}

/* The same by the id of a price. */
static bool find_price(struct edit *edit)
{
	const char *id = doc_text(edit->input, "priceId");

	for (size_t i = 0; i < variant_count(edit->data); i++) {
		json_t *variant = variant_at(edit->data, i);

		if (!doc_find(json_object_get(variant, "prices"), "id", id, &edit->price_index))
			continue;
		edit->variant = variant;
		return true;
	}
	return fail_unless_current(edit, "price", id);
}

static bool edit_data(struct edit *edit, const struct product_edit *how)
{
	if ((how->part == PART_VARIANT && !find_variant(edit)) ||
	    (how->part == PART_PRICE && !find_price(edit)))
		return false;
	return (how->part != PART_DATA && !edit->variant) || how->edit(edit);
}

/* Only staged data is changed, unless the action says `"staged": false`. */
bool product_apply_edit(struct op *op, struct resource *product, const struct update_action *row,
                        const void *input)
{
	const struct product_edit *how = row->argument;
	json_t *copy = keep(op, json_deep_copy(input)); /* a handler may run twice */
	json_t *before = keep(op, json_deep_copy(json_object_get(product->doc, "masterData")));
	struct edit staged = {
		op, product, row->field, copy, product_staged(product->doc), .is_staged = true, .how = how
	};
	struct edit current = {
		op, product, row->field, copy, product_current(product->doc), .how = how
	};

	if (!references_resolve(op, copy) || (how->prepare && !how->prepare(op, product, copy)) ||
	    !edit_data(&staged, how))
		return false;
	if (json_is_false(json_object_get(copy, "staged")) && !edit_data(&current, how))
		return false;
	if (!json_equal(before, json_object_get(product->doc, "masterData")))
		resource_touch(product);
	return true;
}

/* A copy, as current and staged data must not share what is changed in place. */
static json_t *copy_of(const struct edit *edit, const char *member)
{
	return keep(edit->op, json_deep_copy(json_object_get(edit->input, member)));
}

/* -- variants -- */

/* The next one: no variant of the product, current or staged, has it. */
static int64_t next_variant_id(const struct resource *product)
{
	const json_t *const both[] = { product_current(product->doc), product_staged(product->doc) };
	int64_t last = 0;

	for (size_t i = 0; i < 2; i++)
		for (size_t j = 0; j < variant_count(both[i]); j++)
			if (doc_int(variant_at(both[i], j), "id") > last)
				last = doc_int(variant_at(both[i], j), "id");
	return last + 1;
}

bool prepare_variant(struct op *op, const struct resource *product, json_t *input)
{
	const json_t *type = product_type_of(op, product->doc);
	json_t *variant = type ? variant_create(op, type, input, next_variant_id(product)) : NULL;

	return variant && json_object_set(input, "variant", variant) == 0;
}

/* `changed`: the variant that was changed; NULL: all were. */
static bool check_constraints(const struct edit *edit, const json_t *changed)
{
	const json_t *type = product_type_of(edit->op, edit->product->doc);

	return type && attribute_constraints_check(edit->op, type, edit->data, changed);
}

bool edit_add_variant(const struct edit *edit)
{
	json_t *variant = copy_of(edit, "variant");

	json_array_append(json_object_get(edit->data, "variants"), variant);
	return variants_check(edit->op, edit->data) && check_constraints(edit, variant);
}

/* The index of the variant among those that are not the master; their number if it is the master. */
static size_t variant_index(const struct edit *edit)
{
	const json_t *variants = json_object_get(edit->data, "variants");
	size_t i = 0;

	while (i < json_array_size(variants) && json_array_get(variants, i) != edit->variant)
		i++;
	return i;
}

bool edit_remove_variant(const struct edit *edit)
{
	json_t *variants = json_object_get(edit->data, "variants");
	size_t index = variant_index(edit);

	if (index == json_array_size(variants))
		return fail_invalid_operation(edit->op, "The master variant cannot be removed.");
	json_array_remove(variants, index);
	return true;
}

/* The old one takes the place of the new one. */
bool edit_change_master(const struct edit *edit)
{
	json_t *variants = json_object_get(edit->data, "variants");
	json_t *master = keep(edit->op, json_incref(json_object_get(edit->data, "masterVariant")));
	size_t index = variant_index(edit);

	if (index == json_array_size(variants))
		return true;
	json_object_set(edit->data, "masterVariant", edit->variant);
	json_array_set(variants, index, master);
	return true;
}

/* A SKU that stock is kept of stays. Source: API docs, "Set SKU". Stock is a room above this one, so its kind is asked
 * for by name. */
static bool check_sku_may_go(struct op *op, const char *sku)
{
	const struct resource_kind *kind = kind_find(op, "inventory-entry");
	int64_t entries = 0;

	if (kind && !resource_count(op, kind, "sku", sku, &entries))
		return false;
	return entries == 0 ||
	       fail_invalid_operation(
			   op, "The SKU '%s' has an inventory entry and can be neither changed nor removed.",
			   sku);
}

/* `sku` and `key`; the former also names the variant of some actions, but not of this one. */
bool edit_set_variant_member(const struct edit *edit)
{
	const char *text = doc_text(edit->input, edit->field);

	if (strcmp(edit->field, "key") == 0 && text && *text && !check_key(text))
		return fail_invalid_field(edit->op, "key", json_object_get(edit->input, "key"), NULL);
	const char *before = arena_strdup(edit->op->arena, doc_text(edit->variant, edit->field));
	bool changed = doc_set_text(edit->variant, edit->field, text);

	if (changed && before && strcmp(edit->field, "sku") == 0 && !check_sku_may_go(edit->op, before))
		return false;
	return variants_check(edit->op, edit->data);
}

/* -- prices -- */

bool prepare_price(struct op *op, const struct resource *product, json_t *input)
{
	json_t *price = price_create(op, json_object_get(input, "price"), doc_text(input, "priceId"));

	(void)product;
	return price && json_object_set(input, "price", price) == 0;
}

bool prepare_prices(struct op *op, const struct resource *product, json_t *input)
{
	const json_t *drafts = json_object_get(input, "prices");
	json_t *prices = keep(op, json_array());

	(void)product;
	for (size_t i = 0; i < json_array_size(drafts); i++) {
		json_t *price = price_create(op, json_array_get(drafts, i), NULL);

		if (!price)
			return false;
		json_array_append(prices, price);
	}
	return json_object_set(input, "prices", prices) == 0;
}

static json_t *prices_of(const struct edit *edit)
{
	return json_object_get(edit->variant, "prices");
}

bool edit_add_price(const struct edit *edit)
{
	json_array_append(prices_of(edit), copy_of(edit, "price"));
	return prices_check(edit->op, prices_of(edit));
}

bool edit_change_price(const struct edit *edit)
{
	json_array_set(prices_of(edit), edit->price_index, copy_of(edit, "price"));
	return prices_check(edit->op, prices_of(edit));
}

bool edit_remove_price(const struct edit *edit)
{
	json_array_remove(prices_of(edit), edit->price_index);
	return true;
}

bool edit_set_prices(const struct edit *edit)
{
	json_object_set(edit->variant, "prices", copy_of(edit, "prices"));
	return prices_check(edit->op, prices_of(edit));
}

/* `discounted` and `key` */
bool edit_set_price_member(const struct edit *edit)
{
	json_t *price = json_array_get(prices_of(edit), edit->price_index);
	json_t *value = copy_of(edit, edit->field);

	if (json_is_string(value) && json_string_length(value) == 0)
		value = NULL;
	(void)doc_set(price, edit->field, value); /* what changed is seen later */
	return price_check(edit->op, price) && prices_check(edit->op, prices_of(edit));
}

bool edit_set_price_custom_type(const struct edit *edit)
{
	json_t *price = json_array_get(prices_of(edit), edit->price_index);
	json_t *draft = keep(edit->op, json_object());

	json_object_del(price, "custom");
	if (!doc_has(edit->input, "type"))
		return true;
	(void)doc_set(draft, "type", copy_of(edit, "type")); /* it has none */
	(void)doc_set(draft, "fields", copy_of(edit, "fields"));
	return custom_from_draft(edit->op, price, "product-price", draft);
}

bool edit_set_price_custom_field(const struct edit *edit)
{
	const struct custom_field_input field = { doc_text(edit->input, "name"),
		                                      copy_of(edit, "value") };
	struct custom_change change;

	return custom_set_field(edit->op, json_array_get(prices_of(edit), edit->price_index), &field,
	                        &change);
}

/* -- images -- */

bool prepare_image(struct op *op, const struct resource *product, json_t *input)
{
	json_t *position = json_object_get(input, "position");

	(void)product;
	return json_integer_value(position) >= 0 || fail_invalid_field(op, "position", position, NULL);
}

static json_t *images_of(const struct edit *edit)
{
	return json_object_get(edit->variant, "images");
}

/* The image with the URL of the input; NULL: there is none. *ret_done false: recorded. */
static json_t *find_image(const struct edit *edit, size_t *ret_index, bool *ret_done)
{
	const char *url = doc_text(edit->input, "imageUrl");
	json_t *image = doc_find(images_of(edit), "url", url, ret_index);

	*ret_done = image || fail_unless_current(edit, "image", url);
	return image;
}

bool edit_add_image(const struct edit *edit)
{
	json_array_append(images_of(edit), copy_of(edit, "image"));
	return true;
}

bool edit_remove_image(const struct edit *edit)
{
	size_t index;
	bool done;

	if (find_image(edit, &index, &done))
		json_array_remove(images_of(edit), index);
	return done;
}

bool edit_label_image(const struct edit *edit)
{
	bool done;
	json_t *image = find_image(edit, NULL, &done);

	if (image)
		(void)doc_set_text(image, "label", doc_text(edit->input, "label")); /* seen later */
	return done;
}

bool edit_move_image(const struct edit *edit)
{
	json_t *images = images_of(edit);
	size_t position = (size_t)doc_int(edit->input, "position");
	size_t index;
	bool done;
	json_t *image = find_image(edit, &index, &done);

	if (!image)
		return done;
	if (position >= json_array_size(images))
		return fail_invalid_operation(edit->op, "The position is beyond the last image.");
	keep(edit->op, json_incref(image));
	json_array_remove(images, index);
	json_array_insert(images, position, image);
	return true;
}

/* -- assets -- */

bool prepare_asset(struct op *op, const struct resource *product, json_t *input)
{
	(void)product;
	return asset_prepare(op, input);
}

bool edit_asset(const struct edit *edit)
{
	const struct asset_edit asset = { edit->op, json_object_get(edit->variant, "assets"),
		                              edit->input, edit->field, edit->is_staged };

	return edit->how->asset(&asset);
}

/* -- attributes -- */

/* Adds the attribute as it is to be stored; not, if it is to be removed. */
static bool add_attribute(struct op *op, const struct resource *product, const char *level,
                          json_t *input)
{
	const struct attribute_scope scope = { product_type_of(op, product->doc), level, NULL };
	bool done;

	if (!scope.type)
		return false;
	json_t *attribute = attribute_read(op, &scope, doc_text(input, "name"),
	                                   json_object_get(input, "value"), &done);

	(void)doc_set(input, "attribute", attribute); /* it has none */
	return done;
}

bool prepare_attribute(struct op *op, const struct resource *product, json_t *input)
{
	return add_attribute(op, product, "Variant", input);
}

bool prepare_product_attribute(struct op *op, const struct resource *product, json_t *input)
{
	return add_attribute(op, product, "Product", input);
}

/* Sets or removes the attribute of the input in an array of them. */
static bool set_attribute(const struct edit *edit, json_t *attributes)
{
	json_t *attribute = json_object_get(edit->input, "attribute");
	size_t index;
	bool is_there = doc_find(attributes, "name", doc_text(edit->input, "name"), &index);

	if (!attribute && is_there)
		json_array_remove(attributes, index);
	else if (attribute && is_there)
		json_array_set(attributes, index, copy_of(edit, "attribute"));
	else if (attribute)
		json_array_append(attributes, copy_of(edit, "attribute"));
	return true;
}

bool edit_set_attribute(const struct edit *edit)
{
	return set_attribute(edit, json_object_get(edit->variant, "attributes")) &&
	       check_constraints(edit, edit->variant);
}

bool edit_set_attribute_everywhere(const struct edit *edit)
{
	for (size_t i = 0; i < variant_count(edit->data); i++)
		(void)set_attribute(edit, json_object_get(variant_at(edit->data, i), "attributes"));
	return check_constraints(edit, NULL);
}

bool edit_product_attribute(const struct edit *edit)
{
	return set_attribute(edit, json_object_get(edit->data, "attributes"));
}
