#include "auth/client.h"

#include <string.h>
#include <strings.h>

#include "auth/attempts.h"
#include "auth/scope.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/error_oauth.h"
#include "base/op.h"
#include "base/secret.h"
#include "base/text.h"
#include "db/db.h"
#include "resource/caller.h"

/* Columns of QUERY_API_CLIENT_GET; the first three are those of QUERY_API_CLIENT_BY_ID too. */
enum { PROJECT, CLIENT_ID, SECRET_HASH, SCOPE, ACCESS_TTL_MS, REFRESH_TTL_MS, EXPIRES_MS };

/* Of QUERY_API_CLIENT_COUNT. */
enum { COUNT };

const char *client_secret_hash(struct op *op, const char *secret)
{
	unsigned char hash[SECRET_HASH_BYTES];

	secret_hash(op->env->token_key, secret, strlen(secret), hash);
	return secret_encode(op->arena, hash, sizeof hash);
}

bool client_credentials_read(struct op *op, const char *authorization,
                             struct client_credentials *ret_credentials)
{
	static const char SCHEME[] = "Basic ";
	char *pair;
	size_t bytes;

	if (!authorization)
		return fail_invalid_client(op, "no Authorization header");
	if (strncasecmp(authorization, SCHEME, strlen(SCHEME)) != 0)
		return fail_invalid_client(op, "the Authorization header is not HTTP Basic");
	const char *encoded = authorization + strlen(SCHEME);

	encoded += strspn(encoded, " ");
	if (!base64_decode(op->arena, encoded, &pair, &bytes) || !text_is_utf8(pair, bytes) ||
	    !strchr(pair, ':'))
		return fail_invalid_client(op, "the Basic credentials cannot be read");
	char *colon = strchr(pair, ':');

	*colon = '\0';
	*ret_credentials = (struct client_credentials){ pair, colon + 1 };
	return *pair != '\0' || fail_invalid_client(op, "the client id is empty");
}

static bool secret_is(struct op *op, const char *hash, const char *secret)
{
	const char *given = client_secret_hash(op, secret);

	return strlen(hash) == strlen(given) && secret_equal(hash, given, strlen(hash));
}

bool client_find_project(struct op *op, const struct client_credentials *credentials,
                         const char **ret_project)
{
	struct db_row *row;

	*ret_project = NULL;
	if (!db_all(op, QUERY_API_CLIENT_BY_ID, DB_VALUES(db_text(credentials->id)), &row))
		return false;
	for (; row; row = row->next)
		if (!*ret_project || secret_is(op, row->columns[SECRET_HASH].text, credentials->secret))
			*ret_project = row->columns[PROJECT].text;
	return true;
}

/* A project that declared clients counts those that were deleted too: it does not open itself to
 * everyone because it lost its last one. */
bool client_may_be_anyone(struct op *op, bool *ret_may)
{
	struct db_row *row;

	*ret_may = op->env->clients != CLIENTS_DECLARED;
	if (op->env->clients != CLIENTS_AUTO || strcmp(op->project, ALL_PROJECTS) == 0)
		return true;
	if (!db_one(op, QUERY_API_CLIENT_COUNT, DB_VALUES(db_text(op->project)), &row))
		return false;
	*ret_may = row->columns[COUNT].integer == 0;
	return true;
}

static int64_t or_default(int64_t ttl_ms, int64_t default_ms)
{
	return ttl_ms > 0 ? ttl_ms : default_ms;
}

/* What the row of a declared client says. No access token outlives its client. */
static bool read_declared(struct op *op, const struct db_value *columns, struct client *ret_client)
{
	const struct env *env = op->env;
	int64_t rest_ms =
		columns[EXPIRES_MS].integer ? columns[EXPIRES_MS].integer - op->now_ms : INT64_MAX;

	if (rest_ms <= 0)
		return fail_invalid_client(
			op, arena_printf(op->arena, "the client has expired in project %s", op->project));
	ret_client->scope = columns[SCOPE].text;
	ret_client->access_ttl_ms =
		or_default(columns[ACCESS_TTL_MS].integer, env->access_token_ttl_ms);
	ret_client->refresh_ttl_ms =
		or_default(columns[REFRESH_TTL_MS].integer, env->refresh_token_ttl_ms);
	if (ret_client->access_ttl_ms > rest_ms)
		ret_client->access_ttl_ms = rest_ms;
	return true;
}

/* Why one that is not accepted is not. A row without a hash is that of a client that was deleted. */
static bool refuse(struct op *op, const char *id, const struct db_row *row)
{
	const char *reason = "is not declared";

	if (strcmp(op->project, ALL_PROJECTS) == 0)
		return fail_unknown_client(op, id);
	if (row)
		reason = *row->columns[SECRET_HASH].text ? "has another secret" : "was deleted";
	return fail_invalid_client(
		op, arena_printf(op->arena, "the client %s in project %s", reason, op->project));
}

bool client_authenticate(struct op *op, const struct client_credentials *credentials,
                         struct client *ret_client)
{
	const struct env *env = op->env;
	struct db_row *row;
	bool everyone;

	*ret_client = (struct client){ op->project, credentials->id, NULL, env->access_token_ttl_ms,
		                           env->refresh_token_ttl_ms };
	if (!db_one(op, QUERY_API_CLIENT_GET,
	            DB_VALUES(db_text(op->project), db_text(credentials->id)), &row))
		return false;
	if (row && !attempt_is_allowed(op, credentials->id))
		return false;
	if (row && secret_is(op, row->columns[SECRET_HASH].text, credentials->secret))
		return read_declared(op, row->columns, ret_client);
	if (!client_may_be_anyone(op, &everyone))
		return false;
	if (row && !everyone)
		attempt_failed(op, credentials->id);
	return everyone || refuse(op, credentials->id, row);
}

bool client_owns(const struct client *client, const char *names)
{
	return !client->scope || scope_permits(client->scope, names, client->project, NULL);
}

const char *client_grant_scope(struct op *op, const struct client *client, const char *asked)
{
	if (!asked || text_is_blank(asked)) {
		if (client->scope)
			return client->scope;
		return arena_printf(op->arena, "manage_project:%s manage_api_clients:%s", client->project,
		                    client->project);
	}
	if (!scope_is_well_formed(asked, op->project)) {
		fail_invalid_scope(op, scope_complaint(op, asked));
		return NULL;
	}
	if (client->scope && !scope_is_subset(asked, client->scope)) {
		fail_scope_exceeded(op, scope_names(op, client->scope));
		return NULL;
	}
	return scope_normalize(op, asked);
}
