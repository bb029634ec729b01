#include "base/arena.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/allowance.h"
#include "base/guard.h"
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
	LARGEST_CHUNK_BYTES = 256 * 1024,
	LARGE_BYTES = 32 * 1024, /* from here on a piece may be given back */
};

#ifdef UNDER_ASAN
#define RED_ZONE_MARK UINT64_C(0x6b726f7761746172)

/* What stands before each piece. */
struct red_zone {
	uint64_t mark;
	uint64_t bytes;
};
#endif

/* A piece of memory from malloc; what it gives out follows the struct. */
struct chunk {
	_Alignas(max_align_t) struct chunk *next;
	size_t bytes;   /* the struct included */
	size_t charged; /* to the allowance */
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
	struct chunk    *large;         /* those of a single large piece, which may be given back */
	struct deferred *deferred;      /* the newest first */
	struct deferred *at_end;        /* those for the end, likewise */
	size_t           next_bytes;    /* size of the next chunk */
	size_t           bytes;         /* of all chunks */
	bool             is_sealable;
	bool             is_promised;   /* room was reserved for the next piece */
	struct allowance   *allowance;        /* NULL: charged to nobody */
	struct guarded   guarded;
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
	return memory_try_pages(PAGE_BYTES, whole_pages(bytes));
}

static void protect(void *pages, size_t bytes, bool may_write)
{
	(void)mprotect(pages, whole_pages(bytes), may_write ? PROT_READ | PROT_WRITE : PROT_READ);
}
#else
static void *take_pages(size_t bytes)
{
	return memory_try(bytes);
}

static void protect(void *pages, size_t bytes, bool may_write)
{
	(void)pages;
	(void)bytes;
	(void)may_write;
}
#endif

/* Takes memory for a chunk; the allowance is charged where it grants it. Leaves guarded work without what it wants. */
static struct chunk *make_chunk(struct allowance *allowance, size_t bytes, bool is_sealable,
                                struct chunk *next)
{
	bool may_leave = guard_is_on();
	enum allowance_answer answer = allowance_take(allowance, bytes);
	size_t charged = answer == ALLOWANCE_GRANTED ? bytes : 0;
	struct chunk *chunk;

	if (may_leave && answer != ALLOWANCE_GRANTED)
		guard_leave(answer == ALLOWANCE_OVER_LIMIT ? GUARD_OVER_LIMIT : GUARD_NO_MEMORY);
	chunk = is_sealable ? take_pages(bytes) : memory_try(bytes);
	if (!chunk) {
		allowance_give(allowance, charged);
		return NULL;
	}
	*chunk = (struct chunk){ .next = next, .bytes = bytes, .charged = charged };
	return chunk;
}

/* One more chunk of an arena, at the head of a list of its. */
static struct chunk *add_chunk(struct arena *arena, size_t bytes, struct chunk **list)
{
	struct chunk *chunk = make_chunk(arena->allowance, bytes, arena->is_sealable, *list);

	if (!chunk)
		memory_exhausted(bytes);
	arena->bytes += bytes;
	return *list = chunk;
}

static void free_chunk(struct allowance *allowance, struct chunk *chunk)
{
	size_t charged = chunk->charged;

	ASAN_UNPOISON_MEMORY_REGION(chunk, chunk->bytes);
	free(chunk);
	allowance_give(allowance, charged);
}

static void release_arena(struct guarded *thing)
{
	arena_destroy((struct arena *)(void *)((char *)thing - offsetof(struct arena, guarded)));
}

/* NULL: there is no memory. */
static struct arena *create(size_t first_bytes, size_t next_bytes, bool is_sealable)
{
	struct allowance *allowance = guard_allowance();
	struct chunk *chunk = make_chunk(allowance, first_bytes, is_sealable, NULL);
	struct arena *arena = chunk ? (struct arena *)(void *)(chunk + 1) : NULL;

	if (!arena)
		return NULL;
	*arena = (struct arena){
		.at = (char *)(arena + 1),
		.end = (char *)chunk + first_bytes,
		.chunks = chunk,
		.next_bytes = next_bytes,
		.bytes = first_bytes,
		.is_sealable = is_sealable,
		.allowance = allowance,
	};
	guard_note(&arena->guarded, release_arena);
	ASAN_POISON_MEMORY_REGION(arena->at, (size_t)(arena->end - arena->at));
	return arena;
}

