#include "base/op.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/json_memory.h"
#include "base/json_write.h"
#include "base/replacements.h"
#include "base/text.h"
#include "base/waiting.h"

enum { MAX_GUESSES = 8 };

void op_begin(struct op *op, struct db_tx *tx, int64_t now_ms)
{
	op->errors = (struct api_errors){ 0 };
	op->stale = NULL;
	op->replaced = NULL;
	op->has_news = false;
	op->run++;
	op->expanded = 0;
	op->epoch = cache_epoch(op->env->cache);
	op->documents_epoch = op->env->documents ? cache_epoch(op->env->documents) : 0;
	op->tx = tx;
	op->now_ms = now_ms;
}

void op_set_time(struct op *op)
{
	if (op->env->clock)
		op->now_ms = clock_now_ms(op->env->clock, op->project);
}

static void note_key(struct op *op, struct stale_key **list, const char *key)
{
	struct stale_key *stale = arena_alloc(op->arena, sizeof *stale);

	stale->key = key;
	stale->next = *list;
	*list = stale;
}

void op_forget(struct op *op, const char *key)
{
	note_key(op, &op->stale, key);
}

void op_replace_project(struct op *op, const char *project)
{
	note_key(op, &op->replaced, project);
	if (op->env->replacements)
		replacements_note(op->env->replacements, project);
}

/* The cache first: whoever is admitted after the second note sees nothing of the old state. */
static void drop_replaced(struct op *op)
{
	if (op->replaced)
		cache_clear(op->env->cache);
	if (op->replaced && op->env->documents)
		cache_clear(op->env->documents);
	for (const struct stale_key *one = op->replaced; one; one = one->next)
		if (op->env->replacements)
			replacements_note(op->env->replacements, one->key);
	op->replaced = NULL;
}

void op_drop_stale(struct op *op)
{
	drop_replaced(op);
	for (const struct stale_key *stale = op->stale; stale; stale = stale->next) {
		cache_remove(op->env->cache, stale->key);
		if (op->env->documents)
			cache_remove(op->env->documents, stale->key);
	}
	op->stale = NULL;
	if (op->has_news && op->env->waiting)
		waiting_notify(op->env->waiting, op->project);
	op->has_news = false;
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

const char *json_text(struct op *op, const json_t *json)
{
	struct text_buffer text = { .arena = op->arena };

	json_write(&text, json);
	return text.text;
}

const char *json_sorted_text(struct op *op, const json_t *json)
{
	struct text_buffer text = { .arena = op->arena };

	json_write_sorted(&text, json);
	return text.text;
}
