/* The four stages of a request: admit, prepare, handle, conclude; and which lane runs the next
 * one. */
#ifndef ENGINE_ENGINE_H
#define ENGINE_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct clock;
struct db;
struct db_writer;
struct engine;
struct env;
struct exchange;
struct memory_pool;
struct pool;
struct route_table;

/* What the engine works with; everything outlives it. */
struct engine_parts {
	const struct env   *env;
	const struct clock *clock;
	struct db          *db;
	struct db_writer   *writer;
	struct pool        *hashers; /* for passwords */
	struct pool        *readers; /* for reads that take long, and large bodies; fair */
	int64_t             query_timeout_ms; /* what takes longer on a thread is given up */
	const struct route_table *const *tables; /* what there is to ask for; ends with NULL */
	size_t              request_memory_bytes; /* that one request may have; 0: no limit */
	struct memory_pool *memory; /* that all share; NULL: no limit */
};

/* What has to happen next. */
enum engine_next {
	ENGINE_REPLY,    /* exchange->reply is complete */
	ENGINE_PREPARE,  /* hand the exchange to the threads for passwords, which call engine_prepare() */
	ENGINE_READ,     /* hand it to the threads for long reads, which call engine_read() */
	ENGINE_WAIT,     /* let it wait for news, without a thread */
	ENGINE_WRITE,    /* hand exchange->db_job to the writer */
};

/* Makes the engine of a process; checks the route tables (aborts on a row that cannot be right). The
 * caller destroys it after the last exchange. */
struct engine *engine_create(const struct engine_parts *parts);

/* Accepts NULL. */
void engine_destroy(struct engine *engine);

/* Ends the long reads that are under way or wait: they are answered with 503. Any thread; accepts NULL. */
void engine_stop(struct engine *engine);

/* What a body is to its route. */
enum engine_body { ENGINE_BODY_IGNORED, ENGINE_BODY_FORM, ENGINE_BODY_JSON };

/* Decides as far as the headers tell, when a body is still to come: route, token, scope, session. False:
 * exchange->reply is complete, whatever the body is. True: *ret_body says what the body is for, and engine_admit()
 * follows when it is there, and looks again, as the token may be gone by then. On an I/O thread. */
bool engine_meet(struct engine *engine, struct exchange *exchange, enum engine_body *ret_body);

/* Routes, authenticates, decodes; answers reads at once. Runs on an I/O thread; may read the
 * database, never writes and leaves off when it becomes slow work. */
enum engine_next engine_admit(struct engine *engine, struct exchange *exchange);

/* The same from the start, where it may take up to the time limit. Runs on a thread for long reads. */
enum engine_next engine_read(struct exchange *exchange);

/* The slow part (password hashing). Runs on a thread for passwords. */
enum engine_next engine_prepare(struct exchange *exchange);

/* Puts the exchange on the way `next` says and returns; the last owner calls exchange->handed_back.
 * When a queue is full the exchange is handed back at once with 503. `next` must not be
 * ENGINE_REPLY. */
void engine_dispatch(struct exchange *exchange, enum engine_next next);

/* Goes on with an exchange that was handed back, on an I/O thread: ENGINE_REPLY, or ENGINE_WAIT if it is to be
 * dispatched once more. */
enum engine_next engine_resume(struct exchange *exchange);

/* Completes exchange->reply of an exchange that was handed back. On an I/O thread: writing an answer
 * out is no work for the writer. */
void engine_conclude(struct exchange *exchange);

/* Answers for the adapter: what the wire itself made impossible. Fills exchange->reply with an
 * error of the usual shape: 400 malformed request, 413 body too large, 414 target too long, 503
 * over capacity, 500. */
void engine_refuse(struct exchange *exchange, int status, const char *message);

#endif
