/* The tree of a discount predicate: made by the parser, walked by the evaluation. */
#ifndef PRICING_CART_PREDICATE_PRIV_H
#define PRICING_CART_PREDICATE_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "pricing/cart_predicate.h"

enum { MAX_PREDICATE_DEPTH = 32, MAX_PREDICATE_BYTES = 20000, MAX_PATH_SEGMENTS = 8 };

enum node_kind {
	NODE_AND,          /* all of `children` */
	NODE_OR,           /* any of them */
	NODE_NOT,          /* not the only child */
	NODE_COMPARE,      /* operand, comparison, first of `literals` */
	NODE_IN,           /* operand is one of `literals` */
	NODE_CONTAINS_ANY,
	NODE_CONTAINS_ALL,
	NODE_DEFINED,
	NODE_EMPTY,
};

enum comparison { EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL };

enum line_function { NO_FUNCTION, LINE_COUNT, LINE_TOTAL, LINE_EXISTS, LINE_ALL };

/* What is compared: a literal, a field, or something about all lines for which `lines` holds. */
struct predicate_operand {
	json_t             *literal;
	const char         *segments[MAX_PATH_SEGMENTS];
	size_t              segment_count;
	enum line_function  function;
	const char         *list;       /* of the function: `lineItems` or `customLineItems` */
	const struct predicate_node *lines;
};

struct predicate_node {
	enum node_kind            kind;
	enum comparison           comparison;
	bool                      is_negated;
	struct predicate_operand  operand;
	json_t                   *literals;  /* an array */
	struct predicate_node    *children;
	struct predicate_node    *next;      /* sibling */
};

/* NULL: it is no predicate; *ret_problem (in the arena) says why. */
const struct predicate_node *discount_predicate_parse(struct op *op, const char *text,
                                                      enum predicate_subject subject,
                                                      const char **ret_problem);

#endif
