#define _GNU_SOURCE /* SOCK_CLOEXEC */
#include "server/sockets.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

enum { BACKLOG = 1024, PORT_TRIES = 32 };

struct place {
	struct sockaddr_storage address;
	socklen_t               address_bytes;
	const char             *host; /* as the user named it */
};

struct places {
	struct place items[MAX_SOCKETS];
	size_t       count;
};

/* The only mutable static here: the text outlives a server that never came to be, and a process
 * starts one at a time. */
static const char *describe(const char *host, int port, const char *why)
{
	static char message[256];

	(void)snprintf(message, sizeof message, "%s port %d: %s", host, port, why);
	return message;
}

/* Adds an address unless it is there already: `localhost` and 127.0.0.1 may both be asked for. */
static void add_place(struct places *places, const struct addrinfo *info, const char *host)
{
	struct place *place = &places->items[places->count];

	for (size_t i = 0; i < places->count; i++) {
		if (places->items[i].address_bytes == info->ai_addrlen &&
		    !memcmp(&places->items[i].address, info->ai_addr, info->ai_addrlen))
			return;
	}
	memcpy(&place->address, info->ai_addr, info->ai_addrlen);
	place->address_bytes = info->ai_addrlen;
	place->host = host;
	places->count++;
}

/* Adds the addresses of one host. Returns NULL, or why there are none. */
static const char *resolve(const char *host, struct places *places)
{
	struct addrinfo hints = { .ai_flags = AI_PASSIVE,
		                      .ai_family = AF_UNSPEC,
		                      .ai_socktype = SOCK_STREAM };
	struct addrinfo *found;
	int code = getaddrinfo(host, NULL, &hints, &found);

	if (code != 0)
		return gai_strerror(code);
	for (struct addrinfo *at = found; at && places->count < MAX_SOCKETS; at = at->ai_next) {
		if (at->ai_family == AF_INET || at->ai_family == AF_INET6)
			add_place(places, at, host);
	}
	freeaddrinfo(found);
	return NULL;
}

/* `localhost` is not asked of the resolver: it may know only one of the two, or neither. */
static const char *resolve_all(const char *const *hosts, int port, struct places *places)
{
	static const char *const LOOPBACK[] = { "127.0.0.1", "::1", NULL };

	for (; *hosts; hosts++) {
		const char *const alone[] = { *hosts, NULL };
		const char *const *names = strcmp(*hosts, "localhost") != 0 ? alone : LOOPBACK;

		for (; *names; names++) {
			const char *why = resolve(*names, places);

			if (why)
				return describe(*names, port, why);
		}
	}
	return NULL;
}

static void set_port(struct place *place, int port)
{
	if (place->address.ss_family == AF_INET6)
		((struct sockaddr_in6 *)&place->address)->sin6_port = htons((uint16_t)port);
	else
		((struct sockaddr_in *)&place->address)->sin_port = htons((uint16_t)port);
}

static int port_of(int fd)
{
	struct sockaddr_storage address = { 0 };
	socklen_t bytes = sizeof address;

	if (getsockname(fd, (struct sockaddr *)&address, &bytes) != 0)
		return 0;
	return ntohs(address.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&address)->sin6_port
	                                           : ((struct sockaddr_in *)&address)->sin_port);
}

static bool is_loopback(const struct place *place)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&place->address;
	const struct sockaddr_in *four = (const struct sockaddr_in *)&place->address;

	if (place->address.ss_family == AF_INET6)
		return IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
	return ntohl(four->sin_addr.s_addr) >> 24 == 127;
}

/* Gives a listening socket, or -1 with errno. */
static int listen_at(const struct place *place)
{
	int family = place->address.ss_family;
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int on = 1;
	int error;

	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
	    (family != AF_INET6 || setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on) == 0) &&
	    bind(fd, (const struct sockaddr *)&place->address, place->address_bytes) == 0 &&
	    listen(fd, BACKLOG) == 0)
		return fd;
	error = errno;
	(void)close(fd);
	errno = error;
	return -1;
}

void sockets_close(struct sockets *sockets)
{
	for (size_t i = 0; i < sockets->count; i++)
		(void)close(sockets->fds[i]);
	sockets->count = 0;
}

/* Opens all places on one port; 0: whatever the first one gets. Returns NULL, or the place that
 * failed, with errno. */
static const struct place *open_all(struct places *places, int port, struct sockets *sockets)
{
	*sockets = (struct sockets){ .port = port };
	for (size_t i = 0; i < places->count; i++) {
		struct place *place = &places->items[i];
		int fd;

		set_port(place, sockets->port);
		fd = listen_at(place);
		if (fd < 0 && (errno == EAFNOSUPPORT || errno == EADDRNOTAVAIL) && places->count > 1) {
			log_event(LOG_LEVEL_WARNING, "listen", "%s is not available here, left out",
			          place->host);
			continue;
		}
		if (fd < 0)
			return place;
		sockets->fds[sockets->count++] = fd;
		if (!sockets->port)
			sockets->port = port_of(fd);
	}
	return NULL;
}

static void warn_of_open_doors(const struct places *places)
{
	for (size_t i = 0; i < places->count; i++) {
		if (!is_loopback(&places->items[i]))
			log_event(LOG_LEVEL_WARNING, "listen", "%s is reachable from other machines",
			          places->items[i].host);
	}
}

/* With port 0 the port that the first place got may be taken at the next one: then once more
 * with another. Returns NULL, or the place that failed and, in *ret_error, its errno. */
static const struct place *open_on_one_port(struct places *places, int port,
                                            struct sockets *sockets, int *ret_error)
{
	const struct place *failed = open_all(places, port, sockets);

	*ret_error = errno;
	for (int tries = 1; failed && *ret_error == EADDRINUSE && !port && tries < PORT_TRIES;
	     tries++) {
		sockets_close(sockets);
		failed = open_all(places, port, sockets);
		*ret_error = errno;
	}
	return failed;
}

const char *sockets_open(const char *const *hosts, int port, struct sockets *sockets)
{
	struct places places = { .count = 0 };
	const char *message = resolve_all(hosts, port, &places);
	const struct place *failed;
	int error;

	*sockets = (struct sockets){ .is_host_wrong = message != NULL };
	if (message)
		return message;
	failed = open_on_one_port(&places, port, sockets, &error);
	if (failed) {
		sockets_close(sockets);
		sockets->is_host_wrong = error == EADDRNOTAVAIL || error == EAFNOSUPPORT;
		return describe(failed->host, sockets->port, strerror(error));
	}
	sockets->is_host_wrong = !sockets->count;
	if (!sockets->count)
		return describe(hosts[0] ? hosts[0] : "(no host)", port, "no such address on this machine");
	warn_of_open_doors(&places);
	return NULL;
}
