/* The least a libmicrohttpd server can do: the yardstick for GET /me.
 *
 * bare_http [BODY_BYTES [WORKERS]]
 *
 * Every request gets the same JSON text of BODY_BYTES. Daemon flags, workers and limits are those
 * of standin, and each answer costs what an answer of an API costs at least: one look-up of a
 * request header, a response of its own with a copied body, three headers. Prints its port, then
 * serves until its standard input ends. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <unistd.h>

#include <microhttpd.h>

/* More than 125 connections in one worker can meet a defect of MHD's epoll loop: it waits without
 * end when exactly 128 descriptors are ready. */
enum { CONNECTIONS_PER_WORKER = 125, CONNECTION_MEMORY_BYTES = 32 * 1024 };

static char *body;
static size_t body_bytes = 1024;

static char *body_create(size_t bytes)
{
	static const char start[] = "{\"version\":1,\"filler\":\"";
	char *text = malloc(bytes + 1);

	if (!text)
		return NULL;
	memset(text, 'x', bytes);
	if (bytes > sizeof start + 2) {
		memcpy(text, start, sizeof start - 1);
		memcpy(text + bytes - 2, "\"}", 2);
	}
	text[bytes] = '\0';
	return text;
}

static enum MHD_Result answer(struct MHD_Connection *connection)
{
	const char *authorization =
		MHD_lookup_connection_value(connection, MHD_HEADER_KIND, "Authorization");
	struct MHD_Response *response =
		MHD_create_response_from_buffer(body_bytes, body, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result queued;

	if (!response)
		return MHD_NO;
	(void)MHD_add_response_header(response, "Content-Type", "application/json; charset=utf-8");
	(void)MHD_add_response_header(response, "X-Correlation-ID",
				      "bare/0b6f7d3e-5a0e-4f0e-9f6b-0a8f1c2d3e4f");
	(void)MHD_add_response_header(response, "Access-Control-Allow-Origin", "*");
	queued = MHD_queue_response(connection, authorization ? MHD_HTTP_OK : MHD_HTTP_UNAUTHORIZED,
				    response);
	MHD_destroy_response(response);
	return queued;
}

/* The type of MHD_AccessHandlerCallback fixes the parameters. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
			      const char *method, const char *version, const char *upload,
			      size_t *upload_bytes, void **request)
{
	static char seen;

	(void)context, (void)url, (void)method, (void)version, (void)upload;
	if (!*request) { /* the headers have arrived, the end of the request has not */
		*request = &seen;
		return MHD_YES;
	}
	if (*upload_bytes > 0) {
		*upload_bytes = 0;
		return MHD_YES;
	}
	return answer(connection);
}

static struct MHD_Daemon *serve(unsigned workers)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct MHD_OptionItem options[] = {
		{ MHD_OPTION_SOCK_ADDR, 0, &address },
		{ MHD_OPTION_THREAD_POOL_SIZE, workers, NULL },
		{ MHD_OPTION_CONNECTION_LIMIT, workers * CONNECTIONS_PER_WORKER, NULL },
		{ MHD_OPTION_CONNECTION_MEMORY_LIMIT, CONNECTION_MEMORY_BYTES, NULL },
		{ MHD_OPTION_END, 0, NULL },
	};

	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD, 0, NULL, NULL, handle, NULL,
				MHD_OPTION_ARRAY, options, MHD_OPTION_END);
}

int main(int argc, char **argv)
{
	unsigned workers = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 8;
	struct MHD_Daemon *daemon;
	char ignored[64];

	if (argc > 1)
		body_bytes = strtoul(argv[1], NULL, 10);
	body = body_create(body_bytes);
	daemon = body && workers > 0 ? serve(workers) : NULL;
	if (!daemon) {
		(void)fprintf(stderr, "bare_http: cannot start\n");
		return 1;
	}
	(void)printf("%u\n", MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port);
	(void)fflush(stdout);
	while (read(STDIN_FILENO, ignored, sizeof ignored) > 0)
		;
	MHD_stop_daemon(daemon);
	free(body);
	return 0;
}
