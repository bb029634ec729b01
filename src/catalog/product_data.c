#include "catalog/product_data.h"

#include <string.h>

#include "document/doc.h"

bool product_is_published(const json_t *product)
{
	const json_t *master_data = json_object_get(product, "masterData");

	return doc_true(master_data ? master_data : product, "published");
}

json_t *product_current(const json_t *product)
{
	const json_t *master_data = json_object_get(product, "masterData");

	return master_data ? json_object_get(master_data, "current")
	                   : (json_t *)(uintptr_t)product; /* a projection; jansson: no const here */
}

json_t *product_staged(const json_t *product)
{
	return json_object_get(json_object_get(product, "masterData"), "staged");
}

void product_note_staged_changes(json_t *product)
{
	bool differs = !json_equal(product_current(product), product_staged(product));

	doc_put(json_object_get(product, "masterData"), "hasStagedChanges", json_boolean(differs));
}

size_t variant_count(const json_t *data)
{
	return 1 + json_array_size(json_object_get(data, "variants"));
}

json_t *variant_at(const json_t *data, size_t index)
{
	if (index == 0)
		return json_object_get(data, "masterVariant");
	return json_array_get(json_object_get(data, "variants"), index - 1);
}

json_t *product_variant(const json_t *data, int64_t variant_id)
{
	for (size_t i = 0; i < variant_count(data); i++)
		if (doc_int(variant_at(data, i), "id") == variant_id)
			return variant_at(data, i);
	return NULL;
}

json_t *product_variant_by_sku(const json_t *data, const char *sku)
{
	for (size_t i = 0; i < variant_count(data); i++) {
		const char *its_sku = doc_text(variant_at(data, i), "sku");

		if (its_sku && strcmp(its_sku, sku) == 0)
			return variant_at(data, i);
	}
	return NULL;
}
