/* The types that the project gives to custom fields and attributes, for checking rules. */
#ifndef PRICING_RULE_DEFINITIONS_PRIV_H
#define PRICING_RULE_DEFINITIONS_PRIV_H

#include <stdbool.h>

#include <jansson.h>

#include "rule_path_priv.h"

struct op;

/* What was loaded for one check. Starts zeroed. */
struct rule_definitions {
	json_t *product_types;  /* NULL: not loaded */
	json_t *types;          /* by resourceTypeId, each an array */
};

/* The type of what the tail of a path names. RULE_TYPE_ANY: no type of the project has it. False: recorded. */
bool rule_definition(struct op *op, struct rule_definitions *definitions,
                     const struct rule_path *path, enum rule_type *ret_type, bool *ret_is_list);

#endif
