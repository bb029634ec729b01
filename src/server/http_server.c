#include "server/http_server.h"

#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <microhttpd.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "server/http_call.h"
#include "server/intake.h"
#include "server/listener.h"
#include "server/throttle.h"
#include "server/watch.h"
#include "server/wordless.h"

enum {
	/* Request line and headers, received and answered. All of it is cleared for every request:
	 * twice as much would cost 0.8 µs, some 7 % of a request. */
	CONNECTION_MEMORY_BYTES = 32 * 1024,
	REPLY_MS = 60 * 1000,          /* for a client to take its answer */
	SHORTEST_TICK_MS = 20,
	LONGEST_TICK_MS = 500,
	DRAIN_STEP_MS = 5,
	STOP_MS = 5000,                /* for lanes that have been told to stop */
	OTHER_DESCRIPTORS = 192,       /* database, log, listening, the least of lingering */
	LEAST_LINGERING = 64,
	MOST_LINGERING = 512,          /* if there are descriptors for them */
	DESCRIPTORS_PER_WORKER = 2,    /* epoll, wake-up */
	SPARE_DESCRIPTORS = 1024,      /* which whoever started us may have left open */
	LEAST_CONNECTIONS = 16,
	BUSY_US = 5000,                /* with one request: then a thread gets no new connections */
	WARNING_MS = 1000,
};

/* One thread of libmicrohttpd. Not its own thread pool: that spreads connections by descriptor
 * number and checks its limits too late, so that a worker may drop a connection for which
 * another one has room. */
struct worker {
	struct http_server *server;
	struct MHD_Daemon  *daemon;
	atomic_size_t       connections;
	_Atomic int64_t     busy_since_us; /* with a request; 0: with none */
};

struct http_server {
	struct call_rules rules;
	struct watch     *watch;
	struct listener  *listener;
	size_t            worker_count;
	struct worker    *workers;
	struct throttle   library_warning;
	struct throttle   wordless_warning;
};

/* -- what libmicrohttpd tells us -- */

static int socket_of(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
}

static struct intake *intake_for(struct MHD_Connection *connection)
{
	return MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static void on_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                          enum MHD_ConnectionNotificationCode code)
{
	int fd = socket_of(connection);
	struct worker *worker = context;
	struct http_server *server = worker->server;
	struct peer *peer;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_context = intake_of(fd);
		watch_start(server->watch, intake_peer(*socket_context));
		return;
	}
	peer = intake_peer(*socket_context);
	if (peer_is_wordless(peer))
		wordless_note(fd, &server->wordless_warning);
	if (peer_lingers(peer))
		listener_see_out(server->listener, fd);
	/* libmicrohttpd closes the socket after this. */
	intake_close(fd);
	watch_remove(server->watch, peer);
	atomic_fetch_sub(&worker->connections, 1);
	listener_note_leaving(server->listener);
}

/* The request line has arrived. What this returns becomes the context of the request. */
static void *on_request_line(void *context, const char *target, struct MHD_Connection *connection)
{
	struct worker *worker = context;
	struct http_call *call = http_call_start(&worker->server->rules, connection,
	                                         intake_for(connection), target ? target : "");
	const char *query = target ? strchr(target, '?') : NULL;

	/* libmicrohttpd would now split the query into a list that nobody reads, and never answer
	 * when the list outgrows its memory (some 450 parameters in 32 KiB). The text is its own
	 * receive buffer, so it can be cut; it is const only to callbacks. We have our copy. */
	if (query)
		*(char *)(uintptr_t)(query + 1) = '\0';
	return call;
}

