#include "engine/exchange.h"

#include "base/arena.h"
#include "engine/route.h"

struct exchange *exchange_create(void)
{
	struct arena *arena = arena_try_create();

	if (!arena)
		return NULL;
	struct exchange *exchange = arena_alloc(arena, sizeof *exchange);

	exchange->op.arena = arena;
	exchange->request_arena = arena;
	exchange->call = arena_alloc(arena, sizeof *exchange->call);
	return exchange;
}

void exchange_destroy(struct exchange *exchange)
{
	if (!exchange)
		return;
	arena_destroy(exchange->step_arena);
	arena_destroy(exchange->request_arena); /* the exchange itself lives in it */
}
