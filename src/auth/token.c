#include "auth/token.h"

#include <string.h>

#include "auth/api_client.h"
#include "auth/client.h"
#include "auth/grant.h"
#include "auth/pinned_token.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/error_oauth.h"
#include "base/op.h"
#include "base/sealed_id.h"
#include "db/db.h"
#include "resource/caller.h"

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
	const struct grant grant = {
		.number = number,
		.project = client->project,
		.client_id = client->id,
		.scope = request->scope,
		.customer_id = request->customer_id,
		.anonymous_id = request->anonymous_id,
		.access_hash = access_hash,
		.access_expires_ms = op->now_ms + client->access_ttl_ms,
		.refresh_hash = refresh_hash,
		.refresh_expires_ms = request->with_refresh ? op->now_ms + client->refresh_ttl_ms : 0,
		.refresh_ttl_ms = client->refresh_ttl_ms,
	};

	if (!grant_insert(op, &grant))
		return NULL;
	return answer(op, access_token, client->access_ttl_ms, with_identity(op, request),
	              refresh_token);
}

/* Access tokens */

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
	struct grant *grant = NULL;
	int64_t number;

	if (sealed_token_open(op, access_token, ACCESS_TOKEN_BYTES, &number, hash) &&
	    !grant_find_access(op, number, &grant))
		return NULL;
	if (!grant || !grant->access_hash || !sealed_hash_equal(grant->access_hash, hash))
		return pinned_caller(op, access_token);
	if (grant->access_expires_ms <= op->now_ms) {
		fail_invalid_token(
			op, arena_printf(op->arena, "expired %lld s ago",
		                     (long long)((op->now_ms - grant->access_expires_ms) / 1000)));
		return NULL;
	}
	struct caller *caller = arena_alloc(op->arena, sizeof *caller);

	*caller = (struct caller){ .project = grant->project,
		                       .client_id = grant->client_id,
		                       .scope = grant->scope,
		                       .customer_id = grant->customer_id,
		                       .anonymous_id = grant->anonymous_id };
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
 * refresh tokens have a prefix. True with *ret_grant == NULL: none. */
static bool find_grant(struct op *op, const char *token, struct grant **ret_grant,
                       bool *ret_is_refresh)
{
	char hash[SEALED_HASH_TEXT_BYTES];
	const char *project = prefix(op, token);
	const char *sealed = project ? token + strlen(project) + 1 : token;
	size_t bytes = project ? REFRESH_TOKEN_BYTES : ACCESS_TOKEN_BYTES;
	int64_t number;

	*ret_grant = NULL;
	*ret_is_refresh = project != NULL;
	if (!sealed_token_open(op, sealed, bytes, &number, hash))
		return true;
	if (!grant_find(op, number, ret_grant))
		return false;
	const struct grant *grant = *ret_grant;

	if (grant &&
	    (!sealed_hash_equal(project ? grant->refresh_hash : grant->access_hash, hash) ||
	     (project && strcmp(grant->project, project) != 0)))
		*ret_grant = NULL;
	return true;
}

bool token_project(struct op *op, const char *token, const char **ret_project)
{
	struct grant *grant;
	bool is_refresh;

	*ret_project = prefix(op, token);
	if (*ret_project)
		return true;
	if (!find_grant(op, token, &grant, &is_refresh))
		return false;
	if (grant)
		*ret_project = grant->project;
	return true;
}

static bool is_of_client(const struct grant *grant, const struct client *client)
{
	return strcmp(grant->project, client->project) == 0 &&
	       strcmp(grant->client_id, client->id) == 0;
}

static struct token_request identity_of(const struct grant *grant)
{
	return (struct token_request){ .scope = grant->scope,
		                           .customer_id = grant->customer_id,
		                           .anonymous_id = grant->anonymous_id };
}

json_t *token_refresh(struct op *op, const struct client *client, const char *refresh_token)
{
	struct grant *grant;
	bool is_refresh;

	if (!find_grant(op, refresh_token, &grant, &is_refresh))
		return NULL;
	if (!grant || !is_refresh || grant->refresh_expires_ms <= op->now_ms) {
		fail_invalid_grant(op, grant && is_refresh ? "the refresh token has expired"
		                                           : "the refresh token is unknown or revoked");
		return NULL;
	}
	if (!is_of_client(grant, client)) {
		fail_invalid_grant(op, "the refresh token is of another client");
		return NULL;
	}
	struct token_request request = identity_of(grant);

	request.client = client;
	return grant_prolong(op, grant) ? token_issue(op, &request) : NULL;
}

/* Introspection and revocation */

static json_t *inactive(struct op *op)
{
	return keep(op, json_pack("{s:b}", "active", 0));
}

json_t *token_introspect(struct op *op, const char *token)
{
	struct grant *grant;
	bool is_refresh;

	if (!find_grant(op, token, &grant, &is_refresh))
		return NULL;
	if (!grant ||
	    (strcmp(grant->project, op->project) != 0 && strcmp(op->project, ALL_PROJECTS) != 0))
		return inactive(op);
	int64_t expires_ms = is_refresh ? grant->refresh_expires_ms : grant->access_expires_ms;

	if (expires_ms <= op->now_ms)
		return inactive(op);
	const struct token_request identity = identity_of(grant);

	return keep(op, json_pack("{s:b, s:s, s:I}", "active", 1, "scope", with_identity(op, &identity),
	                          "exp", (json_int_t)expires_ms));
}

bool token_revoke(struct op *op, const struct client *client, const char *token)
{
	struct grant *grant;
	bool is_refresh;

	if (!find_grant(op, token, &grant, &is_refresh))
		return false;
	if (!grant || !is_of_client(grant, client))
		return true;
	return is_refresh ? grant_drop_refresh(op, grant) : grant_drop_access(op, grant);
}
