/* SQLite behind the driver table. */
#include "db/db_sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/budget.h"
#include "base/memory.h"
#include "../db_driver_priv.h"
#include "memory_disk_priv.h"
#include "sqlite_copy_priv.h"
#include "sqlite_format_priv.h"
#include "sqlite_identity_priv.h"

enum { BUSY_MS = 5000 };

static const char FOREIGN_MESSAGE[] = "it is not a database of this server";

/* So often a statement that runs for long is asked whether it may: some 20 µs of work. */
enum { ASKED_STEPS = 1000, ASKED_UNITS = 2000 };

struct db_connection {
	sqlite3       *handle;
	int64_t        log_pages; /* in use, after the last commit */
	struct budget *budget;    /* of the statement that runs; NULL: none */
	struct memory_disk *disk; /* that it opened, and others may open too; NULL: none */
};

struct db_statement {
	sqlite3_stmt *handle;
};

static void configure_process(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
	sqlite3_initialize();
}

static void configure_once(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, configure_process);
}

/* What the last failure of a file was, as errno has it; 0: there was none. */
static int last_problem(sqlite3 *handle, int which)
{
	sqlite3_file *file = NULL;
	int problem = 0;

	if (sqlite3_file_control(handle, "main", which, &file) == SQLITE_OK && file && file->pMethods)
		(void)file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO,
		                                   &problem); /* or it has none */
	return problem;
}

static bool is_lack_of_room(int problem)
{
	return problem == EDQUOT || problem == EFBIG || problem == ENOSPC;
}

/* A quota or a limit of the size of files is a lack of room like any other, but SQLite knows only ENOSPC. */
static bool has_no_room(sqlite3 *handle)
{
	int of_file = last_problem(handle, SQLITE_FCNTL_FILE_POINTER);
	int of_log = last_problem(handle, SQLITE_FCNTL_JOURNAL_POINTER);

	return sqlite3_extended_errcode(handle) == SQLITE_IOERR_WRITE &&
	       (is_lack_of_room(of_file) || is_lack_of_room(of_log)) &&
	       (!of_file || is_lack_of_room(of_file)) && (!of_log || is_lack_of_room(of_log));
}

static enum db_result result_of(sqlite3 *handle, int code)
{
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
		return DB_DONE;
	case SQLITE_ROW:
		return DB_ROW;
	case SQLITE_FULL:
	case SQLITE_READONLY:
		return DB_FULL;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
	case SQLITE_NOMEM:
	case SQLITE_INTERRUPT:
		return DB_BUSY;
	case SQLITE_IOERR:
		return has_no_room(handle) ? DB_FULL : DB_BROKEN;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return DB_BROKEN;
	default:
		return DB_ERROR;
	}
}

static enum db_result run(struct db_connection *connection, const char *sql)
{
	return result_of(connection->handle, sqlite3_exec(connection->handle, sql, NULL, NULL, NULL));
}

/* What SQLite sets aside for a while (how to undo a job, what it sorts) stays in memory: there need not be a folder for
 * temporary files that can be written to, and a write that finds none fails. */
static bool harden(sqlite3 *handle)
{
	static const char SETTINGS[] = "pragma trusted_schema = off; pragma cell_size_check = on; "
								   "pragma cache_size = -2048; pragma temp_store = memory";

	return sqlite3_busy_timeout(handle, BUSY_MS) == SQLITE_OK &&
	       sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
	       sqlite3_exec(handle, SETTINGS, NULL, NULL, NULL) == SQLITE_OK;
}

static void close_connection(struct db_connection *connection)
{
	sqlite3_close(connection->handle);
	memory_disk_destroy(connection->disk);
	free(connection);
}

static enum db_open_result check_log(const char *path, const char *signature,
                                     const char **ret_message)
{
	configure_once();
	if (!sqlite_is_foreign(path))
		return sqlite_check_log(path, signature, ret_message);
	*ret_message = FOREIGN_MESSAGE;
	return DB_FOREIGN;
}

static enum db_open_result copy(const char *from, const char *to, const char **ret_message)
{
	configure_once();
	if (!sqlite_is_foreign(from))
		return sqlite_copy(from, to, ret_message);
	*ret_message = FOREIGN_MESSAGE;
	return DB_FOREIGN;
}

/* Other than 0: the statement ends. */
static int ask_on_the_way(void *context)
{
	struct db_connection *connection = context;

	return connection->budget && !budget_spend(connection->budget, ASKED_UNITS);
}

static void spend(struct db_connection *connection, struct budget *budget)
{
	connection->budget = budget;
}

/* NULL: no memory. */
static struct db_connection *make_connection(const char **ret_message)
{
	*ret_message = "out of memory";
	return memory_try_zeroed(sizeof(struct db_connection));
}

