#include "server/linger.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"

enum { TIME_MS = 2000, READ_BYTES = 1 << 20, LIMIT_BYTES = 32 << 20, EVENTS_PER_TURN = 64 };

struct guest {
	int           fd;
	int64_t       until_ms;
	size_t        read_bytes;
	struct guest *next;     /* who came after, or is free too */
	struct guest *previous;
};

struct linger_room {
	pthread_mutex_t lock;
	int             epoll_fd;
	struct guest   *guests;
	struct guest   *free;
	struct guest *
		first; /* all have the same time, so that the first who came is the first whose time is over */
	struct guest   *last;
};

struct linger_room *linger_create(size_t sockets)
{
	struct linger_room *room = xcalloc(1, sizeof *room);

	(void)pthread_mutex_init(&room->lock, NULL); /* cannot fail with default attributes */
	room->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	room->guests = xcalloc(sockets, sizeof *room->guests);
	for (size_t i = sockets; i-- > 0;) {
		room->guests[i].next = room->free;
		room->free = &room->guests[i];
	}
	return room;
}

void linger_destroy(struct linger_room *room)
{
	if (!room)
		return;
	for (const struct guest *guest = room->first; guest; guest = guest->next)
		(void)close(guest->fd); /* nothing was written since; nothing can be lost */
	if (room->epoll_fd >= 0)
		(void)close(room->epoll_fd);
	(void)pthread_mutex_destroy(&room->lock);
	free(room->guests);
	free(room);
}

int linger_fd(const struct linger_room *room)
{
	return room->epoll_fd;
}

/* Makes the guest who has just come the last. */
static void enter(struct linger_room *room, struct guest *guest)
{
	guest->next = NULL;
	guest->previous = room->last;
	if (room->last)
		room->last->next = guest;
	else
		room->first = guest;
	room->last = guest;
}

static void leave(struct linger_room *room, struct guest *guest)
{
	/* It is a duplicate, and closing it need not end what it was waited for. */
	(void)epoll_ctl(room->epoll_fd, EPOLL_CTL_DEL, guest->fd, NULL);
	(void)close(guest->fd);
	if (guest->previous)
		guest->previous->next = guest->next;
	else
		room->first = guest->next;
	if (guest->next)
		guest->next->previous = guest->previous;
	else
		room->last = guest->previous;
	guest->next = room->free;
	room->free = guest;
}

void linger_add(struct linger_room *room, int fd)
{
	struct guest *guest;

	(void)shutdown(fd, SHUT_WR); /* done before, or the client has gone */
	(void)pthread_mutex_lock(&room->lock);
	guest = room->free;
	if (guest) {
		room->free = guest->next;
		*guest = (struct guest){ .fd = fd, .until_ms = monotonic_ms() + TIME_MS };
		enter(room, guest);
		/* If that fails, it is looked at when its time is over. */
		(void)epoll_ctl(room->epoll_fd, EPOLL_CTL_ADD, fd,
		                &(struct epoll_event){ .events = EPOLLIN, .data.ptr = guest });
	}
	(void)pthread_mutex_unlock(&room->lock);
	if (!guest)
		(void)close(fd);
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

bool linger_tick(struct linger_room *room, int64_t now_ms)
{
	struct epoll_event events[EVENTS_PER_TURN];
	int count = epoll_wait(room->epoll_fd, events, EVENTS_PER_TURN, 0);
	bool is_empty;

	(void)pthread_mutex_lock(&room->lock);
	for (int i = 0; i < count; i++) {
		if (!drain(events[i].data.ptr))
			leave(room, events[i].data.ptr);
	}
	while (room->first && room->first->until_ms <= now_ms)
		leave(room, room->first);
	is_empty = !room->first;
	(void)pthread_mutex_unlock(&room->lock);
	return !is_empty;
}
