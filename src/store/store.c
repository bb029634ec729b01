#include "store/store.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "kind/custom_fields.h"
#include "resource/load.h"
#include "resource/lookup.h"
#include "resource/project_settings.h"
#include "resource/reference.h"
#include "resource/resource_fields.h"
#include "store/channel.h"
#include "store_priv.h"

static const struct index_field STORE_INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "distributionChannelId", .path = "distributionChannels.id", .references = "channel" },
	{ .name = "productSelectionId",
	  .path = "productSelections.productSelection.id",
	  .references = "product-selection" },
	{ .name = "supplyChannelId", .path = "supplyChannels.id", .references = "channel" },
	CUSTOM_TYPE_INDEX,
	{ 0 },
};

static const struct field COUNTRY_ROWS[] = {
	{ "code", VALUE_STRING },
};
static const struct fields COUNTRY_QUERY_FIELDS = FIELDS(COUNTRY_ROWS);

static const struct field SELECTION_ROWS[] = {
	REFERENCE_FIELD("productSelection"),
	{ "active", VALUE_BOOLEAN },
};
static const struct fields SELECTION_QUERY_FIELDS = FIELDS(SELECTION_ROWS);

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",               VALUE_STRING },
	{ "name",              VALUE_MAP },
	{ "languages",         VALUE_STRING, true },
	{ "countries",         VALUE_OBJECT, true, &COUNTRY_QUERY_FIELDS },
	REFERENCES_FIELD("distributionChannels"),
	REFERENCES_FIELD("supplyChannels"),
	{ "productSelections", VALUE_OBJECT, true, &SELECTION_QUERY_FIELDS },
	CUSTOM_FIELD,
	{ "storefront",        VALUE_MAP },
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* The lists of a store are there even when they are empty, and have everything once. */
static bool check_storefront(struct op *op, json_t *storefront)
{
	const char *member;
	json_t *url;

	json_object_foreach(storefront, member, url)
		if (!store_url_check(op, member, url))
			return false;
	return true;
}

static bool fill(struct op *op, struct resource *store, const json_t *draft)
{
	static const char *const LISTS[] = { "languages", "countries", "distributionChannels",
		                                 "supplyChannels", "productSelections" };

	(void)draft;
	for (size_t i = 0; i < sizeof LISTS / sizeof *LISTS; i++) {
		json_t *list = store_list(op, json_object_get(store->doc, LISTS[i]));

		json_object_set(store->doc, LISTS[i], list);
		if (!store_check_list(op, LISTS[i], list))
			return false;
	}
	return check_storefront(op, json_object_get(store->doc, "storefront"));
}

const struct resource_kind STORE_KIND = {
	.name = "store",
	.index = STORE_INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.custom_type = "store",
	.by_key = true,
};

/* Drafts */

bool store_languages_decode(struct op *op, json_t *value, const struct json_path *path,
                            const void *argument, void *target)
{
	json_t *languages = keep(op, json_array());

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const char *language = json_string_value(json_array_get(value, i));

		if (!language)
			return fail_misfit(op, path, MISFIT_WORD);
		const char *problem = text_check_locale(op, argument, &language);

		if (problem)
			return fail_at(op, path, problem);
		json_array_append_new(languages, json_string(language));
	}
	*(json_t **)target = languages;
	return true;
}

/* Whether products are available is said by every setting: not, if the draft does not say so. */
bool store_selection_decode(struct op *op, json_t *value, const struct json_path *path,
                            const void *argument, void *target)
{
	void *selection;

	(void)argument;
	if (!shape_decode_input(op, &STORE_SELECTION_SHAPE, value, path, &selection))
		return false;
	if (!doc_has(selection, "active"))
		doc_put(selection, "active", json_false());
	*(json_t **)target = selection;
	return true;
}

bool store_selections_decode(struct op *op, json_t *value, const struct json_path *path,
                             const void *argument, void *target)
{
	json_t *selections = keep(op, json_array());

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	for (size_t i = 0; i < json_array_size(value); i++) {
		json_t *selection = NULL;

		if (!store_selection_decode(op, json_array_get(value, i), path, argument, &selection))
			return false;
		json_array_append(selections, selection);
	}
	*(json_t **)target = selections;
	return true;
}

static const struct shape_field COUNTRY_FIELDS[] = {
	{ "code", FIELD_TEXT, REQUIRED, 0, text_check_country },
};
const struct shape STORE_COUNTRY_SHAPE = { 0, 1, COUNTRY_FIELDS };

static const struct shape_field SELECTION_FIELDS[] = {
	{ "productSelection", FIELD_CONVERTED, REQUIRED, .argument = "product-selection", .decode = reference_decode },
	{ "active",           FIELD_BOOL,      OPTIONAL },
};
const struct shape STORE_SELECTION_SHAPE = { 0, 2, SELECTION_FIELDS };

