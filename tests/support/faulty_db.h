/* A database that fails when it is told to: DB_SQLITE, of which the nth call of some kind gives some result, once or
 * from then on. Deterministic: it counts calls, not time. One fault at a time for the whole program.
 *
 *     struct db *db = faulty_db_open(path);                    (NULL: in memory)
 *     faulty_db_arm(&(struct fault){ .sql = "commit", .nth = 1, .result = DB_FULL });
 *     ...
 *     faulty_db_disarm(); */
#ifndef SUPPORT_FAULTY_DB_H
#define SUPPORT_FAULTY_DB_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../src/db/db_driver_priv.h"
#include "db/db_sqlite.h"

/* Calls of the driver that may fail. `begin`, `commit` and `rollback` are FAULTY_RUN of the writer; savepoints and
 * those of readers are statements, hence FAULTY_STEP. */
enum faulty_call {
	FAULTY_OPEN = 1 << 0,
	FAULTY_RUN = 1 << 1,
	FAULTY_PREPARE = 1 << 2,
	FAULTY_BIND = 1 << 3,
	FAULTY_STEP = 1 << 4,
	FAULTY_IDENTIFY = 1 << 5,
	FAULTY_ADOPT = 1 << 6,
	FAULTY_MAKE_DURABLE = 1 << 7,
	FAULTY_SET_VERSION = 1 << 8
};

/* Whose calls. */
enum faulty_side { FAULTY_READER = 1, FAULTY_WRITER = 2 };

struct fault {
	unsigned       calls;    /* faulty_call; 0: all of them */
	unsigned       sides;    /* faulty_side; 0: both */
	const char    *sql;      /* only statements that begin with this; NULL: any call */
	uint64_t       nth;      /* from 1, of the calls that fit; 0: none, they are only counted */
	bool           for_ever; /* the nth and all that fit after it */
	bool           late;     /* it is done, and told as failed: what an error of fsync() looks like */
	bool           kills;    /* the process ends at once, before the call or, if `late`, after it */
	enum db_result result;   /* what it gives; a call that gives no such result just fails */
};

/* What is known of a connection or a statement. */
struct faulty_known {
	const void          *key;
	unsigned             side;
	const char          *sql;  /* NULL: a connection */
	struct faulty_known *next;
};

enum { FAULTY_BUCKETS = 1024, FAULTY_EXIT = 99 };

static struct {
	pthread_mutex_t      mutex;
	struct fault         fault;
	uint64_t             seen;   /* calls that fitted since it was armed */
	uint64_t             failed;
	struct faulty_known *known[FAULTY_BUCKETS];
} faulty = { .mutex = PTHREAD_MUTEX_INITIALIZER };

/* Knowing */

/* Where what is known of a key hangs, or would. The caller holds the mutex. */
static inline struct faulty_known **faulty_place(const void *key)
{
	struct faulty_known **place = &faulty.known[((uintptr_t)key >> 4) % FAULTY_BUCKETS];

	while (*place && (*place)->key != key)
		place = &(*place)->next;
	return place;
}

static inline void faulty_forget(const void *key)
{
	pthread_mutex_lock(&faulty.mutex);
	struct faulty_known **place = faulty_place(key);
	struct faulty_known *known = *place;

	if (known)
		*place = known->next;
	pthread_mutex_unlock(&faulty.mutex);
	free(known);
}

static inline void faulty_learn(const void *key, unsigned side, const char *sql)
{
	struct faulty_known *known = malloc(sizeof *known);

	if (!known)
		abort();
	faulty_forget(key);
	pthread_mutex_lock(&faulty.mutex);
	struct faulty_known **place = faulty_place(key);

	*known = (struct faulty_known){ key, side, sql, NULL };
	*place = known;
	pthread_mutex_unlock(&faulty.mutex);
}

static inline struct faulty_known faulty_look_up(const void *key)
{
	struct faulty_known known = { 0 };

	pthread_mutex_lock(&faulty.mutex);
	const struct faulty_known *found = *faulty_place(key);

	if (found)
		known = *found;
	pthread_mutex_unlock(&faulty.mutex);
	return known;
}

