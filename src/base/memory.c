#include "base/memory.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/guard.h"

/* See memory_fail(); written by tests only. */
static struct {
	_Atomic uint64_t first;
	_Atomic uint64_t last; /* 0: nobody counts */
	_Atomic uint64_t count;
	atomic_bool counts_pieces;
} seam;

void memory_fail(uint64_t first, uint64_t last)
{
	atomic_store(&seam.last, 0);
	atomic_store(&seam.count, 0);
	atomic_store(&seam.first, first);
	atomic_store(&seam.last, last);
}

uint64_t memory_count(void)
{
	return atomic_load(&seam.count);
}

/* Is it the turn of an allocation that a test lets fail? */
static bool is_refused(void)
{
	uint64_t last = atomic_load_explicit(&seam.last, memory_order_relaxed);
	uint64_t number;

	if (!last)
		return false;
	number = atomic_fetch_add(&seam.count, 1) + 1;
	return number >= atomic_load(&seam.first) && number <= last;
}

void memory_count_pieces(void)
{
	atomic_store(&seam.counts_pieces, true);
}

bool memory_piece_is_refused(void)
{
	return atomic_load_explicit(&seam.counts_pieces, memory_order_relaxed) && is_refused();
}

void memory_exhausted(size_t bytes)
{
	if (guard_is_on())
		guard_leave(GUARD_NO_MEMORY);
	(void)fprintf(stderr, "standin: out of memory (%zu bytes wanted)\n", bytes);
	abort();
}

/* malloc(0) may be NULL, which would look like a lack of memory. */
void *memory_try(size_t bytes)
{
	return is_refused() ? NULL : malloc(bytes ? bytes : 1);
}

void *memory_try_zeroed(size_t bytes)
{
	return is_refused() ? NULL : calloc(1, bytes ? bytes : 1);
}

void *memory_try_grow(void *memory, size_t bytes)
{
	return is_refused() ? NULL : realloc(memory, bytes ? bytes : 1);
}

void *memory_try_pages(size_t page_bytes, size_t bytes)
{
	return is_refused() ? NULL : aligned_alloc(page_bytes, bytes);
}

void *xmalloc(size_t bytes)
{
	void *memory = memory_try(bytes);

	if (!memory)
		memory_exhausted(bytes);
	return memory;
}

void *xcalloc(size_t count, size_t bytes)
{
	void *memory = is_refused() ? NULL
	               : count && bytes    ? calloc(count, bytes)
	                                   : calloc(1, 1);

	if (!memory)
		memory_exhausted(bytes);
	return memory;
}

void *xrealloc(void *memory, size_t bytes)
{
	void *moved = memory_try_grow(memory, bytes);

	if (!moved)
		memory_exhausted(bytes);
	return moved;
}

char *xstrdup(const char *text)
{
	size_t bytes = strlen(text) + 1;

	return memcpy(xmalloc(bytes), text, bytes);
}
