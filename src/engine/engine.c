#include "engine/engine.h"

#include <assert.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "auth/attempts.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/error.h"
#include "base/guard.h"
#include "base/json_memory.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/replacements.h"
#include "db/db.h"
#include "engine/admission.h"
#include "engine/exchange.h"
#include "engine/faults.h"
#include "engine/reply.h"
#include "engine/route.h"
#include "engine/router.h"
#include "engine/stage.h"
#include "project/seed.h"
#include "resource/caller.h"
#include "resource/project_settings.h"

enum {
	SLOW_BODY_BYTES = 256 * 1024, /* larger bodies are left to a thread that serves nobody else */
	QUICK_UNITS = 2 * UNITS_PER_MS, /* and so is more work than that */
	TIGHT_UNITS = QUICK_UNITS / 10,
	MANY_WAITING = 32, /* long reads of one caller, who may speak for a whole storefront */
	SLOW_WRITE_US = 5000,
};

struct engine {
	struct engine_parts parts;
	struct router      *router;
	atomic_bool         is_stopping;
};

struct engine *engine_create(const struct engine_parts *parts)
{
	struct engine *engine = xcalloc(1, sizeof *engine);

	engine->parts = *parts;
	engine->router = router_create(parts->tables);
	return engine;
}

void engine_destroy(struct engine *engine)
{
	if (!engine)
		return;
	router_destroy(engine->router);
	free(engine);
}

void engine_stop(struct engine *engine)
{
	if (engine)
		atomic_store(&engine->is_stopping, true);
}

static enum engine_next conclude(struct exchange *exchange)
{
	reply_conclude(exchange);
	return ENGINE_REPLY;
}

/* Budgets. A run has a small one on a thread that others wait for, and a large one, which only time ends, elsewhere. */

static struct budget_limits quick(void)
{
	return (struct budget_limits){ .pause_units = QUICK_UNITS };
}

static struct budget_limits slow(const struct engine *engine)
{
	return (struct budget_limits){ .end_us = monotonic_us() + engine->parts.query_timeout_ms * 1000,
		                           .stop = &engine->is_stopping };
}

static bool is_quick(const struct exchange *exchange)
{
	return exchange->op.budget.limits.pause_units != 0;
}

/* Work that ended early is no answer, whatever came of it. Its end is told in its own words only. */
static bool is_within_budget(struct exchange *exchange)
{
	struct op *op = &exchange->op;

	if (!op->budget.end)
		return true;
	op->errors = (struct api_errors){ 0 };
	return fail_overspent(op);
}

/* Runs a stage inside a read transaction of this thread. */
static bool reading(struct exchange *exchange, struct budget_limits limits,
                    bool (*stage)(struct exchange *exchange))
{
	const struct engine_parts *parts = &exchange->engine->parts;
	struct db_tx *tx;

	budget_begin(&exchange->op.budget, &limits);
	op_begin(&exchange->op, NULL, clock_now_ms(parts->clock, exchange->op.project));
	const bool needs_data = !(exchange->route->flags & NO_DATA);

	tx = needs_data ? db_read_begin(parts->db) : NULL;
	if (needs_data && !tx)
		return fail_over_capacity(&exchange->op, "the database cannot be read");
	exchange->op.tx = tx;
	bool done = stage_run(exchange, stage);

	db_read_end(tx);
	exchange->op.tx = NULL;
	done = is_within_budget(exchange) && done;
	assert(done != op_failed(&exchange->op));
	return done;
}

static bool handle(struct exchange *exchange)
{
	exchange->body = exchange->route->handle(&exchange->op, exchange->call);
	return exchange->body.kind != BODY_FAILED;
}

static bool is_slow_to_decode(const struct exchange *exchange)
{
	return exchange->route->input && exchange->request.body_bytes > SLOW_BODY_BYTES;
}

/* Whose time it is that a long read takes. */
static uint64_t owner_of(const struct exchange *exchange)
{
	const struct caller *caller = exchange->op.caller;
	const char *name = !caller                ? exchange->op.project
	                   : caller->customer_id  ? caller->customer_id
	                   : caller->anonymous_id ? caller->anonymous_id
	                                          : caller->client_id;
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a: good enough to tell callers apart */

	for (; name && *name; name++)
		hash = (hash ^ (unsigned char)*name) * UINT64_C(1099511628211);
	return hash >> 32 ^ hash;
}

