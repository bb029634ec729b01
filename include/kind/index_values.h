/* What the index rows of several kinds have in common: putting values together, each once, as a value
 * that stands twice in the index is taken for a duplicate. */
#ifndef KIND_INDEX_VALUES_H
#define KIND_INDEX_VALUES_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct resource;

/* Adds a text (NULL: none) unless it is there. */
void index_add_text(json_t *values, const char *text);

/* Adds what a reference holds, its id or its key; a NULL is none. */
void index_add_reference(json_t *values, const json_t *reference);

/* The same for each reference of an array. */
void index_add_references(json_t *values, const json_t *references);

/* Adds `locale:slug` for each locale of a localized slug. */
void index_add_slugs(struct op *op, json_t *values, const json_t *slug);

/* The values of an index row for a localized slug. */
void index_slug(struct op *op, const json_t *doc, json_t *values);

/* Is each slug well formed, and no other resource's of the kind? Looks at the unique index row `slug`
 * and says in which locale one is taken, which the index itself cannot. False: recorded. */
bool slug_check(struct op *op, const struct resource *resource, const json_t *slug);

#endif
