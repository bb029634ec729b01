#include "base/waiting.h"

#include <pthread.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"

enum { MS_PER_S = 1000, NS_PER_MS = 1000000 };

struct waiting {
	pthread_t       thread;
	pthread_mutex_t mutex;   /* guards everything below */
	pthread_cond_t
		changed; /* somebody's time is up earlier than the thread knows, or it is to end */
	struct waiter  *first;
	uint64_t        count;
	bool            closed;
	bool            ends;
};

/* Everything here needs the mutex. */

static void take_out(struct waiting *waiting, struct waiter *waiter)
{
	if (waiter->previous)
		waiter->previous->next = waiter->next;
	else
		waiting->first = waiter->next;
	if (waiter->next)
		waiter->next->previous = waiter->previous;
}

static void put_in(struct waiting *waiting, struct waiter *waiter)
{
	waiter->previous = NULL;
	waiter->next = waiting->first;
	if (waiting->first)
		waiting->first->previous = waiter;
	waiting->first = waiter;
}

/* Takes out those whose time is up, whose topic it is, or all if they wait in vain; gives them as a list. */
static struct waiter *take_ready(struct waiting *waiting, int64_t now_ms, const char *topic)
{
	struct waiter *ready = NULL, *next;

	for (struct waiter *one = waiting->first; one; one = next) {
		next = one->next;
		if (!waiting->closed && one->until_ms > now_ms &&
		    !(topic && one->topic && strcmp(topic, one->topic) == 0))
			continue;
		take_out(waiting, one);
		if (waiting->closed)
			one->until_ms = 0;
		one->next = ready;
		ready = one;
	}
	return ready;
}

/* INT64_MAX: nobody waits. */
static int64_t earliest(const struct waiting *waiting)
{
	int64_t until_ms = INT64_MAX;

	for (const struct waiter *one = waiting->first; one; one = one->next)
		if (one->until_ms < until_ms)
			until_ms = one->until_ms;
	return until_ms;
}

static void sleep_until(struct waiting *waiting, int64_t until_ms)
{
	const struct timespec until = { until_ms / MS_PER_S, until_ms % MS_PER_S * NS_PER_MS };

	if (until_ms == INT64_MAX)
		(void)pthread_cond_wait(&waiting->changed, &waiting->mutex);
	else
		(void)pthread_cond_timedwait(&waiting->changed, &waiting->mutex, &until);
}

/* Without the mutex. */

static void wake_all(struct waiter *ready)
{
	struct waiter *next;

	for (; ready; ready = next) {
		next = ready->next;
		ready->wake(ready);
	}
}

static void *watch_times(void *context)
{
	struct waiting *waiting = context;

	(void)pthread_mutex_lock(&waiting->mutex);
	while (!waiting->ends) {
		sleep_until(waiting, earliest(waiting));
		struct waiter *ready = take_ready(waiting, monotonic_ms(), NULL);

		(void)pthread_mutex_unlock(&waiting->mutex);
		wake_all(ready);
		(void)pthread_mutex_lock(&waiting->mutex);
	}
	(void)pthread_mutex_unlock(&waiting->mutex);
	return NULL;
}

struct waiting *waiting_create(void)
{
	struct waiting *waiting = xcalloc(1, sizeof *waiting);
	pthread_condattr_t attributes;

	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_mutex_init(&waiting->mutex, NULL);
	(void)pthread_cond_init(&waiting->changed, &attributes);
	(void)pthread_condattr_destroy(&attributes);
	if (pthread_create(&waiting->thread, NULL, watch_times, waiting) == 0)
		return waiting;
	free(waiting);
	return NULL;
}

void waiting_close(struct waiting *waiting)
{
	if (!waiting)
		return;
	(void)pthread_mutex_lock(&waiting->mutex);
	waiting->closed = true;
	struct waiter *ready = take_ready(waiting, 0, NULL);

	(void)pthread_mutex_unlock(&waiting->mutex);
	wake_all(ready);
}

void waiting_destroy(struct waiting *waiting)
{
	if (!waiting)
		return;
	(void)pthread_mutex_lock(&waiting->mutex);
	waiting->ends = true;
	(void)pthread_cond_signal(&waiting->changed);
	(void)pthread_mutex_unlock(&waiting->mutex);
	(void)pthread_join(waiting->thread, NULL);
	(void)pthread_cond_destroy(&waiting->changed);
	(void)pthread_mutex_destroy(&waiting->mutex);
	free(waiting);
}

uint64_t waiting_count(struct waiting *waiting)
{
	(void)pthread_mutex_lock(&waiting->mutex);
	uint64_t count = waiting->count;

	(void)pthread_mutex_unlock(&waiting->mutex);
	return count;
}

void waiting_add(struct waiting *waiting, struct waiter *waiter)
{
	(void)pthread_mutex_lock(&waiting->mutex);
	if (waiting->closed)
		waiter->until_ms = 0;
	bool waits = !waiting->closed && (!waiter->topic || waiter->seen == waiting->count);

	if (waits) {
		bool is_first = waiter->until_ms < earliest(waiting);

		put_in(waiting, waiter);
		if (is_first)
			(void)pthread_cond_signal(&waiting->changed);
	}
	(void)pthread_mutex_unlock(&waiting->mutex);
	if (!waits)
		waiter->wake(waiter);
}

void waiting_notify(struct waiting *waiting, const char *topic)
{
	(void)pthread_mutex_lock(&waiting->mutex);
	waiting->count++;
	struct waiter *ready = take_ready(waiting, INT64_MIN, topic);

	(void)pthread_mutex_unlock(&waiting->mutex);
	wake_all(ready);
}
