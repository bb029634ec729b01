#include "db_log_priv.h"

#include "base/clock.h"
#include "base/log.h"

/* From SOFT on the log is moved to its place whenever it has grown by STEP, which readers may prevent; from FIRM on it
 * is worth waiting a moment for them; beyond HARD nothing is written before they are gone. A batch fits between HARD
 * and the 64 MB that are promised. */
enum {
	MEGABYTE = 1000 * 1000,
	STEP_BYTES = 1 * MEGABYTE,
	SOFT_BYTES = 12 * MEGABYTE,
	FIRM_BYTES = 20 * MEGABYTE,
	HARD_BYTES = 28 * MEGABYTE,
	FIRM_WAIT_MS = 20,
	HARD_WAIT_MS = 50,
	HARD_WAITS = 60
};

static int64_t bytes_of(struct db *db)
{
	return db->driver->log_bytes(db->writing.connection);
}

static enum db_result checkpoint(struct db *db, int64_t wait_ms)
{
	bool is_drained = false;
	enum db_result result = db->driver->checkpoint(db->writing.connection, wait_ms, &is_drained);

	db->log_is_drained = is_drained;
	db->log_seen_bytes = bytes_of(db);
	if (result != DB_DONE && result != DB_BUSY)
		db_report(db, &db->writing, result, "the log cannot be moved");
	return result;
}

void db_log_begin(struct db *db)
{
	(void)checkpoint(db, 0); /* said, and tried again later */
}

void db_log_tend(struct db *db)
{
	int64_t bytes = bytes_of(db);

	if (bytes < db->log_seen_bytes)
		db->log_seen_bytes = 0; /* it has begun anew */
	if (bytes < SOFT_BYTES || bytes < db->log_seen_bytes + STEP_BYTES || !db_is_healthy(db))
		return;
	(void)checkpoint(db, bytes < FIRM_BYTES ? 0 : FIRM_WAIT_MS); /* as far as it goes */
}

bool db_log_has_room(struct db *db)
{
	int64_t started_us = monotonic_us();

	for (int i = 0; i < HARD_WAITS && bytes_of(db) >= HARD_BYTES && db_is_healthy(db); i++) {
		if (i > 0)
			db_end_readers(db, started_us);
		if (checkpoint(db, HARD_WAIT_MS) == DB_DONE)
			return true;
	}
	return bytes_of(db) < HARD_BYTES;
}

void db_log_make_room(struct db *db)
{
	if (db_is_healthy(db))
		(void)checkpoint(db, HARD_WAIT_MS); /* the next write finds out */
}

static const char *trouble_of(enum db_result result)
{
	switch (result) {
	case DB_DONE:
		return NULL;
	case DB_FULL:
		return "writes fail, because there is no room for them on the disk, or it is read-only";
	case DB_BUSY:
		return "writes fail, because somebody else holds the database";
	default:
		return "writes fail; the log says why";
	}
}

void db_log_note(struct db *db, enum db_result result)
{
	const char *trouble = trouble_of(result);
	const char *before = atomic_exchange(&db->trouble, trouble);

	if (trouble && !before)
		log_event(LOG_LEVEL_ERROR, "database", "%s", trouble);
	if (!trouble && before)
		log_event(LOG_LEVEL_INFO, "database", "writes work again");
}

/* The row that is written is the one that a log begins with anyway. */
static enum db_result write_something(struct db *db)
{
	enum db_result result = db_write_begin(db);

	if (result == DB_DONE)
		result = db_write_run(db, QUERY_LOG_GENERATION_TOUCH);
	if (result == DB_DONE)
		return db_write_commit(db);
	db_write_rollback(db);
	return result;
}

void db_log_probe(struct db *db)
{
	if (!db_is_healthy(db))
		return;
	db_log_make_room(db);
	enum db_result result = write_something(db);

	if (result == DB_BROKEN)
		db_report(db, &db->writing, result, "a write that was tried");
	db_log_note(db, result);
}
