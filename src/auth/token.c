#include "auth/token.h"

#include <string.h>

#include "auth/api_client.h"
#include "auth/client.h"
#include "auth/pinned_token.h"
#include "base/arena.h"
#include "base/cache.h"
#include "base/check.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/sealed_id.h"
#include "base/text.h"
#include "db/db.h"
#include "resource/caller.h"


/* The part of a grant that an access token needs; kept in the cache as texts that end with NUL
 * each. */
struct access {
	const char *project;
	const char *client_id;
	const char *scope;
	const char *customer_id;
	const char *anonymous_id;
	const char *hash;
	int64_t     expires_ms;
};

/* Issuing */

static const char *with_identity(struct op *op, const struct token_request *request)
{
	if (request->customer_id)
		return arena_printf(op->arena, "%s customer_id:%s", request->scope, request->customer_id);
	if (request->anonymous_id)
		return arena_printf(op->arena, "%s anonymous_id:%s", request->scope, request->anonymous_id);
	return request->scope;
}

static json_t *answer(struct op *op, const char *access_token, int64_t ttl_ms, const char *scope,
                      const char *refresh_token)
{
	json_t *body = keep(op, json_pack("{s:s, s:I, s:s}", "access_token", access_token, "expires_in",
	                                  (json_int_t)(ttl_ms / 1000), "scope", scope));

	if (refresh_token)
		json_object_set_new(body, "refresh_token", json_string(refresh_token));
	json_object_set_new(body, "token_type", json_string("Bearer"));
	return body;
}

json_t *token_issue(struct op *op, const struct token_request *request)
{
	const struct client *client = request->client;
	int64_t number = db_next_position(op->tx);
	char access_hash[SEALED_HASH_TEXT_BYTES];
	char refresh_hash[SEALED_HASH_TEXT_BYTES] = "";
	const char *access_token = sealed_token(op, number, ACCESS_TOKEN_BYTES, access_hash);
	const char *refresh_token = NULL;

	if (!api_client_use(op, client))
		return NULL;
	if (request->with_refresh)
		refresh_token = arena_printf(op->arena, "%s:%s", client->project,
		                             sealed_token(op, number, REFRESH_TOKEN_BYTES, refresh_hash));
	if (!db_exec(op, QUERY_GRANT_INSERT,
	             DB_VALUES(db_integer(number), db_text(client->project), db_text(client->id),
	                       db_text(request->scope), db_text(request->customer_id),
	                       db_text(request->anonymous_id), db_text(access_hash),
	                       db_integer(op->now_ms + client->access_ttl_ms), db_text(refresh_hash),
	                       db_integer(request->with_refresh ? op->now_ms + client->refresh_ttl_ms
	                                                        : 0),
	                       db_integer(client->refresh_ttl_ms)),
	             NULL))
		return NULL;
	return answer(op, access_token, client->access_ttl_ms, with_identity(op, request),
	              refresh_token);
}

/* Reading grants */

static bool load_grant(struct op *op, int64_t number, struct db_row **ret_row)
{
	return db_one(op, QUERY_GRANT_GET, DB_VALUES(db_integer(number)), ret_row);
}

static const char *cache_key(struct op *op, int64_t number)
{
	return arena_printf(op->arena, "g/%lld", (long long)number);
}

static void access_to_cache(struct op *op, const char *key, const struct access *access)
{
	const char *const texts[] = { access->project,     access->client_id,    access->scope,
		                          access->customer_id, access->anonymous_id, access->hash };
	struct text_buffer buffer = { .arena = op->arena };

	text_append_bytes(&buffer, (const char *)&access->expires_ms, sizeof access->expires_ms);
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
		text_append_bytes(&buffer, texts[i] ? texts[i] : "", strlen(texts[i] ? texts[i] : "") + 1);
	cache_put(op->env->cache, key, op->epoch, buffer.text, buffer.bytes);
}

static const char *next_text(const char **cursor)
{
	const char *text = *cursor;

	*cursor += strlen(text) + 1;
	return *text ? text : NULL;
}

static bool access_from_cache(struct op *op, const char *key, struct access *ret_access)
{
	char *value;
	size_t bytes;

	if (!cache_get(op->env->cache, op->arena, key, &value, &bytes))
		return false;
	const char *cursor = value + sizeof ret_access->expires_ms;

	memcpy(&ret_access->expires_ms, value, sizeof ret_access->expires_ms);
	ret_access->project = next_text(&cursor);
	ret_access->client_id = next_text(&cursor);
	ret_access->scope = next_text(&cursor);
	ret_access->customer_id = next_text(&cursor);
	ret_access->anonymous_id = next_text(&cursor);
	ret_access->hash = next_text(&cursor);
	return true;
}

