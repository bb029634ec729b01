/* Closing without loss: when a refused client is still sending, closing its socket at once makes
 * the system drop the reply on its way. So the socket stays open for reading, unread, until the
 * client ends or a short time has passed. */
#ifndef SERVER_LINGER_H
#define SERVER_LINGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct linger_room;

/* Makes an empty room for so many lingering sockets; more are closed at once. Without a descriptor (linger_fd() is
 * negative) if there is none left. The caller destroys it. */
struct linger_room *linger_create(size_t sockets);

/* Closes what is left. Accepts NULL. */
void linger_destroy(struct linger_room *room);

/* Takes over a socket to which nothing more will be written. Any thread. */
void linger_add(struct linger_room *room, int fd);

/* A descriptor that can be read from when somebody who lingers has sent something, or has gone. */
int linger_fd(const struct linger_room *room);

/* Throws away what has come in and closes what is over. Does anybody linger still? One thread only. */
bool linger_tick(struct linger_room *room, int64_t now_ms);

#endif
