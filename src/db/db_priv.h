/* Shared between the files of db/ only. */
#ifndef DB_DB_PRIV_H
#define DB_DB_PRIV_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "db_driver_priv.h"
#include "db_file_priv.h"

/* A connection and its statements, prepared at first use. */
struct db_session {
	struct db_connection *connection;
	struct db_statement  *statements[QUERY_COUNT];
};

enum { WRITTEN_BITS = 4096 };

/* A bit for each hash of something that was changed; several may share one. */
struct db_written {
	bool     some;
	uint64_t bits[WRITTEN_BITS / 64];
};

/* One thread's transaction. */
struct db_tx {
	_Atomic int64_t    began_us;      /* of one that reads: when its snapshot was taken; 0: it has none */
	_Atomic int64_t    unwelcome_us;  /* the snapshot of that moment shall be given up */
	struct db         *db;
	struct db_session *session;
	bool               reading;  /* a read transaction, which begins at its first query */
	bool               begun;
	struct db_written  written;  /* what it changed */
	struct db_tx      *next;     /* in the list of readers */
};

struct db {
	const struct db_driver *driver;
	char                   *path;          /* NULL: in memory */
	struct db_file          file;          /* of a database that is in one */
	struct db_session       writing;       /* the one connection that writes */
	struct db_tx            writer;
	struct db_tx            alone;         /* see db_alone() */
	struct db_tx           *readers;       /* every thread's own; guarded by `readers_mutex` */
	pthread_mutex_t         readers_mutex;
	pthread_key_t           reader_key;
	enum db_result
		job_result; /* of the last query that failed in a job of the writer; the writer's own */
	bool                    log_is_drained; /* the next write may begin the log anew; the writer's own */
	int64_t                 log_seen_bytes; /* how long it was when it was last looked at; the writer's own */
	const char *_Atomic     trouble;       /* why the last write failed, in words; NULL: it did not */
	_Atomic int64_t         position;
	int64_t                 reserved;      /* positions up to this one are never given out again; the writer's own */
	_Atomic bool            broken;
};

/* Brings the schema up to date, or says why not. */
enum db_open_result migrate(struct db *db, const char **ret_message);

/* The writer's transaction. */
enum db_result db_write_begin(struct db *db);
enum db_result db_write_commit(struct db *db);
void db_write_rollback(struct db *db);

/* Runs a statement without parameters and rows on the writing connection. */
enum db_result db_write_run(struct db *db, enum db_query query);

/* Gives up the snapshots of readers that were taken before a moment; they end with DB_BUSY. Any thread. */
void db_end_readers(struct db *db, int64_t before_us);

/* Logs what went wrong and remembers a fault that only a restart can mend. */
void db_report(struct db *db, struct db_session *session, enum db_result result, const char *what);

#endif
