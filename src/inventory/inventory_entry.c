/* The kind of inventory entries: by what they are found, and how one begins and ends. */
#include "inventory/inventory_entry.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/error_commerce.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_fields.h"
#include "kind/index_values.h"
#include "resource/index.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "resource/resource_fields.h"
#include "resource/save.h"
#include "resource/stored.h"

#include "inventory_entry_priv.h"

/* No two entries have the same SKU and supply channel. A SKU may hold any character, an id has no
 * blank. */
static const char *place_of(struct op *op, const char *sku, const json_t *supply_channel)
{
	const char *id = doc_text(supply_channel, "id");

	return arena_printf(op->arena, "%s %s", id ? id : "-", sku);
}

static void index_place(struct op *op, const json_t *doc, json_t *values)
{
	index_add_text(values,
	               place_of(op, doc_text(doc, "sku"), json_object_get(doc, "supplyChannel")));
}

/* A value that all entries share, so that it is quickly known whether there is any. */
static void index_any(struct op *op, const json_t *doc, json_t *values)
{
	(void)op;
	(void)doc;
	index_add_text(values, "any");
}

enum { INDEX_ANY, INDEX_SKU };

static const struct index_field INDEX[] = {
	[INDEX_ANY] = { .name = "any", .values = index_any },
	[INDEX_SKU] = { .name = "sku", .path = "sku" },
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "place", .unique = true, .values = index_place },
	{ .name = "supplyChannelId", .path = "supplyChannel.id", .references = "channel" },
	CUSTOM_TYPE_INDEX,
	{ 0 },
};