/* Failing */

/* Sets the fault and counts from anew. Any thread. */
static inline void faulty_db_arm(const struct fault *fault)
{
	pthread_mutex_lock(&faulty.mutex);
	faulty.fault = *fault;
	faulty.seen = 0;
	faulty.failed = 0;
	pthread_mutex_unlock(&faulty.mutex);
}

/* No more faults. */
static inline void faulty_db_disarm(void)
{
	faulty_db_arm(&(struct fault){ .nth = 0 });
}

/* How many calls fitted since the fault was armed. */
static inline uint64_t faulty_db_seen(void)
{
	pthread_mutex_lock(&faulty.mutex);
	uint64_t seen = faulty.seen;

	pthread_mutex_unlock(&faulty.mutex);
	return seen;
}

/* How many of them failed. */
static inline uint64_t faulty_db_failed(void)
{
	pthread_mutex_lock(&faulty.mutex);
	uint64_t failed = faulty.failed;

	pthread_mutex_unlock(&faulty.mutex);
	return failed;
}

/* What becomes of a call. */
struct faulty_verdict {
	bool           is_made;
	bool           fails;
	bool           kills;  /* after it */
	enum db_result result; /* of one that fails */
};

static inline struct faulty_verdict faulty_judge(unsigned call, unsigned side, const char *sql)
{
	struct faulty_verdict verdict = { .is_made = true };

	pthread_mutex_lock(&faulty.mutex);
	const struct fault *fault = &faulty.fault;

	if ((!fault->calls || fault->calls & call) && (!fault->sides || fault->sides & side) &&
	    (!fault->sql || (sql && strncmp(sql, fault->sql, strlen(fault->sql)) == 0))) {
		faulty.seen++;
		verdict.fails =
			fault->nth && (fault->for_ever ? faulty.seen >= fault->nth : faulty.seen == fault->nth);
		verdict.is_made = !verdict.fails || fault->late;
		verdict.kills = verdict.fails && fault->kills;
		verdict.result = fault->result;
		faulty.failed += verdict.fails;
	}
	pthread_mutex_unlock(&faulty.mutex);
	if (verdict.kills && (!verdict.is_made || !(call & (FAULTY_RUN | FAULTY_BIND | FAULTY_STEP))))
		_exit(FAULTY_EXIT); /* others than these are not late */
	return verdict;
}

/* What a call that was judged gives, `result` being what came of it if it was made. */
static inline enum db_result faulty_give(struct faulty_verdict verdict, enum db_result result)
{
	if (verdict.kills)
		_exit(FAULTY_EXIT);
	return verdict.fails ? verdict.result : result;
}

/* The driver */

static inline enum db_open_result faulty_open(const char *path, bool writable,
                                              struct db_connection **ret_connection,
                                              const char **ret_message)
{
	if (faulty_judge(FAULTY_OPEN, FAULTY_WRITER, NULL).fails) {
		*ret_message = "a test let it fail";
		return DB_CANNOT_OPEN;
	}
	enum db_open_result result = DB_SQLITE.open(path, writable, ret_connection, ret_message);

	if (result == DB_OPENED)
		faulty_learn(*ret_connection, FAULTY_WRITER, NULL);
	return result;
}

static inline enum db_open_result faulty_open_beside(struct db_connection *other, const char *path,
                                                     struct db_connection **ret_connection,
                                                     const char **ret_message)
{
	if (faulty_judge(FAULTY_OPEN, FAULTY_READER, NULL).fails) {
		*ret_message = "a test let it fail";
		return DB_CANNOT_OPEN;
	}
	enum db_open_result result =
		DB_SQLITE.open_beside(other, path, ret_connection, ret_message);

	if (result == DB_OPENED)
		faulty_learn(*ret_connection, FAULTY_READER, NULL);
	return result;
}

static inline void faulty_close(struct db_connection *connection)
{
	faulty_forget(connection);
	DB_SQLITE.close(connection);
}

