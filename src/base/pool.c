/* For the name and the priority of a single thread, which POSIX does not know. */
#define _GNU_SOURCE

#include "base/pool.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"

enum {
	NAME_BYTES = 16, /* what the kernel keeps of a thread's name, NUL included */
	NICER = 10
};

struct pool {
	pthread_mutex_t  mutex;
	pthread_cond_t   work; /* there is a job, or the pool closes */
	struct pool_job *first, *last;
	size_t           waiting; /* jobs in the list */
	size_t           running; /* jobs on a thread */
	size_t           queue_jobs;
	bool             closing;
	char             name[NAME_BYTES];
	size_t           threads;
	pthread_t        thread[];
};

/* Makes the thread show its name, and lets everything else go first. Both are a courtesy: nothing
 * depends on them, so failure is not looked at. */
static void introduce(const struct pool *pool)
{
	id_t self = (id_t)syscall(SYS_gettid);

	(void)pthread_setname_np(pthread_self(), pool->name);
	(void)setpriority(PRIO_PROCESS, self, getpriority(PRIO_PROCESS, self) + NICER);
}

/* Gives the next job, or NULL when there will be none. With the mutex held. */
static struct pool_job *next_job(struct pool *pool)
{
	struct pool_job *job;

	while (!pool->first && !pool->closing)
		(void)pthread_cond_wait(&pool->work, &pool->mutex);
	job = pool->first;
	if (job) {
		pool->first = job->next;
		pool->waiting--;
	}
	return job;
}

static void *work(void *argument)
{
	struct pool *pool = argument;
	struct pool_job *job;

	introduce(pool);
	(void)pthread_mutex_lock(&pool->mutex);
	while ((job = next_job(pool)) != NULL) {
		pool->running++;
		(void)pthread_mutex_unlock(&pool->mutex);
		job->run(job); /* the job may be gone after this */
		(void)pthread_mutex_lock(&pool->mutex);
		pool->running--;
	}
	(void)pthread_mutex_unlock(&pool->mutex);
	return NULL;
}

struct pool *pool_create(const char *name, size_t threads, size_t queue_jobs)
{
	struct pool *pool = xcalloc(1, sizeof(*pool) + threads * sizeof(pool->thread[0]));

	assert(threads > 0);
	(void)pthread_mutex_init(&pool->mutex, NULL); /* on Linux these cannot fail */
	(void)pthread_cond_init(&pool->work, NULL);
	pool->queue_jobs = queue_jobs;
	strncpy(pool->name, name, sizeof(pool->name) - 1);
	for (pool->threads = 0; pool->threads < threads; pool->threads++) {
		if (pthread_create(&pool->thread[pool->threads], NULL, work, pool) != 0) {
			pool_destroy(pool);
			return NULL;
		}
	}
	return pool;
}

bool pool_submit(struct pool *pool, struct pool_job *job)
{
	bool accepted;

	(void)pthread_mutex_lock(&pool->mutex);
	/* A job for which a thread is free does not have to wait, though it passes through the list. */
	accepted = !pool->closing && pool->waiting + pool->running < pool->queue_jobs + pool->threads;
	if (accepted) {
		job->next = NULL;
		if (pool->first)
			pool->last->next = job;
		else
			pool->first = job;
		pool->last = job;
		pool->waiting++;
		(void)pthread_cond_signal(&pool->work);
	}
	(void)pthread_mutex_unlock(&pool->mutex);
	return accepted;
}

void pool_destroy(struct pool *pool)
{
	size_t i;

	if (!pool)
		return;
	(void)pthread_mutex_lock(&pool->mutex);
	pool->closing = true;
	(void)pthread_cond_broadcast(&pool->work);
	(void)pthread_mutex_unlock(&pool->mutex);
	for (i = 0; i < pool->threads; i++)
		(void)pthread_join(pool->thread[i], NULL);
	(void)pthread_cond_destroy(&pool->work);
	(void)pthread_mutex_destroy(&pool->mutex);
	free(pool);
}
