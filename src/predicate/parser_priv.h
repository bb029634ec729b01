/* The grammar of predicates. */
#ifndef PREDICATE_PARSER_PRIV_H
#define PREDICATE_PARSER_PRIV_H

struct node;
struct op;

/* Makes the tree of a text, which is UTF-8, in op->arena. NULL: it breaks the grammar or nests too
 * deep, recorded. Source: API docs, "Query Predicates", the grammar. */
struct node *parse_predicate(struct op *op, const char *parameter, const char *text);

#endif
