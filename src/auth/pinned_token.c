#include "auth/pinned_token.h"

#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/secret.h"
#include "db/db.h"
#include "resource/caller.h"

/* Columns of QUERY_PINNED_TOKEN_GET. */
enum { CUSTOMER_ID, ANONYMOUS_ID, PINNED_CLIENT_ID, PINNED_SCOPE };

/* What a storefront may do. */
static const char SCOPE[] =
	"create_anonymous_token:%s manage_my_orders:%s manage_my_payments:%s manage_my_profile:%s "
	"manage_my_shopping_lists:%s view_published_products:%s";

static const char CLIENT_ID[] = "fixture";

static const char *hash_text(struct op *op, const char *token)
{
	unsigned char hash[SECRET_HASH_BYTES];

	secret_hash(op->env->token_key, token, strlen(token), hash);
	return secret_encode(op->arena, hash, sizeof hash);
}

bool pinned_token_insert(struct op *op, const char *token, const struct caller *caller)
{
	int64_t affected;

	if (!db_exec(op, QUERY_PINNED_TOKEN_INSERT,
	             DB_VALUES(db_text(op->project), db_text(hash_text(op, token)),
	                       db_text(caller->customer_id), db_text(caller->anonymous_id),
	                       db_text(caller->client_id), db_text(caller->scope)),
	             &affected))
		return false;
	return affected == 1 ||
	       fail_invalid_operation(op,
	                              "Another customer, visitor or client has this token already.");
}

bool pinned_tokens_revoke_of_client(struct op *op, const char *client_id)
{
	return db_exec(op, QUERY_PINNED_TOKENS_DELETE_BY_CLIENT,
	               DB_VALUES(db_text(op->project), db_text(client_id)), NULL);
}

bool pinned_token_find(struct op *op, const char *token, struct caller **ret_caller)
{
	struct db_row *row;

	*ret_caller = NULL;
	if (!db_one(op, QUERY_PINNED_TOKEN_GET,
	            DB_VALUES(db_text(op->project), db_text(hash_text(op, token))), &row))
		return false;
	if (!row)
		return true;
	struct caller *caller = arena_alloc(op->arena, sizeof *caller);
	const char *client_id = row->columns[PINNED_CLIENT_ID].text;
	const char *scope = row->columns[PINNED_SCOPE].text;

	*caller = (struct caller){
		.project = op->project,
		.client_id = client_id ? client_id : CLIENT_ID,
		.scope = scope ? scope : arena_printf(op->arena, SCOPE, op->project, op->project, op->project,
		                                      op->project, op->project, op->project),
		.customer_id = row->columns[CUSTOMER_ID].text,
		.anonymous_id = row->columns[ANONYMOUS_ID].text,
	};
	*ret_caller = caller;
	return true;
}