static void destroy_arena(void *arena)
{
	arena_destroy(arena);
}

/* Handles a read on a thread that others wait for. What it makes goes where it can be thrown away at once if the read
 * turns out to take long: there may be many that wait for a thread. */
static bool try_to_handle(struct exchange *exchange)
{
	const struct op before = exchange->op;
	struct op *op = &exchange->op;
	struct arena *scratch = arena_create();

	op->arena = scratch;
	json_memory_enter(scratch);
	bool done = handle(exchange);

	json_memory_enter(before.arena);
	op->arena = before.arena;
	if (op->budget.end != BUDGET_PAUSED) {
		arena_defer(op->arena, destroy_arena, scratch);
		return done;
	}
	const struct budget budget = op->budget;

	*op = before;
	op->budget = budget;
	exchange->body = NO_BODY;
	arena_destroy(scratch);
	return fail_overspent(op);
}

/* Whoever has long reads waiting does not get as much of the threads that others wait for. */
static void be_quick(struct exchange *exchange)
{
	if (is_quick(exchange) &&
	    pool_waiting(exchange->engine->parts.readers, owner_of(exchange)) >= MANY_WAITING)
		budget_tighten(&exchange->op.budget, TIGHT_UNITS);
}

/* Failures on demand are those of projects, once they exist. */
static bool are_faults_asked(const struct exchange *exchange)
{
	const struct op *op = &exchange->op;

	return op->env->faults && faults_are_in_use(op->env->faults) && op->project &&
	       !exchange->table->is_control && !exchange->want_project;
}

static bool admit(struct exchange *exchange)
{
	const struct route *route = exchange->route;

	bool is_in = admission_check(exchange) &&
	             !(exchange->want_project && !project_making_is_allowed(&exchange->op));

	if (are_faults_asked(exchange)) {
		is_in = faults_ask(exchange);
		exchange->is_delayed = is_in && exchange->fault->delay_ms && !exchange->fault->has_delayed;
	}
	if (!is_in || exchange->is_delayed)
		return is_in;
	if (exchange->want_project || (is_slow_to_decode(exchange) && is_quick(exchange)))
		return true;
	be_quick(exchange);
	if (!admission_decode(exchange))
		return false;
	if (route->fetch && !route->fetch(&exchange->op, exchange->call))
		return false;
	if (route->lane != READ || route->prepare)
		return true;
	/* Without parameters, it is mostly one document that is wanted. */
	bool may_take_long = exchange->call->query.count > 0 || route->input || exchange->call->kind;

	return is_quick(exchange) && may_take_long ? try_to_handle(exchange) : handle(exchange);
}

static enum engine_next next_after_admission(const struct exchange *exchange)
{
	if (exchange->is_delayed)
		return ENGINE_WAIT;
	if (exchange->want_project)
		return ENGINE_WRITE;
	if (!exchange->is_decoded)
		return ENGINE_READ;
	if (exchange->route->prepare && !exchange->call->is_quick)
		return ENGINE_PREPARE;
	if (exchange->body.kind == BODY_WAITING)
		return ENGINE_WAIT;
	return exchange->route->lane == WRITE ? ENGINE_WRITE : ENGINE_REPLY;
}

/* What happens from now on is seen, or wakes it when it begins to wait. */
static void begin_to_look(struct exchange *exchange)
{
	if (exchange->table->is_control && exchange->op.env->waiting)
		exchange->waiter.seen = waiting_count(exchange->op.env->waiting);
}

/* Was the project replaced since the request was admitted, by a reset for example? Then who asks, and what is to be
 * changed, were those of another one. */
static bool is_overtaken(struct exchange *exchange)
{
	struct op *op = &exchange->op;

	if (!op->env->replacements || !op->project || exchange->table->is_control ||
	    !replacements_since(op->env->replacements, op->project, exchange->replacements))
		return false;
	fail_replaced(op);
	return true;
}

/* Begins from the start, wherever it was left. */
static enum engine_next admit_routed(struct exchange *exchange, struct budget_limits limits)
{
	if (exchange->op.env->replacements)
		exchange->replacements = replacements_count(exchange->op.env->replacements);
	begin_to_look(exchange);
	if (!reading(exchange, limits, admit))
		return exchange->op.budget.end == BUDGET_PAUSED ? ENGINE_READ : conclude(exchange);
	enum engine_next next = next_after_admission(exchange);

