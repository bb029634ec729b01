/* Reference expansion: `obj` beside the id of a reference. */
#ifndef RESOURCE_EXPAND_H
#define RESOURCE_EXPAND_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct op;
struct resource_kind;

/* Puts the current representation of what paths lead to beside each reference on them, as far as it
 * exists for who asks, and adds what a kind shows only when it is asked for. `kind` is that of the
 * document; NULL: it is of none. A path is `segment.segment…`, where `[*]` stands for every element of an
 * array and `[n]` for one; one that leads nowhere is left alone, and so is what lies behind ten
 * references, or comes after 50 000 steps of one answer. Changes `doc`, which is the caller's own.
 * False: recorded, and only because something could not be read. */
bool expand(struct op *op, const struct resource_kind *kind, json_t *doc, const char *const *paths,
            size_t count);

#endif
