/* Drives the engine without sockets: a database, a real writer and a real pool, one request at a time. */
#ifndef SUPPORT_LOOPBACK_H
#define SUPPORT_LOOPBACK_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "api/routes.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/pool.h"
#include "base/text.h"
#include "db/installation.h"
#include "engine/engine.h"
#include "engine/exchange.h"
#include "project/kinds.h"
#include "project/seed.h"
#include "search/product_view.h"
#include "temp_db.h"

/* All that the product has. */
static const struct route_table *const ALL_ROUTES[] = { &API_ROUTES, &TOKEN_ROUTES,
	                                                    &SERVICE_ROUTES, NULL };

struct loopback {
	struct env        env;
	struct clock     *clock;
	struct db        *db;
	struct db_writer *writer;
	struct pool      *hashers;
	struct pool      *readers;
	struct engine    *engine;
};

/* Making one */

struct loopback_seed {
	struct db_job    job;
	struct loopback *loopback;
};

static inline bool loopback_run_seed(struct db_job *job, struct db_tx *tx)
{
	struct loopback *loopback = ((struct loopback_seed *)(void *)job)->loopback;
	struct op op = { .arena = arena_create(), .env = &loopback->env, .project = "demo" };

	op_begin(&op, tx, clock_now_ms(loopback->clock, op.project));
	bool done = installation_token_key(&op, loopback->env.token_key) && project_ensure(&op);

	op_drop_stale(&op);
	arena_destroy(op.arena);
	return done;
}

static inline struct engine_parts loopback_parts(struct loopback *loopback,
                                                 struct db_writer *writer)
{
	return (struct engine_parts){ .env = &loopback->env,
		                          .clock = loopback->clock,
		                          .db = loopback->db,
		                          .writer = writer,
		                          .hashers = loopback->hashers,
		                          .readers = loopback->readers,
		                          .query_timeout_ms = 60 * 1000,
		                          .tables = ALL_ROUTES };
}

/* Starts on a database, which it closes, with the built-in `demo` project if that is not there yet. */
static inline struct loopback *loopback_create_on(struct db *db)
{
	struct loopback *loopback = calloc(1, sizeof *loopback);

	if (!loopback)
		abort();
	loopback->env = test_env();
	loopback->env.documents = cache_create(1024 * 1024);
	loopback->env.kinds = KINDS;
	loopback->env.show = product_view_show;
	loopback->clock = clock_create();
	loopback->db = db;
	loopback->writer = db_writer_create(loopback->db, 16);
	loopback->hashers = pool_create(&(struct pool_options){ "hash", 1, 16, 0, false });
	loopback->readers = pool_create(&(struct pool_options){ "query", 1, 16, 0, true });
	const struct engine_parts parts = loopback_parts(loopback, loopback->writer);
	struct loopback_seed seed = { .job = { .run = loopback_run_seed }, .loopback = loopback };

	loopback->engine = engine_create(&parts);
	if (!db_writer_run(loopback->writer, &seed.job))
		abort();
	db_writer_settle(loopback->writer);
	return loopback;
}

/* Starts in memory. */
static inline struct loopback *loopback_create(void)
{
	return loopback_create_on(temp_db_open(NULL));
}

static inline void loopback_destroy(struct loopback *loopback)
{
	pool_destroy(loopback->readers);
	pool_destroy(loopback->hashers);
	db_writer_destroy(loopback->writer);
	engine_destroy(loopback->engine);
	db_close(loopback->db);
	cache_destroy(loopback->env.cache);
	cache_destroy(loopback->env.documents);
	clock_destroy(loopback->clock);
	free(loopback);
}

/* Requests */

struct loopback_wait {
	pthread_mutex_t mutex;
	pthread_cond_t  ended;
	bool            has_ended;
};

static inline void loopback_handed_back(struct exchange *exchange)
{
	struct loopback_wait *wait = exchange->owner;

	pthread_mutex_lock(&wait->mutex);
	wait->has_ended = true;
	pthread_cond_signal(&wait->ended);
	pthread_mutex_unlock(&wait->mutex);
}

static inline void loopback_dispatch(struct exchange *exchange, enum engine_next next)
{
	struct loopback_wait wait = { .has_ended = false };

	pthread_mutex_init(&wait.mutex, NULL);
	pthread_cond_init(&wait.ended, NULL);
	exchange->owner = &wait;
	exchange->handed_back = loopback_handed_back;
	engine_dispatch(exchange, next);
	pthread_mutex_lock(&wait.mutex);
	while (!wait.has_ended)
		pthread_cond_wait(&wait.ended, &wait.mutex);
	pthread_mutex_unlock(&wait.mutex);
	pthread_cond_destroy(&wait.ended);
	pthread_mutex_destroy(&wait.mutex);
}

/* A request that nobody has admitted yet. `authorization` and `body` may be NULL. The caller destroys the exchange. */
static inline struct exchange *loopback_ready(const char *method, const char *target,
                                              const char *authorization, const char *body,
                                              size_t body_bytes)
{
	struct exchange *exchange = exchange_create();
	struct arena *arena = exchange->op.arena;

	exchange->request = (struct exchange_request){
		.method = arena_strdup(arena, method),
		.target = arena_strdup(arena, target),
		.authorization = arena_strdup(arena, authorization),
		.body = arena_strndup(arena, body ? body : "", body_bytes),
		.body_bytes = body_bytes,
	};
	return exchange;
}

/* Waits for its reply, which is the exchange's. */
static inline void loopback_answer(struct loopback *loopback, struct exchange *exchange)
{
	enum engine_next next = engine_admit(loopback->engine, exchange);

	if (next != ENGINE_REPLY) {
		loopback_dispatch(exchange, next);
		db_writer_settle(loopback->writer); /* the test may look at the database next */
	}
	engine_conclude(exchange);
}

/* Both in one: sends a request and waits for its reply. */
static inline struct exchange *loopback_send(struct loopback *loopback, const char *method,
                                             const char *target, const char *authorization,
                                             const char *body, size_t body_bytes)
{
	struct exchange *exchange = loopback_ready(method, target, authorization, body, body_bytes);

	loopback_answer(loopback, exchange);
	return exchange;
}

/* The same for bodies that are texts. */
static inline struct exchange *loopback_request(struct loopback *loopback, const char *method,
                                                const char *target, const char *authorization,
                                                const char *body)
{
	return loopback_send(loopback, method, target, authorization, body, body ? strlen(body) : 0);
}

#endif
