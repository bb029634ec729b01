#include "resource/resource.h"

#include <string.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/caller.h"
#include "resource/message.h"

enum { MAX_DOCUMENT_BYTES = 16 * 1024 * 1024 };

/* What the index must hold of a document: an object of arrays of texts, by field name; fields that
 * have none, as most do, are not in it. */
static json_t *index_of(struct op *op, const struct resource_kind *kind, const json_t *doc)
{
	json_t *index = keep(op, json_object());
	json_t *values = keep(op, json_array());

	for (const struct index_field *field = kind->index; field->name; field++) {
		if (field->values)
			field->values(op, doc, values);
		else
			doc_collect_texts(doc, field->path ? field->path : field->name, values);
		if (!json_array_size(values))
			continue;
		json_object_set(index, field->name, values);
		values = keep(op, json_array());
	}
	return index;
}

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

static struct resource *from_stored(struct op *op, const struct resource_kind *kind, const char *id,
                                    int64_t version, const struct db_value *stored)
{
	json_t *doc = keep(op, json_loadb(stored->text, stored->bytes, 0, NULL));

	if (!doc) {
		fail_internal(op, "a stored document cannot be read");
		return NULL;
	}
	struct resource *resource = resource_make(op, kind, id, doc);

	resource->version = version;
	resource->index_before = index_of(op, kind, doc);
	return resource;
}

/* r/PROJECT/KIND/ID; not with arena_printf(), as a list asks for many. */
static const char *cache_key(struct op *op, const struct resource_kind *kind, const char *id)
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

/* The cache holds the position of a resource and, behind it, the text. It does not know what a write
 * did so far. */
static bool find_cached(struct op *op, const char *key, struct found *ret_found)
{
	char *cached;
	size_t bytes;

	if (!db_is_reading(op->tx) ||
	    !cache_get(op->env->cache, op->arena, key, &cached, &bytes))
		return false;
	memcpy(&ret_found->position, cached, sizeof ret_found->position);
	ret_found->text = cached + sizeof ret_found->position;
	ret_found->bytes = bytes - sizeof ret_found->position;
	return true;
}

static void put_cached(struct op *op, const char *key, const struct found *found)
{
	size_t bytes = sizeof found->position + found->bytes;
	char *value = arena_take(op->arena, bytes);

	memcpy(value, &found->position, sizeof found->position);
	memcpy(value + sizeof found->position, found->text, found->bytes);
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
	*ret_found =
		(struct found){ row->columns[2].integer, row->columns[1].text, row->columns[1].bytes };
	if (db_is_reading(op->tx))
		put_cached(op, key, ret_found);
	return true;
}

bool resource_text(struct op *op, const struct resource_kind *kind, const char *id,
                   const char **ret_text, size_t *ret_bytes)
{
	const char *key = cache_key(op, kind, id);
	struct found found;

	if (!find_cached(op, key, &found) && !find_stored(op, kind, id, key, &found))
		return false;
	*ret_text = found.text;
	*ret_bytes = found.bytes;
	return true;
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
	if (row && row->columns[0].integer == fetched->version)
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
	*ret_resource = from_stored(op, kind, id, row->columns[0].integer, &row->columns[1]);
	return *ret_resource != NULL;
}

bool resource_id_by(struct op *op, const struct resource_kind *kind, const char *field,
                    const char *value, const char **ret_id)
{
	struct db_row *row;

	if (!db_one(op, QUERY_RESOURCE_IDS_BY_UNIQUE,
	            DB_VALUES(db_text(op->project), db_text(kind->name), db_text(field),
	                      db_text(value)),
	            &row))
		return false;
	*ret_id = row ? row->columns[0].text : NULL;
	return true;
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
		from_stored(op, kind, row->columns[0].text, row->columns[1].integer, &row->columns[2]);
	return *ret_resource != NULL;
}

struct resource *resource_get(struct op *op, const struct resource_kind *kind, const char *id)
{
	struct resource *resource;

	if (!resource_find(op, kind, id, &resource))
		return NULL;
	if (!resource)
		fail_not_found(op, id);
	return resource;
}

struct resource *resource_get_by_key(struct op *op, const struct resource_kind *kind,
                                     const char *key)
{
	struct resource *resource;

	if (!resource_find_by(op, kind, "key", key, &resource))
		return NULL;
	if (!resource)
		fail_key_not_found(op, key);
	return resource;
}

bool resource_at_version(struct op *op, const struct resource *resource, int64_t expected)
{
	if (resource->version != expected)
		return fail_concurrent_modification(op, resource->id, expected, resource->version);
	return true;
}

