#include "server/wordless.h"

#include <linux/tcp.h> /* the C library's struct ends before the count of bytes */
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/log.h"
#include "server/throttle.h"

enum { EVERY_MS = 1000 };

/* libmicrohttpd has read the bytes already; the kernel still knows how many there were. It counts the end
 * of what the client sends as one. */
static bool has_received(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t bytes = sizeof info;

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &bytes) == 0 &&
	       bytes > offsetof(struct tcp_info, tcpi_bytes_received) && info.tcpi_bytes_received > 1;
}

void wordless_note(int fd, struct throttle *throttle)
{
	if (has_received(fd) && throttle_pass(throttle, EVERY_MS))
		log_event(
			LOG_LEVEL_WARNING, "connection",
			"ended without a request that could be read; if it was TLS: this port speaks plain HTTP, "
			"so clients need http:// and not https://");
}
