/* Assets: media of a category or of a variant of a product, a list with keys and custom fields. */
#ifndef CATALOG_ASSET_PRIV_H
#define CATALOG_ASSET_PRIV_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"
#include "predicate/fields.h"

struct op;

extern const struct shape ASSET_DRAFT;
extern const struct shape ASSET_SOURCE;
extern const struct fields ASSET_FIELDS;

/* Makes assets of an array of drafts (NULL: of none); an array kept by the arena. NULL: recorded. */
json_t *assets_create(struct op *op, const json_t *drafts);

/* Puts an asset in the place of the draft `asset` of an input. False: recorded. */
bool asset_prepare(struct op *op, json_t *input);

/* A change of a list of assets. */
struct asset_edit {
	struct op    *op;
	json_t       *assets;
	const json_t *input;
	const char   *member;     /* what is set: of the asset and of the input */
	bool          must_exist; /* else there is nothing to do where the asset is not there */
};

/* Change the list as the update action of that name says; store no value of the input without copying it. False:
 * recorded. */
typedef bool asset_fn(const struct asset_edit *edit);
asset_fn asset_add;
asset_fn asset_remove;
asset_fn asset_reorder;
asset_fn asset_set_custom_field;
asset_fn asset_set_custom_type;
asset_fn asset_set_key;
asset_fn asset_set_member;

/* Rows of the inputs of these actions, beside what names the list. */
#define ASSET_WHICH     { "assetId", FIELD_TEXT, OPTIONAL }, { "assetKey", FIELD_TEXT, OPTIONAL }
#define ASSET_NEW \
	{ "asset", FIELD_DOCUMENT, REQUIRED, .inner = &ASSET_DRAFT }, { "position", FIELD_INT, OPTIONAL }
#define ASSET_ORDER     { "assetOrder", FIELD_TEXTS, REQUIRED }
#define ASSET_KEY       { "assetId", FIELD_TEXT, REQUIRED }, { "assetKey", FIELD_TEXT, OPTIONAL }
#define ASSET_SOURCES   ASSET_WHICH, { "sources", FIELD_DOCUMENTS, REQUIRED, .inner = &ASSET_SOURCE }
#define ASSET_TAGS      ASSET_WHICH, { "tags", FIELD_TEXTS, OPTIONAL }
#define ASSET_TEXTS(name, need) ASSET_WHICH, { name, FIELD_TEXT_MAP, need }
#define ASSET_FIELD     ASSET_WHICH, { "name", FIELD_TEXT, REQUIRED }, { "value", FIELD_RAW, OPTIONAL }
#define ASSET_TYPE \
	ASSET_WHICH, { "type", FIELD_CONVERTED, OPTIONAL, .argument = "type", .decode = reference_decode }, \
	{ "fields", FIELD_MAP, OPTIONAL }

#endif
