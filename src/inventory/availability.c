/* Makes `availability` of inventory entries. */
#include "inventory/availability.h"

#include "base/op.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "inventory/inventory_entry.h"
#include "resource/lookup.h"
#include "store/store.h"

/* What one entry says. Source: API docs, "ProductVariantAvailability". */
static json_t *availability_of_entry(struct op *op, const json_t *entry)
{
	return keep(op, json_pack("{s:b, s:O*, s:O, s:O, s:O}",
	                          "isOnStock", doc_int(entry, "availableQuantity") > 0,
	                          "restockableInDays", json_object_get(entry, "restockableInDays"),
	                          "availableQuantity", json_object_get(entry, "availableQuantity"),
	                          "id", json_object_get(entry, "id"),
	                          "version", json_object_get(entry, "version")));
}

static bool counts(const char *channel_id, const json_t *supply_channels)
{
	return json_array_size(supply_channels) == 0 ||
	       doc_find(supply_channels, "id", channel_id, NULL);
}

/* Entries of no channel stand at the top, the others under their channel. */
static void add_entry(struct op *op, json_t *availability, const json_t *entry,
                      const json_t *supply_channels)
{
	const char *channel_id = doc_text(json_object_get(entry, "supplyChannel"), "id");
	json_t *one = availability_of_entry(op, entry);

	if (!channel_id) {
		json_object_update(availability, one);
	} else if (counts(channel_id, supply_channels)) {
		doc_put_default(availability, "channels", json_object());
		json_object_set(json_object_get(availability, "channels"), channel_id, one);
	}
}

/* *ret_availability NULL: there are no entries that count. */
static bool availability_of_sku(struct op *op, const char *sku, const json_t *supply_channels,
                                json_t **ret_availability)
{
	json_t *availability = keep(op, json_object());
	const json_t *entries = sku ? inventory_entries_of_sku(op, sku) : NULL;

	*ret_availability = NULL;
	if (sku && !entries)
		return false;
	for (size_t i = 0; i < json_array_size(entries); i++)
		add_entry(op, availability, json_array_get(entries, i), supply_channels);
	if (json_object_size(availability))
		*ret_availability = availability;
	return true;
}

bool availability_channels_of_store(struct op *op, const char *store_key,
                                    const json_t **ret_channels)
{
	const json_t *store = NULL;

	if (store_key && !lookup_by(op, &STORE_KIND, "key", store_key, &store))
		return false;
	*ret_channels = json_object_get(store, "supplyChannels");
	return true;
}

static bool add_to_variant(struct op *op, json_t *variant, const json_t *supply_channels)
{
	json_t *availability;

	if (!availability_of_sku(op, doc_text(variant, "sku"), supply_channels, &availability))
		return false;
	(void)doc_set(variant, "availability", availability); /* it has none */
	return true;
}

static bool add_to_variants(struct op *op, json_t *data, const json_t *supply_channels)
{
	for (size_t i = 0; i < variant_count(data); i++)
		if (!add_to_variant(op, variant_at(data, i), supply_channels))
			return false;
	return true;
}

bool availability_add_of_channels(struct op *op, json_t *data, const json_t *supply_channels)
{
	if (!doc_has(data, "masterData"))
		return add_to_variants(op, data, supply_channels);
	return add_to_variants(op, product_current(data), supply_channels) &&
	       add_to_variants(op, product_staged(data), supply_channels);
}

bool availability_add_to_variant(struct op *op, json_t *variant, const char *store_key)
{
	const json_t *supply_channels;
	bool has_entries;

	if (!inventory_has_entries(op, &has_entries))
		return false;
	if (!has_entries)
		return true;
	return availability_channels_of_store(op, store_key, &supply_channels) &&
	       add_to_variant(op, variant, supply_channels);
}
