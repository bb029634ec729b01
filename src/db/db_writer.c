#include "db/db_writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "db_log_priv.h"
#include "db_priv.h"

/* A batch is committed when it has so many jobs, or when it took so long: nobody is told of a job before its batch is
 * on disk. */
enum { BATCH_JOBS = 64, BATCH_US = 20 * 1000 };

enum { LONGEST_STOP_MS = 24 * 3600 * 1000 }; /* db_writer_destroy() has no way back */

struct db_writer {
	struct db      *db;
	pthread_t       thread;
	pthread_mutex_t mutex;     /* guards everything below */
	pthread_cond_t  arrived;
	struct db_job  *first;
	struct db_job  *last;
	size_t          waiting;
	size_t          room;
	bool            closing;
	bool            has_ended; /* the thread */
	bool            is_joined;
	pthread_cond_t  ended;
	bool            rests;     /* the thread waits, and has nothing to look after */
	pthread_cond_t  rested;
};

/* Waits for work; while writes fail for a second at most. The caller holds the mutex. */
static void wait_for_work(struct db_writer *writer)
{
	struct timespec until;
	bool is_late = false;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_sec++;
	writer->rests = true;
	pthread_cond_broadcast(&writer->rested);
	while (!writer->first && !writer->closing && !is_late) {
		if (db_trouble(writer->db) && db_is_healthy(writer->db))
			is_late = pthread_cond_timedwait(&writer->arrived, &writer->mutex, &until) != 0;
		else
			pthread_cond_wait(&writer->arrived, &writer->mutex);
	}
	writer->rests = false;
}

/* Waits for work; takes at most a batch of it. NULL: there is none; *ret_closing: and there will be none. */
static struct db_job *take_batch(struct db_writer *writer, bool *ret_closing)
{
	pthread_mutex_lock(&writer->mutex);
	wait_for_work(writer);
	*ret_closing = writer->closing;
	struct db_job *batch = writer->first;
	struct db_job *end = batch;
	size_t count = batch ? 1 : 0;

	for (; end && end->next && count < BATCH_JOBS; count++)
		end = end->next;
	writer->first = end ? end->next : NULL;
	if (!writer->first)
		writer->last = NULL;
	writer->waiting -= count;
	pthread_mutex_unlock(&writer->mutex);
	if (end)
		end->next = NULL;
	return batch;
}

/* Runs a job in its savepoint. Anything but DB_DONE: the whole batch is lost, and this is why; a job for which there is
 * no room loses it unless this try is the last. */
static enum db_result run_job(struct db *db, struct db_job *job, bool is_last)
{
	enum db_result result = db_write_run(db, QUERY_SAVEPOINT_START);

	if (result != DB_DONE)
		return result;
	db->job_result = DB_DONE;
	job->succeeded = job->run(job, &db->writer);
	if (!db->driver->in_transaction(db->writing.connection))
		return db->job_result == DB_DONE ? DB_ERROR : db->job_result;
	if (!job->succeeded)
		result = db_write_run(db, QUERY_SAVEPOINT_ROLLBACK);
	if (result == DB_DONE)
		result = db_write_run(db, QUERY_SAVEPOINT_RELEASE);
	return result == DB_DONE && !job->succeeded && !is_last && db->job_result == DB_FULL ? DB_FULL
	                                                                                     : result;
}

/* Ends the batch with this job; what came after it goes in front of the rest. */
static void end_batch(struct db_job *job, struct db_job **rest)
{
	struct db_job **end = &job->next;

	while (*end)
		end = &(*end)->next;
	*end = *rest;
	*rest = job->next;
	job->next = NULL;
}

static enum db_result run_jobs(struct db *db, struct db_job *batch, bool is_last,
                               struct db_job **rest)
{
	int64_t started_us = monotonic_us();
	enum db_result result = DB_DONE;

	for (struct db_job *job = batch; job && result == DB_DONE; job = job->next) {
		result = run_job(db, job, is_last);
		if (job->next && monotonic_us() - started_us > BATCH_US)
			end_batch(job, rest);
	}
	return result;
}

/* One transaction for the batch, which may end early and leave the others to the rest. DB_DONE: what succeeded in it is
 * on disk. */
static enum db_result commit_batch(struct db *db, struct db_job *batch, bool is_last,
                                   struct db_job **rest)
{
	enum db_result result = db_write_begin(db);

	for (struct db_job *job = batch; job; job = job->next)
		job->succeeded = false;

	if (result != DB_DONE) {
		db_report(db, &db->writing, result, "begin");
		db_write_rollback(db);
		return result;
	}
	result = run_jobs(db, batch, is_last, rest);
	if (result != DB_DONE) {
		db_report(db, &db->writing, result, "a batch was rolled back");
		db_write_rollback(db);
		return result;
	}
	result = db_write_commit(db);
	if (result != DB_DONE)
		db_report(db, &db->writing, result, "commit");
	return result;
}

/* A disk that is full may have room where the log has moved to its place. True: what succeeded is on disk. */
static bool write_batch(struct db *db, struct db_job *batch, struct db_job **rest)
{
	enum db_result result = DB_BUSY;

	if (!db_is_healthy(db))
		return false;
	if (db_log_has_room(db))
		result = commit_batch(db, batch, false, rest);
	if (result == DB_FULL) {
		db_log_make_room(db);
		result = commit_batch(db, batch, true, rest);
	}
	db_log_note(db, result);
	return result == DB_DONE;
}