void resource_touch(struct resource *resource)
{
	resource->changed = true;
	resource->version++;
}

static json_t *identifiers_of(struct op *op, const struct resource *resource)
{
	static const char *const NONE[] = { NULL };
	const char *const *name = resource->kind->identifiers;
	json_t *identifiers = keep(op, json_object());

	if (doc_has(resource->doc, "key"))
		json_object_set(identifiers, "key", json_object_get(resource->doc, "key"));
	for (name = name ? name : NONE; *name; name++)
		if (doc_has(resource->doc, *name))
			json_object_set(identifiers, *name, json_object_get(resource->doc, *name));
	return identifiers;
}

void resource_emit(struct op *op, struct resource *resource, enum message_type type,
                   json_t *payload)
{
	if (type == MESSAGE_NONE)
		return;
	struct event *event = arena_alloc(op->arena, sizeof *event);

	*event = (struct event){ .type = type,
		                     .payload = payload,
		                     .resource_version = resource->version,
		                       .identifiers = identifiers_of(op, resource) };
	*resource->last_event = event;
	resource->last_event = &event->next;
}

static bool store_events(struct op *op, const struct resource *resource,
                         int64_t last_sequence_number)
{
	struct message_subject subject = {
		.type_id = resource->kind->name,
		.id = resource->id,
		.sequence_number = last_sequence_number,
	};

	for (const struct event *event = resource->events; event; event = event->next) {
		subject.version = event->resource_version;
		subject.identifiers = event->identifiers;
		subject.sequence_number++;
		if (!message_store(op, event->type, &subject, event->payload))
			return false;
	}
	return true;
}

/* A project may store no messages. What is emitted meanwhile does not count: the numbers of those
 * that are stored have no gaps. */
static bool drop_unwanted_events(struct op *op, struct resource *resource)
{
	bool are_stored = true;

	if (resource->events && !messages_are_stored(op, &are_stored))
		return false;
	if (!are_stored)
		resource->events = NULL;
	return true;
}

static int64_t count_events(const struct resource *resource)
{
	int64_t count = 0;

	for (const struct event *event = resource->events; event; event = event->next)
		count++;
	return count;
}

/* i/PROJECT/KIND/FIELD/VALUE: what a search by a value finds. */
static const char *index_key(struct op *op, const struct resource_kind *kind, const char *field,
                             const char *value)
{
	const char *const pieces[] = { "i/", op->project, "/", kind->name, "/", field, "/", value };
	struct text_buffer key = { .arena = op->arena };

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		text_append(&key, pieces[i]);
	return key.text;
}

static bool index_add(struct op *op, const struct resource *resource,
                      const struct index_field *field, const char *value)
{
	int64_t affected;

	op_forget(op, index_key(op, resource->kind, field->name, value));
	if (!db_exec(op, QUERY_INDEX_INSERT,
	             DB_VALUES(db_text(op->project), db_text(resource->kind->name),
	                       db_text(field->name), db_text(value), db_text(resource->id),
	                       db_integer(field->unique)),
	             &affected))
		return false;
	return affected == 1 || fail_duplicate_field(op, field->name, value);
}

static bool index_drop(struct op *op, const struct resource *resource,
                       const struct index_field *field, const char *value)
{
	op_forget(op, index_key(op, resource->kind, field->name, value));
	return db_exec(op, QUERY_INDEX_DELETE_VALUE,
	               DB_VALUES(db_text(op->project), db_text(resource->kind->name),
	                         db_text(resource->id), db_text(field->name), db_text(value)),
	               NULL);
}

/* Drops what is in `before` and not in `after`, adds what is in `after` and not in `before`. */
static bool index_field_changed(struct op *op, const struct resource *resource,
                                const struct index_field *field, const json_t *after)
{
	for (size_t i = 0; i < json_array_size(json_object_get(resource->index_before, field->name));
	     i++) {
		const char *value = json_string_value(
			json_array_get(json_object_get(resource->index_before, field->name), i));

		if (!doc_list_holds(after, field->name, value) && !index_drop(op, resource, field, value))
			return false;
	}
	for (size_t i = 0; i < json_array_size(json_object_get(after, field->name)); i++) {
		const char *value =
			json_string_value(json_array_get(json_object_get(after, field->name), i));

		if (!doc_list_holds(resource->index_before, field->name, value) &&
		    !index_add(op, resource, field, value))
			return false;
	}
	return true;
}