struct arena *arena_try_create(void)
{
	return create(FIRST_CHUNK_BYTES, 2 * FIRST_CHUNK_BYTES, false);
}

struct arena *arena_create(void)
{
	struct arena *arena = arena_try_create();

	if (!arena)
		memory_exhausted(FIRST_CHUNK_BYTES);
	return arena;
}

struct arena *arena_create_sealable(size_t bytes)
{
	const size_t first_bytes = sizeof(struct chunk) + sizeof(struct arena) + bytes;
	struct arena *arena = create(first_bytes, FIRST_CHUNK_BYTES, true);

	if (!arena)
		memory_exhausted(first_bytes);
	return arena;
}

size_t arena_bytes(const struct arena *arena)
{
	return arena->bytes;
}

static void charge(struct allowance *allowance, struct chunk *chunk)
{
	for (; chunk; chunk = chunk->next)
		chunk->charged =
			allowance_take(allowance, chunk->bytes) == ALLOWANCE_GRANTED ? chunk->bytes : 0;
}

static void discharge(struct allowance *allowance, const struct chunk *chunk)
{
	for (; chunk; chunk = chunk->next)
		allowance_give(allowance, chunk->charged);
}

void arena_charge(struct arena *arena, struct allowance *allowance)
{
	discharge(arena->allowance, arena->chunks);
	discharge(arena->allowance, arena->large);
	arena->allowance = allowance;
	charge(allowance, arena->chunks);
	charge(allowance, arena->large);
}

void arena_disown(struct arena *arena)
{
	guard_forget(&arena->guarded);
	arena_charge(arena, NULL);
}

static void protect_chunks(struct chunk *chunk, bool may_write)
{
	struct chunk *next;

	for (; chunk; chunk = next) {
		next = chunk->next; /* what is protected can still be read, but not the other way round */
		protect(chunk, chunk->bytes, may_write);
	}
}

static void protect_all(struct arena *arena, bool may_write)
{
	struct chunk *large = arena->large;

	protect_chunks(arena->chunks, may_write);
	protect_chunks(large, may_write);
}

void arena_seal(struct arena *arena)
{
	arena_disown(arena);
	protect_all(arena, false);
}

static void release_all(struct deferred **deferred)
{
	while (*deferred) {
		struct deferred *first = *deferred;

		*deferred = first->next;
		first->release(first->object);
	}
}

static void free_chunks(struct allowance *allowance, struct chunk *chunk)
{
	while (chunk) {
		struct chunk *next = chunk->next;

		free_chunk(allowance, chunk);
		chunk = next;
	}
}

void arena_destroy(struct arena *arena)
{
	if (!arena)
		return;
	if (arena->is_sealable)
		protect_all(arena, true);
	release_all(&arena->deferred);
	release_all(&arena->at_end);
	guard_forget(&arena->guarded);
	arena_charge(arena, NULL); /* the allowance may be in the arena itself */
	free_chunks(NULL, arena->large);
	free_chunks(NULL, arena->chunks);
}

/* Goes on in a new chunk with room for `bytes` bytes. */
static void renew_chunk(struct arena *arena, size_t bytes)
{
	size_t size = arena->next_bytes;
	struct chunk *chunk;

	if (size < sizeof *chunk + bytes)
		size = sizeof *chunk + bytes;
	chunk = add_chunk(arena, size, &arena->chunks);
	arena->at = (char *)(chunk + 1);
	arena->end = (char *)chunk + size;
	if (arena->next_bytes < LARGEST_CHUNK_BYTES)
		arena->next_bytes *= 2;
	ASAN_POISON_MEMORY_REGION(arena->at, (size_t)(arena->end - arena->at));
}

/* A chunk of its own for something large, so that the rest of the newest one is not lost. */
static char *take_alone(struct arena *arena, size_t bytes)
{
	struct chunk **list = bytes >= LARGE_BYTES ? &arena->large : &arena->chunks;
	char *memory;

	memory = (char *)(add_chunk(arena, sizeof(struct chunk) + bytes, list) + 1);
	ASAN_POISON_MEMORY_REGION(memory, bytes);
	return memory;
}

/* What a piece takes with all that belongs to it. */
static size_t taken_bytes(size_t bytes)
{
	if (bytes > SIZE_MAX / 2)
		memory_exhausted(bytes);
	return (bytes + !bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT + RED_ZONE_BYTES;
}

/* Writes into the red zone of a piece how large it is, so that giving it back can poison it. */
static void note_size(char *memory, size_t bytes)
{
#ifdef UNDER_ASAN
	struct red_zone *zone = (struct red_zone *)(void *)(memory - RED_ZONE_BYTES);

	ASAN_UNPOISON_MEMORY_REGION(zone, sizeof *zone);
	*zone = (struct red_zone){ RED_ZONE_MARK, bytes };
	ASAN_POISON_MEMORY_REGION(zone, sizeof *zone);
#else
	(void)memory, (void)bytes;
#endif
}

/* Under sanitizers a test may let a single piece fail, not only the chunk that would hold it: what work has done until
 * then is another thing each time. Not one that room was reserved for, nor where a lock is held, which is the same. */
static void refuse_piece(struct arena *arena, size_t bytes)
{
#ifdef UNDER_ASAN
	bool is_promised = arena->is_promised;

	arena->is_promised = false;
	if (!is_promised && guard_may_leave() && memory_piece_is_refused())
		memory_exhausted(bytes);
#else
	(void)arena;
	(void)bytes;
#endif
}

/* Gives memory that is not zeroed. */
static char *take(struct arena *arena, size_t bytes)
{
	size_t taken = taken_bytes(bytes);
	char *memory;

	refuse_piece(arena, bytes);
	if (taken > (size_t)(arena->end - arena->at) && taken > arena->next_bytes / 4) {
		memory = take_alone(arena, taken);
	} else {
		if (taken > (size_t)(arena->end - arena->at))
			renew_chunk(arena, taken);
		memory = arena->at;
		arena->at += taken;
	}
	memory += RED_ZONE_BYTES; /* before each piece; what follows the last one is poisoned anyway */
	note_size(memory, bytes);
	ASAN_UNPOISON_MEMORY_REGION(memory, bytes);
	return memory;
}

bool arena_fits(const struct arena *arena, size_t bytes)
{
	return taken_bytes(bytes) <= (size_t)(arena->end - arena->at);
}

void arena_reserve(struct arena *arena, size_t bytes)
{
	if (!arena_fits(arena, bytes))
		renew_chunk(arena, taken_bytes(bytes));
	arena->is_promised = true;
}

#ifdef UNDER_ASAN
/* Nobody may look at it any more, though it stays where it is. */
static void poison_piece(const char *memory)
{
	struct red_zone *zone = (struct red_zone *)(uintptr_t)(memory - RED_ZONE_BYTES);
	struct red_zone copy;

	ASAN_UNPOISON_MEMORY_REGION(zone, sizeof *zone);
	copy = *zone;
	ASAN_POISON_MEMORY_REGION(zone, sizeof *zone);
	if (copy.mark == RED_ZONE_MARK)
		ASAN_POISON_MEMORY_REGION(memory, copy.bytes);
}
#endif

void arena_give_back(struct arena *arena, void *memory)
{
	char *start = (char *)memory - RED_ZONE_BYTES;

	for (struct chunk **link = &arena->large; memory && *link; link = &(*link)->next) {
		struct chunk *chunk = *link;

		if ((char *)(chunk + 1) != start)
			continue;
		*link = chunk->next;
		arena->bytes -= chunk->bytes;
		free_chunk(arena->allowance, chunk);
		return;
	}
#ifdef UNDER_ASAN
	if (memory)
		poison_piece(memory);
#endif
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

static void destroy_adopted(void *arena)
{
	arena_destroy(arena);
}

void arena_adopt(struct arena *arena, struct arena *child)
{
	arena_defer(arena, destroy_adopted,
	            child); /* or the guarded work ends here and takes it along */
	guard_forget(&child->guarded);
}
