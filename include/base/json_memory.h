/* Where JSON values are made: on the heap, or in the arena of the request that a thread works on. */
#ifndef BASE_JSON_MEMORY_H
#define BASE_JSON_MEMORY_H

#include <stdbool.h>

struct arena;

/* From here to json_memory_leave() this thread's JSON values and their texts are made in the
 * arena: they live as long as it does, freeing them costs nothing and gives only large pieces
 * back, and so they must not be mixed with values that outlive it. NULL and every other thread: the
 * heap. AddressSanitizer sees when one is used that was freed, or whose arena is gone. */
void json_memory_enter(struct arena *arena);
void json_memory_leave(void);

/* Is a JSON value that is made now the arena's? */
bool json_memory_is_arena(void);

/* Makes jansson follow the same policy and seeds its hash tables. Call once, before threads
 * start. */
void json_memory_init(void);

#endif
