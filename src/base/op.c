#include "base/op.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/env.h"
#include "base/json_write.h"
#include "base/memory.h"

void op_begin(struct op *op, struct db_tx *tx, int64_t now_ms)
{
	op->errors = (struct api_errors){ 0 };
	op->stale = NULL;
	op->run++;
	op->expanded = 0;
	op->epoch = cache_epoch(op->env->cache);
	op->tx = tx;
	op->now_ms = now_ms;
}

void op_forget(struct op *op, const char *key)
{
	struct stale_key *stale = arena_alloc(op->arena, sizeof *stale);

	stale->key = key;
	stale->next = op->stale;
	op->stale = stale;
}

void op_drop_stale(struct op *op)
{
	for (const struct stale_key *stale = op->stale; stale; stale = stale->next)
		cache_remove(op->env->cache, stale->key);
	op->stale = NULL;
}

static void release_json(void *object)
{
	json_decref(object);
}

json_t *keep(struct op *op, json_t *json)
{
	if (json && !memory_is_in_arena())
		arena_defer(op->arena, release_json, json);
	return json;
}

const char *json_text(struct op *op, const json_t *json)
{
	return json_write(op->arena, json);
}

const char *json_sorted_text(struct op *op, const json_t *json)
{
	char *dumped = json_dumps(json, JSON_SORT_KEYS | JSON_COMPACT | JSON_ENCODE_ANY |
	                                    JSON_REAL_PRECISION(json_real_digits(json)));

	if (!dumped)
		return "null";
	if (!memory_is_in_arena())
		arena_defer(op->arena, free, dumped);
	return dumped;
}
