/* Stock that a product of a fixture tells of: `availability` of its variants, as the API shows it,
 * becomes inventory entries. */
#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product_data.h"
#include "document/doc.h"
#include "document/shape.h"
#include "document/text_check.h"
#include "inventory/inventory_entry.h"
#include "kind/kind.h"
#include "resource/lookup.h"
#include "resource/reference.h"
#include "resource/save.h"
#include "fixture_priv.h"

#define ENTRY_FIELDS \
	{ "isOnStock",         FIELD_BOOL, OPTIONAL }, \
	{ "availableQuantity", FIELD_LONG, OPTIONAL }, \
	{ "restockableInDays", FIELD_LONG, OPTIONAL }, \
	{ "id",                FIELD_TEXT, OPTIONAL, .check = text_check_uuid }, \
	{ "version",           FIELD_LONG, OPTIONAL }
static const struct shape_field AT_CHANNEL_FIELDS[] = { ENTRY_FIELDS };
static const struct shape_field AVAILABILITY_FIELDS[] = {
	ENTRY_FIELDS,
	{ "channels",          FIELD_MAP,  OPTIONAL },
};
#undef ENTRY_FIELDS
static const struct shape AT_CHANNEL = { 0, 5, AT_CHANNEL_FIELDS };
static const struct shape AVAILABILITY = { 0, 6, AVAILABILITY_FIELDS };

/* Where the stock of a variant is said. */
struct place {
	struct op              *op;
	const struct json_path *path;
	const char             *variant; /* the pointer to it, as RFC 6901 has it */
	json_t                 *sku;
	json_t                 *drafts;  /* of entries, to be added to */
};

/* What is not on stock may go without a number. */
static json_t *quantity_of(const struct place *place, const json_t *said)
{
	static const char NAME[] = "availableQuantity";
	struct op *op = place->op;

	if (doc_has(said, NAME))
		return json_object_get(said, NAME);
	if (!doc_true(said, "isOnStock"))
		return keep(op, json_integer(0));
	(void)fail_misfit(op, &(struct json_path){ place->path, NAME, 0 }, MISFIT_MISSING);
	return NULL;
}

static bool add_draft(const struct place *place, const json_t *said, json_t *channel)
{
	json_t *quantity = quantity_of(place, said);

	if (!quantity)
		return false;
	if (!place->sku)
		return fail_at(place->op, place->path, "expected a variant with a SKU");
	return json_array_append_new(
			   place->drafts,
			   json_pack("{s:O, s:O, s:O*, s:O*, s:O*}", "sku", place->sku, "quantityOnStock",
	                     quantity, "restockableInDays", json_object_get(said, "restockableInDays"),
	                     "supplyChannel", channel, "id", json_object_get(said, "id"))) == 0;
}

/* A channel by its id, as the API has it, or by its key. */
static json_t *channel_reference(struct op *op, const char *name)
{
	return keep(op, json_pack("{s:s, s:s}", "typeId", "channel", check_uuid(name) ? "id" : "key",
	                          name));
}

static bool add_channel(const struct place *place, const char *name, const json_t *value)
{
	struct op *op = place->op;
	const struct json_path path = { place->path, name, 0 };
	struct place here = *place;
	json_t *reference = channel_reference(op, name);
	void *said;

	here.path = &path;
	if (!shape_decode_input(op, &AT_CHANNEL, value, &path, &said))
		return false;
	if (!references_resolve(op, reference)) {
		op->errors.items[op->errors.count - 1].pointer =
			arena_printf(op->arena, "%s/availability/channels/%s", place->variant, name);
		return false;
	}
	return add_draft(&here, said, reference);
}

static bool take_availability(const struct place *place, json_t *variant)
{
	static const char NAME[] = "availability";
	const struct json_path path = { place->path, NAME, 0 };
	const struct json_path channels_path = { &path, "channels", 0 };
	struct place here = *place;
	const json_t *availability = json_object_get(variant, NAME);
	const char *name;
	json_t *value;
	void *said;

	here.path = &path;
	here.sku = json_object_get(variant, "sku");
	if (!shape_decode_input(here.op, &AVAILABILITY, availability, &path, &said))
		return false;
	if ((doc_has(said, "availableQuantity") || doc_has(said, "isOnStock")) &&
	    !add_draft(&here, said, NULL))
		return false;
	here.path = &channels_path;
	json_object_foreach(json_object_get(said, "channels"), name, value)
		if (!add_channel(&here, name, value))
			return false;
	return json_object_del(variant, NAME) == 0;
}

/* 0 is the master variant. */
static bool take_of_variant(struct op *op, json_t *product, size_t index, json_t *drafts)
{
	const struct json_path list = { NULL, index ? "variants" : "masterVariant", 0 };
	const struct json_path element = { &list, NULL, index - 1 };
	const struct place place = {
		.op = op,
		.path = index ? &element : &list,
		.variant = index ? arena_printf(op->arena, "/variants/%zu", index - 1) : "/masterVariant",
		.drafts = drafts,
	};
	json_t *variant = variant_at(product, index);

	return !doc_has(variant, "availability") || take_availability(&place, variant);
}

json_t *fixture_take_stock(struct op *op, json_t *product)
{
	json_t *drafts = keep(op, json_array());

	for (size_t i = 0; i < variant_count(product); i++)
		if (!take_of_variant(op, product, i, drafts))
			return NULL;
	return drafts;
}

/* The id that the API showed, unless something else has it. */
static bool choose_id(struct op *op, const json_t *draft, const char **ret_id)
{
	const char *shown = doc_text(draft, "id");
	const char *channel = doc_text(json_object_get(draft, "supplyChannel"), "id");
	const json_t *other = NULL;

	*ret_id = fixture_id(op, INVENTORY_ENTRY_KIND.name,
	                     arena_printf(op->arena, "%s/%s", channel ? channel : "",
	                                  doc_text(draft, "sku")));
	if (shown && !lookup(op, &INVENTORY_ENTRY_KIND, shown, &other))
		return false;
	if (shown && !other)
		*ret_id = shown;
	return true;
}

/* An entry that stands in its own section says more than what a product shows of it. */
static bool load_entry(struct op *op, json_t *draft)
{
	const char *taken, *id;

	if (!inventory_entry_id(op, doc_text(draft, "sku"), json_object_get(draft, "supplyChannel"),
	                        &taken))
		return false;
	if (taken)
		return true;
	if (!choose_id(op, draft, &id))
		return false;
	json_object_del(draft, "id");
	struct resource *entry = kind_start(op, &INVENTORY_ENTRY_KIND, draft, id);

	return entry && resource_save_silently(op, entry);
}

bool fixture_load_stock(struct op *op, const json_t *drafts)
{
	for (size_t i = 0; i < json_array_size(drafts); i++)
		if (!load_entry(op, json_array_get(drafts, i)))
			return false;
	return true;
}
