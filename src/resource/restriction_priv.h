/* Who may see what: the documents of a kind that exist for who asks. */
#ifndef RESOURCE_RESTRICTION_PRIV_H
#define RESOURCE_RESTRICTION_PRIV_H

#include <stdbool.h>

struct op;
struct predicate;
struct resource_kind;

/* The predicate that says which documents of a kind exist for who asks: what the token owns under /me,
 * what is of the store in an in-store path. True with *ret_predicate == NULL: all. False: recorded. */
bool restriction_compile(struct op *op, const struct resource_kind *kind,
                         struct predicate **ret_predicate);

#endif
