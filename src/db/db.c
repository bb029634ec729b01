#include "db/db.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/op.h"
#include "db_priv.h"

static const char *const QUERIES[] = {
#define QUERY(name, sql) [QUERY_##name] = sql,
#include "tables/queries.def"
#undef QUERY
};

/* How many positions are set aside at once, so that hardly a commit has to write that down. */
enum { RESERVED_POSITIONS = 100 * 1000 };

/* Opening and closing */

/* Beside a file that turned out not to be ours nothing is left behind. */
static void remove_lock(const struct db *db)
{
	char *lock_path = db_path_with(db->path, ".lock");

	(void)unlink(lock_path); /* it is only in the way of those who look at the folder */
	free(lock_path);
}

static enum db_open_result open_writer(struct db *db, const char **ret_message)
{
	enum db_open_result result =
		db->path ? db_file_take(&db->file, db->path, ret_message) : DB_OPENED;

	if (result == DB_OPENED && db->path)
		result = db->driver->check_log(db->path, db->file.identity, ret_message);
	if (result == DB_OPENED)
		result = db->driver->open(db->path, true, &db->writing.connection, ret_message);
	if (result == DB_OPENED)
		result = migrate(db, ret_message);
	return result;
}

/* Every statement is prepared once at start, so that a mistake in SQL is a failure to start and
 * nothing later. */
static bool prepare_all(struct db *db)
{
	for (size_t i = 0; i < QUERY_COUNT; i++) {
		if (db->driver->prepare(db->writing.connection, QUERIES[i], &db->writing.statements[i]) ==
		    DB_DONE)
			continue;
		log_event(LOG_LEVEL_ERROR, "sql", "%s: %s", QUERIES[i],
		          db->driver->message(db->writing.connection));
		return false;
	}
	return true;
}

static bool read_position(struct db *db)
{
	struct db_statement *statement = db->writing.statements[QUERY_POSITION_LAST];

	if (db->driver->bind(statement, NULL, 0) != DB_DONE || db->driver->step(statement) != DB_ROW)
		return false;
	struct db_value last = db->driver->column(statement, 0);

	db->reserved = last.type == DB_INTEGER ? last.integer : 0;
	atomic_store(&db->position, db->reserved);
	db->driver->reset(statement);
	return true;
}

/* Notes beside the database which one it is. */
static bool sign_file(struct db *db)
{
	static const struct db_value NAME = { .type = DB_TEXT, .text = "identity", .bytes = 8 };
	struct db_statement *statement = db->writing.statements[QUERY_META_GET];

	if (!db->path)
		return true;
	bool done =
		db->driver->bind(statement, &NAME, 1) == DB_DONE && db->driver->step(statement) == DB_ROW;

	if (done)
		db_file_sign(&db->file, db->driver->column(statement, 0).text);
	db->driver->reset(statement);
	return done;
}

enum db_open_result db_open(const struct db_driver *driver, const char *path, struct db **ret_db,
                            const char **ret_message)
{
	struct db *db = xcalloc(1, sizeof *db);

	db->driver = driver;
	db->file = (struct db_file){ .lock_fd = -1, .inode_fd = -1 };
	if (path)
		db->path = db_path_with(path, "");
	db->writer = (struct db_tx){ .db = db, .session = &db->writing };
	pthread_mutex_init(&db->readers_mutex, NULL);
	pthread_key_create(&db->reader_key, NULL);
	enum db_open_result result = open_writer(db, ret_message);

	if (result == DB_OPENED && !(prepare_all(db) && read_position(db) && sign_file(db))) {
		*ret_message = "it cannot be read";
		result = DB_CANNOT_OPEN;
	}
	if (result == DB_OPENED) {
		*ret_db = db;
		return result;
	}
	if (db->file.made_lock && result != DB_LOCKED)
		remove_lock(db);
	db_close(db);
	return result;
}

static void close_session(struct db *db, struct db_session *session)
{
	for (size_t i = 0; i < QUERY_COUNT; i++)
		if (session->statements[i])
			db->driver->finalize(session->statements[i]);
	if (session->connection)
		db->driver->close(session->connection);
}

void db_close(struct db *db)
{
	if (!db)
		return;
	while (db->readers) {
		struct db_tx *reader = db->readers;

		db->readers = reader->next;
		close_session(db, reader->session);
		free(reader->session);
		free(reader);
	}
	close_session(db, &db->writing);
	db_file_release(&db->file);
	pthread_key_delete(db->reader_key);
	pthread_mutex_destroy(&db->readers_mutex);
	free(db->path);
	free(db);
}

bool db_is_healthy(const struct db *db)
{
	return !atomic_load(&db->broken);
}

const char *db_trouble(const struct db *db)
{
	return db_is_healthy(db) ? atomic_load(&db->trouble)
	                         : "a write failed in a way that only a restart can mend";
}

