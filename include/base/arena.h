/* Memory that belongs to one request: bump allocation, undone all at once. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct arena;
struct allowance;

/* Makes an empty arena. What arenas cannot have ends guarded work (base/guard.h), and outside any the process; so
 * nothing here ever returns without memory. Made at guarded work it is charged to its allowance, and goes if that does
 * not return. The caller destroys it. */
struct arena *arena_create(void);

/* The same for about so many bytes, to be filled once and then only read. */
struct arena *arena_create_sealable(size_t bytes);

/* From here to its end nothing changes what is in a sealable arena, and nobody's request owns it: see arena_disown().
 * Under AddressSanitizer its memory can only be read,
 * so that who writes to it is seen. */
void arena_seal(struct arena *arena);

/* How many bytes an arena takes. */
size_t arena_bytes(const struct arena *arena);

/* The same as arena_create(), but NULL if there is no memory. */
struct arena *arena_try_create(void);

/* Charges all that the arena holds and will hold to an allowance, which may be in the arena; NULL: to nobody. What it
 * holds is charged as far as it is granted. */
void arena_charge(struct arena *arena, struct allowance *allowance);

/* Runs the deferred releases in reverse order and frees everything. Accepts NULL. */
void arena_destroy(struct arena *arena);

/* Gives zeroed memory of at least `bytes` bytes, aligned for any type, that lives as long as the
 * arena. */
void *arena_alloc(struct arena *arena, size_t bytes);

/* The same, but not zeroed. */
void *arena_take(struct arena *arena, size_t bytes);

/* Belongs to nobody's request any more: it is charged to nobody, and stays when the guarded work that made it does not
 * return. To be said before others get to see it. */
void arena_disown(struct arena *arena);

/* Is there room for a piece without asking for memory? Then taking it neither takes long nor fails: for those who hold
 * a lock. */
bool arena_fits(const struct arena *arena, size_t bytes);

/* Makes such room. */
void arena_reserve(struct arena *arena, size_t bytes);

/* A piece is not needed any more: a large one is freed, a small one stays until the arena goes. Pieces of other arenas
 * and NULL are left alone. Under AddressSanitizer none may be looked at any more. */
void arena_give_back(struct arena *arena, void *memory);

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

/* Destroys another arena together with this one, and no earlier: guarded work that ends before does not. */
void arena_adopt(struct arena *arena, struct arena *child);

#endif
