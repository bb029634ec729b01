/* The meaning of a rule: its names are found in the tables, and its types are compared. */
#ifndef PRICING_RULE_TYPES_PRIV_H
#define PRICING_RULE_TYPES_PRIV_H

#include <stdbool.h>

#include "rule_definitions_priv.h"
#include "rule_parser_priv.h"
#include "rule_path_priv.h"

struct op;

/* One pass over the tree of a rule. */
struct rule_typing {
	struct op               *op;
	struct rule_paths       *paths;
	struct rule_definitions *definitions; /* NULL: the types of the project are not asked */
	json_t                  *references;  /* what the rule names by id; NULL: is not wanted */
	const char              *problem;     /* in the arena; NULL: none so far */
	bool                     is_taxed;    /* it looks at taxes */
};

/* Gives each name in the tree its meaning and compares types. False: there is a problem, or a failure was recorded. */
bool rule_types_check(struct rule_typing *typing, struct rule_node *node,
                      enum rule_subject subject);

#endif
