#include "domain/store.h"

#include "base/doc.h"
#include "base/op.h"
#include "domain/common_actions.h"
#include "domain/custom_fields.h"
#include "domain/reference.h"

static const struct index_field STORE_INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ 0 },
};

/* The lists of a store are there even when they are empty. */
static bool fill(struct op *op, struct resource *store, const json_t *draft)
{
	static const char *const LISTS[] = { "languages", "countries", "distributionChannels",
		                                 "supplyChannels", "productSelections" };

	(void)op;
	(void)draft;
	for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++)
		if (!doc_has(store->doc, LISTS[i]))
			doc_put(store->doc, LISTS[i], json_array());
	return true;
}

const struct resource_kind STORE_KIND = {
	.name = "store",
	.index = STORE_INDEX,
	.fill = fill,
	.custom_type = "store",
	.by_key = true,
};

/* clang-format off */
static const struct shape_field COUNTRY_FIELDS[] = {
	{ "code", FIELD_TEXT, REQUIRED, 0, text_check_country },
};
static const struct shape COUNTRY = { 0, 1, COUNTRY_FIELDS };

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",       FIELD_TEXT,      REQUIRED },
	{ "name",      FIELD_TEXT_MAP,  OPTIONAL },
	{ "languages", FIELD_TEXTS,     OPTIONAL },
	{ "countries", FIELD_DOCUMENTS, OPTIONAL, .inner = &COUNTRY },
	{ "custom",    FIELD_CONVERTED, OPTIONAL, .decode = custom_draft_decode },
};
const struct shape STORE_DRAFT = { 0, 5, DRAFT_FIELDS };

static const struct update_action ROWS[] = {
	/* action           door          input                                             apply                    field   message */
	{ "setCustomField", DOOR_TRUSTED, &CUSTOM_FIELD_INPUT,                              action_set_custom_field, NULL,   MESSAGE_NONE },
	{ "setCustomType",  DOOR_TRUSTED, &CUSTOM_TYPE_INPUT,                               action_set_custom_type,  NULL,   MESSAGE_NONE },
	{ "setName",        DOOR_TRUSTED, ONE_MEMBER("name", FIELD_TEXT_MAP, OPTIONAL),     action_set_member,       "name", MESSAGE_NONE },
};
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(STORE_UPDATE, ACTIONS);
/* clang-format on */

bool store_of_path_exists(struct op *op)
{
	return resource_get_by_key(op, &STORE_KIND, op->store_key) != NULL;
}

json_t *store_reference(struct op *op, const struct identifier *identifier)
{
	const struct resource *store = reference_resolve(op, &STORE_KIND, identifier);

	if (!store)
		return NULL;
	return keep(op, json_pack("{s:s, s:s}", "typeId", "store", "key", doc_text(store->doc, "key")));
}

json_t *store_references(struct op *op, const struct shape_list *identifiers)
{
	const struct identifier *items = identifiers->items;
	json_t *references = keep(op, json_array());

	for (size_t i = 0; i < identifiers->count; i++) {
		json_t *reference = store_reference(op, &items[i]);

		if (!reference)
			return NULL;
		if (!doc_find(references, "key", doc_text(reference, "key"), NULL))
			json_array_append(references, reference);
	}
	return references;
}