/* True with *ret_found == false: there is no such grant. */
static bool load_access(struct op *op, int64_t number, struct access *ret_access, bool *ret_found)
{
	const char *key = cache_key(op, number);
	struct db_row *row;

	*ret_found = access_from_cache(op, key, ret_access);
	if (*ret_found)
		return true;
	if (!load_grant(op, number, &row))
		return false;
	if (!row)
		return true;
	*ret_found = true;
	*ret_access =
		(struct access){ row->columns[0].text,   row->columns[1].text, row->columns[2].text,
		                 row->columns[3].text,   row->columns[4].text, row->columns[5].text,
		                 row->columns[6].integer };
	if (db_is_reading(op->tx))
		access_to_cache(op, key, ret_access);
	return true;
}

/* What is no token of ours may be one that a fixture chose. */
static struct caller *pinned_caller(struct op *op, const char *access_token)
{
	struct caller *caller;

	if (!pinned_token_find(op, access_token, &caller))
		return NULL;
	if (!caller)
		fail_invalid_token(op, "unknown or revoked");
	return caller;
}

struct caller *token_caller(struct op *op, const char *access_token)
{
	char hash[SEALED_HASH_TEXT_BYTES];
	struct access access = { 0 };
	int64_t number;
	bool found = false;

	if (sealed_token_open(op, access_token, ACCESS_TOKEN_BYTES, &number, hash) &&
	    !load_access(op, number, &access, &found))
		return NULL;
	if (!found || !access.hash || !sealed_hash_equal(access.hash, hash))
		return pinned_caller(op, access_token);
	if (access.expires_ms <= op->now_ms) {
		fail_invalid_token(op, arena_printf(op->arena, "expired %lld s ago",
		                                    (long long)((op->now_ms - access.expires_ms) / 1000)));
		return NULL;
	}
	struct caller *caller = arena_alloc(op->arena, sizeof *caller);

	*caller = (struct caller){ .project = access.project,
		                       .client_id = access.client_id,
		                       .scope = access.scope,
		                       .customer_id = access.customer_id,
		                       .anonymous_id = access.anonymous_id };
	return caller;
}

/* Refresh tokens */

static const char *prefix(struct op *op, const char *refresh_token)
{
	const char *colon = strrchr(refresh_token, ':');

	return colon && colon != refresh_token
	           ? arena_strndup(op->arena, refresh_token, (size_t)(colon - refresh_token))
	           : NULL;
}

/* The grant that a genuine token of either kind belongs to, whether it is still alive or not. Only
 * refresh tokens have a prefix. True with *ret_row == NULL: none. */
static bool find_grant(struct op *op, const char *token, struct db_row **ret_row,
                       int64_t *ret_number, bool *ret_is_refresh)
{
	char hash[SEALED_HASH_TEXT_BYTES];
	const char *project = prefix(op, token);
	const char *sealed = project ? token + strlen(project) + 1 : token;
	size_t bytes = project ? REFRESH_TOKEN_BYTES : ACCESS_TOKEN_BYTES;

	*ret_row = NULL;
	*ret_is_refresh = project != NULL;
	if (!sealed_token_open(op, sealed, bytes, ret_number, hash))
		return true;
	if (!load_grant(op, *ret_number, ret_row))
		return false;
	const struct db_value *columns = *ret_row ? (*ret_row)->columns : NULL;

	if (columns && (!sealed_hash_equal(columns[project ? 7 : 5].text, hash) ||
	                (project && strcmp(columns[0].text, project) != 0)))
		*ret_row = NULL;
	return true;
}

bool token_project(struct op *op, const char *token, const char **ret_project)
{
	struct db_row *row;
	int64_t number;
	bool is_refresh;

	*ret_project = prefix(op, token);
	if (*ret_project)
		return true;
	if (!find_grant(op, token, &row, &number, &is_refresh))
		return false;
	if (row)
		*ret_project = row->columns[0].text;
	return true;
}

