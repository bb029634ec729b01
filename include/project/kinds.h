/* The table of kinds: what resources a project may hold. */
#ifndef PROJECT_KINDS_H
#define PROJECT_KINDS_H

struct resource_kind;

/* Every kind that references may name, sorted by name; ends with NULL. For env.kinds. */
extern const struct resource_kind *const KINDS[];

#endif
