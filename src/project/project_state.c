#include "project/project_state.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/op.h"
#include "db/db.h"
#include "project/project_counts.h"
#include "resource/index.h"
#include "resource/registry.h"
#include "resource/reindex.h"
#include "resource/stored.h"

/* Columns of QUERY_SNAPSHOT_GET and QUERY_SNAPSHOTS_ALL. */
enum { NUMBER, NAME, CREATED_MS, INDEX_VERSION_OF, COUNTS };

/* Of QUERY_PROJECT_DOCUMENTS. */
enum { PROJECT, KIND, ID, DOC };

const char SNAPSHOT_AS_MADE[] = "";

/* Every table that holds something of a project: its rows deleted, copied into a snapshot, copied back, and dropped
 * from the snapshot. Of documents and their index only those are brought back that differ. */
static const struct table {
	enum db_query clear;
	enum db_query take;
	enum db_query restore;
	enum db_query drop;
	bool          differs; /* see restore_resources() */
} TABLES[] = {
#define TABLE(name, differs) \
	{ QUERY_PROJECT_##name##_CLEAR, QUERY_SNAPSHOT_##name##_TAKE, QUERY_SNAPSHOT_##name##_RESTORE, \
	  QUERY_SNAPSHOT_##name##_DROP, differs }
	TABLE(API_CLIENTS, false),
	TABLE(CLAIMED_ANONYMOUS_IDS, false),
	TABLE(CREDENTIALS, false),
	TABLE(CUSTOMER_TOKENS, false),
	TABLE(GRANTS, false),
	TABLE(MESSAGES, false),
	TABLE(OUTBOX, false),
	TABLE(PINNED_TOKENS, false),
	TABLE(RESOURCE_INDEX, true),
	TABLE(RESOURCES, true),
#undef TABLE
};

static const struct table *const TABLES_END = TABLES + sizeof TABLES / sizeof *TABLES;

static bool clear_table(struct op *op, const struct table *table)
{
	return db_exec(op, table->clear, DB_VALUES(db_text(op->project)), NULL);
}

static bool drop_rows(struct op *op, int64_t number)
{
	for (const struct table *table = TABLES; table < TABLES_END; table++)
		if (!db_exec(op, table->drop, DB_VALUES(db_integer(number)), NULL))
			return false;
	return db_exec(op, QUERY_SNAPSHOT_DELETE, DB_VALUES(db_integer(number)), NULL);
}

/* What was looked at before is another project's by now, though it has the same key. */
static void begin_replacing(struct op *op)
{
	op_replace_project(op, op->project);
	db_note_all_written(op->tx);
	op->run++;
}

/* Snapshots */

static struct snapshot *snapshot_of(struct op *op, const struct db_value *columns)
{
	struct snapshot *snapshot = arena_alloc(op->arena, sizeof *snapshot);

	*snapshot = (struct snapshot){
		.number = columns[NUMBER].integer,
		.name = columns[NAME].text,
		.created_ms = columns[CREATED_MS].integer,
		.index_version = columns[INDEX_VERSION_OF].integer,
		.counts = stored_read(op, columns[COUNTS].text, columns[COUNTS].bytes),
	};
	return snapshot->counts ? snapshot : NULL;
}

bool snapshot_find(struct op *op, const char *name, struct snapshot **ret_snapshot)
{
	struct db_row *row;

	*ret_snapshot = NULL;
	if (!db_one(op, QUERY_SNAPSHOT_GET, DB_VALUES(db_text(op->project), db_text(name)), &row))
		return false;
	if (row)
		*ret_snapshot = snapshot_of(op, row->columns);
	return !row || *ret_snapshot;
}

bool snapshots_all(struct op *op, struct snapshot **ret_snapshots, size_t *ret_count)
{
	struct db_row *row;
	size_t count = 0;

	*ret_count = 0;
	if (!db_all(op, QUERY_SNAPSHOTS_ALL, DB_VALUES(db_text(op->project)), &row))
		return false;
	for (const struct db_row *one = row; one; one = one->next)
		count++;
	*ret_snapshots = arena_alloc(op->arena, (count + 1) * sizeof **ret_snapshots);
	for (; row; row = row->next) {
		const struct snapshot *snapshot = snapshot_of(op, row->columns);

		if (!snapshot)
			return false;
		if (*snapshot->name)
			(*ret_snapshots)[(*ret_count)++] = *snapshot;
	}
	return true;
}

bool snapshot_delete(struct op *op, const struct snapshot *snapshot)
{
	return drop_rows(op, snapshot->number);
}

bool snapshot_take(struct op *op, const char *name)
{
	struct db_value project = db_text(op->project);
	struct db_value number = db_integer(db_next_position(op->tx));
	struct snapshot *before;
	json_t *counts = project_counts(op);

	if (!counts || !snapshot_find(op, name, &before) || (before && !snapshot_delete(op, before)))
		return false;
	for (const struct table *table = TABLES; table < TABLES_END; table++)
		if (!db_exec(op, table->take, DB_VALUES(number, project), NULL))
			return false;
	return db_exec(op, QUERY_SNAPSHOT_INSERT,
	               DB_VALUES(number, project, db_text(name), db_integer(op->now_ms),
	                         db_integer(INDEX_VERSION), db_text(json_text(op, counts))),
	               NULL);
}

/* Most documents are as they were, and finding that out costs less than writing them. What the index holds of a
 * document follows from it, so it differs where documents do. */
static bool restore_resources(struct op *op, const struct snapshot *snapshot)
{
	struct db_value project = db_text(op->project);
	struct db_value number = db_integer(snapshot->number);

	return db_exec(op, QUERY_PROJECT_RESOURCE_INDEX_CLEAR_CHANGED, DB_VALUES(project, number),
	               NULL) &&
	       db_exec(op, QUERY_PROJECT_RESOURCES_CLEAR_CHANGED, DB_VALUES(project, number), NULL) &&
	       db_exec(op, QUERY_SNAPSHOT_RESOURCE_INDEX_RESTORE, DB_VALUES(number), NULL) &&
	       db_exec(op, QUERY_SNAPSHOT_RESOURCES_RESTORE, DB_VALUES(number), NULL);
}

/* A snapshot of an older version of the server holds the index of that version. */
static bool renew_index(struct op *op)
{
	struct db_row *row;

	if (!db_all(op, QUERY_PROJECT_DOCUMENTS, DB_VALUES(db_text(op->project)), &row))
		return false;
	for (; row; row = row->next) {
		const struct resource_kind *kind = kind_find(op, row->columns[KIND].text);
		const json_t *doc =
			kind ? stored_read(op, row->columns[DOC].text, row->columns[DOC].bytes) : NULL;

		if (kind && (!doc || !index_renew(op, kind, row->columns[ID].text, doc)))
			return false;
	}
	return true;
}

bool snapshot_restore(struct op *op, const struct snapshot *snapshot)
{
	begin_replacing(op);
	for (const struct table *table = TABLES; table < TABLES_END; table++)
		if (!table->differs &&
		    (!clear_table(op, table) ||
		     !db_exec(op, table->restore, DB_VALUES(db_integer(snapshot->number)), NULL)))
			return false;
	return restore_resources(op, snapshot) &&
	       (snapshot->index_version == INDEX_VERSION || renew_index(op));
}

/* Projects */

bool project_keep_as_made(struct op *op)
{
	return snapshot_take(op, SNAPSHOT_AS_MADE);
}

static bool drop_snapshots(struct op *op)
{
	struct db_row *row;

	if (!db_all(op, QUERY_SNAPSHOTS_ALL, DB_VALUES(db_text(op->project)), &row))
		return false;
	for (; row; row = row->next)
		if (!drop_rows(op, row->columns[NUMBER].integer))
			return false;
	return true;
}

bool project_clear(struct op *op, bool forever)
{
	begin_replacing(op);
	for (const struct table *table = TABLES; table < TABLES_END; table++)
		if (!clear_table(op, table))
			return false;
	return !forever || drop_snapshots(op);
}
