/* The kinds of resources that there are: handed down in op->env, as this room knows none but messages and projects. */
#ifndef RESOURCE_REGISTRY_H
#define RESOURCE_REGISTRY_H

struct op;
struct resource_kind;

/* The kind that references call by this typeId; NULL: there is none here. */
const struct resource_kind *kind_find(const struct op *op, const char *type_id);

/* Every kind that references may name, sorted by name; ends with NULL. */
const struct resource_kind *const *kinds_all(const struct op *op);

#endif