	return next == ENGINE_REPLY ? conclude(exchange) : next;
}

static bool find_route(struct exchange *exchange)
{
	const struct exchange_request *request = &exchange->request;
	struct destination to;
	bool is_found = router_find(exchange->engine->router, &exchange->op, request->method,
	                            request->target, exchange->call, &to);

	exchange->route = to.route;
	exchange->table = to.table;
	exchange->reply.allow = to.allow;
	return is_found;
}

/* Finds the route, unless it is known already. False: recorded. */
static bool meet(struct engine *engine, struct exchange *exchange)
{
	const struct engine_parts *parts = &engine->parts;

	if (exchange->is_met)
		return true;
	exchange->engine = engine;
	exchange->allowance =
		(struct allowance){ .limit_bytes = parts->request_memory_bytes, .pool = parts->memory };
	arena_charge(exchange->op.arena, &exchange->allowance);
	exchange->op.env = parts->env;
	exchange->op.network = exchange->request.network;
	exchange->call->authorization = exchange->request.authorization;
	exchange->is_met = stage_run(exchange, find_route);
	return exchange->is_met;
}

static enum engine_body body_of(const struct exchange *exchange)
{
	if (exchange->table->is_oauth || exchange->route->flags & FORM)
		return ENGINE_BODY_FORM;
	return exchange->route->input || exchange->table->is_control ? ENGINE_BODY_JSON
	                                                             : ENGINE_BODY_IGNORED;
}

bool engine_meet(struct engine *engine, struct exchange *exchange, enum engine_body *ret_body)
{
	/* Who asks for a token may say who he is in the body. */
	bool is_welcome =
		meet(engine, exchange) && (exchange->table->is_oauth ||
	                               reading(exchange, (struct budget_limits){ 0 }, admission_check));

	if (is_welcome)
		*ret_body = body_of(exchange);
	else
		conclude(exchange);
	return is_welcome;
}

enum engine_next engine_admit(struct engine *engine, struct exchange *exchange)
{
	if (!meet(engine, exchange))
		return conclude(exchange);
	exchange->call->body = exchange->request.body;
	exchange->call->body_bytes = exchange->request.body_bytes;
	return admit_routed(exchange, quick());
}

/* The threads for what takes long */

/* Waiting in the queue counts: nobody is there any more to wait for an answer that begins to be made so late. */
enum engine_next engine_read(struct exchange *exchange)
{
	const struct engine *engine = exchange->engine;
	const int64_t waited_us = monotonic_us() - exchange->queued_us;

	if (waited_us < engine->parts.query_timeout_ms * 1000 && !atomic_load(&engine->is_stopping))
		return admit_routed(exchange, slow(engine));
	op_begin(&exchange->op, NULL, exchange->op.now_ms);
	fail_over_capacity(&exchange->op, "it waited too long for a thread");
	return conclude(exchange);
}

static bool prepare(struct exchange *exchange)
{
	const struct route *route = exchange->route;

	return !is_overtaken(exchange) && route->prepare(&exchange->op, exchange->call) &&
	       (route->lane != READ || handle(exchange));
}

enum engine_next engine_prepare(struct exchange *exchange)
{
	if (!reading(exchange, slow(exchange->engine), prepare) || exchange->route->lane == READ)
		return conclude(exchange);
	return ENGINE_WRITE;
}

static struct exchange *exchange_of_pool(struct pool_job *job)
{
	return (struct exchange *)((char *)job - offsetof(struct exchange, pool_job));
}

static void hand_on(struct exchange *exchange, enum engine_next next)
{
	if (next == ENGINE_REPLY)
		exchange->handed_back(exchange);
	else
		engine_dispatch(exchange, next);
}

static void run_reading(struct pool_job *job)
{
	hand_on(exchange_of_pool(job), engine_read(exchange_of_pool(job)));
}

static void run_preparing(struct pool_job *job)
{
	hand_on(exchange_of_pool(job), engine_prepare(exchange_of_pool(job)));
}

/* The writer */

static struct exchange *exchange_of(struct db_job *job)
{
	return (struct exchange *)((char *)job - offsetof(struct exchange, db_job));
}

