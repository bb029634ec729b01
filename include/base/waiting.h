/* Those who wait for something to happen, or for a time to come, without a thread of their own: one thread for all of
 * them sleeps until the next one's time is up. */
#ifndef BASE_WAITING_H
#define BASE_WAITING_H

#include <stdbool.h>
#include <stdint.h>

struct waiting;

/* Embedded in what waits. */
struct waiter {
	void (*wake)(struct waiter *waiter); /* called once, on whichever thread; may free the waiter */
	const char    *topic;                /* what it waits for; NULL: only for its time */
	int64_t        until_ms;             /* monotonic; 0 once it is no use to wait any longer */
	uint64_t       seen;                 /* the count of before it looked in vain */
	struct waiter *next;
	struct waiter *previous;
};

/* The caller destroys it. NULL if the thread cannot be started. */
struct waiting *waiting_create(void);

/* Wakes everybody, and from now on whoever comes at once. Accepts NULL. Any thread. */
void waiting_close(struct waiting *waiting);

/* Accepts NULL. After the last waiter was woken. */
void waiting_destroy(struct waiting *waiting);

/* How often something has happened so far; to be asked before one looks whether it has. Any thread. */
uint64_t waiting_count(struct waiting *waiting);

/* Waits for its topic or its time. What has happened since `seen`, to whatever topic, wakes it at once. Any thread. */
void waiting_add(struct waiting *waiting, struct waiter *waiter);

/* Wakes those who wait for a topic. Any thread. */
void waiting_notify(struct waiting *waiting, const char *topic);

#endif