/* The type of MHD_AccessHandlerCallback fixes the parameters. */
static enum MHD_Result on_progress(void *context, struct MHD_Connection *connection,
                                   const char *url, const char *method, const char *version,
                                   const char *piece, size_t *bytes, void **request)
{
	size_t piece_bytes = *bytes;
	struct worker *worker = context;
	bool can_go_on;

	(void)url, (void)version;
	*bytes = 0;
	if (!*request)
		return http_call_turn_away(connection) ? MHD_YES : MHD_NO;
	atomic_store_explicit(&worker->busy_since_us, http_call_active_us(*request),
	                      memory_order_relaxed);
	can_go_on = http_call_go_on(*request, method, piece, piece_bytes);
	atomic_store_explicit(&worker->busy_since_us, 0, memory_order_relaxed);
	return can_go_on ? MHD_YES : MHD_NO;
}

static void on_end(void *context, struct MHD_Connection *connection, void **request,
                   enum MHD_RequestTerminationCode code)
{
	(void)context, (void)connection;
	if (*request)
		http_call_finish(*request, code == MHD_REQUEST_TERMINATED_COMPLETED_OK);
	*request = NULL;
}

static void on_remark(void *context, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* What libmicrohttpd has to say. Most of it is about clients that have gone or sent nonsense;
 * they must not fill our log. */
static void on_remark(void *context, const char *format, va_list arguments)
{
	static const char *const OURS[] = {
		"epoll", "Error allocating", "signal", "thread", "initiali", "API violation",
	};
	struct worker *worker = context;
	enum log_level level = LOG_LEVEL_DEBUG;
	char text[256];

	for (size_t i = 0; i < sizeof OURS / sizeof OURS[0]; i++) {
		if (strstr(format, OURS[i]))
			level = LOG_LEVEL_WARNING;
	}
	if (!log_wants(level) || !throttle_pass(&worker->server->library_warning, WARNING_MS))
		return;
	(void)vsnprintf(text, sizeof text, format, arguments);
	text[strcspn(text, "\n")] = '\0';
	log_event(level, "libmicrohttpd", "%s", text);
}

/* -- workers -- */

static bool worker_start(struct worker *worker, struct http_server *server)
{
	worker->server = server;
	/* No timeout of the library's: the watch keeps all of them. One connection more than ours,
	 * because the library's count falls a moment after ours. */
	worker->daemon = MHD_start_daemon(
		MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_ALLOW_SUSPEND_RESUME |
			MHD_USE_NO_LISTEN_SOCKET | MHD_USE_ERROR_LOG,
		0, NULL, NULL, on_progress, worker,
		MHD_OPTION_EXTERNAL_LOGGER, on_remark, worker, /* first, to hear of the rest */
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_PER_THREAD + 1,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY_BYTES,
		MHD_OPTION_NOTIFY_CONNECTION, on_connection, worker,
		MHD_OPTION_URI_LOG_CALLBACK, on_request_line, worker,
		MHD_OPTION_NOTIFY_COMPLETED, on_end, worker,
		MHD_OPTION_END);
	return worker->daemon;
}

static bool is_busy(struct worker *worker, int64_t now_us)
{
	int64_t since_us = atomic_load_explicit(&worker->busy_since_us, memory_order_relaxed);

	return since_us && now_us - since_us > BUSY_US;
}

/* The one with the fewest connections, so that all have about as many; one that is held up by a request only if all
 * others are full. NULL if all are. */
static struct worker *choose_worker(struct http_server *server)
{
	int64_t now_us = monotonic_us();
	size_t fewest = SIZE_MAX;
	struct worker *found = NULL;

	for (size_t i = 0; i < server->worker_count; i++) {
		struct worker *worker = &server->workers[i];
		size_t connections = atomic_load(&worker->connections);

		if (connections >= CONNECTIONS_PER_THREAD)
			continue;
		if (is_busy(worker, now_us))
			connections += CONNECTIONS_PER_THREAD;
		if (connections < fewest) {
			fewest = connections;
			found = worker;
		}
	}
	return found;
}

/* Gives a connection to a worker. Runs on the listener's thread only. */
static bool serve(void *context, int fd, struct peer *peer)
{
	struct http_server *server = context;
	struct worker *chosen = choose_worker(server);
	/* The library wants an address, and only keeps it. */
	struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	/* Neither can be: the watch lets in no more than the workers take, and there are no more descriptors. */
	if (!chosen || !intake_open(fd, peer)) {
		(void)close(fd);
		return false;
	}
	atomic_fetch_add(&chosen->connections, 1);
	if (MHD_add_connection(chosen->daemon, fd, &nowhere, sizeof nowhere) == MHD_YES)
		return true;
	intake_close(fd);
	atomic_fetch_sub(&chosen->connections, 1);
	return false;
}

/* -- start -- */

/* Makes sure that connections run out before descriptors do: with none left, libmicrohttpd and
 * we could only spin. Gives how many connections there may be; 0: too few to be of use. */
static size_t fit_connections(const struct http_options *options, size_t *ret_lingering)
{
	size_t wanted = options->max_connections;
	size_t others = OTHER_DESCRIPTORS + options->threads * DESCRIPTORS_PER_WORKER;
	size_t all = wanted + others + MOST_LINGERING - LEAST_LINGERING;
	struct rlimit files;

	*ret_lingering = MOST_LINGERING;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY)
		return wanted;
	if (files.rlim_cur < all) {
		files.rlim_cur = files.rlim_max < all ? files.rlim_max : all;
		(void)setrlimit(RLIMIT_NOFILE, &files); /* what counts is read back */
		(void)getrlimit(RLIMIT_NOFILE, &files);
	}
	if (files.rlim_cur >= all)
		return wanted;
	*ret_lingering = LEAST_LINGERING;
	if (files.rlim_cur >= wanted + others)
		return wanted;
	if (files.rlim_cur < others + LEAST_CONNECTIONS)
		return 0;
	log_event(LOG_LEVEL_WARNING, "limits", "only %zu connections: the limit of open files is %zu",
	          (size_t)files.rlim_cur - others, (size_t)files.rlim_cur);
	return (size_t)files.rlim_cur - others;
}

