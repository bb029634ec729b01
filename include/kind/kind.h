/* What the kinds of resources share: creating, finding and deleting by what the kind's descriptor says. */
#ifndef KIND_KIND_H
#define KIND_KIND_H

#include <stdbool.h>

#include "resource/resource.h"

struct op;

/* Makes a resource from a decoded draft, without storing it: the draft's members, references
 * resolved, custom fields checked, then what the kind adds. `id` NULL: a random one. NULL:
 * recorded. */
struct resource *kind_start(struct op *op, const struct resource_kind *kind, const json_t *draft,
                            const char *id);

/* Loads a resource for change, by id or by key; one that does not exist for who asks is a 404 as an
 * unknown one is. NULL: recorded. */
struct resource *kind_get(struct op *op, const struct resource_kind *kind, const char *id);
struct resource *kind_get_by_key(struct op *op, const struct resource_kind *kind, const char *key);

/* Do the endpoints of the kind show this document to who asks? What they do not show may still be referred to
 * and expanded, if it exists for who asks. */
bool kind_serves(struct op *op, const struct resource_kind *kind, const json_t *doc);

/* Deletes a resource to which nothing refers and of which the kind has nothing against it. False:
 * recorded. */
bool kind_delete(struct op *op, struct resource *resource);

#endif
