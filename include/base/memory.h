/* The policy for lack of memory. Work for a request ends there (base/guard.h) and is answered with 503; what can be
 * done without, like the cache, is done without; what cannot, at the start, ends the process. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` bytes were wanted in vain: ends the guarded work of this thread; outside any, says so on stderr and
 * aborts. */
_Noreturn void memory_exhausted(size_t bytes);

/* malloc, calloc and realloc that call memory_exhausted() instead of returning NULL. The caller frees. */
void *xmalloc(size_t bytes);
void *xcalloc(size_t count, size_t bytes);
void *xrealloc(void *memory, size_t bytes);

/* A copy of a text, likewise. */
char *xstrdup(const char *text);

/* The same for what can be done without: NULL if there is no memory; then what was to grow is as it was. */
void *memory_try(size_t bytes);
void *memory_try_zeroed(size_t bytes);
void *memory_try_grow(void *memory, size_t bytes);
void *memory_try_pages(size_t page_bytes, size_t bytes);

/* A seam for tests. From now on allocations of all functions above, on all threads, are counted from 1; those with
 * numbers from `first` to `last` get nothing. All memory of ours comes from here: chunks of arenas, and through them
 * jansson's values in the stages of a request; entries of the cache; buffers of bodies. To count only, `first` and
 * `last` are UINT64_MAX; 0 and 0 is as it was before, without counting. */
void memory_fail(uint64_t first, uint64_t last);

/* From now on pieces of arenas count as well, where the build has sanitizers: memory that is cut from what was
 * allocated before. */
void memory_count_pieces(void);

/* Counts a piece, if pieces count, and says whether it is one that fails. */
bool memory_piece_is_refused(void);

/* How many there were since memory_fail(). */
uint64_t memory_count(void);

#endif
