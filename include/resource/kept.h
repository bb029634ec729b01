/* Documents that are kept parsed from request to request, for whoever only looks at them. */
#ifndef RESOURCE_KEPT_H
#define RESOURCE_KEPT_H

#include <stddef.h>

#include <jansson.h>

struct op;

/* The kept document of a name (stored_key()), which lives as long as the op and is never changed: as it was committed
 * last, or is about to be told. NULL: it is not kept, or the transaction may have changed it. */
const json_t *kept_find(struct op *op, const char *key);

/* Keeps what a stored text says, for this op and, of a read, for others. NULL: it cannot be read; recorded. */
const json_t *kept_make(struct op *op, const char *key, const char *text, size_t bytes);

/* Notes that what is kept under a name is not so any more within the transaction. */
void kept_note_written(struct op *op, const char *key);

#endif
