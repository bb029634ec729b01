/* A bounded pool of threads for slow work. It refuses instead of growing. */
#ifndef BASE_POOL_H
#define BASE_POOL_H

#include <stdbool.h>
#include <stddef.h>

struct pool;

/* A piece of work, embedded in the object it belongs to. */
struct pool_job {
	void (*run)(struct pool_job *job);
	struct pool_job *next;
};

/* Starts `threads` threads of lowered priority (nice 10 above the process) with room for
 * `queue_jobs` waiting jobs. `name` shows in ps. NULL if a thread cannot be started. The caller
 * destroys it. */
struct pool *pool_create(const char *name, size_t threads, size_t queue_jobs);

/* Hands a job over; it runs once, on a thread of the pool. False, and nothing happens, if the queue
 * is full or the pool is closing. */
bool pool_submit(struct pool *pool, struct pool_job *job);

/* Runs what is queued, refuses what comes, joins the threads and frees. Accepts NULL. */
void pool_destroy(struct pool *pool);

#endif
