#include "resource/save.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "db/db.h"
#include "document/doc.h"
#include "resource/caller.h"
#include "resource/index.h"
#include "resource/lookup.h"
#include "resource/message.h"
#include "resource/stored.h"

enum { MAX_DOCUMENT_BYTES = 16 * 1024 * 1024 };

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
		.at =
			timestamp_text_since(op->arena, op->now_ms, doc_text(resource->doc, "lastModifiedAt")),
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

/* What the cache and earlier look-ups of the run hold of it is old now. */
static void forget(struct op *op, const struct resource *resource)
{
	stored_forget(op, resource->kind, resource->id);
	lookup_forget(op, resource->kind, resource->id);
}

static void write_head(struct op *op, struct resource *resource)
{
	const char *now =
		timestamp_text_since(op->arena, op->now_ms, doc_text(resource->doc, "lastModifiedAt"));
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
	forget(op, resource);
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
	forget(op, resource);
	return db_exec(op, QUERY_RESOURCE_DELETE, DB_VALUES(project, kind, id), NULL) &&
	       index_drop_all(op, resource) &&
	       store_events(op, resource, doc_int(resource->doc, "lastMessageSequenceNumber"));
}