static enum db_open_result open_named(struct db_connection *connection, const char *path,
                                      bool writable, const struct memory_disk *disk,
                                      struct db_connection **ret_connection,
                                      const char **ret_message)
{
	static const char IN_MEMORY[] = "memory"; /* whatever memory it is */
	int flags = writable ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
	int code = sqlite3_open_v2(path ? path : IN_MEMORY, &connection->handle,
	                           flags | SQLITE_OPEN_NOMUTEX, disk ? memory_disk_name(disk) : NULL);

	if (code == SQLITE_OK && harden(connection->handle) &&
	    (writable || run(connection, "pragma query_only = on") == DB_DONE)) {
		sqlite3_progress_handler(connection->handle, ASKED_STEPS, ask_on_the_way, connection);
		*ret_connection = connection;
		return DB_OPENED;
	}
	*ret_message = sqlite3_errstr(sqlite3_errcode(connection->handle));
	close_connection(connection);
	return DB_CANNOT_OPEN;
}

static enum db_open_result open_connection(const char *path, bool writable,
                                           struct db_connection **ret_connection,
                                           const char **ret_message)
{
	configure_once();
	struct db_connection *connection = make_connection(ret_message);

	if (!connection)
		return DB_CANNOT_OPEN;
	if (path && writable)
		close(open(path, O_RDWR | O_CREAT | O_CLOEXEC,
		           0600)); /* so that it is nobody else's to read */
	if (!path)
		connection->disk = memory_disk_create();
	return open_named(connection, path, writable, connection->disk, ret_connection, ret_message);
}

static enum db_open_result open_beside(struct db_connection *other, const char *path,
                                       struct db_connection **ret_connection,
                                       const char **ret_message)
{
	struct db_connection *connection = make_connection(ret_message);

	return connection
	           ? open_named(connection, path, false, other->disk, ret_connection, ret_message)
	           : DB_CANNOT_OPEN;
}

/* Placeholders are $1 ... $n in the order of their first appearance; SQLite numbers them by
 * appearance. */
static bool placeholders_are_in_order(sqlite3_stmt *handle)
{
	for (int i = 1; i <= sqlite3_bind_parameter_count(handle); i++) {
		const char *name = sqlite3_bind_parameter_name(handle, i);

		if (!name || name[0] != '$' || strtol(name + 1, NULL, 10) != i)
			return false;
	}
	return true;
}

static enum db_result prepare(struct db_connection *connection, const char *sql,
                              struct db_statement **ret_statement)
{
	sqlite3_stmt *handle;
	int code =
		sqlite3_prepare_v3(connection->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &handle, NULL);

	if (code != SQLITE_OK)
		return result_of(connection->handle, code);
	if (!placeholders_are_in_order(handle)) {
		sqlite3_finalize(handle);
		return DB_ERROR;
	}
	*ret_statement = memory_try_zeroed(sizeof **ret_statement);
	if (!*ret_statement) {
		sqlite3_finalize(handle);
		return DB_BUSY;
	}
	(*ret_statement)->handle = handle;
	return DB_DONE;
}

static int bind_value(sqlite3_stmt *handle, int index, const struct db_value *value)
{
	switch (value->type) {
	case DB_NULL:
		return sqlite3_bind_null(handle, index);
	case DB_INTEGER:
		return sqlite3_bind_int64(handle, index, value->integer);
	case DB_TEXT:
		return sqlite3_bind_text64(handle, index, value->text, value->bytes, SQLITE_STATIC,
		                           SQLITE_UTF8);
	}
	return SQLITE_MISUSE;
}

static enum db_result bind(struct db_statement *statement, const struct db_value *values,
                           size_t count)
{
	sqlite3_reset(statement->handle);
	if ((size_t)sqlite3_bind_parameter_count(statement->handle) != count)
		return DB_ERROR;
	for (size_t i = 0; i < count; i++)
		if (bind_value(statement->handle, (int)i + 1, &values[i]) != SQLITE_OK)
			return DB_ERROR;
	return DB_DONE;
}

static enum db_result step(struct db_statement *statement)
{
	return result_of(sqlite3_db_handle(statement->handle), sqlite3_step(statement->handle));
}

static size_t columns(struct db_statement *statement)
{
	return (size_t)sqlite3_column_count(statement->handle);
}

static struct db_value column(struct db_statement *statement, size_t index)
{
	int i = (int)index;

	switch (sqlite3_column_type(statement->handle, i)) {
	case SQLITE_INTEGER:
		return db_integer(sqlite3_column_int64(statement->handle, i));
	case SQLITE_NULL:
		return (struct db_value){ .type = DB_NULL };
	default: {
		const char *text = (const char *)sqlite3_column_text(statement->handle, i);

		if (!text) /* of what is neither a number nor null only when SQLite has no memory */
			memory_exhausted(0);
		return db_bytes(text, (size_t)sqlite3_column_bytes(statement->handle, i));
	}
	}
}

