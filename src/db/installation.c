#include "db/installation.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "db/db.h"

/* Columns of QUERY_META_GET. */
enum { VALUE };

bool installation_token_key(struct op *op, unsigned char key[SECRET_KEY_BYTES])
{
	static const char NAME[] = "token_key";
	struct db_row *row;

	if (!db_one(op, QUERY_META_GET, DB_VALUES(db_text(NAME)), &row))
		return false;
	if (row)
		return secret_decode(row->columns[VALUE].text, key, SECRET_KEY_BYTES) ||
		       fail_internal(op, "the database's own key cannot be read");
	random_bytes(key, SECRET_KEY_BYTES);
	return db_exec(op, QUERY_META_INSERT,
	               DB_VALUES(db_text(NAME),
	                         db_text(secret_encode(op->arena, key, SECRET_KEY_BYTES))),
	               NULL);
}

/* Products hold whole addresses, and carts copy products. What they are does not change by it, so nor
 * do their versions. */
static bool move_pictures(struct op *op, const char *from, const char *to)
{
	struct db_value before = db_text(arena_printf(op->arena, "\"%s/_assets/", from));
	struct db_value after = db_text(arena_printf(op->arena, "\"%s/_assets/", to));

	return db_exec(op, QUERY_ASSETS_MOVE, DB_VALUES(before, after), NULL) &&
	       db_exec(op, QUERY_SNAPSHOT_ASSETS_MOVE, DB_VALUES(before, after), NULL);
}

bool installation_public_url(struct op *op, const char *url)
{
	static const char NAME[] = "public_url";
	struct db_row *row;

	if (!db_one(op, QUERY_META_GET, DB_VALUES(db_text(NAME)), &row))
		return false;
	if (!row)
		return db_exec(op, QUERY_META_INSERT, DB_VALUES(db_text(NAME), db_text(url)), NULL);
	const char *before = row->columns[VALUE].text;

	return strcmp(before, url) == 0 ||
	       (move_pictures(op, before, url) &&
	        db_exec(op, QUERY_META_UPDATE, DB_VALUES(db_text(url), db_text(NAME)), NULL));
}
