#include "app/app.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "admin/control_routes.h"
#include "api/routes.h"
#include "app/commands.h"
#include "app/ready.h"
#include "app/seeds.h"
#include "auth/buckets.h"
#include "base/cache.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/json_memory.h"
#include "base/pool.h"
#include "base/random.h"
#include "base/waiting.h"
#include "base/replacements.h"
#include "db/db.h"
#include "db/db_writer.h"
#include "engine/engine.h"
#include "engine/faults.h"
#include "project/fixture.h"
#include "server/http_server.h"
#include "app_priv.h"

enum {
	HASH_QUEUE_JOBS = 64,
	READ_QUEUE_JOBS = 256,
	/* What is left to other threads goes behind what is not; long reads go behind passwords. */
	HASH_NICER = 10,
	READ_NICER = 14,
	DRAIN_MS = 5000,
	LANE_MS =
		15 * 1000, /* for a lane to end after that: longer than the database lets a write wait */
	SHORT_TOKEN_TTL_MS = 301 * 1000
};

/* Serving */

/* So many threads as are wanted; 0 is one per core. */
static size_t threads_of(int64_t wanted)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (wanted > 0)
		return (size_t)wanted;
	return cores > 0 ? (size_t)cores : 1;
}

static int running_failed(const char *what, const char *why)
{
	fprintf(stderr, "standin: %s: %s\n", what, why);
	return EXIT_RUNNING_FAILED;
}

static int cannot_listen(const struct settings *settings, const char *message)
{
	fprintf(
		stderr,
		"standin: cannot listen on %s; --port %lld is not to be had, --port 0 takes a free one\n",
		message, (long long)settings->port);
	return EXIT_CANNOT_LISTEN;
}

/* Large bodies wait for their end beside the database, if there is one. NULL: it does not matter where. */
static const char *upload_folder(struct app *app)
{
	const char *slash = app->db_path ? strrchr(app->db_path, '/') : NULL;
	size_t bytes = slash ? (size_t)(slash + 1 - app->db_path) : 0;

	if (!app->db_path || bytes >= sizeof app->upload_folder)
		return NULL;
	snprintf(app->upload_folder, sizeof app->upload_folder, "%.*s", slash ? (int)bytes : 1,
	         slash ? app->db_path : ".");
	return app->upload_folder;
}

/* Twice as much may be in files. */
static struct upload_rules share_memory(struct app *app)
{
	app->memory.limit_bytes = (size_t)app->settings->body_memory_bytes;
	app->upload_files.limit_bytes = 2 * app->memory.limit_bytes;
	return (struct upload_rules){ &app->memory, &app->upload_files, upload_folder(app) };
}

static int listen_on_port(struct app *app)
{
	const struct settings *settings = app->settings;
	const struct http_options options = {
		.hosts = settings->hosts.items,
		.port = (int)settings->port,
		.threads = (size_t)settings->threads,
		.max_connections = (size_t)settings->max_connections,
		.max_connections_per_address = (size_t)settings->max_connections_per_address,
		.body_limit_bytes = (size_t)settings->body_limit_bytes,
		.uploads = share_memory(app),
		.request_timeout_ms = settings->request_timeout_ms,
		.idle_timeout_ms = settings->idle_timeout_ms,
		.cors = strcmp(settings->cors, "none") != 0,
		.cors_origin = strcmp(settings->cors, "any") == 0 ? NULL : settings->cors,
	};
	const char *message = "";

	switch (http_server_open(&options, &app->server, &message)) {
	case HTTP_OK:
		return EXIT_OK;
	case HTTP_CANNOT_LISTEN:
		return cannot_listen(settings, message);
	case HTTP_NO_SUCH_HOST:
		fprintf(
			stderr,
			"standin: cannot listen on %s; --host takes an address of this machine, localhost, or "
			"0.0.0.0 for all of its addresses\n",
			message);
		return EXIT_CANNOT_LISTEN;
	case HTTP_FAILED:
		break;
	}
	return running_failed("cannot serve", message);
}

