/* A bounded pool of threads for slow work. It refuses instead of growing. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pool;

/* A piece of work, embedded in the object it belongs to. */
struct pool_job {
	void (*run)(struct pool_job *job);
	/* Called instead of run() when a fair pool gives the job's place to somebody who has fewer; on the thread that
	 * submits that one. */
	void (*refuse)(struct pool_job *job);
	uint64_t         owner; /* whose it is, as a number that tells most of them apart; of a fair pool */
	struct pool_job *next;
};

struct pool_options {
	const char *name;       /* shows in ps */
	size_t      threads;
	size_t      queue_jobs; /* room for jobs that wait */
	int         nicer;      /* how much lower than that of the process the priority of the threads is */
	/* Threads, time and room are shared between owners: the one who used the least time is next, none has all threads,
	 * and where there is no room the one with the most waiting jobs gives one up. Else first come, first served. */
	bool        is_fair;
};

/* Starts the threads. NULL if one cannot be started. The caller stops and destroys it. */
struct pool *pool_create(const struct pool_options *options);

/* Hands a job over; it runs once, on a thread of the pool. False, and nothing happens, if there is no room for it or
 * the pool has been stopped. Any thread, until pool_destroy(). */
bool pool_submit(struct pool *pool, struct pool_job *job);

/* How many jobs of an owner wait in a fair pool. Any thread; takes next to nothing when nobody waits. */
size_t pool_waiting(struct pool *pool, uint64_t owner);

/* Refuses what comes, runs what is queued, and waits until the threads have ended, but not longer than that. False:
 * some go on, and with them all that their jobs use; the pool must not be destroyed then. Accepts NULL. */
bool pool_stop(struct pool *pool, int64_t patience_ms);

/* Stops it and frees it. After the last call of pool_submit(). Accepts NULL. */
void pool_destroy(struct pool *pool);

#endif
