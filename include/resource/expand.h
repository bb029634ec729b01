/* Reference expansion: `obj` beside the id of a reference. */
#ifndef RESOURCE_EXPAND_H
#define RESOURCE_EXPAND_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct op;
struct resource_kind;

/* Puts the current representation of what paths lead to beside each reference on them, as far as it
 * exists for who asks. A path is `segment.segment…`, where `[*]` stands for every element of an
 * array and `[n]` for one; one that leads nowhere is left alone, and so is what lies behind ten
 * references, or comes after 50 000 steps of one answer. Changes `doc`, which is the caller's own.
 * False: recorded, and only because something could not be read. */
bool expand(struct op *op, json_t *doc, const char *const *paths, size_t count);

/* Adds to a document of the kind (NULL: none) what it shows only where a path names it, for expand() to
 * go on with. Changes `doc`, which is the caller's own. False: recorded. */
bool expand_shown(struct op *op, const struct resource_kind *kind, json_t *doc,
                  const char *const *paths, size_t count);

#endif
