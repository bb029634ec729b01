/* Memory that belongs to one request: bump allocation, undone all at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* Makes an empty arena. Never fails: a process without memory aborts. The caller destroys it. */
struct arena *arena_create(void);

/* The same for about so many bytes, to be filled once and then only read. */
struct arena *arena_create_sealable(size_t bytes);

/* From here to its end nothing changes what is in a sealable arena. Under AddressSanitizer its memory can only be read,
 * so that who writes to it is seen. */
void arena_seal(struct arena *arena);

/* How many bytes an arena takes. */
size_t arena_bytes(const struct arena *arena);

/* Runs the deferred releases in reverse order and frees everything. Accepts NULL. */
void arena_destroy(struct arena *arena);

/* Gives zeroed memory of at least `bytes` bytes, aligned for any type, that lives as long as the
 * arena. */
void *arena_alloc(struct arena *arena, size_t bytes);

/* The same, but not zeroed. */
void *arena_take(struct arena *arena, size_t bytes);

/* Copies a NUL-terminated text into the arena. NULL gives NULL. */
char *arena_strdup(struct arena *arena, const char *text);

/* Copies `bytes` bytes into the arena and ends them with NUL. */
char *arena_strndup(struct arena *arena, const char *text, size_t bytes);

/* Formats into the arena. */
char *arena_printf(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));

/* Calls release(object) when the arena is destroyed; the last deferred is released first. */
void arena_defer(struct arena *arena, void (*release)(void *), void *object);

/* The same after all that is deferred otherwise, for what that may refer to. */
void arena_defer_to_end(struct arena *arena, void (*release)(void *), void *object);

#endif
