#include "server/watch.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/memory.h"

enum { IDLE, SENDING_REQUEST, WORKED_FOR, TAKING_REPLY };

/* 16 bytes of the client's address; IPv4 as ::ffff:a.b.c.d. */
struct address {
	unsigned char bytes[16];
};

struct peer {
	/* Written by the thread that serves the connection, read by others. */
	_Atomic int64_t deadline_ms; /* INT64_MAX: none */
	atomic_int      state;
	bool            lingers;     /* only for the thread that serves it, like the next one */
	bool            has_asked;   /* a request line has arrived */

	/* Guarded by the lock. */
	bool                  in_use;
	bool                  started;
	int                   fd;
	struct address        address;
	struct peer          *next_free;
	struct watch         *watch;
};

struct watch {
	struct watch_limits limits;
	pthread_mutex_t     lock;
	struct peer        *peers;     /* limits.connections of them */
	size_t              reached;   /* none beyond this one was ever used */
	struct peer        *free;      /* those that were used and left */
	size_t              open;
};

struct watch *watch_create(const struct watch_limits *limits)
{
	struct watch *watch = xcalloc(1, sizeof *watch);

	watch->limits = *limits;
	watch->peers = xcalloc(limits->connections, sizeof *watch->peers);
	(void)pthread_mutex_init(&watch->lock, NULL); /* cannot fail with default attributes */
	return watch;
}

void watch_destroy(struct watch *watch)
{
	if (!watch)
		return;
	(void)pthread_mutex_destroy(&watch->lock);
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

static struct address address_of(const struct sockaddr *from)
{
	struct address address = { { [10] = 0xff, [11] = 0xff } };
	struct sockaddr_in6 six;
	struct sockaddr_in four;

	if (from->sa_family == AF_INET6) {
		memcpy(&six, from, sizeof six);
		memcpy(address.bytes, &six.sin6_addr, sizeof address.bytes);
	} else {
		memcpy(&four, from, sizeof four);
		memcpy(address.bytes + 12, &four.sin_addr, 4);
	}
	return address;
}

/* Has this address as many connections as it may have? */
static bool is_crowded(const struct watch *watch, const struct address *address)
{
	size_t limit = watch->limits.connections_per_address;
	size_t count = 0;

	if (!limit || limit > watch->open)
		return false;
	for (size_t i = 0; i < watch->reached && count < limit; i++) {
		const struct peer *peer = &watch->peers[i];

		count += peer->in_use && !memcmp(&peer->address, address, sizeof *address);
	}
	return count >= limit;
}

static struct peer *take_slot(struct watch *watch)
{
	struct peer *peer = watch->free;

	if (peer)
		watch->free = peer->next_free;
	else if (watch->reached < watch->limits.connections)
		peer = &watch->peers[watch->reached++];
	return peer;
}

struct peer *watch_add(struct watch *watch, int fd, const struct sockaddr *from)
{
	struct address address = address_of(from);
	struct peer *peer = NULL;

	lock(watch);
	if (!is_crowded(watch, &address))
		peer = take_slot(watch);
	if (peer) {
		peer->watch = watch;
		peer->in_use = true;
		peer->started = false;
		peer->lingers = false;
		peer->has_asked = false;
		peer->fd = fd;
		peer->address = address;
		watch->open++;
	}
	unlock(watch);
	return peer;
}

void watch_remove(struct watch *watch, struct peer *peer)
{
	lock(watch);
	peer->in_use = false;
	peer->next_free = watch->free;
	watch->free = peer;
	watch->open--;
	unlock(watch);
}

struct peer *watch_start(struct watch *watch, int fd)
{
	struct peer *found = NULL;

	lock(watch);
	for (size_t i = 0; i < watch->reached && !found; i++) {
		struct peer *peer = &watch->peers[i];

		if (peer->in_use && !peer->started && peer->fd == fd)
			found = peer;
	}
	if (found) {
		found->started = true;
		peer_idles(found, monotonic_ms());
	}
	unlock(watch);
	return found;
}

static int state_of(const struct peer *peer)
{
	return atomic_load_explicit(&peer->state, memory_order_relaxed);
}

/* Has the client closed its side? libmicrohttpd is told of that only once, and misses it when it
 * comes together with the last bytes. */
static bool has_ended(const struct peer *peer)
{
	int state = state_of(peer);
	char next;

	if (state != IDLE && state != SENDING_REQUEST)
		return false;
	return recv(peer->fd, &next, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

static void look_at(const struct peer *peer, int64_t now_ms)
{
	/* Results are ignored: the client may have gone already. Shutting down wakes the thread that
	 * serves it; what has been received can still be read and answered after SHUT_RD. */
	if (atomic_load_explicit(&peer->deadline_ms, memory_order_relaxed) < now_ms)
		(void)shutdown(peer->fd, SHUT_RDWR);
	else if (has_ended(peer))
		(void)shutdown(peer->fd, SHUT_RD);
}

size_t watch_tick(struct watch *watch, int64_t now_ms)
{
	size_t open;

	lock(watch);
	for (size_t i = 0; i < watch->reached; i++) {
		const struct peer *peer = &watch->peers[i];

		if (peer->in_use && peer->started)
			look_at(peer, now_ms);
	}
	open = watch->open;
	unlock(watch);
	return open;
}

void watch_end_idle(struct watch *watch)
{
	lock(watch);
	for (size_t i = 0; i < watch->reached; i++) {
		struct peer *peer = &watch->peers[i];

		/* Data that has arrived can still be read after this; then comes the end of the stream. */
		if (peer->in_use && peer->started && state_of(peer) == IDLE)
			(void)shutdown(peer->fd, SHUT_RD);
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
	enter(peer, IDLE, now_ms, peer->watch->limits.idle_ms);
}

void peer_sends_request(struct peer *peer, int64_t now_ms)
{
	peer->has_asked = true;
	enter(peer, SENDING_REQUEST, now_ms, peer->watch->limits.request_ms);
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
	const unsigned char *bytes = peer->address.bytes;
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
