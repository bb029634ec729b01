#define _GNU_SOURCE /* accept4 */
#include "server/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/random.h"
#include "server/linger.h"
#include "server/sockets.h"
#include "server/throttle.h"
#include "server/watch.h"

enum {
	ACCEPTS_PER_TURN = 64,  /* then deadlines and the other sockets have their turn */
	BACK_OFF_MS = 100,      /* when the system has no descriptor left */
	WARNING_MS = 1000,
	EVENTS_PER_TURN = 64,
	LINGER_MS = 500,        /* how often to look whose time is over among those who linger */
};

struct listener {
	struct listener_options options;
	struct sockets          sockets;
	struct linger_room     *lingering;
	int                     wake_fd;
	int                     epoll_fd;
	bool                    is_open;     /* the doors are waited for */
	int64_t                 back_off_until_ms;
	pthread_t               thread;
	bool                    runs;
	atomic_bool             is_full;    /* waits for room */
	atomic_bool             must_close; /* the listening sockets */
	atomic_bool             must_end;
	pthread_mutex_t         lock;
	pthread_cond_t          changed;
	bool                    is_closed;  /* guarded by the lock */
	struct throttle         crowd_warning;
	struct throttle         descriptor_warning;
};

static void wake(struct listener *listener)
{
	uint64_t one = 1;

	/* Fails only when the counter is full, and then the thread is awake anyway. */
	if (write(listener->wake_fd, &one, sizeof one) < 0)
		return;
}

static void sleep_off(struct listener *listener)
{
	uint64_t count;

	if (read(listener->wake_fd, &count, sizeof count) < 0)
		return; /* nobody woke us: a deadline or a socket did */
}

/* A reply before any request: the client reads it as the answer to the first one. */
static void turn_away(struct listener *listener, int fd)
{
	static const char BODY[] =
		"{\"statusCode\":503,\"message\":\"Too many connections from one address.\",\"errors\":"
		"[{\"code\":\"OverCapacity\",\"message\":\"Too many connections from one address.\"}]}";
	char id[UUID_TEXT_BYTES];
	char text[640];
	int bytes;

	random_uuid(id);
	bytes = snprintf(text, sizeof text,
	                 "HTTP/1.1 503 Service Unavailable\r\n"
	                 "Content-Type: application/json; charset=utf-8\r\n"
	                 "Content-Length: %zu\r\n"
	                 "Connection: close\r\n"
	                 "Retry-After: 1\r\n"
	                 "X-Correlation-ID: standin/%s\r\n"
	                 "Access-Control-Allow-Origin: *\r\n\r\n%s",
	                 sizeof BODY - 1, id, BODY);
	/* A fresh socket has room for this; if not, the client is none to wait for. */
	(void)send(fd, text, (size_t)bytes, MSG_DONTWAIT | MSG_NOSIGNAL);
	linger_add(listener->lingering, fd);
	if (throttle_pass(&listener->crowd_warning, WARNING_MS))
		log_event(LOG_LEVEL_WARNING, "crowded",
		          "too many connections from one address, turned away with 503");
}

/* Has the thread woken by a descriptor; `whose` is what tells it from others. If that fails, for want of memory, an end
 * is only noticed later. */
static bool wait_for(struct listener *listener, int fd, uint32_t events, void *whose)
{
	return epoll_ctl(listener->epoll_fd, EPOLL_CTL_ADD, fd,
	                 &(struct epoll_event){ .events = events, .data.ptr = whose }) == 0;
}

static void let_in(struct listener *listener, int fd, const struct sockaddr *address)
{
	struct peer *peer = watch_add(listener->options.watch, fd, address);
	int on = 1;

	if (!peer) {
		turn_away(listener, fd);
		return;
	}
	/* Slower without, but not wrong. */
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	(void)wait_for(listener, fd, EPOLLRDHUP | EPOLLET, peer);
	if (!listener->options.serve(listener->options.context, fd, peer)) {
		watch_remove(listener->options.watch, peer);
		log_event(LOG_LEVEL_ERROR, "accept", "a connection could not be served");
	}
}

