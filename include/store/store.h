/* Stores: what a customer may be bound to. */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include <stdbool.h>

#include "document/shape.h"
#include "resource/resource.h"

struct identifier;
struct op;

extern const struct resource_kind STORE_KIND;

extern const struct shape STORE_DRAFT;

/* Does the store of an in-store path exist? An unknown one is a 404. False: recorded. */
bool store_of_path_exists(struct op *op);

/* The key reference of the store an identifier points to; kept by the arena. NULL: recorded. */
json_t *store_reference(struct op *op, const struct identifier *identifier);

/* The same for a list, each store once. NULL: recorded. */
json_t *store_references(struct op *op, const struct shape_list *identifiers);

#endif
