#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

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
