#include "customer/credential.h"

#include <string.h>

#include "auth/password.h"
#include "base/op.h"
#include "db/db.h"

/* Columns of QUERY_CREDENTIAL_GET. */
enum { PASSWORD_HASH };

static bool load_hash(struct op *op, const char *customer_id, const char **ret_hash)
{
	struct db_row *row;

	*ret_hash = NULL;
	if (!db_one(op, QUERY_CREDENTIAL_GET, DB_VALUES(db_text(op->project), db_text(customer_id)),
	            &row))
		return false;
	if (row)
		*ret_hash = row->columns[PASSWORD_HASH].text;
	return true;
}

bool credential_verify(struct op *op, const char *customer_id, const char *password,
                                struct verified *ret_verified)
{
	const char *hash = NULL;

	*ret_verified = (struct verified){ 0 };
	if (customer_id && !load_hash(op, customer_id, &hash))
		return false;
	if (password_matches(op, hash, password))
		*ret_verified = (struct verified){ customer_id, hash };
	return true;
}

bool credential_is_current(struct op *op, const char *customer_id, const struct verified *verified,
                           bool *ret_is)
{
	const char *hash;

	if (!load_hash(op, customer_id, &hash))
		return false;
	*ret_is = hash && verified->customer_id && strcmp(verified->customer_id, customer_id) == 0 &&
	          strcmp(verified->password_hash, hash) == 0;
	return true;
}

bool credential_insert(struct op *op, const char *customer_id, const char *hash)
{
	return db_exec(op, QUERY_CREDENTIAL_INSERT,
	               DB_VALUES(db_text(op->project), db_text(customer_id), db_text(hash)), NULL);
}

bool credential_replace(struct op *op, const char *customer_id, const char *hash)
{
	return db_exec(op, QUERY_CREDENTIAL_UPDATE,
	               DB_VALUES(db_text(hash), db_text(op->project), db_text(customer_id)), NULL);
}

bool credential_delete(struct op *op, const char *customer_id)
{
	return db_exec(op, QUERY_CREDENTIAL_DELETE,
	               DB_VALUES(db_text(op->project), db_text(customer_id)), NULL);
}
