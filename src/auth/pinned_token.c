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
enum { CUSTOMER_ID, ANONYMOUS_ID };

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

bool pinned_token_insert(struct op *op, const char *token, const char *customer_id,
                         const char *anonymous_id)
{
	int64_t affected;

	if (!db_exec(op, QUERY_PINNED_TOKEN_INSERT,
	             DB_VALUES(db_text(op->project), db_text(hash_text(op, token)),
	                       db_text(customer_id), db_text(anonymous_id)),
	             &affected))
		return false;
	return affected == 1 ||
	       fail_invalid_operation(op, "Another customer or visitor has this token already.");
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

	*caller = (struct caller){
		.project = op->project,
		.client_id = CLIENT_ID,
		.scope = arena_printf(op->arena, SCOPE, op->project, op->project, op->project, op->project,
		                      op->project, op->project),
		.customer_id = row->columns[CUSTOMER_ID].text,
		.anonymous_id = row->columns[ANONYMOUS_ID].text,
	};
	*ret_caller = caller;
	return true;
}