static int64_t shorter(int64_t a, int64_t b)
{
	if (a <= 0 || b <= 0)
		return a > b ? a : b;
	return a < b ? a : b;
}

/* How often to look at the deadlines, so that none is missed by more than an eighth. */
static int64_t tick_ms(const struct http_options *options)
{
	int64_t ms = shorter(options->request_timeout_ms, options->idle_timeout_ms) / 8;

	if (ms <= 0 || ms > LONGEST_TICK_MS)
		return LONGEST_TICK_MS;
	return ms < SHORTEST_TICK_MS ? SHORTEST_TICK_MS : ms;
}

static struct watch *make_watch(const struct http_options *options, size_t connections)
{
	return watch_create(&(struct watch_limits){
	    .connections = connections,
	    .connections_per_address = options->max_connections_per_address,
	    .idle_ms = options->idle_timeout_ms,
	    .request_ms = options->request_timeout_ms,
	    .reply_ms = REPLY_MS,
	    .tick_ms = tick_ms(options),
	});
}

/* Starts what has threads. Returns NULL, or what failed. */
static const char *start_threads(struct http_server *server)
{
	for (size_t i = 0; i < server->worker_count; i++) {
		if (!worker_start(&server->workers[i], server))
			return "cannot start an I/O thread";
	}
	return listener_start(server->listener) ? NULL : "cannot start the listening thread";
}

static enum http_error open_door(struct http_server *server, const struct http_options *options,
                                 const char **ret_message)
{
	size_t lingering;
	size_t connections = fit_connections(options, &lingering);
	bool is_host_wrong;

	*ret_message = "the limit of open files (ulimit -n) is too low";
	if (!connections)
		return HTTP_FAILED;
	/* The system gives the lowest number that is free. */
	intake_init(connections + lingering + OTHER_DESCRIPTORS +
	            options->threads * DESCRIPTORS_PER_WORKER + SPARE_DESCRIPTORS);
	server->watch = make_watch(options, connections);
	server->listener = listener_create(
		&(struct listener_options){
			.hosts = options->hosts,
			.port = options->port,
			.lingering = lingering,
			.watch = server->watch,
			.serve = serve,
			.context = server,
		},
		ret_message, &is_host_wrong);
	if (server->listener)
		return HTTP_OK;
	return is_host_wrong ? HTTP_NO_SUCH_HOST : HTTP_CANNOT_LISTEN;
}

