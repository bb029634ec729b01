#include "auth/grant.h"

#include <string.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/env.h"
#include "base/error_oauth.h"
#include "base/op.h"
#include "base/text.h"
#include "db/db.h"

/* Columns of QUERY_GRANT_GET. */
enum {
	PROJECT,
	CLIENT_ID,
	SCOPE,
	CUSTOMER_ID,
	ANONYMOUS_ID,
	ACCESS_HASH,
	ACCESS_EXPIRES_MS,
	REFRESH_HASH,
	REFRESH_EXPIRES_MS,
	REFRESH_TTL_MS,
};

/* Of QUERY_GRANTS_BY_CLIENT and QUERY_GRANTS_BY_CUSTOMER. */
enum { NUMBER };

bool grant_insert(struct op *op, const struct grant *grant)
{
	return db_exec(op, QUERY_GRANT_INSERT,
	               DB_VALUES(db_integer(grant->number), db_text(grant->project),
	                         db_text(grant->client_id), db_text(grant->scope),
	                         db_text(grant->customer_id), db_text(grant->anonymous_id),
	                         db_text(grant->access_hash), db_integer(grant->access_expires_ms),
	                         db_text(grant->refresh_hash), db_integer(grant->refresh_expires_ms),
	                         db_integer(grant->refresh_ttl_ms)),
	               NULL);
}

bool grant_find(struct op *op, int64_t number, struct grant **ret_grant)
{
	struct db_row *row;

	*ret_grant = NULL;
	if (!db_one(op, QUERY_GRANT_GET, DB_VALUES(db_integer(number)), &row))
		return false;
	if (!row)
		return true;
	const struct db_value *columns = row->columns;

	*ret_grant = arena_alloc(op->arena, sizeof **ret_grant);
	**ret_grant = (struct grant){
		.number = number,
		.project = columns[PROJECT].text,
		.client_id = columns[CLIENT_ID].text,
		.scope = columns[SCOPE].text,
		.customer_id = columns[CUSTOMER_ID].text,
		.anonymous_id = columns[ANONYMOUS_ID].text,
		.access_hash = columns[ACCESS_HASH].text,
		.access_expires_ms = columns[ACCESS_EXPIRES_MS].integer,
		.refresh_hash = columns[REFRESH_HASH].text,
		.refresh_expires_ms = columns[REFRESH_EXPIRES_MS].integer,
		.refresh_ttl_ms = columns[REFRESH_TTL_MS].integer,
	};
	return true;
}

/* The cache */

static const char *cache_key(struct op *op, int64_t number)
{
	return arena_printf(op->arena, "g/%lld", (long long)number);
}

/* A time, and texts that end with NUL each; an absent one is empty. */
static void to_cache(struct op *op, const char *key, const struct grant *grant)
{
	const char *const texts[] = { grant->project,     grant->client_id,    grant->scope,
		                          grant->customer_id, grant->anonymous_id, grant->access_hash };
	struct text_buffer buffer = { .arena = op->arena };

	text_append_bytes(&buffer, (const char *)&grant->access_expires_ms,
	                  sizeof grant->access_expires_ms);
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

static struct grant *from_cache(struct op *op, const char *key, int64_t number)
{
	char *value;
	size_t bytes;

	if (!cache_get(op->env->cache, op->arena, key, &value, &bytes))
		return NULL;
	struct grant *grant = arena_alloc(op->arena, sizeof *grant);
	const char *cursor = value + sizeof grant->access_expires_ms;

	*grant = (struct grant){ .number = number };
	memcpy(&grant->access_expires_ms, value, sizeof grant->access_expires_ms);
	grant->project = next_text(&cursor);
	grant->client_id = next_text(&cursor);
	grant->scope = next_text(&cursor);
	grant->customer_id = next_text(&cursor);
	grant->anonymous_id = next_text(&cursor);
	grant->access_hash = next_text(&cursor);
	return grant;
}

bool grant_find_access(struct op *op, int64_t number, struct grant **ret_grant)
{
	const char *key = cache_key(op, number);

	*ret_grant = from_cache(op, key, number);
	if (*ret_grant)
		return true;
	if (!grant_find(op, number, ret_grant))
		return false;
	if (*ret_grant && db_is_reading(op->tx))
		to_cache(op, key, *ret_grant);
	return true;
}

/* Changing and ending */

bool grant_prolong(struct op *op, const struct grant *grant)
{
	return db_exec(op, QUERY_GRANT_PROLONG_REFRESH,
	               DB_VALUES(db_integer(op->now_ms + grant->refresh_ttl_ms),
	                         db_integer(grant->number)),
	               NULL);
}

static bool drop(struct op *op, enum db_query query, const struct grant *grant)
{
	op_forget(op, cache_key(op, grant->number));
	return db_exec(op, query, DB_VALUES(db_integer(grant->number)), NULL);
}

bool grant_drop_refresh(struct op *op, const struct grant *grant)
{
	return drop(op, QUERY_GRANT_DROP_REFRESH, grant);
}

bool grant_drop_access(struct op *op, const struct grant *grant)
{
	return drop(op, QUERY_GRANT_DROP_ACCESS, grant);
}

/* Ends the sessions that the one query finds and the other deletes. */
static bool revoke_all(struct op *op, enum db_query find, enum db_query delete_all, const char *id)
{
	struct db_row *row;

	if (!db_all(op, find, DB_VALUES(db_text(op->project), db_text(id)), &row))
		return false;
	for (; row; row = row->next)
		op_forget(op, cache_key(op, row->columns[NUMBER].integer));
	return db_exec(op, delete_all, DB_VALUES(db_text(op->project), db_text(id)), NULL);
}

bool grants_revoke_of_customer(struct op *op, const char *customer_id)
{
	return revoke_all(op, QUERY_GRANTS_BY_CUSTOMER, QUERY_GRANTS_DELETE_BY_CUSTOMER, customer_id);
}

bool grants_revoke_of_client(struct op *op, const char *client_id)
{
	return revoke_all(op, QUERY_GRANTS_BY_CLIENT, QUERY_GRANTS_DELETE_BY_CLIENT, client_id);
}

bool grants_orphan(struct op *op, const char *customer_id)
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
	struct db_row *pinned;
	struct db_row *claim;

	if (!db_one(op, QUERY_GRANT_BY_ANONYMOUS_ID, DB_VALUES(project, id, db_integer(op->now_ms)),
	            &grant) ||
	    !db_one(op, QUERY_PINNED_TOKEN_BY_ANONYMOUS_ID, DB_VALUES(project, id), &pinned) ||
	    !db_one(op, QUERY_CLAIMED_ID_GET, DB_VALUES(project, id), &claim))
		return false;
	return (!grant && !pinned && !claim) || fail_anonymous_id_in_use(op);
}

bool anonymous_id_claim(struct op *op, const char *anonymous_id)
{
	return db_exec(op, QUERY_CLAIMED_ID_INSERT,
	               DB_VALUES(db_text(op->project), db_text(anonymous_id)), NULL);
}
