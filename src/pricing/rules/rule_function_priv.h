/* The functions that rules have: of the cart, about all of its lines. */
#ifndef PRICING_RULE_FUNCTION_PRIV_H
#define PRICING_RULE_FUNCTION_PRIV_H

#include <stdbool.h>

#include "rule_fields_priv.h"

enum rule_function_kind {
	RULE_COUNT,        /* the quantities of the lines for which the argument holds, added up */
	RULE_TOTAL,        /* their totals */
	RULE_NET_TOTAL,    /* their totals without tax; undefined if one of them is not taxed */
	RULE_GROSS_TOTAL,
	RULE_EXISTS,       /* is there such a line? */
	RULE_FOR_ALL,      /* is every line one? */
};

struct rule_function {
	const char             *name;
	enum rule_function_kind kind;
	enum rule_subject       over;             /* what the argument is about */
	enum rule_type          type;             /* of the result */
	bool                    needs_no_argument;
	bool                    is_taxed;
};

/* NULL: there is none of that name. */
const struct rule_function *rule_function_find(const char *name);

#endif
