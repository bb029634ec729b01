/* Stored documents as they are: their texts, found by id, from the cache where it knows them, and the one way to read
 * them. */
#ifndef RESOURCE_STORED_H
#define RESOURCE_STORED_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

struct collection;
struct op;
struct resource_kind;

/* The collection of the table `resources`. */
extern const struct collection RESOURCES;

/* The name of a resource in the caches, r/PROJECT/KIND/ID; in the arena. */
const char *stored_key(struct op *op, const struct resource_kind *kind, const char *id);

/* What a stored text says; kept by the arena. NULL: it cannot be read; recorded. */
json_t *stored_read(struct op *op, const char *text, size_t bytes);

/* The stored text of a resource; of a read, from the cache if it is there. True with *ret_text ==
 * NULL: there is none. */
bool resource_text(struct op *op, const struct resource_kind *kind, const char *id,
                   const char **ret_text, size_t *ret_bytes);

/* Notes that what the caches have of a resource is wrong for the rest of the transaction, and for everyone once it is
 * durable. */
void stored_forget(struct op *op, const struct resource_kind *kind, const char *id);

#endif
