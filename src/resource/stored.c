#include "resource/stored.h"

#include <string.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "db/db.h"
#include "document/stored_json.h"
#include "resource/kept.h"
#include "resource/resource.h"

/* Columns of QUERY_RESOURCE_GET. */
enum { VERSION, DOC, POSITION, WRITTEN };

json_t *stored_read(struct op *op, const char *text, size_t bytes)
{
	if (!op_spend(op, (int64_t)bytes / DECODED_PER_UNIT))
		return NULL;
	json_t *doc = keep(op, stored_json_read(op->arena, text, bytes));

	if (!json_is_object(doc)) {
		fail_internal(op, "a stored document cannot be read");
		return NULL;
	}
	return doc;
}

/* Not with arena_printf(), as a list asks for many. */
const char *stored_key(struct op *op, const struct resource_kind *kind, const char *id)
{
	struct text_buffer key = { .arena = op->arena };

	text_append(&key, "r/");
	text_append(&key, op->project);
	text_append(&key, "/");
	text_append(&key, kind->name);
	text_append(&key, "/");
	text_append(&key, id);
	return key.text;
}

/* What the cache holds of a resource; the text is behind it. */
struct place {
	int64_t position;
	int64_t written;
};

/* The cache does not know what a write did so far. */
static bool find_cached(struct op *op, const char *key, struct found *ret_found)
{
	char *cached;
	size_t bytes;

	if (!db_is_reading(op->tx) ||
	    !cache_get(op->env->cache, op->arena, key, &cached, &bytes))
		return false;
	struct place place;

	memcpy(&place, cached, sizeof place);
	*ret_found = (struct found){ place.position, place.written, cached + sizeof place,
		                         bytes - sizeof place };
	return true;
}

static void put_cached(struct op *op, const char *key, const struct found *found)
{
	const struct place place = { found->position, found->written };
	size_t bytes = sizeof place + found->bytes;
	char *value = arena_take(op->arena, bytes);

	memcpy(value, &place, sizeof place);
	memcpy(value + sizeof place, found->text, found->bytes);
	cache_put(op->env->cache, key, op->epoch, value, bytes);
}

static bool find_stored(struct op *op, const struct resource_kind *kind, const char *id,
                        const char *key, struct found *ret_found)
{
	struct db_row *row;

	*ret_found = (struct found){ 0 };
	if (!db_one(op, QUERY_RESOURCE_GET,
	            DB_VALUES(db_text(op->project), db_text(kind->name), db_text(id)), &row))
		return false;
	if (!row)
		return true;
	*ret_found = (struct found){ row->columns[POSITION].integer, row->columns[WRITTEN].integer,
		                         row->columns[DOC].text, row->columns[DOC].bytes };
	if (db_is_reading(op->tx))
		put_cached(op, key, ret_found);
	return true;
}

bool resource_text(struct op *op, const struct resource_kind *kind, const char *id,
                   const char **ret_text, size_t *ret_bytes)
{
	const char *key = stored_key(op, kind, id);
	struct found found;

	if (!find_cached(op, key, &found) && !find_stored(op, kind, id, key, &found))
		return false;
	*ret_text = found.text;
	*ret_bytes = found.bytes;
	return true;
}

void stored_forget(struct op *op, const struct resource_kind *kind, const char *id)
{
	const char *key = stored_key(op, kind, id);

	op_forget(op, key);
	kept_note_written(op, key);
}

/* A search that is part of a change must see what was changed before. */
static bool by_id(struct op *op, const struct resource_kind *kind, const char *id,
                  struct found *ret_found)
{
	const char *key = stored_key(op, kind, id);

	return (db_is_reading(op->tx) && find_cached(op, key, ret_found)) ||
	       find_stored(op, kind, id, key, ret_found);
}

const struct collection RESOURCES = {
	.scan = QUERY_RESOURCE_SCAN,
	.page = QUERY_RESOURCE_PAGE,
	.count = QUERY_RESOURCE_COUNT,
	.at_position = QUERY_RESOURCE_AT,
	.ids_by_unique = QUERY_RESOURCE_IDS_BY_UNIQUE,
	.ids_by_shared = QUERY_RESOURCE_IDS_BY_SHARED,
	.by_unique = QUERY_RESOURCE_POSITION_BY_UNIQUE,
	.by_shared = QUERY_RESOURCE_POSITION_BY_SHARED,
	.by_id = by_id,
};
