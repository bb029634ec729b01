/* The register of open connections: how many there are, from where, and how long each may take
 * over what it does. libmicrohttpd itself only knows a limit of inactivity, under which one byte
 * now and then holds a connection for ever. */
#ifndef SERVER_WATCH_H
#define SERVER_WATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct peer;
struct sockaddr;
struct watch;

/* Times in ms; 0 or less: no limit. */
struct watch_limits {
	size_t  connections;
	size_t  connections_per_address; /* 0: no limit */
	int64_t idle_ms;                 /* until the next request line is complete */
	int64_t request_ms;              /* from the request line to the end of the body */
	int64_t reply_ms;                /* until the client has taken the reply */
	int64_t tick_ms;                 /* how often deadlines are looked at; more than 0 */
};

/* What the connections are doing. */
struct watch_count {
	size_t open;
	size_t idle;    /* between two requests */
	size_t working; /* suspended: some lane has the exchange */
};

/* The caller destroys it after the last connection. */
struct watch *watch_create(const struct watch_limits *limits);

/* Accepts NULL. */
void watch_destroy(struct watch *watch);

/* Is there room for one more connection? Any thread. */
bool watch_has_room(struct watch *watch);

/* Registers an accepted socket. NULL if its address has too many connections, or there is no
 * room. Any thread. */
struct peer *watch_add(struct watch *watch, int fd, const struct sockaddr *address);

/* Where it comes from, as op.network has it. */
uint64_t peer_network(const struct peer *peer);

/* Takes a connection out. Must be called before its socket is closed. Any thread. */
void watch_remove(struct watch *watch, struct peer *peer);

/* A thread has begun to serve it; from now on its deadlines count. Any thread. */
void watch_start(struct watch *watch, struct peer *peer);

/* Shuts down the sockets whose time is up, except where what the client has sent in time has only not been read. What
 * it costs depends on how many connections are due, not on how many there are. Gives in how many ms to call it again;
 * negative: not before somebody is added. One thread only. */
int64_t watch_tick(struct watch *watch, int64_t now_ms);

/* The client has closed its side: once its last request is answered, the connection is at its end. For the thread that
 * adds connections, so that it means none that came after it. */
void watch_note_end(struct watch *watch, struct peer *peer);

/* Lets idle connections end: what they have already sent is still answered. Any thread. */
void watch_end_idle(struct watch *watch);

/* Shuts down every connection that is not worked on. Any thread. */
void watch_end_all(struct watch *watch);

/* Any thread. */
struct watch_count watch_count(struct watch *watch);

/* What a connection does from now on. To be called by the thread that serves it; without locks.
 * Times are monotonic. */
void peer_idles(struct peer *peer, int64_t now_ms);
void peer_begins_request(struct peer *peer,
                         int64_t now_ms); /* its first bytes are there; if it did idle */
void peer_sends_request(struct peer *peer, int64_t now_ms);  /* its head is there */
void peer_is_worked_for(struct peer *peer);
void peer_takes_reply(struct peer *peer, int64_t now_ms);

/* Has it sent no request line so far? */
bool peer_is_wordless(const struct peer *peer);

/* Marks a connection whose client may still be sending when it is closed; see linger.h. */
void peer_set_lingers(struct peer *peer);
bool peer_lingers(const struct peer *peer);

#endif