static void tell(struct db_job *batch, bool committed)
{
	while (batch) {
		struct db_job *job = batch;

		batch = job->next; /* done() may give the job's memory back */
		job->was_lost = !committed;
		job->done(job, committed && job->succeeded);
	}
}

static void *write_batches(void *argument)
{
	struct db_writer *writer = argument;
	struct db_job *batch;
	bool is_closing;

	while ((batch = take_batch(writer, &is_closing)) || !is_closing) {
		if (!batch)
			db_log_probe(writer->db);
		while (batch) {
			struct db_job *rest = NULL;
			bool committed = write_batch(writer->db, batch, &rest);

			tell(batch, committed);
			db_log_tend(writer->db);
			batch = rest;
		}
	}
	pthread_mutex_lock(&writer->mutex);
	writer->has_ended = true;
	pthread_cond_signal(&writer->ended);
	pthread_mutex_unlock(&writer->mutex);
	return NULL;
}

/* Its clock is one that nobody sets. */
static void init_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	pthread_condattr_init(&attributes);
	pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	pthread_cond_init(condition, &attributes);
	pthread_condattr_destroy(&attributes);
}

struct db_writer *db_writer_create(struct db *db, size_t queue_jobs)
{
	struct db_writer *writer = xcalloc(1, sizeof *writer);

	db_log_begin(db);
	writer->db = db;
	writer->room = queue_jobs;
	pthread_mutex_init(&writer->mutex, NULL);
	init_condition(&writer->arrived);
	init_condition(&writer->ended);
	init_condition(&writer->rested);
	if (pthread_create(&writer->thread, NULL, write_batches, writer) == 0)
		return writer;
	free(writer);
	return NULL;
}

bool db_writer_submit(struct db_writer *writer, struct db_job *job)
{
	pthread_mutex_lock(&writer->mutex);
	bool accepted = !writer->closing && writer->waiting < writer->room;

	if (accepted) {
		job->next = NULL;
		if (writer->last)
			writer->last->next = job;
		else
			writer->first = job;
		writer->last = job;
		writer->waiting++;
		pthread_cond_signal(&writer->arrived);
	}
	pthread_mutex_unlock(&writer->mutex);
	return accepted;
}

/* A job whose end somebody waits for. */
struct awaited_job {
	struct db_job   job;
	struct db_job  *inner;
	pthread_mutex_t mutex;
	pthread_cond_t  ended;
	bool            has_ended;
	bool            durable;
};

static bool run_inner(struct db_job *job, struct db_tx *tx)
{
	struct awaited_job *awaited = (struct awaited_job *)job;

	return awaited->inner->run(awaited->inner, tx);
}

static void wake(struct db_job *job, bool durable)
{
	struct awaited_job *awaited = (struct awaited_job *)job;

	pthread_mutex_lock(&awaited->mutex);
	awaited->has_ended = true;
	awaited->durable = durable;
	pthread_cond_signal(&awaited->ended);
	pthread_mutex_unlock(&awaited->mutex);
}

bool db_writer_run(struct db_writer *writer, struct db_job *job)
{
	struct awaited_job awaited = { .job = { .run = run_inner, .done = wake }, .inner = job };

	pthread_mutex_init(&awaited.mutex, NULL);
	pthread_cond_init(&awaited.ended, NULL);
	bool accepted = db_writer_submit(writer, &awaited.job);

	pthread_mutex_lock(&awaited.mutex);
	while (accepted && !awaited.has_ended)
		pthread_cond_wait(&awaited.ended, &awaited.mutex);
	pthread_mutex_unlock(&awaited.mutex);
	pthread_cond_destroy(&awaited.ended);
	pthread_mutex_destroy(&awaited.mutex);
	return accepted && awaited.durable;
}

void db_writer_settle(struct db_writer *writer)
{
	pthread_mutex_lock(&writer->mutex);
	while (writer->first || !writer->rests)
		pthread_cond_wait(&writer->rested, &writer->mutex);
	pthread_mutex_unlock(&writer->mutex);
}

bool db_writer_stop(struct db_writer *writer, int64_t patience_ms)
{
	int64_t end_ms = monotonic_ms() + patience_ms;
	const struct timespec end = { .tv_sec = end_ms / 1000, .tv_nsec = end_ms % 1000 * 1000000 };
	int problem = 0;

	if (!writer || writer->is_joined)
		return true;
	pthread_mutex_lock(&writer->mutex);
	writer->closing = true;
	pthread_cond_signal(&writer->arrived);
	while (!writer->has_ended && !problem)
		problem = pthread_cond_timedwait(&writer->ended, &writer->mutex, &end);
	writer->is_joined = writer->has_ended;
	pthread_mutex_unlock(&writer->mutex);
	if (writer->is_joined)
		pthread_join(writer->thread, NULL);
	return writer->is_joined;
}

void db_writer_destroy(struct db_writer *writer)
{
	if (!writer || !db_writer_stop(writer, LONGEST_STOP_MS))
		return;
	pthread_cond_destroy(&writer->arrived);
	pthread_cond_destroy(&writer->ended);
	pthread_cond_destroy(&writer->rested);
	pthread_mutex_destroy(&writer->mutex);
	free(writer);
}