/* Accepts what waits at a socket. False if the system has no descriptor or memory left. */
static bool accept_from(struct listener *listener, int socket_fd)
{
	for (int i = 0; i < ACCEPTS_PER_TURN && watch_has_room(listener->options.watch); i++) {
		struct sockaddr_storage address = { 0 };
		socklen_t bytes = sizeof address;
		int fd = accept4(socket_fd, (struct sockaddr *)&address, &bytes,
		                 SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0)
			let_in(listener, fd, (const struct sockaddr *)&address);
		else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			return false;
		else if (errno == EAGAIN || errno == EWOULDBLOCK)
			return true;
		/* Anything else concerns one client that has gone (accept(2), "Error handling"). */
	}
	return true;
}

/* Is there room? If not, whoever leaves from now on wakes us. */
static bool has_room(struct listener *listener)
{
	bool has;

	atomic_store(&listener->is_full, true);
	has = watch_has_room(listener->options.watch);
	if (has)
		atomic_store(&listener->is_full, false);
	return has;
}

static void close_doors(struct listener *listener)
{
	if (!atomic_load(&listener->must_close) && !atomic_load(&listener->must_end))
		return;
	sockets_close(&listener->sockets);
	(void)pthread_mutex_lock(&listener->lock);
	listener->is_closed = true;
	(void)pthread_cond_broadcast(&listener->changed);
	(void)pthread_mutex_unlock(&listener->lock);
}

/* Opens or shuts the doors: while they are shut, who knocks does not wake us. */
static void set_open(struct listener *listener, bool open)
{
	if (open == listener->is_open)
		return;
	listener->is_open = open;
	for (size_t i = 0; i < listener->sockets.count; i++) {
		int *door = &listener->sockets.fds[i];

		/* Fails for a door that has been closed for good, and that is as well. */
		(void)epoll_ctl(listener->epoll_fd, EPOLL_CTL_MOD, *door,
		                &(struct epoll_event){ .events = open ? EPOLLIN : 0, .data.ptr = door });
	}
}

static void back_off(struct listener *listener)
{
	listener->back_off_until_ms = monotonic_ms() + BACK_OFF_MS;
	if (throttle_pass(&listener->descriptor_warning, WARNING_MS))
		log_event(LOG_LEVEL_WARNING, "accept",
		          "no file descriptor or memory left for a connection, waiting");
}

static bool is_door(const struct listener *listener, const void *whose)
{
	const int *door = whose;

	return door >= listener->sockets.fds && door < listener->sockets.fds + MAX_SOCKETS;
}

static bool is_peer(const struct listener *listener, const void *whose)
{
	return whose != &listener->wake_fd && whose != listener->lingering && !is_door(listener, whose);
}

/* Ends first: who is accepted may get the place of one who has gone. */
static void deal_with(struct listener *listener, const struct epoll_event *events, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (is_peer(listener, events[i].data.ptr) && (events[i].events & EPOLLRDHUP))
			watch_note_end(listener->options.watch, events[i].data.ptr);
	}
	for (size_t i = 0; i < count; i++) {
		const int *door = events[i].data.ptr;

		if (is_door(listener, door) && listener->is_open && !accept_from(listener, *door))
			back_off(listener);
	}
}

static int64_t sooner(int64_t a, int64_t b)
{
	if (a < 0 || b < 0)
		return a < 0 ? b : a;
	return a < b ? a : b;
}

/* Looks at whose time is over, and gives in how many ms to do it again. */
static int64_t look_round(struct listener *listener)
{
	int64_t now_ms = monotonic_ms();
	int64_t left_ms = listener->back_off_until_ms - now_ms;
	int64_t next_ms = watch_tick(listener->options.watch, now_ms);

	if (linger_tick(listener->lingering, now_ms))
		next_ms = sooner(next_ms, LINGER_MS);
	return left_ms > 0 ? sooner(next_ms, left_ms) : next_ms;
}

