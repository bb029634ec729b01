/* The tree of a rule: made of its text by the parser, completed by what gives its names a meaning, and walked when it
 * is asked. */
#ifndef PRICING_RULE_PARSER_PRIV_H
#define PRICING_RULE_PARSER_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "rule_value_priv.h"

struct op;
struct rule_function;
struct rule_path;

enum { RULE_MAX_DEPTH = 32, RULE_MAX_BYTES = 20000, RULE_MAX_SEGMENTS = 8 };

enum rule_node_kind {
	RULE_AND,           /* all of `children` */
	RULE_OR,            /* any of them */
	RULE_NOT,           /* not the only child */
	RULE_TRUTH,         /* the operand is true */
	RULE_COMPARE,       /* operand, comparison, the constants: one, or a list in brackets */
	RULE_IN,            /* the operand is one of the constants */
	RULE_CONTAINS_ANY,
	RULE_CONTAINS_ALL,
	RULE_DEFINED,
	RULE_EMPTY,
};

enum rule_comparison {
	RULE_EQUAL,
	RULE_NOT_EQUAL,
	RULE_LESS,
	RULE_LESS_OR_EQUAL,
	RULE_GREATER,
	RULE_GREATER_OR_EQUAL,
};

enum rule_operand_kind { RULE_OF_CONSTANT, RULE_OF_PATH, RULE_OF_FUNCTION };

/* What is compared. */
struct rule_operand {
	enum rule_operand_kind kind;
	size_t                 at;        /* where it stands in the text */
	struct rule_value      constant;
	const char           **segments;  /* of a path; of a function, its name alone */
	size_t                 segment_count;
	struct rule_node      *argument;  /* of a function; NULL: none */
	/* What the names mean; set after parsing. */
	const struct rule_path     *path;
	const struct rule_function *function;
};

struct rule_node {
	enum rule_node_kind  kind;
	enum rule_comparison comparison;
	bool                 is_negated;
	bool                 is_list;    /* the constants stand in brackets */
	bool                 is_sorted;  /* the constants are texts in the order of strcmp() */
	struct rule_operand *operand;    /* NULL: of AND, OR, NOT */
	struct rule_value   *constants;
	size_t               constant_count;
	struct rule_node    *children;
	struct rule_node    *next;       /* sibling */
};

/* NULL: the text is no rule; *ret_problem (in the arena) says why and where. */
struct rule_node *rule_parse(struct op *op, const char *text, const char **ret_problem);

#endif