bool db_is_reading(const struct db_tx *tx)
{
	return tx->reading;
}

const struct db *db_of(const struct db_tx *tx)
{
	return tx->db;
}

void db_note_written(struct db_tx *tx, uint64_t hash)
{
	tx->written.some = true;
	tx->written.bits[hash % WRITTEN_BITS / 64] |= UINT64_C(1) << hash % 64;
}

void db_note_all_written(struct db_tx *tx)
{
	tx->written.some = true;
	memset(tx->written.bits, 0xff, sizeof tx->written.bits);
}

bool db_may_have_written(const struct db_tx *tx, uint64_t hash)
{
	return tx->written.some &&
	       (tx->written.bits[hash % WRITTEN_BITS / 64] >> hash % 64 & 1) != 0;
}

/* A new transaction has written nothing. */
static void forget_written(struct db_tx *tx)
{
	if (tx->written.some)
		tx->written = (struct db_written){ 0 };
}

int64_t db_next_position(struct db_tx *tx)
{
	return atomic_fetch_add(&tx->db->position, 1) + 1;
}

/* Transactions */

static struct db_tx *add_reader(struct db *db)
{
	struct db_tx *reader = memory_try_zeroed(sizeof *reader);
	struct db_session *session = memory_try_zeroed(sizeof *session);

	if (!reader || !session) {
		free(reader);
		free(session);
		return NULL;
	}
	*reader = (struct db_tx){ .db = db, .session = session, .reading = true };
	pthread_mutex_lock(&db->readers_mutex);
	reader->next = db->readers;
	db->readers = reader;
	pthread_mutex_unlock(&db->readers_mutex);
	pthread_setspecific(db->reader_key, reader);
	return reader;
}

struct db_tx *db_read_begin(struct db *db)
{
	struct db_tx *reader = pthread_getspecific(db->reader_key);

	if (!reader)
		return add_reader(db);
	forget_written(reader);
	return reader;
}

static enum db_result run(struct db_tx *tx, enum db_query query);
static enum db_result start(struct db_tx *tx, struct op *op, enum db_query query,
                            const struct db_value *values, size_t count,
                            struct db_statement **ret_statement);

/* Ends what could not be ended when it was to be. */
static void leave_transaction(struct db *db, struct db_connection *connection)
{
	if (db->driver->in_transaction(connection))
		(void)db->driver->run(connection, "rollback"); /* if not, beginning another says so */
}

/* Whoever asks for nothing needs no connection. */
static bool connect_reader(struct db_tx *reader)
{
	struct db *db = reader->db;
	struct db_connection *connection = NULL;
	const char *message = "";

	if (db->driver->open_beside(db->writing.connection, db->path, &connection, &message) !=
	    DB_OPENED) {
		log_event(LOG_LEVEL_ERROR, "database", "a reader cannot be opened: %s", message);
		return false;
	}
	pthread_mutex_lock(&db->readers_mutex); /* db_end_readers() looks at it */
	reader->session->connection = connection;
	pthread_mutex_unlock(&db->readers_mutex);
	return true;
}

static enum db_result begin_reading(struct db_tx *tx)
{
	if (!tx->session->connection && !connect_reader(tx))
		return DB_BUSY;
	tx->begun = true;
	atomic_store(&tx->began_us, monotonic_us());
	leave_transaction(tx->db, tx->session->connection);
	return run(tx, QUERY_READ_BEGIN);
}

void db_read_end(struct db_tx *tx)
{
	if (!tx || !tx->begun)
		return;
	tx->begun = false;
	atomic_store(&tx->began_us, 0);
	tx->db->driver->spend(tx->session->connection, NULL);
	if (tx->db->driver->in_transaction(tx->session->connection) &&
	    run(tx, QUERY_READ_END) != DB_DONE)
		/* nothing was written, but who does not get out of a snapshot never sees another */
		(void)tx->db->driver->run(tx->session->connection, "rollback");
}

void db_read_rest(struct op *op)
{
	if (!op->tx || !op->tx->reading || op->tx == &op->tx->db->alone)
		return;
	db_read_end(op->tx);
	op->epoch = cache_epoch(op->env->cache);
	op->run++; /* what was looked at is looked at again */
}

struct db_tx *db_alone(struct db *db)
{
	struct db_tx *tx = &db->alone;

	*tx = (struct db_tx){ .db = db, .session = &db->writing, .reading = true, .begun = true };
	atomic_store(&tx->began_us, monotonic_us());
	return db->driver->run(db->writing.connection, "begin immediate") == DB_DONE ? tx : NULL;
}

/* Whoever holds a snapshot holds back the log. */
static bool is_unwelcome(struct db_tx *tx)
{
	return tx->begun && atomic_load(&tx->unwelcome_us) == atomic_load(&tx->began_us);
}

