/* Making a rule cheaper to ask: long chains about one field become one look into a sorted list. */
#ifndef PRICING_RULE_FOLD_PRIV_H
#define PRICING_RULE_FOLD_PRIV_H

#include "rule_parser_priv.h"

struct op;

/* Changes the tree of a rule whose names have their meaning; what it says stays the same. */
void rule_fold(struct op *op, struct rule_node *node);

#endif
