/* Between the sockets and libmicrohttpd: reads what clients send, lets heads and framing pass that the gate finds good,
 * and puts in place of anything else a plain request that ends the connection, to be answered by us.
 *
 * libmicrohttpd answers what it refuses itself, in HTML, and has no place for a better answer; nor does it tell what it
 * has overlooked (a NUL, a continued header). So it must never see such bytes. It has no place for that either, but it
 * reads with recv(2), and this is where recv(2) of this program is defined. What is no connection of ours, or is only
 * looked at (MSG_PEEK), goes to the system as it is. */
#ifndef SERVER_INTAKE_H
#define SERVER_INTAKE_H

#include <stdbool.h>
#include <stddef.h>

struct intake;
struct peer;

/* Makes room for sockets with numbers below `sockets`. Once a process, before the first connection. */
void intake_init(size_t sockets);

/* From now on what comes from this socket passes through here; `peer` is its place in the register. False: its number
 * is too high, or there is no memory. To be called before anybody reads from it. */
bool intake_open(int fd, struct peer *peer);

/* To be called before the socket is closed, by the thread that reads from it. */
void intake_close(int fd);

/* The intake of an open connection; NULL if it has none. */
struct intake *intake_of(int fd);

/* The peer that was given with it. */
struct peer *intake_peer(const struct intake *intake);

/* The next of its requests begins to be worked on: gives its number, 1 for the first. Like the rest, for the thread
 * that reads. */
size_t intake_next_request(struct intake *intake);

/* Why the request with this number must be refused, and with which status; NULL if there is no reason so far. There may
 * be one later, as long as its body comes in. Static text. */
const char *intake_fault(const struct intake *intake, size_t request, int *ret_status);

#endif
