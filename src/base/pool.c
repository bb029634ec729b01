/* For the name and the priority of a single thread, which POSIX does not know. */
#define _GNU_SOURCE

#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

enum {
	NAME_BYTES = 16, /* what the kernel keeps of a thread's name, NUL included */
	ACCOUNTS = 256,  /* owners that are told apart; more of them share */
	HALF_LIFE_MS = 1000,
	LONGEST_STOP_MS = 24 * 3600 * 1000, /* pool_destroy() has no way back */
};

/* What owners have had of a fair pool. */
struct account {
	size_t  waiting;
	size_t  running;
	int64_t used_us; /* halved every now and then: what was long ago is forgiven */
};

struct pool {
	struct pool_options options;
	pthread_mutex_t     mutex;
	pthread_cond_t      work;  /* there is a job, or a thread is free for one, or the pool closes */
	pthread_cond_t      ended; /* a thread has */
	struct pool_job    *first, *last;
	atomic_size_t       waiting; /* jobs in the list; changed with the mutex held */
	size_t              running; /* jobs on a thread */
	size_t              alive;   /* threads */
	bool                closing;
	bool                is_joined;
	int64_t             forgiven_ms;
	struct account      accounts[ACCOUNTS];
	char                name[NAME_BYTES];
	size_t              threads;
	pthread_t           thread[];
};

/* Makes the thread show its name, and lets everything else go first. Both are a courtesy: nothing
 * depends on them, so failure is not looked at. */
static void introduce(const struct pool *pool)
{
	id_t self = (id_t)syscall(SYS_gettid);

	(void)pthread_setname_np(pthread_self(), pool->name);
	(void)setpriority(PRIO_PROCESS, self, getpriority(PRIO_PROCESS, self) + pool->options.nicer);
}

/* Everybody shares the account of a pool that is not fair. */
static struct account *account_of(struct pool *pool, const struct pool_job *job)
{
	return &pool->accounts[pool->options.is_fair ? job->owner % ACCOUNTS : 0];
}

/* -- the list, with the mutex held -- */

static void append(struct pool *pool, struct pool_job *job)
{
	job->next = NULL;
	if (pool->first)
		pool->last->next = job;
	else
		pool->first = job;
	pool->last = job;
	pool->waiting++;
	account_of(pool, job)->waiting++;
}

/* Takes out the job behind `before`; NULL: the first one. */
static struct pool_job *take_behind(struct pool *pool, struct pool_job *before)
{
	struct pool_job *job = before ? before->next : pool->first;

	if (before)
		before->next = job->next;
	else
		pool->first = job->next;
	if (pool->last == job)
		pool->last = before;
	pool->waiting--;
	account_of(pool, job)->waiting--;
	return job;
}

/* Of a fair pool, no owner has all threads, so that one is soon free for others. */
static bool may_run(struct pool *pool, const struct pool_job *job)
{
	size_t most = pool->threads > 1 ? pool->threads - 1 : 1;

	return !pool->options.is_fair || pool->closing || account_of(pool, job)->running < most;
}

/* The job whose turn it is; NULL: there is none that may run now. */
static struct pool_job *take_next(struct pool *pool)
{
	struct pool_job *before = NULL, *best_before = NULL;
	const struct pool_job *best = NULL;

	for (struct pool_job *job = pool->first; job; before = job, job = job->next) {
		if (!may_run(pool, job))
			continue;
		if (!best || account_of(pool, job)->used_us < account_of(pool, best)->used_us) {
			best = job;
			best_before = before;
		}
		if (!pool->options.is_fair)
			break;
	}
	return best ? take_behind(pool, best_before) : NULL;
}

/* Lets what was used fade. */
static void forgive(struct pool *pool, int64_t now_ms)
{
	if (now_ms - pool->forgiven_ms < HALF_LIFE_MS)
		return;
	pool->forgiven_ms = now_ms;
	for (size_t i = 0; i < ACCOUNTS; i++)
		pool->accounts[i].used_us /= 2;
}

/* -- threads -- */

/* Gives the next job, or NULL when there will be none. With the mutex held. */
static struct pool_job *next_job(struct pool *pool)
{
	struct pool_job *job;

	while (!(job = take_next(pool)) && !pool->closing)
		(void)pthread_cond_wait(&pool->work, &pool->mutex);
	return job;
}

/* Runs a job; the mutex is held before and after it. The job may be gone after this. */
static void run(struct pool *pool, struct pool_job *job)
{
	struct account *account = account_of(pool, job);
	int64_t started_us = monotonic_us();

	pool->running++;
	account->running++;
	(void)pthread_mutex_unlock(&pool->mutex);
	job->run(job);
	(void)pthread_mutex_lock(&pool->mutex);
	pool->running--;
	account->running--;
	account->used_us += monotonic_us() - started_us;
	forgive(pool, monotonic_ms());
	if (pool->waiting)
		(void)pthread_cond_broadcast(&pool->work); /* what had to wait for this owner may run now */
}