static int start_serving(struct app *app)
{
	static const struct route_table *const TABLES[] = { &API_ROUTES, &TOKEN_ROUTES, &SERVICE_ROUTES, &CONTROL_ROUTES,
		                                                NULL };
	const struct engine_parts parts = { .env = &app->env,
		                                .clock = app->clock,
		                                .db = app->db,
		                                .writer = app->writer,
		                                .hashers = app->hashers,
		                                .readers = app->readers,
		                                .query_timeout_ms = app->settings->query_timeout_ms,
		                                .tables = TABLES,
		                                .request_memory_bytes =
		                                    (size_t)app->settings->request_memory_bytes,
		                                .memory = &app->memory };
	const char *message = "";

	app->engine = engine_create(&parts);
	return http_server_start(app->server, app->engine, &message)
	           ? EXIT_OK
	           : running_failed("cannot serve", message);
}

/* From start to end */

static bool is_loopback(const char *host)
{
	return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       strncmp(host, "127.", 4) == 0;
}

static void warn(const struct settings *settings)
{
	if (settings->token_ttl_ms < SHORT_TOKEN_TTL_MS)
		log_event(LOG_LEVEL_WARNING, "token-ttl",
		          "below 301 s the official client asks for a token before every call");
	for (const char *const *host = settings->hosts.items; *host; host++) {
		if (!is_loopback(*host)) {
			log_event(LOG_LEVEL_WARNING, "secrets",
			          "those of the built-in clients and customers are public");
			return;
		}
	}
}

static bool start_pools(struct app *app)
{
	const struct settings *settings = app->settings;

	app->hashers = pool_create(&(struct pool_options){ .name = "standin-hash",
	                                                   .threads = threads_of(settings->hash_threads),
	                                                   .queue_jobs = HASH_QUEUE_JOBS,
	                                                   .nicer = HASH_NICER });
	app->readers = pool_create(&(struct pool_options){ .name = "standin-query",
	                                                   .threads = threads_of(settings->query_threads),
	                                                   .queue_jobs = READ_QUEUE_JOBS,
	                                                   .nicer = READ_NICER,
	                                                   .is_fair = true });
	return app->hashers && app->readers;
}

/* Brings everything up in order. Returns an exit code; what was opened is closed by close_all() in
 * any case. */
static int open_all(struct app *app)
{
	const struct settings *settings = app->settings;
	const struct localities localities = { settings->languages.items, settings->currencies.items,
		                                   settings->countries.items };
	int code;

	app->seeds = seeds_read(settings->seeds.items, &localities);
	if (!app->seeds)
		return EXIT_FIXTURE;
	app->waiting = waiting_create();
	if (!app->waiting)
		return running_failed("cannot serve", "the thread for those who wait cannot be started");
	code = app_open_database(app);
	if (code == EXIT_OK)
		code = listen_on_port(app); /* the port is part of what is seeded */
	if (code == EXIT_OK)
		code = app_prepare_data(app);
	if (code != EXIT_OK)
		return code;
	if (!start_pools(app))
		return running_failed("cannot serve",
		                      "the threads for passwords and reads cannot be started");
	return start_serving(app);
}

/* Refuses what comes to the lanes, and waits until what is in them has been handed back. They hand on to each other, so
 * that none is freed before all of them have ended. False: some thread goes on. */
static bool stop_lanes(struct app *app)
{
	bool have_ended = pool_stop(app->readers, LANE_MS);

	have_ended = pool_stop(app->hashers, LANE_MS) && have_ended;
	return db_writer_stop(app->writer, LANE_MS) && have_ended;
}

static void free_all(struct app *app)
{
	pool_destroy(app->readers);
	pool_destroy(app->hashers);
	db_writer_destroy(app->writer);
	engine_destroy(app->engine);
	waiting_destroy(app->waiting);
	db_close(app->db);
	cache_destroy(app->env.cache);
	cache_destroy(app->env.documents);
	buckets_destroy(app->env.attempts);
	buckets_destroy(app->env.project_makers);
	faults_destroy(app->env.faults);
	replacements_destroy(app->env.replacements);
	clock_destroy(app->clock);
	seeds_destroy(app->seeds);
	app_forget_projects(app);
	free(app->db_path);
}