void db_end_readers(struct db *db, int64_t before_us)
{
	pthread_mutex_lock(&db->readers_mutex);
	for (struct db_tx *reader = db->readers; reader; reader = reader->next) {
		int64_t began_us = atomic_load(&reader->began_us);

		if (began_us == 0 || began_us >= before_us)
			continue;
		atomic_store(&reader->unwelcome_us, began_us);
		db->driver->interrupt(reader->session->connection);
	}
	pthread_mutex_unlock(&db->readers_mutex);
}

void db_abandon(struct db_tx *tx)
{
	if (tx->reading && !tx->begun)
		return; /* it has asked nothing */
	for (size_t i = 0; i < QUERY_COUNT; i++)
		if (tx->session->statements[i])
			tx->db->driver->reset(tx->session->statements[i]);
}

enum db_result db_write_begin(struct db *db)
{
	forget_written(&db->writer);
	leave_transaction(db, db->writing.connection);
	enum db_result result = db->driver->run(db->writing.connection, "begin immediate");

	/* See schema/0011_identity.sql. */
	return result == DB_DONE && db->log_is_drained ? db_write_run(db, QUERY_LOG_GENERATION_NEXT)
	                                               : result;
}

/* Writes down up to which position numbers may be in use: what has the larger one was written later, whatever the clock
 * says and however often the server starts. *ret_reserved: what holds once it is committed. */
static enum db_result reserve_positions(struct db *db, int64_t *ret_reserved)
{
	char text[24];
	struct db_statement *statement = NULL;

	*ret_reserved = db->reserved;
	if (!db->path || atomic_load(&db->position) <= db->reserved)
		return DB_DONE;
	*ret_reserved = atomic_load(&db->position) + RESERVED_POSITIONS;
	snprintf(text, sizeof text, "%lld", (long long)*ret_reserved);
	enum db_result result = start(&db->writer, NULL, QUERY_META_UPDATE,
	                              DB_VALUES(db_text(text), db_text("position")), &statement);

	if (result == DB_DONE)
		result = db->driver->step(statement);
	if (statement)
		db->driver->reset(statement);
	return result;
}

enum db_result db_write_commit(struct db *db)
{
	int64_t reserved;
	enum db_result result = reserve_positions(db, &reserved);

	if (result == DB_DONE)
		result = db->driver->run(db->writing.connection, "commit");

	if (result != DB_DONE && db->driver->in_transaction(db->writing.connection))
		(void)db->driver->run(db->writing.connection,
		                      "rollback"); /* the commit's result is what counts */
	if (result == DB_DONE) {
		db->log_is_drained = false;
		db->reserved = reserved;
	}
	return result;
}

void db_write_rollback(struct db *db)
{
	if (db->driver->in_transaction(db->writing.connection))
		(void)db->driver->run(db->writing.connection,
		                      "rollback"); /* already failing; nothing more to say */
}

static void log_failure(struct db *db, struct db_session *session, const char *what)
{
	log_event(LOG_LEVEL_ERROR, "database", "%s: %s", what,
	          db->driver->message(session->connection));
}

void db_report(struct db *db, struct db_session *session, enum db_result result, const char *what)
{
	if (result == DB_BROKEN)
		atomic_store(&db->broken, true);
	log_failure(db, session, what);
}

/* Queries */

static enum db_result statement_of(struct db_tx *tx, enum db_query query,
                                   struct db_statement **ret_statement)
{
	struct db_session *session = tx->session;
	enum db_result result = DB_DONE;

	if (!session->statements[query])
		result = tx->db->driver->prepare(session->connection, QUERIES[query],
		                                 &session->statements[query]);
	*ret_statement = session->statements[query];
	return result;
}

/* Lets what runs next spend the budget of an op; NULL: none. What writes must not be ended half done. */
static void let_spend(const struct db_tx *tx, struct db_statement *statement, struct op *op)
{
	const struct db_driver *driver = tx->db->driver;
	bool may_end = op && (tx->reading || driver->only_reads(statement));

	driver->spend(tx->session->connection, may_end ? &op->budget : NULL);
}

static enum db_result start(struct db_tx *tx, struct op *op, enum db_query query,
                            const struct db_value *values, size_t count,
                            struct db_statement **ret_statement)
{
	enum db_result result = tx->reading && !tx->begun ? begin_reading(tx) : DB_DONE;

	if (result == DB_DONE)
		result = statement_of(tx, query, ret_statement);
	if (result != DB_DONE)
		return result;
	let_spend(tx, *ret_statement, op);
	return tx->db->driver->bind(*ret_statement, values, count);
}

static enum db_result next_row(struct db_tx *tx, struct db_statement *statement)
{
	return is_unwelcome(tx) ? DB_BUSY : tx->db->driver->step(statement);
}

