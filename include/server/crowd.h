/* How many connections each address has; each question costs the same however many there are. Not for several threads
 * at once. */
#ifndef SERVER_CROWD_H
#define SERVER_CROWD_H

#include <stddef.h>

struct crowd;
struct member;
struct sockaddr;

/* For at most `addresses` different ones at a time. The caller destroys it. */
struct crowd *crowd_create(size_t addresses);

/* Accepts NULL. */
void crowd_destroy(struct crowd *crowd);

/* Counts one more connection from this address. NULL if it has `limit` of them already (0: no limit), or there are too
 * many addresses. */
struct member *crowd_join(struct crowd *crowd, const struct sockaddr *from, size_t limit);

/* Its 16 bytes; IPv4 as ::ffff:a.b.c.d. */
const unsigned char *crowd_address(const struct member *member);

/* Counts one less. */
void crowd_leave(struct crowd *crowd, struct member *member);

#endif
