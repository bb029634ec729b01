#include "server/watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/memory.h"
#include "server/crowd.h"

enum { IDLE, SENDING_REQUEST, WORKED_FOR, TAKING_REPLY };
enum { SLOTS = 64, NO_SLOT = SLOTS };

struct peer {
	/* Written by the thread that serves the connection, read by others. */
	_Atomic int64_t deadline_ms; /* INT64_MAX: none */
	atomic_int      state;
	bool            lingers;     /* only for the thread that serves it, like the next one */
	bool            has_asked;   /* a request line has arrived */

	atomic_bool     has_ended;   /* its client has closed its side; told by the listener */

	/* Guarded by the lock. */
	bool           in_use;
	bool           started;
	int            fd;
	struct member *member;       /* of the crowd, by its address */
	struct watch  *watch;
	struct peer   *next;         /* in its slot, or among the free ones */
	struct peer   *previous;     /* in its slot */
	size_t         slot;         /* NO_SLOT: in none */
};

/* Deadlines are looked at with a wheel: each peer is in the slot of the tick at which to look at it next. Its deadline
 * moves without locks several times a request, and nobody moves the peer: it is looked at before its deadline may have
 * come, which is after the shortest of the limits at the latest, and put into the right slot then. So a tick looks at
 * a small part of the peers, and costs nothing where none is due. */
struct watch {
	struct watch_limits limits;
	pthread_mutex_t     lock;
	struct peer        *peers;        /* limits.connections of them */
	size_t              reached;      /* none beyond this one was ever used */
	struct peer        *free;         /* those that were used and left */
	size_t              open;
	struct crowd       *crowd;
	struct peer        *slots[SLOTS];
	int64_t             tick;         /* the last one that was looked at */
	int64_t             shortest_ms;  /* of the limits; 0: there are none */
};

static int64_t shortest(const struct watch_limits *limits)
{
	const int64_t all_ms[] = { limits->idle_ms, limits->request_ms, limits->reply_ms };
	int64_t least_ms = 0;

	for (size_t i = 0; i < sizeof all_ms / sizeof *all_ms; i++) {
		if (all_ms[i] > 0 && (!least_ms || all_ms[i] < least_ms))
			least_ms = all_ms[i];
	}
	return least_ms;
}

struct watch *watch_create(const struct watch_limits *limits)
{
	struct watch *watch = xcalloc(1, sizeof *watch);

	watch->limits = *limits;
	watch->shortest_ms = shortest(limits);
	watch->tick = monotonic_ms() / limits->tick_ms;
	watch->peers = xcalloc(limits->connections, sizeof *watch->peers);
	watch->crowd = crowd_create(limits->connections);
	(void)pthread_mutex_init(&watch->lock, NULL); /* cannot fail with default attributes */
	return watch;
}

void watch_destroy(struct watch *watch)
{
	if (!watch)
		return;
	(void)pthread_mutex_destroy(&watch->lock);
	crowd_destroy(watch->crowd);
	free(watch->peers);
	free(watch);
}

static void lock(struct watch *watch)
{
	(void)pthread_mutex_lock(&watch->lock); /* fails only when misused */
}

static void unlock(struct watch *watch)
{
	(void)pthread_mutex_unlock(&watch->lock);
}

bool watch_has_room(struct watch *watch)
{
	bool has_room;

	lock(watch);
	has_room = watch->open < watch->limits.connections;
	unlock(watch);
	return has_room;
}

/* -- the wheel -- */

/* Puts a peer into the slot of the first tick after `due_ms`. */
static void put_in_slot(struct watch *watch, struct peer *peer, int64_t due_ms)
{
	int64_t tick = due_ms / watch->limits.tick_ms + 1;

	if (tick <= watch->tick)
		tick = watch->tick + 1;
	if (tick > watch->tick + SLOTS - 1)
		tick = watch->tick + SLOTS - 1;
	peer->slot = (size_t)(tick % SLOTS);
	peer->previous = NULL;
	peer->next = watch->slots[peer->slot];
	if (peer->next)
		peer->next->previous = peer;
	watch->slots[peer->slot] = peer;
}

