/* What the server holds when it starts: what is constant for the process, and its projects. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/ready.h"
#include "app/seeds.h"
#include "app/validate.h"
#include "auth/buckets.h"
#include "base/arena.h"
#include "base/cache.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/json_memory.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/op.h"
#include "base/replacements.h"
#include "db/db_writer.h"
#include "engine/faults.h"
#include "db/installation.h"
#include "project/fixture.h"
#include "project/kinds.h"
#include "project/seed.h"
#include "resource/index.h"
#include "resource/project_settings.h"
#include "resource/registry.h"
#include "resource/reindex.h"
#include "search/product_view.h"
#include "server/http_server.h"
#include "app_priv.h"

/* How many parts the caches have; parsed documents have one of them. */
enum { CACHE_SHARES = 8 };

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

/* Of those who ask too often; NULL: they may. */
static struct buckets *throttle_of(const struct settings *settings, const char *choice)
{
	bool is_on = strcmp(choice, "on") == 0 || (strcmp(choice, "auto") == 0 && !settings->in_memory);

	return is_on ? buckets_create() : NULL;
}

static struct delay latency_of(const struct settings *settings)
{
	struct delay latency = { 0 };

	if (settings->latency)
		(void)delay_parse(settings->latency, &latency); /* it was looked at when it was read */
	return latency;
}

/* Those of the settings behind the defaults, which they beat. */
static void fill_link_templates(struct app *app)
{
	static const char *const DEFAULTS[] = { "EmailVerification=http://localhost:3000/verify?token={token}",
		                                    "PasswordReset=http://localhost:3000/reset?token={token}" };
	size_t count = 0;

	for (; count < sizeof DEFAULTS / sizeof *DEFAULTS; count++)
		app->link_templates[count] = DEFAULTS[count];
	for (const char *const *own = app->settings->link_templates.items; *own; own++)
		app->link_templates[count++] = *own;
}

static void fill_env(struct app *app)
{
	const struct settings *settings = app->settings;

	app->env = (struct env){
		.password_cost = password_cost_of(settings),
		.clients = client_policy_of(settings->clients),
		.auto_projects = settings->auto_projects,
		.has_admin = settings->admin,
		.has_outbox = settings->outbox,
		.verify_on_signup = settings->verify_on_signup,
		.link_templates = app->link_templates,
		.waiting = app->waiting,
		.faults = faults_create(latency_of(settings)),
		.clock = app->clock,
		.admin_token = settings->admin_token,
		.public_url = app->public_url,
		.seed = seeds_fixture(app->seeds),
		.access_token_ttl_ms = settings->token_ttl_ms,
		.refresh_token_ttl_ms = settings->refresh_token_ttl_ms,
		.attempts = throttle_of(settings, settings->sign_in_throttle),
		.project_makers = throttle_of(settings, settings->project_throttle),
		.kinds = KINDS,
		.show = product_view_show,
		.cache = cache_create((size_t)settings->cache_size_bytes / CACHE_SHARES * (CACHE_SHARES - 1)),
		.documents = cache_create((size_t)settings->cache_size_bytes / CACHE_SHARES),
		.replacements = replacements_create(),
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
	if (project_make(op, op->env->seed, &mistakes))
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
	*counts = (struct project_counts){ .key = xstrdup(key) };
	return count(op, "customer", &counts->customers) && count(op, "product", &counts->products);
}

void app_forget_projects(struct app *app)
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

	app_forget_projects(start->app); /* of an earlier run of the job */
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

	op_begin(&op, tx, clock_now_ms(app->clock, op.project));
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

int app_prepare_data(struct app *app)
{
	struct start_job start = { .job = { .run = prepare_data }, .app = app };

	settings_write_url(app->settings, http_server_port(app->server), app->public_url);
	if (app->settings->public_url)
		snprintf(app->public_url, sizeof app->public_url, "%s", app->settings->public_url);
	fill_link_templates(app);
	fill_env(app);
	if (db_writer_run(app->writer, &start.job))
		return check_seeds(app, &start);
	return start.has_mistakes ? EXIT_FIXTURE
	                          : app_database_failed(app, "its data cannot be read or written", "");
}
