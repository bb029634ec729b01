/* What a predicate means for documents of a kind: fields, types, variables. */
#ifndef PREDICATE_RESOLVE_PRIV_H
#define PREDICATE_RESOLVE_PRIV_H

#include <stdbool.h>
#include <stddef.h>

struct fields;
struct node;
struct op;
struct predicate_source;
struct scope;

struct resolver {
	struct op                     *op;
	const struct predicate_source *source;
	size_t                         value_count; /* of all operands made */
};

/* Completes the nodes of a tree, whose fields the scope is to read from now on. `fields` NULL: nothing
 * is unknown, and any value may be compared with any other. False: the first fault in the order of
 * the text is recorded. Source: API docs, "Query Predicates". */
bool resolve(struct resolver *resolver, struct scope *scope, const struct fields *fields,
             struct node *node);

#endif
