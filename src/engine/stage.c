#include "engine/stage.h"

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/guard.h"
#include "base/json_memory.h"
#include "db/db.h"
#include "engine/exchange.h"

/* What a request that may have no more gets on top, to say so. */
enum { LAST_WORDS_BYTES = 256 * 1024 };

struct run {
	struct exchange *exchange;
	bool (*stage)(struct exchange *exchange);
	bool done;
};

static void run_stage(void *context)
{
	struct run *run = context;

	run->done = run->stage(run->exchange);
}

static void explain_limit(void *context)
{
	struct exchange *exchange = context;

	fail_reason(&exchange->op, "it wants more memory than the %zu KiB that a request may have",
	            (exchange->allowance.limit_bytes - LAST_WORDS_BYTES) / 1024);
}

/* Recording needs no memory, only saying more does. `before`: the op as it was when the stage began, for what it refers
 * to may be gone. */
static bool give_up(struct exchange *exchange, const struct op *before, enum guard_end end)
{
	struct op *op = &exchange->op;
	const unsigned run = op->run;

	if (op->tx)
		db_abandon(op->tx);
	*op = *before;
	op->run = run;
	op->errors = (struct api_errors){ 0 };
	op->stale = NULL;
	exchange->body = NO_BODY;
	if (end == GUARD_NO_MEMORY)
		return fail_over_capacity(op, "there is no memory for it");
	if (!exchange->is_over_limit)
		exchange->allowance.limit_bytes += LAST_WORDS_BYTES;
	exchange->is_over_limit = true;
	fail_internal(op, "it wants more memory than a request may have");
	(void)guard_run(&exchange->allowance, explain_limit, exchange); /* else it stays with that */
	return false;
}

bool stage_run(struct exchange *exchange, bool (*stage)(struct exchange *exchange))
{
	const struct op before = exchange->op;
	struct run run = { .exchange = exchange, .stage = stage };

	json_memory_enter(before.arena);
	enum guard_end end = guard_run(&exchange->allowance, run_stage, &run);

	json_memory_leave();
	return end == GUARD_RETURNED ? run.done : give_up(exchange, &before, end);
}
