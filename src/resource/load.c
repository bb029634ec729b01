#include "resource/load.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "base/timestamp.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/caller.h"
#include "resource/index.h"
#include "resource/stored.h"

/* Columns of QUERY_RESOURCE_GET, the first also of QUERY_RESOURCE_VERSION. */
enum { VERSION, DOC };

/* Columns of QUERY_RESOURCE_BY_INDEX. */
enum { FOUND_ID, FOUND_VERSION, FOUND_DOC };

static struct resource *resource_make(struct op *op, const struct resource_kind *kind,
                                      const char *id, json_t *doc)
{
	struct resource *resource = arena_alloc(op->arena, sizeof *resource);

	*resource = (struct resource){ .kind = kind, .id = arena_strdup(op->arena, id), .doc = doc };
	resource->last_event = &resource->events;
	return resource;
}

/* What every resource begins with. */
static json_t *new_head(struct op *op, const struct resource_kind *kind, const char *id)
{
	char now[TIMESTAMP_TEXT_BYTES];

	timestamp_write(op->now_ms, now);
	if (kind->plain_head)
		return keep(op, json_pack("{s:s, s:s}", "id", id, "createdAt", now));
	json_t *logging = client_logging(op);

	return keep(op, json_pack("{s:s, s:i, s:s, s:i, s:s, s:s, s:O, s:O}",
	                          "id", id,
	                          "version", 1,
	                          "versionModifiedAt", now,
	                          "lastMessageSequenceNumber", 0,
	                          "createdAt", now,
	                          "lastModifiedAt", now,
	                          "lastModifiedBy", logging,
	                          "createdBy", logging));
}

struct resource *resource_start(struct op *op, const struct resource_kind *kind, const char *id)
{
	char random_id[UUID_TEXT_BYTES];

	if (!id) {
		random_uuid(random_id);
		id = random_id;
	}
	struct resource *resource = resource_make(op, kind, id, new_head(op, kind, id));

	resource->version = 1;
	resource->is_new = true;
	resource->index_before = keep(op, json_object());
	return resource;
}

/* Loading */

static struct resource *from_stored(struct op *op, const struct resource_kind *kind, const char *id,
                                    int64_t version, const struct db_value *stored)
{
	json_t *doc = stored_read(op, stored->text, stored->bytes);

	if (!doc)
		return NULL;
	struct resource *resource = resource_make(op, kind, id, doc);

	resource->version = version;
	resource->index_before = index_of(op, kind, doc);
	return resource;
}

bool resource_fetch_ahead(struct op *op, const struct resource_kind *kind, const char *id,
                          const json_t **ret_doc)
{
	const char *text;
	size_t bytes;

	if (ret_doc)
		*ret_doc = NULL;
	if (!resource_text(op, kind, id, &text, &bytes))
		return false;
	if (!text)
		return true;
	const struct db_value stored = db_bytes(text, bytes);

	struct resource *fetched = from_stored(op, kind, id, 0, &stored);

	if (!fetched)
		return false;
	fetched->version = doc_int(fetched->doc, "version");
	fetched->next_fetched = op->fetched;
	op->fetched = fetched;
	if (ret_doc)
		*ret_doc = fetched->doc;
	return true;
}

/* Takes what was fetched ahead, if it is still as it is stored. It can be taken once: a handler that
 * runs again must not see what its first run did to it. */
static bool take_fetched(struct op *op, const struct resource_kind *kind, const char *id,
                         struct resource **ret_resource)
{
	struct resource **place = &op->fetched;
	struct db_row *row;

	while (*place && ((*place)->kind != kind || strcmp((*place)->id, id) != 0))
		place = &(*place)->next_fetched;
	struct resource *fetched = *place;

	if (!fetched)
		return true;
	*place = fetched->next_fetched;
	if (!db_one(op, QUERY_RESOURCE_VERSION,
	            DB_VALUES(db_text(op->project), db_text(kind->name), db_text(id)), &row))
		return false;
	if (row && row->columns[VERSION].integer == fetched->version)
		*ret_resource = fetched;
	return true;
}

bool resource_find(struct op *op, const struct resource_kind *kind, const char *id,
                   struct resource **ret_resource)
{
	struct db_row *row;

	*ret_resource = NULL;
	if (!take_fetched(op, kind, id, ret_resource))
		return false;
	if (*ret_resource)
		return true;
	if (!db_one(op, QUERY_RESOURCE_GET,
	            DB_VALUES(db_text(op->project), db_text(kind->name), db_text(id)), &row))
		return false;
	if (!row)
		return true;
	*ret_resource = from_stored(op, kind, id, row->columns[VERSION].integer, &row->columns[DOC]);
	return *ret_resource != NULL;
}

bool resource_find_by(struct op *op, const struct resource_kind *kind, const char *field,
                      const char *value, struct resource **ret_resource)
{
	struct db_row *row;

	*ret_resource = NULL;
	if (!db_one(op, QUERY_RESOURCE_BY_INDEX,
	            DB_VALUES(db_text(op->project), db_text(kind->name), db_text(field),
	                      db_text(value)),
	            &row))
		return false;
	if (!row)
		return true;
	*ret_resource =
		from_stored(op, kind, row->columns[FOUND_ID].text, row->columns[FOUND_VERSION].integer,
		            &row->columns[FOUND_DOC]);
	return *ret_resource != NULL;
}

struct resource *resource_get(struct op *op, const struct resource_kind *kind, const char *id)
{
	struct resource *resource;

	if (!resource_find(op, kind, id, &resource))
		return NULL;
	if (!resource)
		fail_subject_not_found(op, kind->name, id);
	return resource;
}

struct resource *resource_get_by_key(struct op *op, const struct resource_kind *kind,
                                     const char *key)
{
	struct resource *resource;

	if (!resource_find_by(op, kind, "key", key, &resource))
		return NULL;
	if (!resource)
		fail_subject_key_not_found(op, kind->name, key);
	return resource;
}

bool resource_at_version(struct op *op, const struct resource *resource, int64_t expected)
{
	if (resource->version != expected)
		return fail_concurrent_modification(op, resource->id, expected, resource->version);
	return true;
}