static void take_out_of_slot(struct watch *watch, struct peer *peer)
{
	if (peer->slot == NO_SLOT)
		return;
	if (peer->previous)
		peer->previous->next = peer->next;
	else
		watch->slots[peer->slot] = peer->next;
	if (peer->next)
		peer->next->previous = peer->previous;
	peer->slot = NO_SLOT;
}

/* -- coming and going -- */

static struct peer *take_place(struct watch *watch)
{
	struct peer *peer = watch->free;

	if (peer)
		watch->free = peer->next;
	else if (watch->reached < watch->limits.connections)
		peer = &watch->peers[watch->reached++];
	return peer;
}

static struct peer *add(struct watch *watch, int fd, struct member *member)
{
	struct peer *peer = take_place(watch);

	if (!peer)
		return NULL;
	peer->watch = watch;
	peer->in_use = true;
	peer->started = false;
	peer->lingers = false;
	peer->has_asked = false;
	peer->fd = fd;
	peer->member = member;
	peer->slot = NO_SLOT;
	atomic_store(&peer->has_ended, false);
	watch->open++;
	return peer;
}

struct peer *watch_add(struct watch *watch, int fd, const struct sockaddr *from)
{
	struct member *member;
	struct peer *peer = NULL;

	lock(watch);
	member = crowd_join(watch->crowd, from, watch->limits.connections_per_address);
	if (member)
		peer = add(watch, fd, member);
	if (member && !peer)
		crowd_leave(watch->crowd, member);
	unlock(watch);
	return peer;
}

void watch_remove(struct watch *watch, struct peer *peer)
{
	lock(watch);
	take_out_of_slot(watch, peer);
	crowd_leave(watch->crowd, peer->member);
	peer->in_use = false;
	peer->next = watch->free;
	watch->free = peer;
	watch->open--;
	unlock(watch);
}

void watch_start(struct watch *watch, struct peer *peer)
{
	int64_t now_ms = monotonic_ms();

	lock(watch);
	peer->started = true;
	peer_idles(peer, now_ms);
	if (watch->shortest_ms)
		put_in_slot(watch, peer, now_ms + watch->shortest_ms);
	unlock(watch);
}

static int state_of(const struct peer *peer)
{
	return atomic_load(&peer->state);
}

/* -- looking -- */

/* Is its thread to blame? What the client has sent is here, and has only not been read. */
static bool is_unread(const struct peer *peer)
{
	int state = state_of(peer);
	int bytes = 0;

	return (state == IDLE || state == SENDING_REQUEST) && ioctl(peer->fd, FIONREAD, &bytes) == 0 &&
	       bytes > 0;
}

/* Gives when to look again. */
static int64_t look_at(const struct peer *peer, int64_t now_ms)
{
	int64_t deadline_ms = atomic_load_explicit(&peer->deadline_ms, memory_order_relaxed);
	int64_t latest_ms = now_ms + peer->watch->shortest_ms;

	if (deadline_ms >= now_ms)
		return deadline_ms < latest_ms ? deadline_ms : latest_ms;
	/* The result is ignored: the client may have gone already. This wakes the thread that serves it. */
	if (!is_unread(peer))
		(void)shutdown(peer->fd, SHUT_RDWR);
	return now_ms;
}

static void look_at_slot(struct watch *watch, int64_t now_ms)
{
	struct peer **slot = &watch->slots[watch->tick % SLOTS];
	struct peer *peer = *slot;

	/* None comes back into this slot: that is for ticks to come. */
	while (peer) {
		struct peer *next = peer->next;

		take_out_of_slot(watch, peer);
		put_in_slot(watch, peer, look_at(peer, now_ms));
		peer = next;
	}
}

int64_t watch_tick(struct watch *watch, int64_t now_ms)
{
	int64_t now = now_ms / watch->limits.tick_ms;
	bool must_tick;

	lock(watch);
	if (now - watch->tick > SLOTS)
		watch->tick = now - SLOTS;
	while (watch->tick < now) {
		watch->tick++;
		look_at_slot(watch, now_ms);
	}
	must_tick = watch->open && watch->shortest_ms;
	unlock(watch);
	return must_tick ? (now + 1) * watch->limits.tick_ms - now_ms : -1;
}

