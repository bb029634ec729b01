#include "attribute_spread_priv.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "catalog/product.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "resource/load.h"
#include "resource/lookup.h"
#include "resource/save.h"

/* All in one transaction, on the thread that writes. */
enum { MAX_PRODUCTS = 10000 };

/* -- values of enums, which may stand in sets -- */

static bool has_key(const json_t *value, const char *key)
{
	for (size_t i = 0; i < json_array_size(value); i++)
		if (has_key(json_array_get(value, i), key))
			return true;
	return doc_is(value, "key", key);
}

/* The value with the enum value of the key replaced, or left out; NULL if nothing is left of it. Kept by the arena. */
static json_t *changed_value(struct op *op, json_t *value, const struct attribute_change *change)
{
	if (doc_is(value, "key", change->key))
		return change->value;
	if (!json_is_array(value))
		return value;
	json_t *elements = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *element = changed_value(op, json_array_get(value, i), change);

		if (element)
			json_array_append(elements, element);
	}
	return json_array_size(elements) > 0 ? elements : NULL;
}

/* -- attributes -- */

static void change_attribute(struct op *op, json_t *attributes,
                             const struct attribute_change *change)
{
	size_t index;
	json_t *attribute = doc_find(attributes, "name", change->name, &index);

	if (!attribute)
		return;
	if (change->new_name)
		doc_put(attribute, "name", json_string(change->new_name));
	json_t *value = json_object_get(attribute, "value");
	json_t *changed = change->key ? changed_value(op, value, change) : value;

	if (change->removed || !changed)
		json_array_remove(attributes, index);
	else
		json_object_set(attribute, "value", changed);
}

static void change_data(struct op *op, json_t *data, const struct attribute_change *change)
{
	change_attribute(op, json_object_get(data, "attributes"), change);
	for (size_t i = 0; i < variant_count(data); i++)
		change_attribute(op, json_object_get(variant_at(data, i), "attributes"), change);
}

static bool change_product(struct op *op, const char *id, const struct attribute_change *change)
{
	struct resource *product;

	if (!resource_find(op, &PRODUCT_KIND, id, &product))
		return false;
	json_t *before = keep(op, json_deep_copy(json_object_get(product->doc, "masterData")));

	change_data(op, product_current(product->doc), change);
	change_data(op, product_staged(product->doc), change);
	if (json_equal(before, json_object_get(product->doc, "masterData")))
		return true;
	product_note_staged_changes(product->doc);
	resource_touch(product);
	return resource_save(op, product);
}

/* NULL: recorded. */
static const json_t *products_of(struct op *op, const struct resource *product_type)
{
	const json_t *products = lookup_all(op, &PRODUCT_KIND, "productType", product_type->id);

	if (json_array_size(products) <= MAX_PRODUCTS)
		return products;
	fail_invalid_operation(
		op, "The product type has more than %d products, too many to change all at once.",
		MAX_PRODUCTS);
	return NULL;
}

bool attribute_spread(struct op *op, const struct resource *product_type,
                      const struct attribute_change *change)
{
	const json_t *products = products_of(op, product_type);

	for (size_t i = 0; i < json_array_size(products); i++)
		if (!change_product(op, doc_text(json_array_get(products, i), "id"), change))
			return false;
	return products != NULL;
}

/* -- looking -- */

static bool uses(const json_t *attributes, const char *name, const json_t *keys)
{
	const json_t *value = json_object_get(doc_find(attributes, "name", name, NULL), "value");

	for (size_t i = 0; i < json_array_size(keys); i++)
		if (has_key(value, json_string_value(json_array_get(keys, i))))
			return true;
	return false;
}

static bool data_uses(const json_t *data, const char *name, const json_t *keys)
{
	for (size_t i = 0; i < variant_count(data); i++)
		if (uses(json_object_get(variant_at(data, i), "attributes"), name, keys))
			return true;
	return uses(json_object_get(data, "attributes"), name, keys);
}

bool attribute_is_used(struct op *op, const struct resource *product_type, const char *name,
                       const json_t *keys, bool *ret_done)
{
	const json_t *products = products_of(op, product_type);

	*ret_done = products != NULL;
	for (size_t i = 0; i < json_array_size(products); i++) {
		const json_t *product = json_array_get(products, i);

		if (data_uses(product_current(product), name, keys) ||
		    data_uses(product_staged(product), name, keys))
			return true;
	}
	return false;
}
