/* A quick look at whether a rule could hold for a product, at nothing but the text of its document. */
#ifndef PRICING_RULE_GLANCE_PRIV_H
#define PRICING_RULE_GLANCE_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "rule_parser_priv.h"

/* Could it hold for a price in a stored document? False: it does not, as it asks for a text that is not there. */
bool rule_node_may_hold_in(const struct rule_node *node, const char *document, size_t bytes);

#endif
