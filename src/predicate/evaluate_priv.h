/* Asks a predicate of a document. */
#ifndef PREDICATE_EVALUATE_PRIV_H
#define PREDICATE_EVALUATE_PRIV_H

#include <stdbool.h>

#include "document/json_reader.h"

struct scope;

/* Does the scope's condition hold for this value? Anything but an object has no members. Source: API
 * docs, "Query Predicates". */
bool scope_holds(struct scope *scope, struct slice object);

#endif
