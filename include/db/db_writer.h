/* The one writer: a thread that owns the writing connection and commits in groups. */
#ifndef DB_DB_WRITER_H
#define DB_DB_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct db;
struct db_tx;
struct db_writer;

/* A piece of work for the writer, embedded in the object it belongs to. */
struct db_job {
	/* Runs inside a savepoint of `tx`. False rolls back what it did. May run more than once. */
	bool (*run)(struct db_job *job, struct db_tx *tx);
	/* Called once on the writer's thread, after the commit: `durable` says whether what run() did
	 * is on disk. If it is not, `was_lost` says whether that is the transaction's fault. */
	void (*done)(struct db_job *job, bool durable);
	struct db_job *next;
	bool           succeeded; /* the writer's own */
	bool           was_lost;  /* the transaction came to nothing: what run() saw of others never happened */
};

/* Starts the writer of a database with room for `queue_jobs` waiting jobs. NULL if the thread
 * cannot be started. The caller destroys it before the database is closed. */
struct db_writer *db_writer_create(struct db *db, size_t queue_jobs);

/* Hands a job over. False, and nothing happens, if the queue is full or the writer is closing. Any
 * thread. */
bool db_writer_submit(struct db_writer *writer, struct db_job *job);

/* Runs a job and waits until it is durable; for start-up and tests. True if it succeeded and is
 * durable. */
bool db_writer_run(struct db_writer *writer, struct db_job *job);

/* Waits until nothing is queued and the writer rests: it looks after the log when those who waited have been told. For
 * tests that look at its connection. Not while it is stopped. */
void db_writer_settle(struct db_writer *writer);

/* Refuses what comes, runs what is queued, and waits until the thread has ended, but not longer than that. False: it
 * goes on, and with it all that its jobs use; the writer must not be destroyed then. Accepts NULL. */
bool db_writer_stop(struct db_writer *writer, int64_t patience_ms);

/* Stops it and frees it. After the last call of db_writer_submit(). Accepts NULL. */
void db_writer_destroy(struct db_writer *writer);

#endif