static inline enum db_result faulty_run(struct db_connection *connection, const char *sql)
{
	struct faulty_verdict verdict = faulty_judge(FAULTY_RUN, faulty_look_up(connection).side, sql);
	enum db_result result = verdict.is_made ? DB_SQLITE.run(connection, sql) : DB_ERROR;

	return faulty_give(verdict, result);
}

static inline enum db_result faulty_prepare(struct db_connection *connection, const char *sql,
                                            struct db_statement **ret_statement)
{
	unsigned side = faulty_look_up(connection).side;
	struct faulty_verdict verdict = faulty_judge(FAULTY_PREPARE, side, sql);

	if (verdict.fails)
		return verdict.result;
	enum db_result result = DB_SQLITE.prepare(connection, sql, ret_statement);

	if (result == DB_DONE)
		faulty_learn(*ret_statement, side, sql); /* queries are constants */
	return result;
}

static inline void faulty_finalize(struct db_statement *statement)
{
	faulty_forget(statement);
	DB_SQLITE.finalize(statement);
}

static inline enum db_result faulty_bind(struct db_statement *statement,
                                         const struct db_value *values, size_t count)
{
	struct faulty_known known = faulty_look_up(statement);
	struct faulty_verdict verdict = faulty_judge(FAULTY_BIND, known.side, known.sql);
	enum db_result result = verdict.is_made ? DB_SQLITE.bind(statement, values, count) : DB_ERROR;

	return faulty_give(verdict, result);
}

static inline enum db_result faulty_step(struct db_statement *statement)
{
	struct faulty_known known = faulty_look_up(statement);
	struct faulty_verdict verdict = faulty_judge(FAULTY_STEP, known.side, known.sql);
	enum db_result result = verdict.is_made ? DB_SQLITE.step(statement) : DB_ERROR;

	return faulty_give(verdict, result);
}

static inline bool faulty_identify(struct db_connection *connection, bool *ret_empty,
                                   int64_t *ret_version)
{
	return !faulty_judge(FAULTY_IDENTIFY, faulty_look_up(connection).side, NULL).fails &&
	       DB_SQLITE.identify(connection, ret_empty, ret_version);
}

static inline bool faulty_adopt(struct db_connection *connection)
{
	return !faulty_judge(FAULTY_ADOPT, faulty_look_up(connection).side, NULL).fails &&
	       DB_SQLITE.adopt(connection);
}

static inline bool faulty_make_durable(struct db_connection *connection)
{
	return !faulty_judge(FAULTY_MAKE_DURABLE, faulty_look_up(connection).side, NULL).fails &&
	       DB_SQLITE.make_durable(connection);
}

static inline bool faulty_set_version(struct db_connection *connection, int64_t version)
{
	return !faulty_judge(FAULTY_SET_VERSION, faulty_look_up(connection).side, NULL).fails &&
	       DB_SQLITE.set_version(connection, version);
}

/* What the driver of SQLite can do besides stays as it is. Not to be called while a database is open. */
static inline const struct db_driver *faulty_db_driver(void)
{
	static struct db_driver driver;

	driver = DB_SQLITE;
	driver.open = faulty_open;
	driver.open_beside = faulty_open_beside;
	driver.close = faulty_close;
	driver.run = faulty_run;
	driver.prepare = faulty_prepare;
	driver.finalize = faulty_finalize;
	driver.bind = faulty_bind;
	driver.step = faulty_step;
	driver.identify = faulty_identify;
	driver.adopt = faulty_adopt;
	driver.make_durable = faulty_make_durable;
	driver.set_version = faulty_set_version;
	return &driver;
}

/* Opens a database that must open, on this driver; `path` NULL: in memory. The caller closes it. */
static inline struct db *faulty_db_open(const char *path)
{
	struct db *db = NULL;
	const char *message = "";

	if (db_open(faulty_db_driver(), path, &db, &message) != DB_OPENED) {
		fprintf(stderr, "%s: %s\n", path ? path : "in memory", message);
		abort();
	}
	return db;
}

#endif