static const struct field STOCK_LEVEL_ROWS[] = {
	{ "reorderPoint", VALUE_NUMBER },
	{ "safetyStock",  VALUE_NUMBER },
};
static const struct fields STOCK_LEVEL_FIELDS = FIELDS(STOCK_LEVEL_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",                            VALUE_STRING },
	{ "sku",                            VALUE_STRING },
	REFERENCE_FIELD("supplyChannel"),
	{ "quantityOnStock",                VALUE_NUMBER },
	{ "availableQuantity",              VALUE_NUMBER },
	{ "minCartQuantity",                VALUE_NUMBER },
	{ "maxCartQuantity",                VALUE_NUMBER },
	{ "restockableInDays",              VALUE_NUMBER },
	{ "expectedDelivery",               VALUE_DATE_TIME },
	{ "reservationExpirationInMinutes", VALUE_NUMBER },
	{ "stockLevels",                    VALUE_OBJECT, .inner = &STOCK_LEVEL_FIELDS },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* Finding */

bool inventory_has_entries(struct op *op, bool *ret_are)
{
	const char *ids;

	if (!index_ids(op, &INVENTORY_ENTRY_KIND, &INDEX[INDEX_ANY], "any", 0, &ids))
		return false;
	*ret_are = !ids; /* more than none */
	return true;
}

/* Appends the document of the entry with this id, from the cache if it is there. */
static bool append_entry(struct op *op, const char *id, json_t *entries)
{
	const char *text;
	size_t bytes;

	if (!resource_text(op, &INVENTORY_ENTRY_KIND, id, &text, &bytes))
		return false;
	if (!text)
		return fail_internal(op, "the index names an inventory entry that is not there");
	json_t *entry = stored_read(op, text, bytes);

	return entry && json_array_append(entries, entry) == 0;
}

json_t *inventory_entries_of_sku(struct op *op, const char *sku)
{
	enum { MOST = 1000 }; /* as many supply channels, and more than anyone has */
	json_t *entries = keep(op, json_array());
	const char *ids;

	if (!index_ids(op, &INVENTORY_ENTRY_KIND, &INDEX[INDEX_SKU], sku, MOST, &ids))
		return NULL;
	if (!ids)
		return lookup_all(op, &INVENTORY_ENTRY_KIND, "sku", sku);
	for (size_t bytes; *ids; ids += bytes + 1) {
		bytes = strcspn(ids, "\n");
		if (!append_entry(op, arena_strndup(op->arena, ids, bytes), entries))
			return NULL;
	}
	return entries;
}

bool inventory_entry_id(struct op *op, const char *sku, const json_t *supply_channel,
                        const char **ret_id)
{
	return resource_id_by(op, &INVENTORY_ENTRY_KIND, "place", place_of(op, sku, supply_channel),
	                      ret_id);
}

/* Rules */

static bool check_limits(struct op *op, const json_t *entry)
{
	json_t *max = json_object_get(entry, "maxCartQuantity");

	return !max || doc_int(entry, "minCartQuantity") <= json_integer_value(max) ||
	       fail_invalid_field(op, "maxCartQuantity", max, NULL);
}

/* Levels that are not set are not there, not even as an empty object. */
static void tidy_levels(json_t *entry)
{
	const json_t *levels = json_object_get(entry, "stockLevels");

	if (levels && json_object_size(levels) == 0)
		json_object_del(entry, "stockLevels");
}

static bool finish(struct op *op, struct resource *entry)
{
	const char *sku = doc_text(entry->doc, "sku");
	const json_t *channel = json_object_get(entry->doc, "supplyChannel");
	const char *id;

	tidy_levels(entry->doc);
	if (!*sku)
		return fail_invalid_field(op, "sku", json_object_get(entry->doc, "sku"), NULL);
	if (!check_limits(op, entry->doc) || !inventory_entry_id(op, sku, channel, &id))
		return false;
	return !id || strcmp(id, entry->id) == 0 ||
	       fail_duplicate_sku(op, sku, doc_text(channel, "id"));
}

static bool fill(struct op *op, struct resource *entry, const json_t *draft)
{
	(void)draft;
	json_object_set(entry->doc, "availableQuantity",
	                json_object_get(entry->doc, "quantityOnStock"));
	if (!finish(op, entry))
		return false;
	resource_emit(op, entry, MESSAGE_InventoryEntryCreated,
	              keep(op, json_pack("{s:O}", "inventoryEntry", entry->doc)));
	return true;
}

static bool tell_deletion(struct op *op, struct resource *entry)
{
	resource_emit(op, entry, MESSAGE_InventoryEntryDeleted, inventory_entry_place(op, entry->doc));
	return true;
}

json_t *inventory_entry_place(struct op *op, const json_t *entry)
{
	return keep(op, json_pack("{s:O, s:O*}", "sku", json_object_get(entry, "sku"), "supplyChannel",
	                          json_object_get(entry, "supplyChannel")));
}

const struct resource_kind INVENTORY_ENTRY_KIND = {
	.name = "inventory-entry",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
	.before_delete = tell_deletion,
	.custom_type = "inventory-entry",
};

/* Drafts */

/* Source: API docs, "InventoryEntry": from a minute to 31 days. */
const struct int_range RESERVATION_MINUTES = { 1, 44640 };
const struct int_range CART_QUANTITY = { 1, INT32_MAX };

#define REFERENCE(type) FIELD_CONVERTED, OPTIONAL, .argument = type, .decode = reference_decode
#define DATE_TIME FIELD_TEXT, OPTIONAL, 0, text_check_date_time
#define IN_RANGE(range) FIELD_CONVERTED, OPTIONAL, .argument = &(range), .decode = decode_int_in_range
static const struct shape_field STOCK_LEVELS_FIELDS[] = {
	{ "reorderPoint", FIELD_INT, OPTIONAL },
	{ "safetyStock",  FIELD_INT, OPTIONAL },
};
static const struct shape STOCK_LEVELS = { 0, 2, STOCK_LEVELS_FIELDS };

static const struct shape_field DRAFT_FIELDS[] = {
	{ "sku",                            FIELD_TEXT,      REQUIRED },
	{ "key",                            FIELD_TEXT,      OPTIONAL },
	{ "supplyChannel",                  REFERENCE("channel") },
	{ "quantityOnStock",                FIELD_LONG,      REQUIRED },
	{ "minCartQuantity",                IN_RANGE(CART_QUANTITY) },
	{ "maxCartQuantity",                IN_RANGE(CART_QUANTITY) },
	{ "restockableInDays",              FIELD_LONG,      OPTIONAL },
	{ "expectedDelivery",               DATE_TIME },
	{ "reservationExpirationInMinutes", IN_RANGE(RESERVATION_MINUTES) },
	{ "stockLevels",                    FIELD_DOCUMENT,  OPTIONAL, .inner = &STOCK_LEVELS },
	{ "custom",                         FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
#undef REFERENCE
#undef DATE_TIME
#undef IN_RANGE
const struct shape INVENTORY_ENTRY_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };
