#include "base/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/sanitizer.h"

#ifdef UNDER_ASAN
#include <sys/mman.h>

#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(memory, bytes) ((void)(memory), (void)(bytes))
#define ASAN_UNPOISON_MEMORY_REGION(memory, bytes) ((void)(memory), (void)(bytes))
#endif

enum {
	ALIGNMENT = _Alignof(max_align_t),
#ifdef UNDER_ASAN
	RED_ZONE_BYTES = ALIGNMENT,
#else
	RED_ZONE_BYTES = 0,
#endif
	/* A little less than 8 KiB, so that malloc's own header fits as well. */
	FIRST_CHUNK_BYTES = 8 * 1024 - 64,
	LARGEST_CHUNK_BYTES = 256 * 1024
};

/* A piece of memory from malloc; what it gives out follows the struct. */
struct chunk {
	_Alignas(max_align_t) struct chunk *next;
	size_t bytes; /* the struct included */
};

struct deferred {
	struct deferred *next;
	void (*release)(void *);
	void *object;
};

/* Lives in its own first chunk, so that a small request costs one malloc. */
struct arena {
	_Alignas(max_align_t) char *at; /* unused memory of the newest chunk: from here … */
	char            *end;           /* … to here */
	struct chunk    *chunks;        /* the last one is the first made */
	struct deferred *deferred;      /* the newest first */
	struct deferred *at_end;        /* those for the end, likewise */
	size_t           next_bytes;    /* size of the next chunk */
	size_t           bytes;         /* of all chunks */
	bool             is_sealable;
};

/* Memory of a sealable arena: pages of its own where sealing is more than a word. */
#ifdef UNDER_ASAN
enum { PAGE_BYTES = 4096 };

static size_t whole_pages(size_t bytes)
{
	return (bytes + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
}

static void *take_pages(size_t bytes)
{
	void *pages = aligned_alloc(PAGE_BYTES, whole_pages(bytes));

	if (!pages)
		memory_exhausted(bytes);
	return pages;
}

static void protect(void *pages, size_t bytes, bool may_write)
{
	(void)mprotect(pages, whole_pages(bytes), may_write ? PROT_READ | PROT_WRITE : PROT_READ);
}
#else
static void *take_pages(size_t bytes)
{
	return xmalloc(bytes);
}

static void protect(void *pages, size_t bytes, bool may_write)
{
	(void)pages;
	(void)bytes;
	(void)may_write;
}
#endif

static struct chunk *make_chunk(size_t bytes, struct chunk *next, bool is_sealable)
{
	struct chunk *chunk = is_sealable ? take_pages(bytes) : xmalloc(bytes);

	chunk->next = next;
	chunk->bytes = bytes;
	return chunk;
}

static void free_chunk(struct chunk *chunk)
{
	ASAN_UNPOISON_MEMORY_REGION(chunk, chunk->bytes);
	free(chunk);
}

static struct arena *create(size_t first_bytes, size_t next_bytes, bool is_sealable)
{
	struct chunk *chunk = make_chunk(first_bytes, NULL, is_sealable);
	struct arena *arena = (struct arena *)(void *)(chunk + 1);

	*arena = (struct arena){
		.at = (char *)(arena + 1),
		.end = (char *)chunk + first_bytes,
		.chunks = chunk,
		.next_bytes = next_bytes,
		.bytes = first_bytes,
		.is_sealable = is_sealable,
	};
	ASAN_POISON_MEMORY_REGION(arena->at, (size_t)(arena->end - arena->at));
	return arena;
}

struct arena *arena_create(void)
{
	return create(FIRST_CHUNK_BYTES, 2 * FIRST_CHUNK_BYTES, false);
}

struct arena *arena_create_sealable(size_t bytes)
{
	return create(sizeof(struct chunk) + sizeof(struct arena) + bytes, FIRST_CHUNK_BYTES, true);
}

static void protect_all(struct arena *arena, bool may_write)
{
	struct chunk *chunk, *next;

	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next; /* what is protected can still be read, but not the other way round */
		protect(chunk, chunk->bytes, may_write);
	}
}

void arena_seal(struct arena *arena)
{
	protect_all(arena, false);
}

size_t arena_bytes(const struct arena *arena)
{
	return arena->bytes;
}

static void release_all(struct deferred **deferred)
{
	while (*deferred) {
		struct deferred *first = *deferred;

		*deferred = first->next;
		first->release(first->object);
	}
}

void arena_destroy(struct arena *arena)
{
	struct chunk *chunk, *next;

	if (!arena)
		return;
	if (arena->is_sealable)
		protect_all(arena, true);
	release_all(&arena->deferred);
	release_all(&arena->at_end);
	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free_chunk(chunk);
	}
}

/* Gives memory outside the newest chunk: a fresh chunk, or one of its own for something large,
 * so that the rest of the newest one is not lost. */
static char *take_from_new_chunk(struct arena *arena, size_t bytes)
{
	struct chunk *chunk;
	char *memory;

	if (bytes > arena->next_bytes / 4) {
		arena->chunks = make_chunk(sizeof(*chunk) + bytes, arena->chunks, arena->is_sealable);
		arena->bytes += arena->chunks->bytes;
		memory = (char *)(arena->chunks + 1);
		ASAN_POISON_MEMORY_REGION(memory, bytes);
		return memory;
	}
	chunk = make_chunk(arena->next_bytes, arena->chunks, arena->is_sealable);
	arena->chunks = chunk;
	arena->bytes += chunk->bytes;
	arena->end = (char *)chunk + arena->next_bytes;
	if (arena->next_bytes < LARGEST_CHUNK_BYTES)
		arena->next_bytes *= 2;
	memory = (char *)(chunk + 1);
	arena->at = memory + bytes;
	ASAN_POISON_MEMORY_REGION(memory, (size_t)(arena->end - memory));
	return memory;
}

/* Gives memory that is not zeroed. */
static char *take(struct arena *arena, size_t bytes)
{
	size_t taken;
	char *memory;

	if (bytes > SIZE_MAX / 2)
		memory_exhausted(bytes);
	taken = (bytes + !bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + RED_ZONE_BYTES;
	if (taken <= (size_t)(arena->end - arena->at)) {
		memory = arena->at;
		arena->at += taken;
	} else {
		memory = take_from_new_chunk(arena, taken);
	}
	memory += RED_ZONE_BYTES; /* before each piece; what follows the last one is poisoned anyway */
	ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
	return memory;
}

void *arena_take(struct arena *arena, size_t bytes)
{
	return take(arena, bytes);
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
	return memset(take(arena, bytes), 0, bytes);
}

char *arena_strdup(struct arena *arena, const char *text)
{
	return text ? arena_strndup(arena, text, strlen(text)) : NULL;
}

char *arena_strndup(struct arena *arena, const char *text, size_t bytes)
{
	char *copy;

	if (bytes == SIZE_MAX)
		memory_exhausted(bytes);
	copy = take(arena, bytes + 1);
	if (bytes)
		memcpy(copy, text, bytes);
	copy[bytes] = '\0';
	return copy;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
	va_list arguments;
	char *text;

	va_start(arguments, format);
	text = arena_vprintf(arena, format, arguments);
	va_end(arguments);
	return text;
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
	char first[256];
	va_list again;
	char *text;
	int bytes;

	va_copy(again, arguments);
	bytes = vsnprintf(first, sizeof(first), format, arguments);
	if (bytes < 0) {
		/* Only a wide character that has no encoding gets here, and we print none. */
		text = arena_strndup(arena, "", 0);
	} else if ((size_t)bytes < sizeof(first)) {
		text = arena_strndup(arena, first, (size_t)bytes);
	} else {
		text = take(arena, (size_t)bytes + 1);
		(void)vsnprintf(text, (size_t)bytes + 1, format, again);
	}
	va_end(again);
	return text;
}

static void defer(struct arena *arena, struct deferred **list, void (*release)(void *),
                  void *object)
{
	struct deferred *deferred = arena_alloc(arena, sizeof(*deferred));

	*deferred = (struct deferred){ *list, release, object };
	*list = deferred;
}

void arena_defer(struct arena *arena, void (*release)(void *), void *object)
{
	defer(arena, &arena->deferred, release, object);
}

void arena_defer_to_end(struct arena *arena, void (*release)(void *), void *object)
{
	defer(arena, &arena->at_end, release, object);
}
