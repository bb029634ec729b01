#include "auth/api_client.h"

#include "auth/client.h"
#include "auth/grant.h"
#include "auth/pinned_token.h"
#include "auth/scope.h"
#include "base/error.h"
#include "base/error_oauth.h"
#include "base/op.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "db/db.h"
#include "document/doc.h"
#include "document/shape.h"
#include "kind/kind.h"
#include "resource/load.h"
#include "resource/resource_fields.h"
#include "resource/save.h"

/* Columns of QUERY_API_CLIENT_USED_DAY. */
enum { USED_DAY };

enum { ID_BYTES = 18, SECRET_BYTES = 24, SECOND_MS = 1000, DAY_MS = 24 * 60 * 60 * 1000 };

/* The kind */

static const struct field FIELD_ROWS[] = {
	{ "id",                          VALUE_STRING },
	{ "name",                        VALUE_STRING },
	{ "scope",                       VALUE_STRING },
	{ "createdAt",                   VALUE_DATE_TIME },
	{ "lastUsedAt",                  VALUE_STRING },
	{ "deleteAt",                    VALUE_DATE_TIME },
	{ "accessTokenValiditySeconds",  VALUE_NUMBER },
	{ "refreshTokenValiditySeconds", VALUE_NUMBER },
};
static const struct fields QUERY_FIELDS = FIELDS(FIELD_ROWS);

static const struct int_range LIFE_DAYS = { 1, 36500 };
static const struct int_range ACCESS_SECONDS = { 3600, 604800 };
static const struct int_range REFRESH_SECONDS = { 30, 31536000 };

#define INT(name, range) { name, FIELD_CONVERTED, OPTIONAL, .argument = &(range), .decode = decode_int_in_range }
static const struct shape_field DRAFT_FIELDS[] = {
	{ "name",  FIELD_TEXT, REQUIRED },
	{ "scope", FIELD_TEXT, REQUIRED },
	INT("deleteDaysAfterCreation",     LIFE_DAYS),
	INT("accessTokenValiditySeconds",  ACCESS_SECONDS),
	INT("refreshTokenValiditySeconds", REFRESH_SECONDS),
};
#undef INT
const struct shape API_CLIENT_DRAFT = { 0, 5, DRAFT_FIELDS };

/* When a client of this draft ends; 0: never. */
static int64_t end_of(const struct op *op, const json_t *draft)
{
	int64_t days = doc_int(draft, "deleteDaysAfterCreation");

	return days ? op->now_ms + days * DAY_MS : 0;
}

static bool fill(struct op *op, struct resource *client, const json_t *draft)
{
	const char *scope = doc_text(draft, "scope");
	int64_t end_ms = end_of(op, draft);
	char end[TIMESTAMP_TEXT_BYTES];

	if (text_is_blank(doc_text(draft, "name")))
		return fail_required_field(op, "name");
	if (!scope_is_well_formed(scope, op->project))
		return fail_invalid_field(op, "scope", json_object_get(draft, "scope"), NULL);
	doc_put(client->doc, "scope", json_string(scope_normalize(op, scope)));
	json_object_del(client->doc, "deleteDaysAfterCreation");
	if (end_ms) {
		timestamp_write(end_ms, end);
		doc_put(client->doc, "deleteAt", json_string(end));
	}
	return true;
}

static const struct index_field INDEX[] = {
	{ 0 },
};

const struct resource_kind API_CLIENT_KIND = {
	.name = "api-client",
	.index = INDEX,
	.fields = &QUERY_FIELDS,
	.fill = fill,
	.plain_head = true,
};

/* Declaring */

static bool insert_row(struct op *op, const struct resource *client, const json_t *draft,
                       const char *secret)
{
	int64_t access_ttl_ms = doc_int(draft, "accessTokenValiditySeconds") * SECOND_MS;
	int64_t refresh_ttl_ms = doc_int(draft, "refreshTokenValiditySeconds") * SECOND_MS;
	int64_t affected;

	if (!db_exec(op, QUERY_API_CLIENT_INSERT,
	             DB_VALUES(db_text(op->project), db_text(client->id),
	                       db_text(client_secret_hash(op, secret)),
	                       db_text(doc_text(client->doc, "name")),
	                       db_text(doc_text(client->doc, "scope")), db_integer(access_ttl_ms),
	                       db_integer(refresh_ttl_ms), db_integer(end_of(op, draft))),
	             &affected))
		return false;
	return affected == 1 || fail_duplicate_field(op, "id", client->id);
}

struct resource *api_client_declare(struct op *op, const json_t *draft, const char *id,
                                    const char *secret)
{
	struct resource *client = kind_start(op, &API_CLIENT_KIND, draft, id);

	if (!client || !resource_save(op, client) || !insert_row(op, client, draft, secret))
		return NULL;
	return client;
}

struct resource *api_client_create(struct op *op, const json_t *draft, const char **ret_secret)
{
	unsigned char id[ID_BYTES];
	unsigned char secret[SECRET_BYTES];

	random_bytes(id, sizeof id);
	random_bytes(secret, sizeof secret);
	*ret_secret = secret_encode(op->arena, secret, sizeof secret);
	return api_client_declare(op, draft, secret_encode(op->arena, id, sizeof id), *ret_secret);
}

/* Using and deleting */

/* The row stays without its hash, which nothing matches: that is how the project remembers that it
 * declares its clients. */
bool api_client_delete(struct op *op, struct resource *client)
{
	return resource_delete(op, client) &&
	       db_exec(op, QUERY_API_CLIENT_RETIRE,
	               DB_VALUES(db_text(op->project), db_text(client->id)), NULL) &&
	       grants_revoke_of_client(op, client->id) &&
	       pinned_tokens_revoke_of_client(op, client->id);
}

static bool note_day(struct op *op, const struct client *client, int64_t day)
{
	char today[TIMESTAMP_TEXT_BYTES];
	struct resource *resource;

	if (!db_exec(op, QUERY_API_CLIENT_SET_USED_DAY,
	             DB_VALUES(db_integer(day), db_text(client->project), db_text(client->id)), NULL) ||
	    !resource_find(op, &API_CLIENT_KIND, client->id, &resource))
		return false;
	if (!resource)
		return true;
	timestamp_write(day * DAY_MS, today);
	doc_put(resource->doc, "lastUsedAt", json_stringn(today, sizeof "2024-03-05" - 1));
	resource_touch(resource);
	return resource_save(op, resource);
}

bool api_client_use(struct op *op, const struct client *client)
{
	int64_t day = op->now_ms / DAY_MS;
	struct db_row *row;

	if (!client->scope)
		return true;
	if (!db_one(op, QUERY_API_CLIENT_USED_DAY,
	            DB_VALUES(db_text(client->project), db_text(client->id)), &row))
		return false;
	if (!row)
		return fail_invalid_client(op, "the client was deleted while it asked for a token");
	return row->columns[USED_DAY].integer >= day || note_day(op, client, day);
}
