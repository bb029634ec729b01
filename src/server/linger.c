#include "server/linger.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

enum { TIME_MS = 2000, READ_BYTES = 1 << 20, LIMIT_BYTES = 32 << 20 };

struct guest {
	int     fd;
	int64_t until_ms;
	size_t  read_bytes;
};

struct linger_room {
	pthread_mutex_t lock;
	struct guest    guests[LINGER_SOCKETS];
	size_t          count;
};

struct linger_room *linger_create(void)
{
	struct linger_room *room = xcalloc(1, sizeof *room);

	(void)pthread_mutex_init(&room->lock, NULL); /* cannot fail with default attributes */
	return room;
}

void linger_destroy(struct linger_room *room)
{
	if (!room)
		return;
	for (size_t i = 0; i < room->count; i++)
		(void)close(room->guests[i].fd); /* nothing was written since; nothing can be lost */
	(void)pthread_mutex_destroy(&room->lock);
	free(room);
}

void linger_add(struct linger_room *room, int fd)
{
	bool has_room;

	(void)shutdown(fd, SHUT_WR); /* done before, or the client has gone */
	(void)pthread_mutex_lock(&room->lock);
	has_room = room->count < LINGER_SOCKETS;
	if (has_room)
		room->guests[room->count++] =
			(struct guest){ .fd = fd, .until_ms = monotonic_ms() + TIME_MS };
	(void)pthread_mutex_unlock(&room->lock);
	if (!has_room)
		(void)close(fd);
}

size_t linger_poll(struct linger_room *room, struct pollfd *polls)
{
	size_t count;

	(void)pthread_mutex_lock(&room->lock);
	count = room->count;
	for (size_t i = 0; i < count; i++)
		polls[i] = (struct pollfd){ .fd = room->guests[i].fd, .events = POLLIN };
	(void)pthread_mutex_unlock(&room->lock);
	return count;
}

/* Reads without copying. False once the client has ended, failed, or sent far too much. */
static bool drain(struct guest *guest)
{
	ssize_t bytes;

	while ((bytes = recv(guest->fd, NULL, READ_BYTES, MSG_TRUNC | MSG_DONTWAIT)) > 0) {
		guest->read_bytes += (size_t)bytes;
		if (guest->read_bytes > LIMIT_BYTES)
			return false;
	}
	return bytes < 0 && (errno == EAGAIN || errno == EINTR);
}

void linger_tick(struct linger_room *room, int64_t now_ms)
{
	(void)pthread_mutex_lock(&room->lock);
	for (size_t i = room->count; i-- > 0;) {
		struct guest *guest = &room->guests[i];

		if (drain(guest) && guest->until_ms > now_ms)
			continue;
		(void)close(guest->fd);
		*guest = room->guests[--room->count];
	}
	(void)pthread_mutex_unlock(&room->lock);
}
