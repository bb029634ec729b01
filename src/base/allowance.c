#include "base/allowance.h"

bool memory_pool_take(struct memory_pool *pool, size_t bytes, size_t limit_bytes)
{
	size_t held;

	if (!pool || !bytes)
		return true;
	if (!limit_bytes)
		limit_bytes = pool->limit_bytes;
	held = atomic_load_explicit(&pool->held_bytes, memory_order_relaxed);
	do {
		if (limit_bytes && (held > limit_bytes || bytes > limit_bytes - held))
			return false;
	} while (!atomic_compare_exchange_weak(&pool->held_bytes, &held, held + bytes));
	return true;
}

void memory_pool_give(struct memory_pool *pool, size_t bytes)
{
	if (pool && bytes)
		atomic_fetch_sub(&pool->held_bytes, bytes);
}

enum allowance_answer allowance_take(struct allowance *allowance, size_t bytes)
{
	size_t held, shared;

	if (!allowance)
		return ALLOWANCE_GRANTED;
	if (allowance->limit_bytes && (allowance->held_bytes > allowance->limit_bytes ||
	                               bytes > allowance->limit_bytes - allowance->held_bytes))
		return ALLOWANCE_OVER_LIMIT;
	held = allowance->held_bytes + bytes;
	shared = held > ALLOWANCE_FREE_BYTES ? held - ALLOWANCE_FREE_BYTES : 0;
	if (shared > allowance->shared_bytes) {
		if (!memory_pool_take(allowance->pool, shared - allowance->shared_bytes, 0))
			return ALLOWANCE_POOL_EMPTY;
		allowance->shared_bytes = shared;
	}
	allowance->held_bytes = held;
	if (held > allowance->most_bytes)
		allowance->most_bytes = held;
	return ALLOWANCE_GRANTED;
}

void allowance_give(struct allowance *allowance, size_t bytes)
{
	size_t shared;

	if (!allowance)
		return;
	allowance->held_bytes -= bytes;
	shared = allowance->held_bytes > ALLOWANCE_FREE_BYTES
	             ? allowance->held_bytes - ALLOWANCE_FREE_BYTES
	             : 0;
	if (shared < allowance->shared_bytes) {
		memory_pool_give(allowance->pool, allowance->shared_bytes - shared);
		allowance->shared_bytes = shared;
	}
}
