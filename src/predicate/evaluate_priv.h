/* Asks a predicate of a document. */
#ifndef PREDICATE_EVALUATE_PRIV_H
#define PREDICATE_EVALUATE_PRIV_H

#include <stdbool.h>

#include "document/json_reader.h"

struct budget;
struct scope;

/* Does the scope's condition hold for this value? Anything but an object has no members. Once the budget has ended, the
 * answer means nothing. Source: API docs, "Query Predicates". */
bool scope_holds(struct scope *scope, struct slice object, struct budget *budget);

#endif