/* Stop accepting, end long reads, finish what else is in flight, stop the lanes, then the threads that waited for them.
 * What threads may still use that could not be stopped is left to the end of the process. False: that is so. */
static bool close_all(struct app *app)
{
	waiting_close(app->waiting);
	engine_stop(app->engine);
	if (app->server)
		http_server_drain(app->server, DRAIN_MS);
	bool have_ended = stop_lanes(app);

	have_ended = http_server_destroy(app->server) && have_ended;
	if (have_ended)
		free_all(app);
	else
		log_event(LOG_LEVEL_ERROR, "stop", "threads that do not end are left alone");
	log_close();
	return have_ended;
}

static bool announce(const struct app *app)
{
	const struct ready ready = {
		.settings = app->settings,
		.db_path = app->db_path,
		.port = http_server_port(app->server),
		.projects = app->projects,
		.project_count = app->project_count,
		.is_demo = app->projects[app->project_count - 1].customers > 0 &&
	               seeds_are_built_in(app->seeds),
		.took_ms = (monotonic_us() - app->started_us) / 1000,
	};

	if (!ready_file_write(&ready))
		return false;
	ready_print(&ready);
	notify_supervisor("READY=1");
	return true;
}

/* Waits for a signal. False: the disk failed in a way that only a restart can mend. */
static bool wait_for_end(const struct app *app, const sigset_t *signals)
{
	const struct timespec second = { .tv_sec = 1 };

	while (sigtimedwait(signals, NULL, &second) < 0)
		if (!db_is_healthy(app->db))
			return false;
	return true;
}

/* A ready file that could not be written would only be noticed when all else is done. */
static int check_ready_file(const struct settings *settings)
{
	if (ready_file_has_folder(settings->ready_file))
		return EXIT_OK;
	fprintf(stderr,
	        "standin: --ready-file %s: its folder cannot be written to (%s); make it first\n",
	        settings->ready_file, strerror(errno));
	return EXIT_USAGE;
}

static int serve_until_end(struct app *app, const sigset_t *signals)
{
	int code = check_ready_file(app->settings);

	if (code == EXIT_OK)
		code = open_all(app);

	if (code != EXIT_OK)
		return code;
	warn(app->settings);
	if (!announce(app))
		return running_failed(app->settings->ready_file, strerror(errno));
	if (!wait_for_end(app, signals))
		code = running_failed("the database failed",
		                      "only a restart can mend it; what was acknowledged is kept");
	notify_supervisor("STOPPING=1");
	ready_file_remove(app->settings->ready_file);
	return code;
}

static enum log_format log_format_of(const char *name)
{
	if (strcmp(name, "off") == 0)
		return LOG_FORMAT_OFF;
	return strcmp(name, "json") == 0 ? LOG_FORMAT_JSON : LOG_FORMAT_TEXT;
}

static enum log_level log_level_of(const char *name)
{
	static const char *const NAMES[] = { "error", "warning", "info", "debug" };
	enum log_level level = LOG_LEVEL_ERROR;

	while (strcmp(NAMES[level], name) != 0)
		level++; /* the settings allow no other names */
	return level;
}

/* Blocked before any thread starts, so that only wait_for_end() gets them; a second one finds
 * nobody to harm. */
static void take_signals(sigset_t *ret_signals)
{
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigemptyset(ret_signals);
	sigaddset(ret_signals, SIGHUP);
	sigaddset(ret_signals, SIGINT);
	sigaddset(ret_signals, SIGTERM);
	sigprocmask(SIG_BLOCK, ret_signals, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	sigaction(SIGXFSZ, &ignore,
	          NULL); /* a write that is too large is refused like any for which there is no room */
}

int app_serve(const struct settings *settings)
{
	struct app app = { .settings = settings, .started_us = monotonic_us() };
	sigset_t signals;

	umask(077); /* data are their owner's */
	take_signals(&signals);
	random_init();
	json_memory_init();
	log_open(log_format_of(settings->log), log_level_of(settings->log_level));
	app.clock = clock_create();
	int code = serve_until_end(&app, &signals);

	if (!close_all(&app))
		_exit(code); /* nothing is taken down that they may still use */
	return code;
}
