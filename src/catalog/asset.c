#include "asset_priv.h"

#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "kind/custom_fields.h"
#include "kind/part.h"
#include "resource/resource_fields.h"

static const struct part_list ASSETS = { "assets", "asset", "asset" };

static const struct shape_field DIMENSION_FIELDS[] = {
	{ "w", FIELD_INT, REQUIRED },
	{ "h", FIELD_INT, REQUIRED },
};
static const struct shape DIMENSIONS = { 0, 2, DIMENSION_FIELDS };

static const struct shape_field SOURCE_FIELDS[] = {
	{ "uri",         FIELD_TEXT,     REQUIRED },
	{ "key",         FIELD_TEXT,     OPTIONAL },
	{ "dimensions",  FIELD_DOCUMENT, OPTIONAL, .inner = &DIMENSIONS },
	{ "contentType", FIELD_TEXT,     OPTIONAL },
};
const struct shape ASSET_SOURCE = { 0, 4, SOURCE_FIELDS };

static const struct shape_field DRAFT_FIELDS[] = {
	{ "sources",     FIELD_DOCUMENTS, REQUIRED, .inner = &ASSET_SOURCE },
	{ "name",        FIELD_TEXT_MAP,  REQUIRED },
	{ "description", FIELD_TEXT_MAP,  OPTIONAL },
	{ "tags",        FIELD_TEXTS,     OPTIONAL },
	{ "custom",      FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
	{ "key",         FIELD_TEXT,      OPTIONAL },
};
const struct shape ASSET_DRAFT = { 0, 6, DRAFT_FIELDS };

static const struct field SOURCE_ROWS[] = {
	{ "uri",         VALUE_STRING },
	{ "key",         VALUE_STRING },
	{ "contentType", VALUE_STRING },
};
static const struct fields SOURCE_ROW_FIELDS = FIELDS(SOURCE_ROWS);

static const struct field FIELD_ROWS[] = {
	{ "id",          VALUE_STRING },
	{ "key",         VALUE_STRING },
	{ "name",        VALUE_MAP },
	{ "description", VALUE_MAP },
	{ "tags",        VALUE_STRING, true },
	{ "sources",     VALUE_OBJECT, true, &SOURCE_ROW_FIELDS },
	CUSTOM_FIELD,
};
const struct fields ASSET_FIELDS = FIELDS(FIELD_ROWS);

/* -- creating -- */

/* There is at least one source, and each key of one is there once. */
static bool check_sources(struct op *op, json_t *sources)
{
	json_t *seen = keep(op, json_object());

	if (json_array_size(sources) == 0)
		return fail_invalid_field(op, "sources", sources, NULL);
	for (size_t i = 0; i < json_array_size(sources); i++) {
		const char *key = doc_text(json_array_get(sources, i), "key");

		if (key && !doc_note(seen, key))
			return fail_duplicate_field(op, "sources.key", key);
	}
	return true;
}

/* NULL: recorded. */
static json_t *create(struct op *op, const json_t *draft)
{
	json_t *asset = part_create(op, &ASSETS, draft);

	return asset && check_sources(op, json_object_get(asset, "sources")) ? asset : NULL;
}

json_t *assets_create(struct op *op, const json_t *drafts)
{
	json_t *assets = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(drafts); i++) {
		json_t *asset = create(op, json_array_get(drafts, i));

		if (!asset || !part_key_is_free(op, assets, asset))
			return NULL;
		json_array_append(assets, asset);
	}
	return assets;
}

bool asset_prepare(struct op *op, json_t *input)
{
	json_t *asset = create(op, json_object_get(input, "asset"));

	return asset && json_object_set(input, "asset", asset) == 0;
}

/* -- changing -- */

/* The asset that an action names by id or key; NULL: there is none. *ret_done false: recorded. */
static json_t *find(const struct asset_edit *edit, size_t *ret_index, bool *ret_done)
{
	const char *id = doc_text(edit->input, "assetId");
	const char *key = doc_text(edit->input, "assetKey");

	*ret_done = id || key ||
	            fail_invalid_operation(edit->op, "One of 'assetId' or 'assetKey' is required.");
	json_t *asset =
		*ret_done ? doc_find(edit->assets, id ? "id" : "key", id ? id : key, ret_index) : NULL;

	if (*ret_done && !asset && edit->must_exist)
		*ret_done =
			fail_invalid_operation(edit->op, "The asset '%s' does not exist.", id ? id : key);
	return asset;
}

