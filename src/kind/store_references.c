#include "kind/store_references.h"

#include "base/op.h"
#include "document/doc.h"
#include "resource/reference.h"
#include "resource/save.h"

json_t *stores_once(struct op *op, const json_t *stores)
{
	json_t *once = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(stores); i++) {
		json_t *store = json_array_get(stores, i);

		if (!doc_find(once, "key", doc_text(store, "key"), NULL))
			json_array_append(once, store);
	}
	return once;
}

bool stores_allow(const json_t *resource, const json_t *cart)
{
	const json_t *stores = json_object_get(resource, "stores");
	const char *key = doc_text(json_object_get(cart, "store"), "key");

	return json_array_size(stores) == 0 || (key && doc_find(stores, "key", key, NULL));
}

bool stores_serve(struct op *op, const json_t *doc)
{
	return !op->store_key || doc_find(json_object_get(doc, "stores"), "key", op->store_key, NULL);
}

bool action_add_store(struct op *op, struct resource *resource, const struct update_action *row,
                      const void *input)
{
	const json_t *copy = references_resolved(op, input);
	json_t *stores = json_object_get(resource->doc, "stores");
	json_t *store = json_object_get(copy, "store");

	(void)row;
	if (!copy)
		return false;
	if (doc_find(stores, "key", doc_text(store, "key"), NULL))
		return true;
	json_array_append(stores, store);
	resource_touch(resource);
	return true;
}

bool action_remove_store(struct op *op, struct resource *resource, const struct update_action *row,
                         const void *input)
{
	const json_t *copy = references_resolved(op, input);
	json_t *stores = json_object_get(resource->doc, "stores");
	size_t index;

	(void)row;
	if (!copy)
		return false;
	if (!doc_find(stores, "key", doc_text(json_object_get(copy, "store"), "key"), &index))
		return true;
	json_array_remove(stores, index);
	resource_touch(resource);
	return true;
}

bool action_set_stores(struct op *op, struct resource *resource, const struct update_action *row,
                       const void *input)
{
	const json_t *copy = references_resolved(op, input);

	(void)row;
	if (!copy)
		return false;
	if (doc_set(resource->doc, "stores", stores_once(op, json_object_get(copy, "stores"))))
		resource_touch(resource);
	return true;
}
