#include "resource/reindex.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json_memory.h"
#include "base/op.h"
#include "db/db.h"
#include "resource/index.h"
#include "resource/registry.h"
#include "resource/resource.h"
#include "resource/stored.h"

/* Columns of QUERY_RESOURCE_EACH and QUERY_META_GET. */
enum { PROJECT, KIND, ID, DOC };
enum { VALUE };

static const char NAME[] = "index_version";

static bool is_current(struct op *op, bool *ret_is)
{
	struct db_row *row;

	if (!db_one(op, QUERY_META_GET, DB_VALUES(db_text(NAME)), &row))
		return false;
	*ret_is = row && strtol(row->columns[VALUE].text, NULL, 10) == INDEX_VERSION;
	return true;
}

static bool note_version(struct op *op)
{
	const char *version = arena_printf(op->arena, "%d", INDEX_VERSION);

	return db_exec(op, QUERY_META_DELETE, DB_VALUES(db_text(NAME)), NULL) &&
	       db_exec(op, QUERY_META_INSERT, DB_VALUES(db_text(NAME), db_text(version)), NULL);
}

struct reindexing {
	struct op *op;
	bool       done; /* as far as it has come */
};

/* `row`: project, kind, id, doc. A kind that is not known any more keeps what it has. */
static bool reindex_row(struct op *op, const struct db_value *row)
{
	const struct resource_kind *kind = kind_find(op, row[KIND].text);

	op->project = row[PROJECT].text;
	if (!kind)
		return true;
	const json_t *doc = stored_read(op, row[DOC].text, row[DOC].bytes);

	return doc && index_renew(op, kind, row[ID].text, doc);
}

/* Makes JSON values in the arena of an op, if they are made in one. */
static void make_json_in(const struct op *op)
{
	if (json_memory_is_arena())
		json_memory_enter(op->arena);
}

/* One resource, with an arena of its own: a database may hold many, and large ones. */
static bool reindex_alone(void *context, const struct db_value *row)
{
	struct reindexing *reindexing = context;
	struct op part = *reindexing->op;

	part.arena = arena_create();
	make_json_in(&part);
	reindexing->done = reindex_row(&part, row);
	make_json_in(reindexing->op);
	arena_destroy(part.arena);
	return reindexing->done;
}

bool reindex(struct op *op)
{
	struct reindexing reindexing = { op, true };
	bool is;

	if (!is_current(op, &is))
		return false;
	if (is)
		return true;
	if (!db_each(op, QUERY_RESOURCE_EACH, NULL, 0, reindex_alone, &reindexing))
		return false;
	if (!reindexing.done)
		return fail_internal(op, "the index cannot be brought up to date");
	return note_version(op);
}
