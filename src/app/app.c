#include "app/app.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "api/routes.h"
#include "app/commands.h"
#include "app/ready.h"
#include "app/seeds.h"
#include "app/settings.h"
#include "app/validate.h"
#include "base/arena.h"
#include "base/cache.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/log.h"
#include "base/json_memory.h"
#include "base/memory.h"
#include "base/op.h"
#include "base/pool.h"
#include "base/random.h"
#include "db/db.h"
#include "db/db_sqlite.h"
#include "db/db_writer.h"
#include "db/installation.h"
#include "engine/engine.h"
#include "project/fixture.h"
#include "project/kinds.h"
#include "resource/index.h"
#include "resource/project_settings.h"
#include "resource/registry.h"
#include "resource/reindex.h"
#include "search/product_view.h"
#include "server/http_server.h"

enum {
	WRITER_QUEUE_JOBS = 1024,
	HASH_QUEUE_JOBS = 64,
	DRAIN_MS = 5000,
	SHORT_TOKEN_TTL_MS = 301 * 1000
};

struct app {
	const struct settings *settings;
	int64_t                started_us;
	char                  *db_path;   /* NULL: in memory */
	struct env             env;
	struct seeds          *seeds;
	char                   public_url[URL_BYTES];
	struct clock          *clock;
	struct db             *db;
	struct db_writer      *writer;
	struct pool           *pool;
	struct engine         *engine;
	struct http_server    *server;
	struct project_counts *projects; /* see struct ready */
	size_t                 project_count;
};

static char *join(const char *a, const char *b)
{
	size_t bytes = strlen(a) + strlen(b) + 1;
	char *path = xmalloc(bytes);

	snprintf(path, bytes, "%s%s", a, b);
	return path;
}

/* The database file */

/* Makes every folder on the way to a file, for the owner only. */
static bool make_folders(const char *path)
{
	char *copy = join(path, "");
	bool made = true;

	for (char *slash = strchr(copy + 1, '/'); slash && made; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		made = mkdir(copy, 0700) == 0 || errno == EEXIST;
		*slash = '/';
	}
	free(copy);
	return made;
}

/* NULL: there is no place. Source: XDG Base Directory Specification; a relative path counts as
 * unset. */
static char *default_db_path(void)
{
	const char *data_home = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (data_home && *data_home == '/')
		return join(data_home, "/standin/standin.db");
	return home && *home == '/' ? join(home, "/.local/share/standin/standin.db") : NULL;
}

static int database_failed(const struct app *app, const char *message, const char *advice)
{
	fprintf(stderr, "standin: the database%s%s cannot be opened: %s%s\n", app->db_path ? " " : "",
	        app->db_path ? app->db_path : "", message, advice);
	return EXIT_DATABASE;
}

/* What to do about a file that cannot be opened. */
static const char *advice_for(enum db_open_result result)
{
	switch (result) {
	case DB_LOCKED:
		return "; give each server a --db FILE of its own, or --in-memory";
	case DB_FOREIGN:
		return "; --db FILE names one that it has made or may make, and fixtures go with --seed";
	case DB_NEWER:
		return "; use that one, or another --db FILE";
	default:
		return "";
	}
}

static int open_database(struct app *app)
{
	const struct settings *settings = app->settings;
	enum db_open_result result;
	const char *message = "";

	if (settings->db)
		app->db_path = join(settings->db, "");
	else if (!settings->in_memory)
		app->db_path = default_db_path();
	if (!settings->in_memory && !app->db_path)
		return database_failed(
			app, "HOME is not set, so there is no place for it", "; use --db FILE or --in-memory");
	if (!settings->in_memory && !settings->db && !make_folders(app->db_path))
		return database_failed(app, strerror(errno), "; use --db FILE or --in-memory");
	result = db_open(&DB_SQLITE, app->db_path, &app->db, &message);
	if (result != DB_OPENED)
		return database_failed(app, message, advice_for(result));
	app->writer = db_writer_create(app->db, WRITER_QUEUE_JOBS);
	return app->writer ? EXIT_OK : database_failed(app, "its thread cannot be started", "");
}

/* What is constant for the process, and the default project */

static enum client_policy client_policy_of(const char *clients)
{
	if (strcmp(clients, "any") == 0)
		return CLIENTS_ANY;
	return strcmp(clients, "declared") == 0 ? CLIENTS_DECLARED : CLIENTS_AUTO;
}

static enum password_cost password_cost_of(const struct settings *settings)
{
	bool is_min = strcmp(settings->password_cost, "min") == 0 ||
	              (strcmp(settings->password_cost, "auto") == 0 && settings->in_memory);

	return is_min ? PASSWORD_COST_MIN : PASSWORD_COST_STANDARD;
}

static void fill_env(struct app *app)
{
	const struct settings *settings = app->settings;

	app->env = (struct env){
		.password_cost = password_cost_of(settings),
		.clients = client_policy_of(settings->clients),
		.auto_projects = settings->auto_projects,
		.public_url = app->public_url,
		.seed = seeds_fixture(app->seeds),
		.access_token_ttl_ms = settings->token_ttl_ms,
		.refresh_token_ttl_ms = settings->refresh_token_ttl_ms,
		.kinds = KINDS,
		.show = product_view_show,
		.cache = cache_create((size_t)settings->cache_size_bytes),
	};
}

struct start_job {
	struct db_job job; /* first, so that a pointer to it is one to the whole */
	struct app   *app;
	bool          has_seeded;   /* a project was made */
	bool          has_mistakes; /* in the seed; said on stderr */
};

/* Makes a project that does not exist from the seed. False: recorded, mistakes also said on
 * stderr. */