/* Could a failure of this statement have left something on disk that nobody knows of? */
static bool may_have_written(const struct db_tx *tx, enum db_query query)
{
	struct db_statement *statement = tx->session->statements[query];

	return !tx->reading && statement && !tx->db->driver->only_reads(statement);
}

/* The one place where a result of the database becomes an error of the API. What could not be read fails who asked for
 * it, and nobody else. */
static bool fail_query(struct op *op, enum db_query query, enum db_result result)
{
	if (!op->tx->session->connection)
		return fail_over_capacity(op, "the database cannot be read");
	if (is_unwelcome(op->tx))
		return fail_over_capacity(op, "its snapshot held back the log for too long");
	if (op->budget.end)
		return fail_overspent(op);
	if (may_have_written(op->tx, query))
		db_report(op->tx->db, op->tx->session, result, QUERIES[query]);
	else
		log_failure(op->tx->db, op->tx->session, QUERIES[query]);
	if (!op->tx->reading)
		op->tx->db->job_result = result;
	if (result == DB_FULL || result == DB_BUSY)
		return fail_over_capacity(op, "the database cannot take it now");
	return fail_internal(op, "the database failed");
}

static struct db_row *copy_row(struct op *op, struct db_statement *statement)
{
	const struct db_driver *driver = op->tx->db->driver;
	size_t count = driver->columns(statement);
	struct db_row *row = arena_alloc(op->arena, sizeof *row);

	row->columns = arena_alloc(op->arena, count * sizeof *row->columns);
	for (size_t i = 0; i < count; i++) {
		row->columns[i] = driver->column(statement, i);
		if (row->columns[i].text)
			row->columns[i].text =
				arena_strndup(op->arena, row->columns[i].text, row->columns[i].bytes);
	}
	return row;
}

/* A row and what is in it has been read. False: recorded. */
static bool spend_row(struct op *op, const struct db_value *columns, size_t count)
{
	int64_t units = ROW_UNITS;

	for (size_t i = 0; i < count; i++)
		units += (int64_t)(columns[i].bytes / BYTES_PER_UNIT);
	return op_spend(op, units);
}

bool db_all(struct op *op, enum db_query query, const struct db_value *values, size_t count,
            struct db_row **ret_rows)
{
	struct db_statement *statement = NULL;
	enum db_result result = start(op->tx, op, query, values, count, &statement);
	struct db_row **end = ret_rows;

	*ret_rows = NULL;
	if (result != DB_DONE)
		return fail_query(op, query, result);
	while ((result = next_row(op->tx, statement)) == DB_ROW) {
		*end = copy_row(op, statement);
		if (!spend_row(op, (*end)->columns, op->tx->db->driver->columns(statement)))
			break;
		end = &(*end)->next;
	}
	op->tx->db->driver->reset(statement);
	if (op->budget.end)
		return fail_overspent(op);
	return result == DB_DONE || fail_query(op, query, result);
}

bool db_each(struct op *op, enum db_query query, const struct db_value *values, size_t count,
             db_row_fn *take, void *context)
{
	const struct db_driver *driver = op->tx->db->driver;
	struct db_statement *statement = NULL;
	enum db_result result = start(op->tx, op, query, values, count, &statement);
	struct db_value columns[MAX_EACH_COLUMNS];

	if (result != DB_DONE)
		return fail_query(op, query, result);
	size_t width = driver->columns(statement);

	assert(width <= MAX_EACH_COLUMNS);
	while ((result = next_row(op->tx, statement)) == DB_ROW) {
		for (size_t i = 0; i < width; i++)
			columns[i] = driver->column(statement, i);
		if (!spend_row(op, columns, width) || !take(context, columns))
			break;
	}
	driver->reset(statement);
	if (op->budget.end)
		return fail_overspent(op);
	return result == DB_DONE || result == DB_ROW || fail_query(op, query, result);
}

bool db_one(struct op *op, enum db_query query, const struct db_value *values, size_t count,
            struct db_row **ret_row)
{
	return db_all(op, query, values, count, ret_row);
}

bool db_exec(struct op *op, enum db_query query, const struct db_value *values, size_t count,
             int64_t *ret_affected)
{
	struct db_row *rows;

	if (!db_all(op, query, values, count, &rows))
		return false;
	if (ret_affected)
		*ret_affected = op->tx->db->driver->affected(op->tx->session->connection);
	return true;
}

/* Runs a statement without parameters and rows. */
static enum db_result run(struct db_tx *tx, enum db_query query)
{
	struct db_statement *statement = NULL;
	enum db_result result = statement_of(tx, query, &statement);

	if (result != DB_DONE)
		return result;
	let_spend(tx, statement, NULL);
	result = tx->db->driver->step(statement);
	tx->db->driver->reset(statement);
	return result;
}

enum db_result db_write_run(struct db *db, enum db_query query)
{
	return run(&db->writer, query);
}