/* Forgets what searches by the values found. */
static void forget_found(struct op *op, const struct resource *resource,
                         const struct index_field *field, const json_t *index)
{
	const json_t *values = json_object_get(index, field->name);

	for (size_t i = 0; i < json_array_size(values); i++)
		op_forget(op, index_key(op, resource->kind, field->name,
		                        json_string_value(json_array_get(values, i))));
}

static bool index_changed(struct op *op, const struct resource *resource)
{
	const json_t *after = index_of(op, resource->kind, resource->doc);

	for (const struct index_field *field = resource->kind->index; field->name; field++) {
		if (field->by_age)
			forget_found(op, resource, field, after);
		if (!index_field_changed(op, resource, field, after))
			return false;
	}
	return true;
}

static void write_head(struct op *op, struct resource *resource)
{
	const char *now = timestamp_text(op->arena, op->now_ms);
	int64_t sequence_number =
		doc_int(resource->doc, "lastMessageSequenceNumber") + count_events(resource);

	if (resource->kind->plain_head)
		return;
	doc_put(resource->doc, "lastMessageSequenceNumber", json_integer(sequence_number));
	if (resource->is_new)
		return;
	doc_put(resource->doc, "version", json_integer(resource->version));
	doc_put(resource->doc, "versionModifiedAt", json_string(now));
	doc_put(resource->doc, "lastModifiedAt", json_string(now));
	doc_set(resource->doc, "lastModifiedBy", client_logging(op));
}

static bool store_document(struct op *op, const struct resource *resource, size_t bytes)
{
	struct db_value project = db_text(op->project);
	struct db_value kind = db_text(resource->kind->name);
	struct db_value id = db_text(resource->id);
	struct db_value version = db_integer(resource->version);
	struct db_value now = db_integer(op->now_ms);
	struct db_value doc = db_bytes(resource->text, bytes);
	int64_t affected;

	struct db_value position = db_integer(db_next_position(op->tx));

	if (!resource->is_new)
		return db_exec(op, QUERY_RESOURCE_UPDATE,
		               DB_VALUES(version, now, position, doc, project, kind, id), NULL);
	if (!db_exec(op, QUERY_RESOURCE_INSERT,
	             DB_VALUES(project, kind, id, version, now, now, position, doc), &affected))
		return false;
	return affected == 1 || fail_duplicate_field(op, "id", resource->id);
}

bool resource_save(struct op *op, struct resource *resource)
{
	if (!resource->is_new && !resource->changed)
		return true;
	int64_t sequence_number = doc_int(resource->doc, "lastMessageSequenceNumber");

	if (!drop_unwanted_events(op, resource))
		return false;
	write_head(op, resource);
	resource->text = json_text(op, resource->doc);
	size_t bytes = strlen(resource->text);

	if (bytes > MAX_DOCUMENT_BYTES)
		return fail_resource_too_large(op);
	op_forget(op, cache_key(op, resource->kind, resource->id));
	return store_document(op, resource, bytes) && index_changed(op, resource) &&
	       store_events(op, resource, sequence_number) &&
	       (!resource->kind->saved || resource->kind->saved(op, resource));
}

const char *resource_current_text(struct op *op, const struct resource *resource)
{
	return resource->text ? resource->text : json_text(op, resource->doc);
}

bool resource_save_silently(struct op *op, struct resource *resource)
{
	resource->events = NULL;
	return resource_save(op, resource);
}

bool resource_delete(struct op *op, struct resource *resource)
{
	struct db_value project = db_text(op->project);
	struct db_value kind = db_text(resource->kind->name);
	struct db_value id = db_text(resource->id);

	if (!drop_unwanted_events(op, resource))
		return false;
	op_forget(op, cache_key(op, resource->kind, resource->id));
	for (const struct index_field *field = resource->kind->index; field->name; field++)
		forget_found(op, resource, field, resource->index_before);
	return db_exec(op, QUERY_RESOURCE_DELETE, DB_VALUES(project, kind, id), NULL) &&
	       db_exec(op, QUERY_INDEX_DELETE, DB_VALUES(project, kind, id), NULL) &&
	       store_events(op, resource, doc_int(resource->doc, "lastMessageSequenceNumber"));
}

