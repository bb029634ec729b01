/* Resources that are to be changed: new ones, and those that are loaded. What is only looked at comes from
 * resource/lookup.h. */
#ifndef RESOURCE_LOAD_H
#define RESOURCE_LOAD_H

#include <stdbool.h>
#include <stdint.h>

#include "resource/resource.h"

/* Starts a new resource with the members that every resource has; the kind's own are added to its
 * doc. `id` NULL: a random one. Nothing is stored before resource_save(). */
struct resource *resource_start(struct op *op, const struct resource_kind *kind, const char *id);

/* Loads a resource for change. True with *ret_resource == NULL: there is none. False: recorded. */
bool resource_find(struct op *op, const struct resource_kind *kind, const char *id,
                   struct resource **ret_resource);

/* Loads a resource in advance, on another thread than the writer's: if it still has the same
 * version when the writer wants it, the writer need not parse it again. *ret_doc (may be NULL): its
 * document, to be looked at only; NULL if there is no such resource. False: recorded. */
bool resource_fetch_ahead(struct op *op, const struct resource_kind *kind, const char *id,
                          const json_t **ret_doc);

/* The same by the value of a unique index field. */
bool resource_find_by(struct op *op, const struct resource_kind *kind, const char *field,
                      const char *value, struct resource **ret_resource);

/* Loads a resource by id or by key; an unknown one is a 404. NULL: recorded. */
struct resource *resource_get(struct op *op, const struct resource_kind *kind, const char *id);
struct resource *resource_get_by_key(struct op *op, const struct resource_kind *kind,
                                     const char *key);

/* Is this the version that the caller expects? False: recorded. */
bool resource_at_version(struct op *op, const struct resource *resource, int64_t expected);

#endif
