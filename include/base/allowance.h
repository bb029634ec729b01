/* How much memory one request may have, and all of them together. */
#ifndef BASE_ALLOWANCE_H
#define BASE_ALLOWANCE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* What large bodies and large requests of all connections share. Small ones are not counted, so that they go on while
 * there is no room for large ones. */
struct memory_pool {
	atomic_size_t held_bytes;
	size_t        limit_bytes; /* 0: no limit */
};

/* What one request holds. Owned by one thread at a time. */
struct allowance {
	size_t              held_bytes;
	size_t              most_bytes;   /* that it ever held */
	size_t              limit_bytes;  /* 0: no limit */
	size_t              shared_bytes; /* taken from the pool */
	struct memory_pool *pool;         /* NULL: none */
};

/* What a request may hold before it counts for the pool. */
enum { ALLOWANCE_FREE_BYTES = 256 * 1024 };

enum allowance_answer { ALLOWANCE_GRANTED, ALLOWANCE_OVER_LIMIT, ALLOWANCE_POOL_EMPTY };

/* Takes from a pool as long as not more than `limit_bytes` of it are taken (0: its own limit). False: nothing was
 * taken. Any thread. NULL has no limit. */
bool memory_pool_take(struct memory_pool *pool, size_t bytes, size_t limit_bytes);

/* Gives back. Any thread. */
void memory_pool_give(struct memory_pool *pool, size_t bytes);

/* Charges an allowance; unless it is granted, nothing is charged. NULL grants everything. */
enum allowance_answer allowance_take(struct allowance *allowance, size_t bytes);

/* Gives back. Accepts NULL. */
void allowance_give(struct allowance *allowance, size_t bytes);

#endif