/* Somebody else's request may have made it meanwhile. It is not made for a request that it would not let in. */
static bool make_project(struct exchange *exchange)
{
	door_fn *const enter = exchange->table->enter;
	bool exists;

	if (!project_exists(&exchange->op, &exists))
		return false;
	exchange->makes_project = !exists;
	return exists || (seed_project(&exchange->op) && (!enter || enter(exchange)));
}

/* A shop may be as large as its owner likes. */
static bool run_unlimited(struct exchange *exchange, bool (*stage)(struct exchange *exchange))
{
	const size_t limit_bytes = exchange->allowance.limit_bytes;

	exchange->allowance.limit_bytes = 0;
	bool done = stage_run(exchange, stage);

	exchange->allowance.limit_bytes = limit_bytes;
	return done;
}

/* What op points to and was made in an arena that goes. */
static void forget_made(struct op *op)
{
	op->lookups = NULL;
	op->product_discounts = NULL;
	op->rules = NULL;
	op->hints = NULL;
}

/* Makes room for a further step: what the one before made is not needed any more, but for what it says of its
 * progress. */
static void prepare_step(void *context)
{
	struct exchange *exchange = context;
	struct op *op = &exchange->op;
	struct call *call = exchange->call;

	call->progress = arena_strdup(exchange->request_arena, exchange->body.text);
	arena_destroy(exchange->step_arena);
	exchange->step_arena = arena_create();
	op->arena = exchange->step_arena;
	forget_made(op);
}

/* Making a project takes much memory, which its request need not hold until it is answered. */
static void enter_project_arena(struct exchange *exchange)
{
	if (!exchange->step_arena)
		exchange->step_arena = arena_try_create();
	if (exchange->step_arena)
		exchange->op.arena = exchange->step_arena;
}

static void leave_project_arena(struct exchange *exchange)
{
	if (!exchange->step_arena)
		return;
	forget_made(&exchange->op);
	exchange->op.arena = exchange->request_arena;
	arena_destroy(exchange->step_arena);
	exchange->step_arena = NULL;
}

static bool handle_unless_overtaken(struct exchange *exchange)
{
	return !is_overtaken(exchange) && handle(exchange);
}

static bool run_on_writer(struct db_job *job, struct db_tx *tx)
{
	struct exchange *exchange = exchange_of(job);
	int64_t started_us = monotonic_us();

	/* A new project is a whole shop, however large. What is written is not left half done because the server stops. */
	struct budget_limits limits = exchange->want_project || exchange->table->is_control
	                                  ? (struct budget_limits){ 0 }
	                                  : slow(exchange->engine);

	if (exchange->want_project)
		enter_project_arena(exchange);
	limits.stop = NULL;
	budget_begin(&exchange->op.budget, &limits);
	op_begin(&exchange->op, tx, clock_now_ms(exchange->engine->parts.clock, exchange->op.project));
	bool done = exchange->want_project        ? run_unlimited(exchange, make_project)
	            : exchange->table->is_control ? run_unlimited(exchange, handle)
	                                          : stage_run(exchange, handle_unless_overtaken);
	done = is_within_budget(exchange) && done;
	assert(done != op_failed(&exchange->op));
	exchange->op.tx = NULL;
	/* A whole shop takes longer, and nobody waits for it by surprise. */
	if (!exchange->want_project && !exchange->table->is_control &&
	    monotonic_us() - started_us > SLOW_WRITE_US)
		log_event(LOG_LEVEL_WARNING, "slow-write", "%s %s took %lld us on the writer",
		          exchange->route->method, exchange->route->path,
		          (long long)(monotonic_us() - started_us));
	return done;
}

/* What a run said before its transaction was lost may be about changes of others that never happened, such as an
 * e-mail that is taken. */
static void forget_lost_run(struct op *op)
{
	if (op_failed(op) && errors_status(&op->errors) >= 500)
		return; /* the reason why it was lost, perhaps */
	op->errors = (struct api_errors){ 0 };
	fail_over_capacity(op, "the change could not be made durable");
}

/* One step is on disk; to the next. */
static void go_on(struct exchange *exchange)
{
	if (guard_run(&exchange->allowance, prepare_step, exchange) == GUARD_RETURNED) {
		engine_dispatch(exchange, ENGINE_WRITE);
		return;
	}
	fail_over_capacity(&exchange->op, "there is no memory for the next step");
	exchange->handed_back(exchange);
}

