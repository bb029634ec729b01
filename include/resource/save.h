/* What is done to a resource: changes are counted, told of, and stored. */
#ifndef RESOURCE_SAVE_H
#define RESOURCE_SAVE_H

#include <stdbool.h>

#include "resource/resource.h"

/* Counts one effective change: the version rises by one. To be called once per update action that
 * changes something, before what it emits. */
void resource_touch(struct resource *resource);

/* Notes that something happened, at the version the resource has now. `payload` (kept by the arena,
 * may be NULL) is stored as it is when the resource is saved. */
void resource_emit(struct op *op, struct resource *resource, enum message_type type,
                   json_t *payload);

/* Stores what changed: head, document, index, and the messages, unless the project stores none.
 * Nothing changed: nothing happens. Once per resource and run. False: recorded, for example a value
 * that another resource has. */
bool resource_save(struct op *op, struct resource *resource);

/* The document as it stands, as text: what resource_save() wrote, if it did (arena). */
const char *resource_current_text(struct op *op, const struct resource *resource);

/* Stores a new resource without telling anyone: for seeds. */
bool resource_save_silently(struct op *op, struct resource *resource);

/* Deletes a resource and stores the messages that were emitted, unless the project stores none. The
 * document stays as it was. */
bool resource_delete(struct op *op, struct resource *resource);

#endif
