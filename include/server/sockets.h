/* Opens the sockets that are listened on. */
#ifndef SERVER_SOCKETS_H
#define SERVER_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>

enum { MAX_SOCKETS = 16 };

struct sockets {
	int    fds[MAX_SOCKETS];
	size_t count;
	int    port;          /* the same for all */
	bool   is_host_wrong; /* nothing is open because a host is not one of this machine */
};

/* Listens on every host (see http_options). Returns NULL, or what failed where (static); then
 * nothing is open. An address family that this machine does not have is left out with a warning,
 * as long as one socket remains. The caller closes the sockets. */
const char *sockets_open(const char *const *hosts, int port, struct sockets *ret_sockets);

/* Closes what is open. */
void sockets_close(struct sockets *sockets);

#endif
