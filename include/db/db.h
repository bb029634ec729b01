/* Where bytes are kept: connections, statements by number, materialised rows. SQL lives in
 * tables/queries.def. */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db_value.h"

struct db;
struct db_driver;
struct db_tx;
struct op;

enum db_query {
#define QUERY(name, sql) QUERY_##name,
#include "tables/queries.def"
#undef QUERY
	QUERY_COUNT
};

struct db_row {
	struct db_value *columns;
	struct db_row   *next;
};

enum db_open_result {
	DB_OPENED,
	DB_CANNOT_OPEN,
	DB_FOREIGN,   /* a file of somebody else */
	DB_NEWER,     /* of a later version */
	DB_LOCKED,    /* in use, under this name or another */
	DB_STRAY_LOG, /* what lies beside it does not belong to it */
	DB_EMPTIED,   /* there was a database, and now there is nothing */
};

/* Opens a database file with a driver, creating it if it is not there, or a private database in
 * memory if `path` is NULL. Brings the schema up to date. A file that is not ours, newer than we are, or in use is
 * left untouched. *ret_message (the process's life) says what went wrong. The caller closes it. */
enum db_open_result db_open(const struct db_driver *driver, const char *path, struct db **ret_db,
                            const char **ret_message);

/* Closes every connection; the writing one last. Accepts NULL. After the writer was destroyed. */
void db_close(struct db *db);

/* Is the database healthy, that is, did no write fail in a way that only a restart can mend? Any
 * thread. */
bool db_is_healthy(const struct db *db);

/* Why writes fail now, in words; NULL if the last one did not. While they fail, one is tried each
 * second. Any thread. */
const char *db_trouble(const struct db *db);

/* Is this a transaction that only reads? What another one reads may never be committed. */
bool db_is_reading(const struct db_tx *tx);

/* Notes in a transaction that something was changed, named by a hash, or that anything may have been. May it have been
 * since the transaction began? Sometimes also of what was not. */
void db_note_written(struct db_tx *tx, uint64_t hash);
void db_note_all_written(struct db_tx *tx);
bool db_may_have_written(const struct db_tx *tx, uint64_t hash);

/* The database of a transaction. */
const struct db *db_of(const struct db_tx *tx);

/* The next position: a number that only grows, across restarts too. Any thread. */
int64_t db_next_position(struct db_tx *tx);

/* A read transaction on this thread's own read-only connection, which is opened at its first query; it takes its
 * snapshot then. What cannot be opened fails the query. One at a time per thread. */
struct db_tx *db_read_begin(struct db *db);

/* Ends it; the next query begins another one. Accepts NULL. */
void db_read_end(struct db_tx *tx);

/* Puts an end to queries that were left amid their rows, because the work that asked them did not return
 * (base/guard.h). The transaction goes on. */
void db_abandon(struct db_tx *tx);

/* Ends the snapshot of a read transaction before something that takes long: the next query takes another one, so what
 * was found so far may be different by then. Of one that writes, nothing. */
void db_read_rest(struct op *op);

/* Of a program of one thread and without a writer, such as a test: a transaction that counts as reading and may write
 * as well. NULL: it cannot begin. db_read_end() ends it. */
struct db_tx *db_alone(struct db *db);

/* Runs a query that gives at most one row. True with *ret_row == NULL means: no such row. The row
 * is in op->arena. False: recorded. */
bool db_one(struct op *op, enum db_query query, const struct db_value *values, size_t count,
            struct db_row **ret_row);

/* Runs a query and gives its rows as a list, NULL if there are none. False: recorded. */
bool db_all(struct op *op, enum db_query query, const struct db_value *values, size_t count,
            struct db_row **ret_rows);

/* Takes one row of db_each(): its columns, borrowed until it returns. False: stop. */
typedef bool db_row_fn(void *context, const struct db_value *columns);

/* Runs a query and shows its rows one after the other, without keeping them. Of at most
 * MAX_EACH_COLUMNS columns; `take` runs no query of its own on this number. False: recorded. */
bool db_each(struct op *op, enum db_query query, const struct db_value *values, size_t count,
             db_row_fn *take, void *context);

/* Runs a statement; *ret_affected (may be NULL) is the number of rows it changed. False:
 * recorded. */
bool db_exec(struct op *op, enum db_query query, const struct db_value *values, size_t count,
             int64_t *ret_affected);

enum { MAX_EACH_COLUMNS = 4 };

#endif