enum http_error http_server_open(const struct http_options *options,
                                 struct http_server **ret_server, const char **ret_message)
{
	struct http_server *server = xcalloc(1, sizeof *server);
	enum http_error error;

	server->rules.cors =
		(struct cors_policy){ .enabled = options->cors, .origin = options->cors_origin };
	server->rules.body_limit_bytes = options->body_limit_bytes;
	server->rules.uploads = options->uploads;
	server->worker_count = options->threads;
	server->workers = xcalloc(options->threads, sizeof *server->workers);
	error = open_door(server, options, ret_message);
	if (error) {
		(void)http_server_destroy(server); /* no thread has started */
		server = NULL;
	}
	*ret_server = server;
	return error;
}

bool http_server_start(struct http_server *server, struct engine *engine, const char **ret_message)
{
	server->rules.engine = engine;
	*ret_message = start_threads(server);
	return !*ret_message;
}

int http_server_port(const struct http_server *server)
{
	return listener_port(server->listener);
}

/* -- stop -- */

static void nap(void)
{
	struct timespec step = { .tv_nsec = DRAIN_STEP_MS * 1000000L };

	(void)nanosleep(&step, NULL); /* woken by a signal, it is merely shorter */
}

/* Cuts off what is not worked on, and waits until it is gone: from then on no request reaches
 * the engine, and the lanes may stop. */
static void cut_off(struct http_server *server)
{
	int64_t end_ms = monotonic_ms() + STOP_MS;
	struct watch_count count = watch_count(server->watch);

	log_event(LOG_LEVEL_WARNING, "stop", "%zu connections cut off", count.open - count.idle);
	do {
		watch_end_all(server->watch);
		count = watch_count(server->watch);
		if (count.open == count.working)
			return;
		nap();
	} while (monotonic_ms() < end_ms);
	log_event(LOG_LEVEL_ERROR, "stop", "%zu connections do not end", count.open - count.working);
}

void http_server_drain(struct http_server *server, int64_t grace_ms)
{
	int64_t end_ms = monotonic_ms() + grace_ms;

	atomic_store(&server->rules.is_draining, true);
	listener_close(server->listener);
	do {
		watch_end_idle(server->watch);
		if (!watch_count(server->watch).open)
			return;
		nap();
	} while (monotonic_ms() < end_ms);
	cut_off(server);
}

/* libmicrohttpd aborts the process when it is stopped while an exchange is out. Lanes that have
 * stopped have handed all of them back; it is only the worker that may not have seen the last
 * one yet. */
static bool await_lanes(struct http_server *server)
{
	int64_t end_ms = monotonic_ms() + STOP_MS;

	while (watch_count(server->watch).working) {
		if (monotonic_ms() > end_ms)
			return false;
		nap();
	}
	return true;
}

bool http_server_destroy(struct http_server *server)
{
	if (!server)
		return true;
	if (server->listener)
		listener_close(server->listener);
	if (server->watch && !await_lanes(server)) {
		log_event(LOG_LEVEL_ERROR, "stop",
		          "a request was never handed back; its threads are left alone");
		return false;
	}
	for (size_t i = 0; i < server->worker_count; i++) {
		if (server->workers[i].daemon)
			MHD_stop_daemon(server->workers[i].daemon);
	}
	listener_destroy(server->listener);
	watch_destroy(server->watch);
	free(server->workers);
	free(server);
	return true;
}
