#include "domain/installation.h"

#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "db/db.h"

bool installation_token_key(struct op *op, unsigned char key[SECRET_KEY_BYTES])
{
	static const char NAME[] = "token_key";
	struct db_row *row;

	if (!db_one(op, QUERY_META_GET, DB_VALUES(db_text(NAME)), &row))
		return false;
	if (row)
		return secret_decode(row->columns[0].text, key, SECRET_KEY_BYTES) ||
		       fail_internal(op, "the database's own key cannot be read");
	random_bytes(key, SECRET_KEY_BYTES);
	return db_exec(op, QUERY_META_INSERT,
	               DB_VALUES(db_text(NAME),
	                         db_text(secret_encode(op->arena, key, SECRET_KEY_BYTES))),
	               NULL);
}