static bool ensure(struct op *op, struct start_job *start, const char *project)
{
	struct fixture_mistake *mistakes;
	bool exists;

	op->project = project;
	if (!project_exists(op, &exists))
		return false;
	if (exists) {
		if (!seeds_are_built_in(start->app->seeds))
			log_event(
				LOG_LEVEL_INFO, "seed",
				"project %s exists; --seed not applied (--in-memory, another --db, or a reset "
				"starts over)",
				project);
		return true;
	}
	start->has_seeded = true;
	if (fixture_load(op, op->env->seed, &mistakes))
		return true;
	start->has_mistakes = mistakes != NULL;
	mistakes_write(mistakes, stderr);
	return false;
}

static bool count(struct op *op, const char *type_id, int64_t *ret_count)
{
	const struct resource_kind *kind = kind_find(op, type_id);

	*ret_count = 0;
	return !kind || resource_count(op, kind, NULL, NULL, ret_count);
}

/* Makes a project, if need be, and looks at what is in it. */
static bool ensure_and_count(struct op *op, struct start_job *start, const char *key)
{
	struct app *app = start->app;
	struct project_counts *counts;

	if (!ensure(op, start, key))
		return false;
	app->projects =
		xrealloc(app->projects, (app->project_count + 1) * sizeof *app->projects);
	counts = &app->projects[app->project_count++];
	*counts = (struct project_counts){ .key = join(key, "") };
	return count(op, "customer", &counts->customers) && count(op, "product", &counts->products);
}

static void forget_projects(struct app *app)
{
	for (size_t i = 0; i < app->project_count; i++)
		free(app->projects[i].key);
	free(app->projects);
	app->projects = NULL;
	app->project_count = 0;
}

/* Those that the seed names, and the default project last: the op stays on it. */
static bool ensure_projects(struct op *op, struct start_job *start)
{
	const char *project = op->project;
	bool is_built_in = seeds_are_built_in(start->app->seeds);
	const json_t *keys = is_built_in ? NULL : fixture_projects(op, op->env->seed);

	forget_projects(start->app); /* of an earlier run of the job */
	for (size_t i = 0; i < json_array_size(keys); i++) {
		const char *key = json_string_value(json_array_get(keys, i));

		if (strcmp(key, project) != 0 && !ensure_and_count(op, start, key))
			return false;
	}
	return ensure_and_count(op, start, project);
}

static bool prepare_data(struct db_job *job, struct db_tx *tx)
{
	struct start_job *start = (struct start_job *)job;
	struct app *app = start->app;
	struct op op = { .arena = arena_create(), .env = &app->env, .project = app->settings->project };

	op_begin(&op, tx, clock_now_ms(app->clock));
	json_memory_enter(op.arena); /* a shop is made of many small values, and gone with the op */
	bool done = installation_token_key(&op, app->env.token_key) && reindex(&op) &&
	            installation_public_url(&op, app->public_url) && ensure_projects(&op, start);

	if (!done && !start->has_mistakes)
		log_event(LOG_LEVEL_ERROR, "start", "%s",
		          op.errors.reason ? op.errors.reason : op.errors.items[0].message);
	op_drop_stale(&op);
	json_memory_leave();
	arena_destroy(op.arena);
	return done;
}

/* A seed that no project was made from now may be wanted later, and should not fail then. */
static int check_seeds(const struct app *app, const struct start_job *start)
{
	if (start->has_seeded || seeds_are_built_in(app->seeds) || !app->settings->auto_projects)
		return EXIT_OK;
	return seeds_check(app->seeds, app->settings->project, stderr);
}

static int prepare(struct app *app)
{
	struct start_job start = { .job = { .run = prepare_data }, .app = app };

	settings_write_url(app->settings, http_server_port(app->server), app->public_url);
	if (app->settings->public_url)
		snprintf(app->public_url, sizeof app->public_url, "%s", app->settings->public_url);
	fill_env(app);
	if (db_writer_run(app->writer, &start.job))
		return check_seeds(app, &start);
	return start.has_mistakes ? EXIT_FIXTURE
	                          : database_failed(app, "its data cannot be read or written", "");
}

/* Serving */

static size_t hash_threads(const struct settings *settings)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	if (settings->hash_threads > 0)
		return (size_t)settings->hash_threads;
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
	static const struct route_table *const TABLES[] = { &API_ROUTES, &TOKEN_ROUTES, &SERVICE_ROUTES,
		                                                NULL };
	const struct engine_parts parts = { .env = &app->env,
		                                .clock = app->clock,
		                                .db = app->db,
		                                .writer = app->writer,
		                                .pool = app->pool,
		                                .tables = TABLES };
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
	code = open_database(app);
	if (code == EXIT_OK)
		code = listen_on_port(app); /* the port is part of what is seeded */
	if (code == EXIT_OK)
		code = prepare(app);
	if (code != EXIT_OK)
		return code;
	app->pool = pool_create("standin-hash", hash_threads(app->settings), HASH_QUEUE_JOBS);
	if (!app->pool)
		return running_failed("cannot serve", "the threads for passwords cannot be started");
	return start_serving(app);
}

/* Stop accepting, finish what is in flight, stop the lanes, then the threads that waited for
 * them. */
static void close_all(struct app *app)
{
	if (app->server)
		http_server_drain(app->server, DRAIN_MS);
	pool_destroy(app->pool);
	db_writer_destroy(app->writer);
	http_server_destroy(app->server);
	engine_destroy(app->engine);
	db_close(app->db);
	cache_destroy(app->env.cache);
	clock_destroy(app->clock);
	seeds_destroy(app->seeds);
	forget_projects(app);
	free(app->db_path);
	log_close();
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

	close_all(&app);
	return code;
}