bool asset_add(const struct asset_edit *edit)
{
	const json_t *position = json_object_get(edit->input, "position");
	json_t *asset = keep(edit->op, json_deep_copy(json_object_get(edit->input, "asset")));
	size_t count = json_array_size(edit->assets);

	if (!part_key_is_free(edit->op, edit->assets, asset))
		return false;
	if (!position)
		return json_array_append(edit->assets, asset) == 0;
	json_int_t index = json_integer_value(position);

	if (index < 0 || (size_t)index > count)
		return fail_invalid_operation(edit->op, "The position is beyond the last asset.");
	return json_array_insert(edit->assets, (size_t)index, asset) == 0;
}

bool asset_remove(const struct asset_edit *edit)
{
	size_t index;
	bool done;

	if (find(edit, &index, &done))
		json_array_remove(edit->assets, index);
	return done;
}

/* Where some of the assets are not there, the order is not for this list. */
bool asset_reorder(const struct asset_edit *edit)
{
	const json_t *order = json_object_get(edit->input, "assetOrder");
	json_t *ordered = keep(edit->op, json_array());

	for (size_t i = 0; i < json_array_size(order); i++) {
		const char *id = json_string_value(json_array_get(order, i));
		json_t *asset = doc_find(edit->assets, "id", id, NULL);

		if (asset && !doc_find(ordered, "id", id, NULL))
			json_array_append(ordered, asset);
	}
	if (json_array_size(ordered) != json_array_size(edit->assets) ||
	    json_array_size(ordered) != json_array_size(order))
		return !edit->must_exist ||
		       fail_invalid_operation(edit->op,
		                              "The order must contain the id of every asset once.");
	json_array_clear(edit->assets);
	json_array_extend(edit->assets, ordered);
	return true;
}

bool asset_set_member(const struct asset_edit *edit)
{
	json_t *value = keep(edit->op, json_deep_copy(json_object_get(edit->input, edit->member)));
	bool done;
	json_t *asset = find(edit, NULL, &done);

	if (!asset)
		return done;
	(void)doc_set(asset, edit->member, value); /* what changed is seen later */
	return check_sources(edit->op, json_object_get(asset, "sources"));
}

bool asset_set_key(const struct asset_edit *edit)
{
	const char *id = doc_text(edit->input, "assetId");
	json_t *asset = doc_find(edit->assets, "id", id, NULL);

	if (!asset)
		return !edit->must_exist ||
		       fail_invalid_operation(edit->op, "The asset '%s' does not exist.", id);
	(void)doc_set_text(asset, "key", NULL); /* so that its own does not count */
	json_t *changed = keep(edit->op, json_object());

	(void)doc_set_text(changed, "key", doc_text(edit->input, "assetKey")); /* it has none */
	if (!part_key_is_free(edit->op, edit->assets, changed))
		return false;
	(void)doc_set_text(asset, "key", doc_text(changed, "key")); /* what changed is seen later */
	return true;
}

bool asset_set_custom_type(const struct asset_edit *edit)
{
	json_t *draft = keep(edit->op, json_object());
	bool done;
	json_t *asset = find(edit, NULL, &done);

	if (!asset)
		return done;
	json_object_del(asset, "custom");
	if (!doc_has(edit->input, "type"))
		return true;
	(void)doc_set(draft, "type", json_object_get(edit->input, "type")); /* it has none */
	(void)doc_set(draft, "fields", json_object_get(edit->input, "fields"));
	return custom_from_draft(edit->op, asset, ASSETS.custom_type, draft);
}

bool asset_set_custom_field(const struct asset_edit *edit)
{
	const struct custom_field_input field = {
		doc_text(edit->input, "name"),
		keep(edit->op, json_deep_copy(json_object_get(edit->input, "value"))),
	};
	struct custom_change change;
	bool done;
	json_t *asset = find(edit, NULL, &done);

	return asset ? custom_set_field(edit->op, asset, &field, &change) : done;
}