static const struct shape_field STOREFRONT_FIELDS[] = {
	{ "checkoutUrlTemplate", FIELD_TEXT, OPTIONAL },
	{ "orderUrlTemplate",    FIELD_TEXT, OPTIONAL },
	{ "termsOfServiceUrl",   FIELD_TEXT, OPTIONAL },
	{ "privacyPolicyUrl",    FIELD_TEXT, OPTIONAL },
	{ "refundPolicyUrl",     FIELD_TEXT, OPTIONAL },
	{ "shippingPolicyUrl",   FIELD_TEXT, OPTIONAL },
	{ "cookiePolicyUrl",     FIELD_TEXT, OPTIONAL },
	{ "imprintUrl",          FIELD_TEXT, OPTIONAL },
	{ "faqUrl",              FIELD_TEXT, OPTIONAL },
	{ "contactUrl",          FIELD_TEXT, OPTIONAL },
};
static const struct shape STOREFRONT = { 0, 10, STOREFRONT_FIELDS };

static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",                  FIELD_TEXT,      REQUIRED },
	{ "name",                 FIELD_TEXT_MAP,  OPTIONAL },
	{ "languages",            FIELD_CONVERTED, OPTIONAL, .decode = store_languages_decode },
	{ "countries",            FIELD_DOCUMENTS, OPTIONAL, .inner = &STORE_COUNTRY_SHAPE },
	{ "distributionChannels", FIELD_CONVERTED, OPTIONAL, .argument = "channel", .decode = references_decode },
	{ "supplyChannels",       FIELD_CONVERTED, OPTIONAL, .argument = "channel", .decode = references_decode },
	{ "productSelections",    FIELD_CONVERTED, OPTIONAL, .decode = store_selections_decode },
	{ "custom",               FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
	{ "storefront",           FIELD_DOCUMENT,  OPTIONAL, .inner = &STOREFRONT },
};
const struct shape STORE_DRAFT = { 0, 9, DRAFT_FIELDS };

/* Rules */

json_t *store_list(struct op *op, const json_t *elements)
{
	json_t *list = keep(op, json_array());
	json_t *seen = keep(op, json_object());

	for (size_t i = 0; i < json_array_size(elements); i++) {
		const char *text = json_text(op, json_array_get(elements, i));

		if (doc_note(seen, text))
			json_array_append(list, json_array_get(elements, i));
	}
	return list;
}

static bool check_languages(struct op *op, json_t *languages)
{
	bool is_known;

	for (size_t i = 0; i < json_array_size(languages); i++) {
		if (!project_has_language(op, json_string_value(json_array_get(languages, i)), &is_known))
			return false;
		if (!is_known)
			return fail_project_languages(op, languages);
	}
	return true;
}

static bool check_channels(struct op *op, const json_t *channels, const char *role)
{
	for (size_t i = 0; i < json_array_size(channels); i++)
		if (!channel_check_role(op, json_array_get(channels, i), role))
			return false;
	return true;
}

/* An address is absolute and `https`; a template (RFC 6570) has its variable. */
bool store_url_check(struct op *op, const char *member, json_t *url)
{
	static const char SCHEME[] = "https://";
	const char *text = json_string_value(url);
	const char *variable = strcmp(member, "checkoutUrlTemplate") == 0 ? "{checkoutId}"
	                       : strcmp(member, "orderUrlTemplate") == 0  ? "{orderId}"
	                                                                  : NULL;
	bool is_good = variable ? strstr(text, variable) != NULL : strlen(text) > strlen(SCHEME);

	return (is_good && strncmp(text, SCHEME, strlen(SCHEME)) == 0) ||
	       fail_invalid_field(op, member, url, NULL);
}

bool store_check_list(struct op *op, const char *name, json_t *elements)
{
	if (strcmp(name, "languages") == 0)
		return check_languages(op, elements);
	if (strcmp(name, "distributionChannels") == 0)
		return check_channels(op, elements, "ProductDistribution");
	return strcmp(name, "supplyChannels") != 0 || check_channels(op, elements, "InventorySupply");
}

/* References */

bool store_of_path_exists(struct op *op)
{
	const json_t *store;

	return lookup_by(op, &STORE_KIND, "key", op->store_key, &store) &&
	       (store || fail_key_not_found(op, op->store_key));
}

json_t *store_reference(struct op *op, const struct identifier *identifier)
{
	const json_t *store = reference_look(op, &STORE_KIND, identifier);

	if (!store)
		return NULL;
	return keep(op, json_pack("{s:s, s:s}", "typeId", "store", "key", doc_text(store, "key")));
}

json_t *store_references(struct op *op, const struct shape_list *identifiers)
{
	const struct identifier *items = identifiers->items;
	json_t *references = keep(op, json_array());
	json_t *seen = keep(op, json_object());

	for (size_t i = 0; i < identifiers->count; i++) {
		const char *name = items[i].id ? arena_printf(op->arena, "id %s", items[i].id)
		                               : arena_printf(op->arena, "key %s", items[i].key);

		if (!doc_note(seen, name))
			continue;
		json_t *reference = store_reference(op, &items[i]);

		if (!reference)
			return NULL;
		if (!doc_find(references, "key", doc_text(reference, "key"), NULL))
			json_array_append(references, reference);
	}
	return references;
}
