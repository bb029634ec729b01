/* Stores: what a customer may be bound to. */
#ifndef DOMAIN_STORE_H
#define DOMAIN_STORE_H

#include <stdbool.h>

#include "base/shape.h"
#include "domain/resource.h"

struct identifier;
struct op;

extern const struct resource_kind STORE_KIND;

/* What a store is made from. */
struct store_draft {
	const char *key;
	json_t     *name;
	json_t     *languages;
	json_t     *countries;
};

extern const struct shape STORE_DRAFT_SHAPE;

/* Makes a store without storing it; `id` NULL: a random one. NULL: recorded. */
struct resource *store_start(struct op *op, const struct store_draft *draft, const char *id);

/* Creates a store. NULL: recorded. */
struct resource *store_create(struct op *op, const struct store_draft *draft);

/* Deletes a store that no customer is bound to. False: recorded. */
bool store_delete(struct op *op, struct resource *store);

/* Does the store of an in-store path exist? An unknown one is a 404. False: recorded. */
bool store_of_path_exists(struct op *op);

/* The key reference of the store an identifier points to; kept by the arena. NULL: recorded. */
json_t *store_reference(struct op *op, const struct identifier *identifier);

/* The same for a list, each store once. NULL: recorded. */
json_t *store_references(struct op *op, const struct shape_list *identifiers);

#endif