/* What has been received can still be read and answered after this; then comes the end. */
static void end_reading(const struct peer *peer)
{
	(void)shutdown(peer->fd, SHUT_RD);
}

void watch_note_end(struct watch *watch, struct peer *peer)
{
	lock(watch);
	if (peer->in_use) {
		atomic_store(&peer->has_ended, true);
		if (peer->started && (state_of(peer) == IDLE || state_of(peer) == SENDING_REQUEST))
			end_reading(peer);
	}
	unlock(watch);
}

void watch_end_idle(struct watch *watch)
{
	lock(watch);
	for (size_t i = 0; i < watch->reached; i++) {
		struct peer *peer = &watch->peers[i];

		if (peer->in_use && peer->started && state_of(peer) == IDLE)
			end_reading(peer);
	}
	unlock(watch);
}

void watch_end_all(struct watch *watch)
{
	lock(watch);
	for (size_t i = 0; i < watch->reached; i++) {
		struct peer *peer = &watch->peers[i];

		if (peer->in_use && peer->started && state_of(peer) != WORKED_FOR)
			(void)shutdown(peer->fd, SHUT_RDWR);
	}
	unlock(watch);
}

struct watch_count watch_count(struct watch *watch)
{
	struct watch_count count = { 0 };

	lock(watch);
	count.open = watch->open;
	for (size_t i = 0; i < watch->reached; i++) {
		const struct peer *peer = &watch->peers[i];

		if (peer->in_use && peer->started) {
			count.idle += state_of(peer) == IDLE;
			count.working += state_of(peer) == WORKED_FOR;
		}
	}
	unlock(watch);
	return count;
}

static void enter(struct peer *peer, int state, int64_t now_ms, int64_t limit_ms)
{
	int64_t deadline_ms = limit_ms > 0 ? now_ms + limit_ms : INT64_MAX;

	atomic_store_explicit(&peer->deadline_ms, deadline_ms, memory_order_relaxed);
	atomic_store_explicit(&peer->state, state, memory_order_relaxed);
}

void peer_idles(struct peer *peer, int64_t now_ms)
{
	int64_t limit_ms = peer->watch->limits.idle_ms;

	enter(peer, IDLE, now_ms, limit_ms);
	/* libmicrohttpd is told of an end only once, and misses it when it comes together with the last bytes. Either
	 * this finds the note of it, or who writes the note finds this state. */
	atomic_thread_fence(memory_order_seq_cst);
	if (atomic_load(&peer->has_ended))
		(void)shutdown(peer->fd, SHUT_RD);
}

void peer_begins_request(struct peer *peer, int64_t now_ms)
{
	if (atomic_load_explicit(&peer->state, memory_order_relaxed) == IDLE)
		enter(peer, SENDING_REQUEST, now_ms, peer->watch->limits.request_ms);
}

void peer_sends_request(struct peer *peer, int64_t now_ms)
{
	peer->has_asked = true;
	peer_begins_request(peer, now_ms);
}

void peer_is_worked_for(struct peer *peer)
{
	enter(peer, WORKED_FOR, 0, 0);
}

void peer_takes_reply(struct peer *peer, int64_t now_ms)
{
	enter(peer, TAKING_REPLY, now_ms, peer->watch->limits.reply_ms);
}

void peer_set_lingers(struct peer *peer)
{
	peer->lingers = true;
}

/* An address of a connection is written before it is served, and stays. Whoever has one IPv6 address has 2^64. */
uint64_t peer_network(const struct peer *peer)
{
	static const unsigned char MAPPED[12] = { [10] = 0xff, [11] = 0xff };
	const unsigned char *bytes = crowd_address(peer->member);
	bool is_mapped = memcmp(bytes, MAPPED, sizeof MAPPED) == 0;
	uint64_t network = 0;

	for (size_t i = 0; i < sizeof network; i++)
		network = network << 8 | bytes[is_mapped ? 8 + i : i];
	return network;
}

bool peer_is_wordless(const struct peer *peer)
{
	return !peer->has_asked;
}

bool peer_lingers(const struct peer *peer)
{
	return peer->lingers;
}
