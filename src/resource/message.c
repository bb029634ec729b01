#include "resource/message.h"

#include <string.h>

#include "base/error.h"
#include "base/op.h"
#include "base/sealed_id.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "db/db.h"
#include "resource/caller.h"
#include "resource/project_settings.h"
#include "resource/resource_fields.h"

/* Columns of QUERY_MESSAGE_GET. */
enum { DOC };

/* What most messages take. */
enum { MESSAGE_BYTES = 1000 };

static const char *const TYPE_NAMES[] = {
	[MESSAGE_NONE] = "",
#define MESSAGE(name) [MESSAGE_##name] = #name,
#include "tables/messages.def"
#undef MESSAGE
};

/* The members of an object without its braces, after a comma; nothing for an empty one. */
static void append_members(struct op *op, struct text_buffer *text, const json_t *object)
{
	if (json_object_size(object) == 0)
		return;
	const char *dumped = json_text(op, object);

	text_append(text, ",");
	text_append_bytes(text, dumped + 1, strlen(dumped) - 2);
}

/* A member of which the text or number stands for itself; `name` with what is before and behind it. */
static void append_text(struct text_buffer *text, const char *name, const char *value)
{
	text_append(text, name);
	text_append(text, value);
}

static void append_number(struct text_buffer *text, const char *name, int64_t value)
{
	char digits[TEXT_INTEGER_BYTES];

	append_text(text, name, text_of_integer(value, digits));
}

/* Written as text, without printf(), as every effective update action makes one and it is never read back. */
static const char *message_text_of(struct op *op, enum message_type type,
                                   const struct message_subject *subject, const json_t *payload,
                                   const char *id)
{
	struct text_buffer text = { .arena = op->arena };
	const char *logging = json_text(op, client_logging(op));
	const char *at = subject->at ? subject->at : timestamp_text(op->arena, op->now_ms);

	text_reserve(&text, MESSAGE_BYTES);
	append_text(&text, "{\"id\":\"", id);
	append_number(&text, "\",\"version\":1,\"sequenceNumber\":", subject->sequence_number);
	append_text(&text, ",\"resource\":{\"typeId\":\"", subject->type_id);
	append_text(&text, "\",\"id\":\"", subject->id);
	append_number(&text, "\"},\"resourceVersion\":", subject->version);
	append_text(&text, ",\"type\":\"", TYPE_NAMES[type]);
	append_text(&text, "\",\"createdAt\":\"", at);
	append_text(&text, "\",\"lastModifiedAt\":\"", at);
	append_text(&text, "\",\"createdBy\":", logging);
	append_text(&text, ",\"lastModifiedBy\":", logging);
	if (json_object_size(subject->identifiers) > 0)
		append_text(&text,
		            ",\"resourceUserProvidedIdentifiers\":", json_text(op, subject->identifiers));
	append_members(op, &text, payload);
	text_append(&text, "}");
	return text.text;
}

bool messages_are_stored(struct op *op, bool *ret_are)
{
	struct project_settings settings;

	if (!project_settings(op, &settings))
		return false;
	*ret_are = settings.messages_enabled;
	return true;
}

bool message_store(struct op *op, enum message_type type, const struct message_subject *subject,
                   const json_t *payload)
{
	char id[UUID_TEXT_BYTES];
	int64_t position = db_next_position(op->tx);

	sealed_uuid(op, position, id);
	const char *text = message_text_of(op, type, subject, payload, id);

	return db_exec(op, QUERY_MESSAGE_INSERT,
	               DB_VALUES(db_integer(position), db_text(op->project), db_text(id),
	                         db_text(subject->type_id), db_text(subject->id), db_text(text)),
	               NULL);
}

/* Looking for them */

static bool by_id(struct op *op, const struct resource_kind *kind, const char *id,
                  struct found *ret_found)
{
	struct db_row *row = NULL;
	int64_t position;

	(void)kind;
	*ret_found = (struct found){ 0 };
	if (sealed_uuid_open(op, id, &position) &&
	    !db_one(op, QUERY_MESSAGE_GET,
	            DB_VALUES(db_integer(position), db_text(op->project), db_text(id)), &row))
		return false;
	if (row)
		*ret_found = (struct found){ position, position, row->columns[DOC].text,
		                            row->columns[DOC].bytes };
	return true;
}

static const struct collection MESSAGES = {
	.scan = QUERY_MESSAGE_SCAN,
	.page = QUERY_MESSAGE_PAGE,
	.count = QUERY_MESSAGE_COUNT,
	.at_position = QUERY_MESSAGE_AT,
	.ids_by_unique = QUERY_MESSAGE_IDS_BY_RESOURCE,
	.ids_by_shared = QUERY_MESSAGE_IDS_BY_RESOURCE,
	.by_unique = QUERY_MESSAGE_POSITION_BY_RESOURCE,
	.by_shared = QUERY_MESSAGE_POSITION_BY_RESOURCE,
	.by_id = by_id,
};

static const struct index_field INDEX[] = {
	{ .name = "resourceId", .path = "resource.id" },
	{ 0 },
};

static const struct field IDENTIFIER_ROWS[] = {
	{ "key",            VALUE_STRING },
	{ "externalId",     VALUE_STRING },
	{ "customerNumber", VALUE_STRING },
	{ "orderNumber",    VALUE_STRING },
	{ "slug",           VALUE_MAP },
	{ "sku",            VALUE_STRING },
};
static const struct fields IDENTIFIER_FIELDS = FIELDS(IDENTIFIER_ROWS);

static const struct field FIELD_ROWS[] = {
	{ "id",              VALUE_STRING },
	{ "version",         VALUE_NUMBER },
	{ "createdAt",       VALUE_DATE_TIME },
	{ "createdBy",       VALUE_OBJECT, .inner = &LOGGING_FIELDS },
	{ "lastModifiedAt",  VALUE_DATE_TIME },
	{ "lastModifiedBy",  VALUE_OBJECT, .inner = &LOGGING_FIELDS },
	{ "sequenceNumber",  VALUE_NUMBER },
	REFERENCE_FIELD("resource"),
	{ "resourceVersion", VALUE_NUMBER },
	{ "type",            VALUE_STRING },
	{ "resourceUserProvidedIdentifiers", VALUE_OBJECT, .inner = &IDENTIFIER_FIELDS },
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

const struct resource_kind MESSAGE_KIND = {
	.name = "message",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.collection = &MESSAGES,
};

bool message_text(struct op *op, const char *id, const char **ret_text, size_t *ret_bytes)
{
	struct found found;

	if (!by_id(op, &MESSAGE_KIND, id, &found))
		return false;
	if (!found.text)
		return fail_not_found(op, id);
	*ret_text = found.text;
	*ret_bytes = found.bytes;
	return true;
}
