/* Closing without loss: when a refused client is still sending, closing its socket at once makes
 * the system drop the reply on its way. So the socket stays open for reading, unread, until the
 * client ends or a short time has passed. */
#ifndef SERVER_LINGER_H
#define SERVER_LINGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct linger_room;
struct pollfd;

/* Makes an empty room for lingering sockets. The caller destroys it. */
struct linger_room *linger_create(void);

/* Closes what is left. Accepts NULL. */
void linger_destroy(struct linger_room *room);

/* How many sockets linger at most; more are closed at once. */
enum { LINGER_SOCKETS = 64 };

/* Takes over a socket to which nothing more will be written. Any thread. */
void linger_add(struct linger_room *room, int fd);

/* Fills `polls` (at least LINGER_SOCKETS) with what to wait for; returns how many. */
size_t linger_poll(struct linger_room *room, struct pollfd *polls);

/* Throws away what has come in and closes what is over. One thread only. */
void linger_tick(struct linger_room *room, int64_t now_ms);

#endif