json_t *token_refresh(struct op *op, const struct client *client, const char *refresh_token)
{
	struct db_row *row;
	int64_t number;
	bool is_refresh;

	if (!find_grant(op, refresh_token, &row, &number, &is_refresh))
		return NULL;
	const struct db_value *columns = row && is_refresh ? row->columns : NULL;

	if (!columns || columns[8].integer <= op->now_ms) {
		fail_invalid_grant(op, columns ? "the refresh token has expired"
		                               : "the refresh token is unknown or revoked");
		return NULL;
	}
	if (strcmp(columns[0].text, client->project) != 0 || strcmp(columns[1].text, client->id) != 0) {
		fail_invalid_grant(op, "the refresh token is of another client");
		return NULL;
	}
	if (!db_exec(op, QUERY_GRANT_PROLONG_REFRESH,
	             DB_VALUES(db_integer(op->now_ms + columns[9].integer), db_integer(number)), NULL))
		return NULL;
	const struct token_request request = { .client = client,
		                                   .scope = columns[2].text,
		                                   .customer_id = columns[3].text,
		                                   .anonymous_id = columns[4].text };

	return token_issue(op, &request);
}

/* Introspection and revocation */

static json_t *inactive(struct op *op)
{
	return keep(op, json_pack("{s:b}", "active", 0));
}

json_t *token_introspect(struct op *op, const char *token)
{
	struct db_row *row;
	int64_t number;
	bool is_refresh;

	if (!find_grant(op, token, &row, &number, &is_refresh))
		return NULL;
	if (!row ||
	    (strcmp(row->columns[0].text, op->project) != 0 && strcmp(op->project, ALL_PROJECTS) != 0))
		return inactive(op);
	int64_t expires_ms = row->columns[is_refresh ? 8 : 6].integer;

	if (expires_ms <= op->now_ms)
		return inactive(op);
	const struct token_request identity = { .scope = row->columns[2].text,
		                                    .customer_id = row->columns[3].text,
		                                    .anonymous_id = row->columns[4].text };

	return keep(op, json_pack("{s:b, s:s, s:I}", "active", 1, "scope", with_identity(op, &identity),
	                          "exp", (json_int_t)expires_ms));
}

bool token_revoke(struct op *op, const struct client *client, const char *token)
{
	struct db_row *row;
	int64_t number;
	bool is_refresh;

	if (!find_grant(op, token, &row, &number, &is_refresh))
		return false;
	if (!row || strcmp(row->columns[0].text, client->project) != 0 ||
	    strcmp(row->columns[1].text, client->id) != 0)
		return true;
	op_forget(op, cache_key(op, number));
	return db_exec(op, is_refresh ? QUERY_GRANT_DROP_REFRESH : QUERY_GRANT_DROP_ACCESS,
	               DB_VALUES(db_integer(number)), NULL);
}

/* Ends the sessions that the one query finds and the other deletes. */
static bool revoke_all(struct op *op, enum db_query find, enum db_query delete_all, const char *id)
{
	struct db_row *row;

	if (!db_all(op, find, DB_VALUES(db_text(op->project), db_text(id)), &row))
		return false;
	for (; row; row = row->next)
		op_forget(op, cache_key(op, row->columns[0].integer));
	return db_exec(op, delete_all, DB_VALUES(db_text(op->project), db_text(id)), NULL);
}

bool tokens_revoke_of_customer(struct op *op, const char *customer_id)
{
	return revoke_all(op, QUERY_GRANTS_BY_CUSTOMER, QUERY_GRANTS_DELETE_BY_CUSTOMER, customer_id);
}

bool tokens_revoke_of_client(struct op *op, const char *client_id)
{
	return revoke_all(op, QUERY_GRANTS_BY_CLIENT, QUERY_GRANTS_DELETE_BY_CLIENT, client_id);
}

bool tokens_orphan(struct op *op, const char *customer_id)
{
	return db_exec(op, QUERY_GRANTS_DROP_REFRESH_BY_CUSTOMER,
	               DB_VALUES(db_text(op->project), db_text(customer_id)), NULL);
}

/* Anonymous ids */

bool anonymous_id_is_free(struct op *op, const char *anonymous_id)
{
	struct db_value project = db_text(op->project);
	struct db_value id = db_text(anonymous_id);
	struct db_row *grant;
	struct db_row *claim = NULL;

	if (!db_one(op, QUERY_GRANT_BY_ANONYMOUS_ID, DB_VALUES(project, id, db_integer(op->now_ms)),
	            &grant) ||
	    (!grant && !db_one(op, QUERY_CLAIMED_ID_GET, DB_VALUES(project, id), &claim)))
		return false;
	return (!grant && !claim) || fail_anonymous_id_in_use(op);
}

bool anonymous_id_claim(struct op *op, const char *anonymous_id)
{
	return db_exec(op, QUERY_CLAIMED_ID_INSERT,
	               DB_VALUES(db_text(op->project), db_text(anonymous_id)), NULL);
}
