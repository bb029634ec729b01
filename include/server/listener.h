/* The thread at the door: accepts connections on every listening socket, turns away what is too
 * much, keeps the deadlines of those inside, and sees those out who are still sending. */
#ifndef SERVER_LISTENER_H
#define SERVER_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct listener;
struct peer;
struct watch;

/* Serves an accepted connection, which is in the watch already. False if that is impossible; the socket is closed
 * then. */
typedef bool serve_fn(void *context, int fd, struct peer *peer);

struct listener_options {
	const char *const *hosts; /* see http_options */
	int                port;
	size_t             lingering; /* sockets that are seen out at a time */
	struct watch      *watch;
	serve_fn          *serve;
	void              *context; /* of serve */
};

/* Opens the sockets; nothing is accepted before listener_start(). NULL on failure; *ret_message
 * then says what failed where (static), *ret_host_wrong whether the host is to blame. The caller
 * destroys it. */
struct listener *listener_create(const struct listener_options *options, const char **ret_message,
                                 bool *ret_host_wrong);

/* The port that is listened on. */
int listener_port(const struct listener *listener);

/* Starts the thread. False if it cannot be started. */
bool listener_start(struct listener *listener);

/* To be called when a connection has been taken out of the watch: there may be room again. Any
 * thread. */
void listener_note_leaving(struct listener *listener);

/* Sees a closing socket out (see linger.h): takes over a duplicate of it. Any thread. */
void listener_see_out(struct listener *listener, int fd);

/* Closes the listening sockets for good; returns when that is done. */
void listener_close(struct listener *listener);

/* Stops the thread and frees. Accepts NULL. */
void listener_destroy(struct listener *listener);

#endif
