#include "base/op.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/env.h"
#include "base/json_memory.h"
#include "base/memory.h"

enum { MAX_GUESSES = 8 };

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

void op_hint(struct op *op, const char *format, ...)
{
	struct hint *hint = arena_alloc(op->arena, sizeof *hint);
	va_list arguments;

	va_start(arguments, format);
	hint->text = arena_vprintf(op->arena, format, arguments);
	va_end(arguments);
	for (const struct hint *other = op->hints; other; other = other->next)
		if (strcmp(other->text, hint->text) == 0) /* of an earlier run */
			return;
	hint->next = op->hints;
	op->hints = hint;
}

bool op_may_guess(struct op *op)
{
	return op->guesses++ < MAX_GUESSES;
}

json_t *keep(struct op *op, json_t *json)
{
	if (json && !json_memory_is_arena())
		arena_defer(op->arena, release_json, json);
	return json;
}

/* Reals are written with 15 digits, which gives back every literal of up to 15 digits as it came (0.1 is not
 * 0.10000000000000001), unless one of them needs all 17. */
static bool fits_15_digits(double number)
{
	char digits[32];

	snprintf(digits, sizeof digits, "%.15g", number);
	return strtod(digits, NULL) == number;
}

/* As deep as documents are, which is bounded where they are parsed. */
static bool all_fit_15_digits(const json_t *json)
{
	const char *name;
	json_t *member;

	if (json_is_real(json))
		return fits_15_digits(json_real_value(json));
	for (size_t i = 0; i < json_array_size(json); i++)
		if (!all_fit_15_digits(json_array_get(json, i)))
			return false;
	json_object_foreach((json_t *)(uintptr_t)json, name, member)
		if (!all_fit_15_digits(member))
			return false;
	return true;
}

static const char *text_of(struct op *op, const json_t *json, size_t flags)
{
	const size_t digits = all_fit_15_digits(json) ? 15 : 17;
	char *dumped =
		json_dumps(json, flags | JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));

	if (!dumped) {
		if (json) /* what would be stored in its place is not what was meant */
			memory_exhausted(0);
		return "null";
	}
	if (!json_memory_is_arena())
		arena_defer(op->arena, free, dumped);
	return dumped;
}

const char *json_text(struct op *op, const json_t *json)
{
	return text_of(op, json, 0);
}

const char *json_sorted_text(struct op *op, const json_t *json)
{
	return text_of(op, json, JSON_SORT_KEYS);
}
