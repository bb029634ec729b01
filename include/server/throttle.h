/* Keeps what repeats without end from filling the log. */
#ifndef SERVER_THROTTLE_H
#define SERVER_THROTTLE_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/clock.h"

/* Start with { 0 }. */
struct throttle {
	_Atomic int64_t next_ms; /* nothing passes before */
};

/* True at most once in `every_ms`. Any thread. */
static inline bool throttle_pass(struct throttle *throttle, int64_t every_ms)
{
	int64_t now_ms = monotonic_ms();
	int64_t next_ms = atomic_load_explicit(&throttle->next_ms, memory_order_relaxed);

	return now_ms >= next_ms &&
	       atomic_compare_exchange_strong(&throttle->next_ms, &next_ms, now_ms + every_ms);
}

#endif
