/* The HTTP adapter: the only place that knows libmicrohttpd. Bytes become exchanges; replies
 * become bytes. */
#ifndef SERVER_HTTP_SERVER_H
#define SERVER_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/upload.h"

struct engine;
struct http_server;

/* libmicrohttpd's epoll loop waits for ever when exactly 128 (256, …) events are ready at once. With 125 connections
 * and its wake-up descriptor there are never that many. */
enum { CONNECTIONS_PER_THREAD = 125 };

struct http_options {
	const char *const *hosts;            /* NULL-terminated; `localhost` means 127.0.0.1 and ::1 */
	int                port;             /* 0 = a free one, the same for every host */
	size_t             threads;          /* I/O threads */
	size_t             max_connections;  /* at most CONNECTIONS_PER_THREAD for each */
	size_t             max_connections_per_address;
	size_t             body_limit_bytes;
	struct upload_rules uploads;
	int64_t            request_timeout_ms; /* from the first byte of a request to its last */
	int64_t            idle_timeout_ms;    /* a kept-alive connection without a request */
	bool               cors;
	const char        *cors_origin;        /* NULL: reflect any origin */
};

enum http_error { HTTP_OK, HTTP_CANNOT_LISTEN, HTTP_NO_SUCH_HOST, HTTP_FAILED };

/* Binds; whoever connects has to wait for http_server_start(). On failure *ret_message (static) says
 * what and where. The caller destroys it. */
enum http_error http_server_open(const struct http_options *options,
                                 struct http_server **ret_server, const char **ret_message);

/* Starts to answer. False: *ret_message (static) says why. */
bool http_server_start(struct http_server *server, struct engine *engine,
                       const char **ret_message);

/* The port that is listened on. */
int http_server_port(const struct http_server *server);

/* Stops accepting, if it has started, waits until what is in flight is answered (at most `grace_ms`), closes every
 * connection. The lanes must still be running. */
void http_server_drain(struct http_server *server, int64_t grace_ms);

/* Stops the threads and frees. After the lanes have stopped. False: a request was never handed back, so the threads go
 * on, and all that they use. Accepts NULL. */
bool http_server_destroy(struct http_server *server);

#endif
