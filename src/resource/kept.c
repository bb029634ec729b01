#include "resource/kept.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/cache.h"
#include "base/env.h"
#include "base/error.h"
#include "base/guard.h"
#include "base/json_memory.h"
#include "base/memory.h"
#include "base/op.h"
#include "db/db.h"
#include "document/stored_json.h"

/* Measured: what a text takes when it is parsed, so that its arena is mostly one piece. */
enum { PARSED_BYTES_PER_BYTE = 11, PARSED_BYTES_MIN = 2048 };

enum { HOLD_BYTES = 64 }; /* that holding one takes of an arena */

struct kept {
	struct shared head;  /* first, so that a pointer to it is one to the whole */
	struct guarded guarded; /* until the op that makes it holds it */
	struct arena *arena; /* the document and nothing else */
	json_t       *doc;
};

static void destroy(struct shared *object)
{
	struct kept *kept = (struct kept *)object;

	arena_destroy(kept->arena);
	free(kept);
}

static void release(void *object)
{
	shared_release(object);
}

/* The op that made it has ended before it could hold it. */
static void let_go(struct guarded *thing)
{
	shared_release((struct shared *)(void *)((char *)thing - offsetof(struct kept, guarded)));
}

/* As long as the op, whose arena has HOLD_BYTES of room: also its own documents may refer to what is in it. */
static const json_t *hold(struct op *op, struct kept *kept)
{
	arena_defer_to_end(op->arena, release, &kept->head);
	return kept->doc;
}

/* FNV-1a. */
static uint64_t hash_of(const char *key)
{
	uint64_t hash = UINT64_C(14695981039346656037);

	for (; *key; key++)
		hash = (hash ^ (unsigned char)*key) * UINT64_C(1099511628211);
	return hash ^ hash >> 32;
}

void kept_note_written(struct op *op, const char *key)
{
	db_note_written(op->tx, hash_of(key));
}

const json_t *kept_find(struct op *op, const char *key)
{
	if (!op->env->documents || db_may_have_written(op->tx, hash_of(key)))
		return NULL;
	arena_reserve(op->arena,
	              HOLD_BYTES); /* what is held must not be forgotten for want of memory */
	struct shared *found = cache_hold(op->env->documents, key);

	return found ? hold(op, (struct kept *)found) : NULL;
}

/* Values that are not counted: nobody who refers to them writes to them. As deep as documents are. */
static void make_constant(json_t *json)
{
	const char *name;
	json_t *value;
	size_t i;

	if (json->refcount == (size_t)-1) /* true, false and null are so from the start */
		return;
	json->refcount = (size_t)-1;
	json_array_foreach(json, i, value)
		make_constant(value);
	json_object_foreach(json, name, value)
		make_constant(value);
}

static json_t *parse(struct op *op, struct arena *arena, const char *text, size_t bytes)
{
	bool was_arena = json_memory_is_arena();

	json_memory_enter(arena);
	json_t *doc = stored_json_read(op->arena, text, bytes);

	if (was_arena)
		json_memory_enter(op->arena);
	else
		json_memory_leave();
	return doc;
}

static struct kept *make(struct op *op, const char *text, size_t bytes)
{
	struct arena *arena = arena_create_sealable(PARSED_BYTES_PER_BYTE * bytes + PARSED_BYTES_MIN);
	json_t *doc = parse(op, arena, text, bytes);

	if (!json_is_object(doc)) {
		arena_destroy(arena);
		return NULL;
	}
	make_constant(doc);
	arena_seal(arena);
	struct kept *kept = memory_try(sizeof *kept);

	if (!kept) {
		arena_destroy(arena);
		memory_exhausted(sizeof *kept);
	}
	*kept = (struct kept){ .arena = arena, .doc = doc };
	shared_init(&kept->head, destroy);
	guard_note(&kept->guarded, let_go);
	return kept;
}

const json_t *kept_make(struct op *op, const char *key, const char *text, size_t bytes)
{
	struct kept *kept = make(op, text, bytes);

	if (!kept) {
		fail_internal(op, "a stored document cannot be read");
		return NULL;
	}
	if (op->env->documents && db_is_reading(op->tx))
		cache_share(op->env->documents, key, op->documents_epoch, &kept->head,
		            sizeof *kept + arena_bytes(kept->arena));
	arena_reserve(op->arena, HOLD_BYTES);
	guard_forget(&kept->guarded);
	return hold(op, kept);
}
