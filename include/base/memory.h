/* The one policy for lack of memory: abort. Bodies, batches and queues are bounded, so that no
 * client can cause it. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/* Says on stderr that `bytes` bytes were wanted in vain, and aborts. */
_Noreturn void memory_exhausted(size_t bytes);

/* malloc and calloc that abort instead of returning NULL. The caller frees. */
void *xmalloc(size_t bytes);
void *xcalloc(size_t count, size_t bytes);

/* Like realloc, but aborts instead of returning NULL. */
void *xrealloc(void *memory, size_t bytes);

struct arena;

/* From here to memory_leave_arena() this thread's JSON values and their texts are made in the
 * arena: they live as long as it does, freeing them costs nothing and does nothing, and so they
 * must not be mixed with values that outlive it. NULL and every other thread: the heap. Under
 * AddressSanitizer always the heap, so that misuse is seen. */
void memory_enter_arena(struct arena *arena);
void memory_leave_arena(void);

/* Is a JSON value that is made now the arena's? */
bool memory_is_in_arena(void);

/* Makes jansson follow the same policy and seeds its hash tables. Call once, before threads
 * start. */
void memory_init_json(void);

#endif