static void after_commit(struct db_job *job, bool durable)
{
	struct exchange *exchange = exchange_of(job);

	/* Also when the commit failed: then nobody knows what is on disk. */
	op_drop_stale(&exchange->op);
	if (job->was_lost)
		forget_lost_run(&exchange->op);
	if (durable && exchange->want_project && exchange->makes_project)
		log_event(LOG_LEVEL_INFO, "project", "%s created from the seed", exchange->op.project);
	if (durable && exchange->want_project) { /* it is there now, so admission starts again */
		leave_project_arena(exchange);
		engine_dispatch(exchange, ENGINE_READ);
		return;
	}
	if (durable && exchange->body.kind == BODY_UNFINISHED) {
		go_on(exchange);
		return;
	}
	exchange->handed_back(exchange);
}

/* Waiting */

static void wake(struct waiter *waiter)
{
	struct exchange *exchange =
		(struct exchange *)((char *)waiter - offsetof(struct exchange, waiter));

	exchange->handed_back(exchange);
}

static void wait(struct exchange *exchange)
{
	struct waiter *waiter = &exchange->waiter;

	if (!waiter->wake || exchange->is_delayed)
		waiter->until_ms = monotonic_ms() + (exchange->is_delayed ? exchange->fault->delay_ms
		                                                          : exchange->body.wait_ms);
	waiter->wake = wake;
	waiter->topic = exchange->is_delayed ? NULL : exchange->op.project;
	waiting_add(exchange->op.env->waiting, waiter);
}

enum engine_next engine_resume(struct exchange *exchange)
{
	if (exchange->is_delayed) {
		exchange->is_delayed = false;
		exchange->fault->has_delayed = true;
		return admit_routed(exchange, quick());
	}
	if (exchange->body.kind == BODY_WAITING && !op_failed(&exchange->op)) {
		exchange->call->has_waited = monotonic_ms() >= exchange->waiter.until_ms;
		begin_to_look(exchange);
		bool done = reading(exchange, quick(), handle);

		if (!done && exchange->op.budget.end == BUDGET_PAUSED)
			return ENGINE_READ;
		if (done && exchange->body.kind == BODY_WAITING)
			return ENGINE_WAIT;
	}
	engine_conclude(exchange);
	return ENGINE_REPLY;
}

/* Hand-over */

static void refuse(struct exchange *exchange, const char *reason)
{
	exchange->op.errors = (struct api_errors){ 0 };
	fail_over_capacity(&exchange->op, reason);
	exchange->handed_back(exchange);
}

static void give_way(struct pool_job *job)
{
	refuse(exchange_of_pool(job), "others have waited for long reads with fewer requests");
}

static bool submit(struct exchange *exchange, enum engine_next next)
{
	const struct engine_parts *parts = &exchange->engine->parts;

	if (next == ENGINE_WAIT) {
		wait(exchange);
		return true;
	}
	if (next == ENGINE_WRITE) {
		exchange->db_job.run = run_on_writer;
		exchange->db_job.done = after_commit;
		return db_writer_submit(parts->writer, &exchange->db_job);
	}
	exchange->queued_us = monotonic_us();
	exchange->pool_job =
		(struct pool_job){ .run = next == ENGINE_READ ? run_reading : run_preparing,
		                                    .refuse = give_way,
		                                    .owner = owner_of(exchange) };
	return pool_submit(next == ENGINE_READ ? parts->readers : parts->hashers, &exchange->pool_job);
}

void engine_dispatch(struct exchange *exchange, enum engine_next next)
{
	static const char *const FULL[] = {
		[ENGINE_PREPARE] = "the queue for passwords is full",
		[ENGINE_READ] = "the queue for long reads is full",
		[ENGINE_WRITE] = "the queue of writes is full",
	};

	assert(next != ENGINE_REPLY);
	if (!submit(exchange, next))
		refuse(exchange, FULL[next]);
}

void engine_conclude(struct exchange *exchange)
{
	if (!exchange->reply.status)
		reply_conclude(exchange);
}

void engine_refuse(struct exchange *exchange, int status, const char *message)
{
	exchange->op.errors = (struct api_errors){ 0 };
	fail_status(&exchange->op, status, message);
	reply_conclude(exchange);
}
