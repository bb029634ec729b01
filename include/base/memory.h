/* The one policy for lack of memory: abort. Bodies, batches and queues are bounded, so that no
 * client can cause it. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Says on stderr that `bytes` bytes were wanted in vain, and aborts. */
_Noreturn void memory_exhausted(size_t bytes);

/* malloc and calloc that abort instead of returning NULL. The caller frees. */
void *xmalloc(size_t bytes);
void *xcalloc(size_t count, size_t bytes);

/* Like realloc, but aborts instead of returning NULL. */
void *xrealloc(void *memory, size_t bytes);

#endif