static int64_t affected(struct db_connection *connection)
{
	return sqlite3_changes64(connection->handle);
}

static bool only_reads(struct db_statement *statement)
{
	return sqlite3_stmt_readonly(statement->handle);
}

static void reset(struct db_statement *statement)
{
	sqlite3_reset(statement->handle);
}

static void finalize(struct db_statement *statement)
{
	sqlite3_finalize(statement->handle);
	free(statement);
}

static bool in_transaction(struct db_connection *connection)
{
	return !sqlite3_get_autocommit(connection->handle);
}

static const char *message(struct db_connection *connection)
{
	return sqlite3_errmsg(connection->handle);
}

static bool ask(sqlite3 *handle, const char *sql, int64_t *ret_value)
{
	sqlite3_stmt *statement;
	bool found = false;

	if (sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) != SQLITE_OK)
		return false;
	if (sqlite3_step(statement) == SQLITE_ROW) {
		*ret_value = sqlite3_column_int64(statement, 0);
		found = true;
	}
	sqlite3_finalize(statement);
	return found;
}

static bool is_whole(struct db_connection *connection)
{
	sqlite3_stmt *statement;
	bool whole = false;

	if (sqlite3_prepare_v2(connection->handle, "pragma quick_check(1)", -1, &statement, NULL) !=
	    SQLITE_OK)
		return false;
	if (sqlite3_step(statement) == SQLITE_ROW)
		whole = strcmp((const char *)sqlite3_column_text(statement, 0), "ok") == 0;
	sqlite3_finalize(statement);
	return whole;
}

static bool identify(struct db_connection *connection, bool *ret_empty, int64_t *ret_version)
{
	int64_t objects;

	if (!ask(connection->handle, "pragma user_version", ret_version) ||
	    !ask(connection->handle, "select count(*) from sqlite_master", &objects))
		return false;
	*ret_empty = objects == 0;
	return true;
}

/* To be done before the journal becomes a WAL: a kill in between then leaves a file that is still
 * known as ours. */
static bool adopt(struct db_connection *connection)
{
	char sql[64];

	snprintf(sql, sizeof sql, "pragma application_id = %d", APPLICATION_ID);
	return run(connection, sql) == DB_DONE;
}

/* In the place of SQLite's own hook, which would move the log between a commit and its answer. */
static int note_log(void *connection, sqlite3 *handle, const char *name, int pages)
{
	(void)handle;
	(void)name;
	((struct db_connection *)connection)->log_pages = pages;
	return SQLITE_OK;
}

static bool make_durable(struct db_connection *connection)
{
	int64_t synchronous = 0;

	sqlite3_wal_hook(connection->handle, note_log, connection);
	return run(connection,
	           "pragma journal_mode = wal; pragma synchronous = full; "
	                       "pragma journal_size_limit = 67108864") == DB_DONE &&
	       ask(connection->handle, "pragma synchronous", &synchronous) && synchronous == 2;
}

static bool set_version(struct db_connection *connection, int64_t version)
{
	char sql[64];

	snprintf(sql, sizeof sql, "pragma user_version = %lld", (long long)version);
	return run(connection, sql) == DB_DONE;
}

static int64_t log_bytes(struct db_connection *connection)
{
	return connection->log_pages * (PAGE_BYTES + FRAME_HEADER_BYTES);
}

static enum db_result checkpoint(struct db_connection *connection, int64_t wait_ms,
                                 bool *ret_drained)
{
	int mode = wait_ms > 0 ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
	int in_log = -1, moved = -1;

	sqlite3_busy_timeout(connection->handle, (int)wait_ms);
	int code = sqlite3_wal_checkpoint_v2(connection->handle, NULL, mode, &in_log, &moved);
	enum db_result result = result_of(connection->handle, code);

	sqlite3_busy_timeout(connection->handle, BUSY_MS);
	*ret_drained = in_log >= 0 && in_log == moved && (result == DB_DONE || result == DB_BUSY);
	if (result == DB_DONE && wait_ms > 0)
		connection->log_pages = 0;
	return result;
}

static void interrupt(struct db_connection *connection)
{
	sqlite3_interrupt(connection->handle);
}

const struct db_driver DB_SQLITE = {
	.name = "sqlite",
	.check_log = check_log,
	.copy = copy,
	.open = open_connection,
	.open_beside = open_beside,
	.close = close_connection,
	.spend = spend,
	.run = run,
	.prepare = prepare,
	.bind = bind,
	.step = step,
	.columns = columns,
	.column = column,
	.affected = affected,
	.only_reads = only_reads,
	.reset = reset,
	.finalize = finalize,
	.in_transaction = in_transaction,
	.message = message,
	.is_whole = is_whole,
	.identify = identify,
	.adopt = adopt,
	.make_durable = make_durable,
	.set_version = set_version,
	.log_bytes = log_bytes,
	.checkpoint = checkpoint,
	.interrupt = interrupt,
};