bool resource_reindex(struct op *op, const struct resource_kind *kind, const char *id,
                      const struct db_value *stored)
{
	struct resource *resource = from_stored(op, kind, id, 0, stored);

	if (!resource ||
	    !db_exec(op, QUERY_INDEX_DELETE,
	             DB_VALUES(db_text(op->project), db_text(kind->name), db_text(id)), NULL))
		return false;
	for (const struct index_field *field = kind->index; field->name; field++) {
		const json_t *values = json_object_get(resource->index_before, field->name);

		for (size_t i = 0; i < json_array_size(values); i++)
			if (!db_exec(op, QUERY_INDEX_INSERT,
			             DB_VALUES(db_text(op->project), db_text(kind->name),
			                       db_text(field->name),
			                       db_text(json_string_value(json_array_get(values, i))),
			                       db_text(id), db_integer(field->unique)),
			             NULL))
				return false;
	}
	return true;
}

/* Searching by a value */

static bool found_before(struct op *op, const char *key, const char **ret_text)
{
	char *cached;
	size_t bytes;

	if (!db_is_reading(op->tx) || !cache_get(op->env->cache, op->arena, key, &cached, &bytes))
		return false;
	*ret_text = cached;
	return true;
}

static void keep_found(struct op *op, const char *key, const char *text)
{
	if (db_is_reading(op->tx))
		cache_put(op->env->cache, key, op->epoch, text, strlen(text));
}

struct id_list {
	struct text_buffer text;
	size_t             count;
	size_t             most;
};

/* False: there are too many. */
static bool add_id(void *context, const struct db_value *columns)
{
	struct id_list *ids = context;

	if (ids->count++ == ids->most)
		return false;
	text_append_bytes(&ids->text, columns[0].text, columns[0].bytes);
	text_append(&ids->text, "\n");
	return true;
}

/* Only of RESOURCES it is known when what was found is not so any more. */
bool index_ids(struct op *op, const struct resource_kind *kind, const struct index_field *field,
               const char *value, size_t most, const char **ret_ids)
{
	const struct collection *collection = kind->collection ? kind->collection : &RESOURCES;
	const char *key = kind->collection ? NULL : index_key(op, kind, field->name, value);
	struct id_list ids = { .text = { .arena = op->arena }, .most = most };

	if (key && found_before(op, key, ret_ids))
		return true;
	if (!db_each(op, field->unique ? collection->ids_by_unique : collection->ids_by_shared,
	             DB_VALUES(db_text(op->project), db_text(kind->name), db_text(field->name),
	                       db_text(value)),
	             add_id, &ids))
		return false;
	*ret_ids = ids.text.text ? ids.text.text : "";
	if (ids.count > most)
		*ret_ids = NULL;
	else if (key)
		keep_found(op, key, *ret_ids);
	return true;
}

bool index_last_written(struct op *op, const struct resource_kind *kind, const char *index_field,
                        const char *value, const char **ret_id)
{
	const struct db_value values[] = { db_text(op->project), db_text(kind->name),
		                               db_text(index_field), db_text(value) };
	const size_t count = sizeof values / sizeof *values;
	const char *key = index_key(op, kind, index_field, value);
	struct db_row *row;

	if (!found_before(op, key, ret_id)) {
		/* Which one was written last is behind the document of its row, and mostly there is one. */
		if (!db_all(op, QUERY_RESOURCE_IDS_BY_SHARED, values, count, &row) ||
		    (row && row->next && !db_one(op, QUERY_RESOURCE_LAST_WRITTEN, values, count, &row)))
			return false;
		*ret_id = row ? row->columns[0].text : "";
		keep_found(op, key, *ret_id);
	}
	if (!**ret_id)
		*ret_id = NULL;
	return true;
}

bool resources_with(struct op *op, const struct resource_kind *kind, const char *index_field,
                    const char *value, struct db_row **ret_rows)
{
	return db_all(op, QUERY_RESOURCES_BY_SHARED_INDEX,
	              DB_VALUES(db_text(op->project), db_text(kind->name), db_text(index_field),
	                        db_text(value)),
	              ret_rows);
}

/* A search that is part of a change must see what was changed before. */
static bool by_id(struct op *op, const struct resource_kind *kind, const char *id,
                  struct found *ret_found)
{
	const char *key = cache_key(op, kind, id);

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

bool resource_count(struct op *op, const struct resource_kind *kind, const char *index_field,
                    const char *value, int64_t *ret_count)
{
	struct db_value project = db_text(op->project);
	struct db_row *row;
	bool done;

	if (index_field)
		done = db_one(op, QUERY_RESOURCE_COUNT_INDEXED,
		              DB_VALUES(project, db_text(kind->name), db_text(index_field), db_text(value)),
		              &row);
	else
		done = db_one(op, QUERY_RESOURCE_COUNT, DB_VALUES(project, db_text(kind->name)), &row);
	if (done)
		*ret_count = row->columns[0].integer;
	return done;
}
