#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/sanitizer.h"

void memory_exhausted(size_t bytes)
{
	(void)fprintf(stderr, "standin: out of memory (%zu bytes wanted)\n", bytes);
	abort();
}

void *xmalloc(size_t bytes)
{
	/* malloc(0) may be NULL, which would look like a lack of memory. */
	void *memory = malloc(bytes ? bytes : 1);

	if (!memory)
		memory_exhausted(bytes);
	return memory;
}

void *xcalloc(size_t count, size_t bytes)
{
	void *memory = count && bytes ? calloc(count, bytes) : calloc(1, 1);

	if (!memory)
		memory_exhausted(bytes);
	return memory;
}

void *xrealloc(void *memory, size_t bytes)
{
	void *moved = realloc(memory, bytes ? bytes : 1);

	if (!moved)
		memory_exhausted(bytes);
	return moved;
}

/* jansson's allocator has no context, so the thread keeps it. */
static _Thread_local struct arena *json_arena;

void memory_enter_arena(struct arena *arena)
{
#ifdef UNDER_ASAN
	(void)arena;
#else
	json_arena = arena;
#endif
}

void memory_leave_arena(void)
{
	json_arena = NULL;
}

bool memory_is_in_arena(void)
{
	return json_arena != NULL;
}

static void *allocate_json(size_t bytes)
{
	return json_arena ? arena_take(json_arena, bytes) : xmalloc(bytes);
}

static void free_json(void *memory)
{
	if (!json_arena)
		free(memory);
}

void memory_init_json(void)
{
	json_set_alloc_funcs(allocate_json, free_json);
	json_object_seed(0); /* 0: from the system's generator */
}