static void *work(void *argument)
{
	struct pool *pool = argument;
	struct pool_job *job;

	introduce(pool);
	(void)pthread_mutex_lock(&pool->mutex);
	while ((job = next_job(pool)) != NULL)
		run(pool, job);
	pool->alive--;
	(void)pthread_cond_signal(&pool->ended);
	(void)pthread_mutex_unlock(&pool->mutex);
	return NULL;
}

struct pool *pool_create(const struct pool_options *options)
{
	const size_t threads = options->threads;
	struct pool *pool = xcalloc(1, sizeof(*pool) + threads * sizeof(pool->thread[0]));
	pthread_condattr_t steady;

	assert(threads > 0);
	(void)pthread_mutex_init(&pool->mutex, NULL); /* on Linux these cannot fail */
	(void)pthread_cond_init(&pool->work, NULL);
	(void)pthread_condattr_init(&steady);
	(void)pthread_condattr_setclock(&steady, CLOCK_MONOTONIC);
	(void)pthread_cond_init(&pool->ended, &steady);
	(void)pthread_condattr_destroy(&steady);
	pool->options = *options;
	strncpy(pool->name, options->name, sizeof(pool->name) - 1);
	(void)pthread_mutex_lock(&pool->mutex); /* the threads are let go when all are there */
	while (pool->threads < threads &&
	       pthread_create(&pool->thread[pool->threads], NULL, work, pool) == 0)
		pool->threads++;
	pool->alive = pool->threads;
	(void)pthread_mutex_unlock(&pool->mutex);
	if (pool->threads == threads)
		return pool;
	pool_destroy(pool);
	return NULL;
}

/* -- submitting -- */

/* Takes out the newest job of the owner who has the most waiting, if that is more than the newcomer would have. */
static struct pool_job *make_room(struct pool *pool, const struct pool_job *newcomer)
{
	struct pool_job *before = NULL, *victim_before = NULL;
	const struct pool_job *victim = NULL;

	if (!pool->options.is_fair)
		return NULL;
	for (struct pool_job *job = pool->first; job; before = job, job = job->next) {
		if (!job->refuse ||
		    (victim && account_of(pool, job)->waiting < account_of(pool, victim)->waiting))
			continue;
		victim = job;
		victim_before = before;
	}
	if (!victim || account_of(pool, victim)->waiting <= account_of(pool, newcomer)->waiting + 1)
		return NULL;
	return take_behind(pool, victim_before);
}

bool pool_submit(struct pool *pool, struct pool_job *job)
{
	struct pool_job *refused = NULL;

	(void)pthread_mutex_lock(&pool->mutex);
	/* A job for which a thread is free does not have to wait, though it passes through the list. */
	bool has_room = pool->waiting + pool->running < pool->options.queue_jobs + pool->threads;

	if (!pool->closing && !has_room)
		refused = make_room(pool, job);
	bool accepted = !pool->closing && (has_room || refused);

	if (accepted) {
		append(pool, job);
		(void)pthread_cond_signal(&pool->work);
	}
	(void)pthread_mutex_unlock(&pool->mutex);
	if (refused)
		refused->refuse(refused);
	return accepted;
}

size_t pool_waiting(struct pool *pool, uint64_t owner)
{
	if (atomic_load_explicit(&pool->waiting, memory_order_relaxed) == 0)
		return 0;
	(void)pthread_mutex_lock(&pool->mutex);
	size_t waiting = account_of(pool, &(struct pool_job){ .owner = owner })->waiting;

	(void)pthread_mutex_unlock(&pool->mutex);
	return waiting;
}

/* -- the end -- */

bool pool_stop(struct pool *pool, int64_t patience_ms)
{
	int64_t end_ms = monotonic_ms() + patience_ms;
	const struct timespec end = { .tv_sec = end_ms / 1000, .tv_nsec = end_ms % 1000 * 1000000 };
	int problem = 0;

	if (!pool || pool->is_joined)
		return true;
	(void)pthread_mutex_lock(&pool->mutex);
	pool->closing = true;
	(void)pthread_cond_broadcast(&pool->work);
	while (pool->alive && !problem)
		problem = pthread_cond_timedwait(&pool->ended, &pool->mutex, &end);
	pool->is_joined = !pool->alive;
	(void)pthread_mutex_unlock(&pool->mutex);
	for (size_t i = 0; i < pool->threads && pool->is_joined; i++)
		(void)pthread_join(pool->thread[i], NULL);
	return pool->is_joined;
}

void pool_destroy(struct pool *pool)
{
	if (!pool || !pool_stop(pool, LONGEST_STOP_MS))
		return;
	(void)pthread_cond_destroy(&pool->work);
	(void)pthread_cond_destroy(&pool->ended);
	(void)pthread_mutex_destroy(&pool->mutex);
	free(pool);
}