static void *run(void *context)
{
	struct listener *listener = context;
	struct epoll_event events[EVENTS_PER_TURN];

	while (!atomic_load(&listener->must_end)) {
		int64_t wait_ms = look_round(listener);
		bool backs_off = listener->back_off_until_ms > monotonic_ms();
		int count;

		set_open(listener, !backs_off && has_room(listener));
		count = epoll_wait(listener->epoll_fd, events, EVENTS_PER_TURN, (int)wait_ms);
		sleep_off(listener);
		if (count > 0)
			deal_with(listener, events, (size_t)count);
		close_doors(listener);
	}
	close_doors(listener);
	return NULL;
}

/* What wakes the thread besides connections. False: no descriptor or memory left. */
static bool prepare(struct listener *listener)
{
	bool is_ready =
		listener->wake_fd >= 0 && listener->epoll_fd >= 0 && linger_fd(listener->lingering) >= 0 &&
		wait_for(listener, listener->wake_fd, EPOLLIN, &listener->wake_fd) &&
		wait_for(listener, linger_fd(listener->lingering), EPOLLIN, listener->lingering);

	for (size_t i = 0; is_ready && i < listener->sockets.count; i++)
		is_ready = wait_for(listener, listener->sockets.fds[i], 0, &listener->sockets.fds[i]);
	return is_ready;
}

struct listener *listener_create(const struct listener_options *options, const char **ret_message,
                                 bool *ret_host_wrong)
{
	struct listener *listener = xcalloc(1, sizeof *listener);

	listener->options = *options;
	listener->lingering = linger_create(options->lingering);
	(void)pthread_mutex_init(&listener->lock, NULL); /* neither can fail with default attributes */
	(void)pthread_cond_init(&listener->changed, NULL);
	listener->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	listener->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	*ret_message = sockets_open(options->hosts, options->port, &listener->sockets);
	*ret_host_wrong = listener->sockets.is_host_wrong;
	if (!*ret_message && prepare(listener))
		return listener;
	if (!*ret_message)
		*ret_message = "no file descriptors left to wait for connections";
	listener_destroy(listener);
	return NULL;
}

int listener_port(const struct listener *listener)
{
	return listener->sockets.port;
}

bool listener_start(struct listener *listener)
{
	listener->runs = !pthread_create(&listener->thread, NULL, run, listener);
	return listener->runs;
}

void listener_note_leaving(struct listener *listener)
{
	if (atomic_load(&listener->is_full))
		wake(listener);
}

void listener_see_out(struct listener *listener, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	/* The copy would keep the connection's place among what is waited for. */
	(void)epoll_ctl(listener->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
	if (copy < 0)
		return; /* no descriptor left: then the reply may be lost */
	linger_add(listener->lingering, copy);
	wake(listener);
}

void listener_close(struct listener *listener)
{
	if (!listener->runs)
		return;
	atomic_store(&listener->must_close, true);
	wake(listener);
	(void)pthread_mutex_lock(&listener->lock);
	while (!listener->is_closed)
		(void)pthread_cond_wait(&listener->changed, &listener->lock);
	(void)pthread_mutex_unlock(&listener->lock);
}

void listener_destroy(struct listener *listener)
{
	if (!listener)
		return;
	if (listener->runs) {
		atomic_store(&listener->must_end, true);
		wake(listener);
		(void)pthread_join(listener->thread,
		                   NULL); /* fails only for a thread that does not exist */
	}
	sockets_close(&listener->sockets);
	if (listener->wake_fd >= 0)
		(void)close(listener->wake_fd);
	if (listener->epoll_fd >= 0)
		(void)close(listener->epoll_fd);
	linger_destroy(listener->lingering);
	(void)pthread_cond_destroy(&listener->changed);
	(void)pthread_mutex_destroy(&listener->lock);
	free(listener);
}
