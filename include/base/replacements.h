/* When a project was last replaced as a whole, by a reset for example: what was admitted before must not be written
 * after. Counted in one number for all projects, so that a request only notes a number when it comes in. */
#ifndef BASE_REPLACEMENTS_H
#define BASE_REPLACEMENTS_H

#include <stdbool.h>
#include <stdint.h>

struct replacements;

/* The caller destroys it. */
struct replacements *replacements_create(void);

/* Accepts NULL. */
void replacements_destroy(struct replacements *replacements);

/* The number of replacements so far; to be asked before the first look at the database. Any thread. */
uint64_t replacements_count(const struct replacements *replacements);

/* Notes one of a project: once when it is written, which turns away what was admitted before, and once when it is
 * durable, for what was admitted in between and still saw the old state. On the writer's thread. */
void replacements_note(struct replacements *replacements, const char *project);

/* Was the project replaced since the number was `count`? Any thread. */
bool replacements_since(const struct replacements *replacements, const char *project,
                        uint64_t count);

#endif
