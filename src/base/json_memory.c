#include "base/json_memory.h"

#include <stdlib.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/memory.h"

/* jansson's allocator has no context, so the thread keeps it. */
static _Thread_local struct arena *json_arena;

void json_memory_enter(struct arena *arena)
{
	json_arena = arena;
}

void json_memory_leave(void)
{
	json_arena = NULL;
}

bool json_memory_is_arena(void)
{
	return json_arena != NULL;
}

static void *allocate_json(size_t bytes)
{
	return json_arena ? arena_take(json_arena, bytes) : xmalloc(bytes);
}

static void free_json(void *memory)
{
	if (json_arena)
		arena_give_back(json_arena, memory);
	else
		free(memory);
}

void json_memory_init(void)
{
	json_set_alloc_funcs(allocate_json, free_json);
	json_object_seed(0); /* 0: from the system's generator */
}
