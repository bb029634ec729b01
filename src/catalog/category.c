#include "catalog/category.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "db/db.h"
#include "document/doc.h"
#include "kind/custom_actions.h"
#include "kind/custom_fields.h"
#include "kind/index_values.h"
#include "kind/kind.h"
#include "kind/member_actions.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/reference.h"
#include "resource/resource_fields.h"
#include "resource/save.h"

#include "asset_priv.h"

/* Columns of resources_with() begin with this. */
enum { ID };

/* Every category is stored with all its ancestors, so a chain costs the square of its length. */
enum { MAX_ANCESTORS = 100 };

/* That something is below a category does not keep it: it is deleted with it. */
static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true, .path = "key" },
	{ .name = "slug", .unique = true, .values = index_slug },
	{ .name = "externalId", .path = "externalId" },
	{ .name = "parent", .path = "parent.id" },
	{ .name = "ancestors", .path = "ancestors.id" },
	CUSTOM_TYPE_INDEX,
	{ 0 },
};

static const struct field FIELD_ROWS[] = {
	RESOURCE_FIELDS,
	{ "key",             VALUE_STRING },
	{ "name",            VALUE_MAP },
	{ "slug",            VALUE_MAP },
	{ "description",     VALUE_MAP },
	REFERENCES_FIELD("ancestors"),
	REFERENCE_FIELD("parent"),
	{ "orderHint",       VALUE_STRING },
	{ "externalId",      VALUE_STRING },
	{ "metaTitle",       VALUE_MAP },
	{ "metaDescription", VALUE_MAP },
	{ "metaKeywords",    VALUE_MAP },
	{ "assets",          VALUE_OBJECT, true, &ASSET_FIELDS },
	CUSTOM_FIELD,
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

/* -- ancestors -- */

/* A category that is known to be there. NULL: recorded. */
static struct resource *load(struct op *op, const char *id)
{
	return resource_get(op, &CATEGORY_KIND, id);
}

/* The ancestors of what lies right below a category. */
static json_t *path_through(struct op *op, const json_t *category)
{
	json_t *path = keep(op, json_array());

	json_array_extend(path, json_object_get(category, "ancestors"));
	json_array_append_new(
		path, json_pack("{s:s, s:s}", "typeId", "category", "id", doc_text(category, "id")));
	return path;
}

static bool set_ancestors(struct op *op, json_t *doc, json_t *ancestors)
{
	if (json_array_size(ancestors) > MAX_ANCESTORS)
		return fail_invalid_operation(op, "A category can have at most %d ancestors.",
		                              MAX_ANCESTORS);
	json_object_set(doc, "ancestors", ancestors);
	return true;
}

/* Gives a category the ancestors that follow from its parent. False: recorded. */
static bool derive_ancestors(struct op *op, json_t *doc)
{
	const json_t *parent = json_object_get(doc, "parent");

	if (!parent) {
		doc_put(doc, "ancestors", json_array());
		return true;
	}
	const struct resource *above = load(op, doc_text(parent, "id"));

	return above && set_ancestors(op, doc, path_through(op, above->doc));
}

/* The categories that have this one under an index field: column 0 of the rows is the id. False:
 * recorded. */
static bool related(struct op *op, const char *index_field, const char *id,
                    struct db_row **ret_rows)
{
	return resources_with(op, &CATEGORY_KIND, index_field, id, ret_rows);
}

/* Moves what lies below a category along with it: what was above the category is replaced. The
 * category itself need not be stored yet. False: recorded. */
static bool move_descendants(struct op *op, const struct resource *category)
{
	struct db_row *row;

	if (!related(op, "ancestors", category->id, &row))
		return false;
	for (; row; row = row->next) {
		struct resource *below = load(op, row->columns[ID].text);
		size_t index;

		if (!below)
			return false;
		json_t *ancestors = json_object_get(below->doc, "ancestors");
		json_t *moved = path_through(op, category->doc);

		(void)doc_find(ancestors, "id", category->id, &index); /* the index says so */
		for (size_t i = index + 1; i < json_array_size(ancestors); i++)
			json_array_append(moved, json_array_get(ancestors, i));
		if (!set_ancestors(op, below->doc, moved))
			return false;
		resource_touch(below);
		if (!resource_save(op, below))
			return false;
	}
	return true;
}

json_t *category_subtree(struct op *op, const char *id)
{
	struct resource *top;
	struct db_row *row;
	json_t *ids = keep(op, json_array());

	if (!resource_find(op, &CATEGORY_KIND, id, &top) || !related(op, "ancestors", id, &row))
		return NULL;
	if (top)
		index_add_text(ids, id);
	for (; row; row = row->next)
		index_add_text(ids, row->columns[ID].text);
	return ids;
}

/* -- rules -- */

/* New categories come last: later ones have a greater hint. */
static json_t *new_order_hint(struct op *op)
{
	uint16_t noise;

	random_bytes(&noise, sizeof noise);
	return json_string(arena_printf(op->arena, "0.00001%013lld%05u1", (long long)op->now_ms,
	                                (unsigned)noise));
}

static bool check_order_hint(struct op *op, const json_t *doc)
{
	const char *hint = doc_text(doc, "orderHint");

	return !hint || check_rank(hint) ||
	       fail_invalid_field(op, "orderHint", json_object_get(doc, "orderHint"), NULL);
}

static bool fill(struct op *op, struct resource *category, const json_t *draft)
{
	(void)draft;
	if (!check_order_hint(op, category->doc))
		return false;
	doc_put_default(category->doc, "orderHint", new_order_hint(op));
	json_t *assets = assets_create(op, json_object_get(draft, "assets"));

	if (!assets)
		return false;
	json_object_set(category->doc, "assets", assets);
	return slug_check(op, category, json_object_get(category->doc, "slug")) &&
	       derive_ancestors(op, category->doc);
}

static bool finish(struct op *op, struct resource *category)
{
	json_t *after = keep(op, json_array());

	index_add_references(after, json_object_get(category->doc, "ancestors"));
	if (json_equal(after, json_object_get(category->index_before, "ancestors")))
		return true;
	return move_descendants(op, category);
}

/* What lies below is deleted as well, as far down as it goes. */
static bool before_delete(struct op *op, struct resource *category)
{
	struct db_row *row;

	if (!related(op, "parent", category->id, &row))
		return false;
	for (; row; row = row->next) {
		struct resource *below = load(op, row->columns[ID].text);

		if (!below || !kind_delete(op, below))
			return false;
	}
	return true;
}

const struct resource_kind CATEGORY_KIND = {
	.name = "category",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.finish = finish,
	.before_delete = before_delete,
	.custom_type = "category",
};

/* -- update actions -- */

static bool change_slug(struct op *op, struct resource *category, const struct update_action *row,
                        const void *input)
{
	return slug_check(op, category, json_object_get(input, "slug")) &&
	       action_change_member(op, category, row, input);
}

static bool change_order_hint(struct op *op, struct resource *category,
                              const struct update_action *row, const void *input)
{
	return check_order_hint(op, input) && action_change_member(op, category, row, input);
}

/* row->argument: a pointer to the asset_fn; row->field: what it sets. */
static bool change_assets(struct op *op, struct resource *category, const struct update_action *row,
                          const void *input)
{
	asset_fn *const *change = row->argument;
	json_t *copy = keep(op, json_deep_copy(input)); /* a handler may run twice */

	doc_put_default(category->doc, "assets", json_array());
	json_t *assets = json_object_get(category->doc, "assets");
	json_t *before = keep(op, json_deep_copy(assets));
	const struct asset_edit edit = { op, assets, copy, row->field, true };

	if (!references_resolve(op, copy) || (doc_has(copy, "asset") && !asset_prepare(op, copy)) ||
	    !(*change)(&edit))
		return false;
	if (!json_equal(before, assets))
		resource_touch(category);
	return true;
}

/* Without a parent it becomes a root. */
static bool change_parent(struct op *op, struct resource *category, const struct update_action *row,
                          const void *input)
{
	const json_t *copy = references_resolved(op, input);

	(void)row;
	if (!copy)
		return false;
	json_t *parent = json_object_get(copy, "parent");
	const struct resource *above = parent ? load(op, doc_text(parent, "id")) : NULL;

	if (parent && !above)
		return false;
	if (above && (strcmp(above->id, category->id) == 0 ||
	              doc_find(json_object_get(above->doc, "ancestors"), "id", category->id, NULL)))
		return fail_invalid_operation(
			op, "The category '%s' cannot be the parent of '%s': it would be its own ancestor.",
			above->id, category->id);
	if (!doc_set(category->doc, "parent", parent))
		return true;
	resource_touch(category);
	return derive_ancestors(op, category->doc);
}

#define PARENT FIELD_CONVERTED, OPTIONAL, .argument = "category", .decode = reference_decode
static const struct shape_field DRAFT_FIELDS[] = {
	{ "key",             FIELD_TEXT,      OPTIONAL },
	{ "name",            FIELD_TEXT_MAP,  REQUIRED },
	{ "slug",            FIELD_TEXT_MAP,  REQUIRED },
	{ "description",     FIELD_TEXT_MAP,  OPTIONAL },
	{ "parent",          PARENT },
	{ "orderHint",       FIELD_TEXT,      OPTIONAL },
	{ "externalId",      FIELD_TEXT,      OPTIONAL },
	{ "metaTitle",       FIELD_TEXT_MAP,  OPTIONAL },
	{ "metaDescription", FIELD_TEXT_MAP,  OPTIONAL },
	{ "metaKeywords",    FIELD_TEXT_MAP,  OPTIONAL },
	{ "assets",          FIELD_DOCUMENTS, OPTIONAL, .inner = &ASSET_DRAFT },
	{ "custom",          FIELD_CONVERTED, IF_GIVEN, .decode = custom_draft_decode },
};
const struct shape CATEGORY_DRAFT = { 0, sizeof DRAFT_FIELDS / sizeof *DRAFT_FIELDS, DRAFT_FIELDS };

#define ASSET(name, change, member, ...) \
	{ name, DOOR_TRUSTED, MEMBERS(__VA_ARGS__), change_assets, member, MESSAGE_NONE, &(asset_fn *const){ change } }
#define TEXT(name, need)  ONE_MEMBER(name, FIELD_TEXT, need)
#define TEXTS(name, need) ONE_MEMBER(name, FIELD_TEXT_MAP, need)
static const struct update_action ROWS[] = {
	/* action               door          input                               apply                    member */
	ASSET("addAsset", asset_add, NULL, ASSET_NEW),
	ASSET("changeAssetName", asset_set_member, "name", ASSET_TEXTS("name", REQUIRED)),
	ASSET("changeAssetOrder", asset_reorder, NULL, ASSET_ORDER),
	{ "changeName",         DOOR_TRUSTED, TEXTS("name", REQUIRED),            action_change_member,    "name" },
	{ "changeOrderHint",    DOOR_TRUSTED, TEXT("orderHint", REQUIRED),        change_order_hint,       "orderHint" },
	{ "changeParent",       DOOR_TRUSTED, ONE_MEMBER("parent", PARENT),       change_parent,           NULL },
	{ "changeSlug",         DOOR_TRUSTED, TEXTS("slug", REQUIRED),            change_slug,             "slug" },
	ASSET("removeAsset", asset_remove, NULL, ASSET_WHICH),
	ASSET("setAssetCustomField", asset_set_custom_field, NULL, ASSET_FIELD),
	ASSET("setAssetCustomType", asset_set_custom_type, NULL, ASSET_TYPE),
	ASSET("setAssetDescription", asset_set_member, "description", ASSET_TEXTS("description", OPTIONAL)),
	ASSET("setAssetKey", asset_set_key, NULL, ASSET_KEY),
	ASSET("setAssetSources", asset_set_member, "sources", ASSET_SOURCES),
	ASSET("setAssetTags", asset_set_member, "tags", ASSET_TAGS),
	{ "setCustomField",     DOOR_TRUSTED, &CUSTOM_FIELD_INPUT,                action_set_custom_field, NULL },
	{ "setCustomType",      DOOR_TRUSTED, &CUSTOM_TYPE_INPUT,                 action_set_custom_type,  NULL },
	{ "setDescription",     DOOR_TRUSTED, TEXTS("description", OPTIONAL),     action_set_member,       "description" },
	{ "setExternalId",      DOOR_TRUSTED, TEXT("externalId", OPTIONAL),       action_set_member,       "externalId" },
	{ "setKey",             DOOR_TRUSTED, TEXT("key", OPTIONAL),              action_set_member,       "key" },
	{ "setMetaDescription", DOOR_TRUSTED, TEXTS("metaDescription", OPTIONAL), action_set_member, "metaDescription" },
	{ "setMetaKeywords",    DOOR_TRUSTED, TEXTS("metaKeywords", OPTIONAL),    action_set_member,       "metaKeywords" },
	{ "setMetaTitle",       DOOR_TRUSTED, TEXTS("metaTitle", OPTIONAL),       action_set_member,       "metaTitle" },
};
#undef ASSET
#undef TEXT
#undef TEXTS
#undef PARENT
static const struct update_actions ACTIONS = { ROWS, sizeof ROWS / sizeof *ROWS, true };
UPDATE_SHAPE(CATEGORY_UPDATE, ACTIONS);
