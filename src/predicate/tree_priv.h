/* A predicate as a tree: made by the parser, completed by resolve(), walked by evaluate(). */
#ifndef PREDICATE_TREE_PRIV_H
#define PREDICATE_TREE_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "document/json_reader.h"
#include "number_priv.h"

enum node_kind {
	NODE_AND,
	NODE_OR,
	NODE_NOT,
	NODE_NESTED,       /* field(…) */
	NODE_COMPARE,      /* =, <, … and in: some value of the field, with some operand */
	NODE_CONTAINS_ALL,
	NODE_CONTAINS_ANY,
	NODE_EMPTY,
	NODE_DEFINED,
	NODE_MATCHES,
	NODE_WITHIN
};

enum comparison { COMPARE_EQUAL, COMPARE_LESS, COMPARE_GREATER, COMPARE_AT_MOST, COMPARE_AT_LEAST };

enum literal_kind { LITERAL_TEXT, LITERAL_NUMBER, LITERAL_BOOLEAN, LITERAL_VARIABLE };

/* A value as it is written. */
struct literal {
	enum literal_kind kind;
	const char       *text;    /* decoded; of a number: its digits; of a variable: its name; ends with NUL */
	size_t            bytes;
	bool              is_true; /* of LITERAL_BOOLEAN */
	struct literal   *next;
};

/* A value as it is compared: with stored values of each kind that it has something for. */
struct operand {
	const char    *text;        /* NULL: not with texts */
	size_t         text_bytes;
	struct number number;
	double         rounded;     /* the number, as a stored real may have kept it */
	int64_t        instant_ms;
	bool           has_number;
	bool           has_boolean;
	bool           has_instant; /* with texts, but as instants */
	bool           is_true;
	bool           is_folded;   /* compared with the lower-cased text that is stored */
};

/* A field that a scope reads. */
struct slot {
	const char  *name;
	size_t       name_bytes;
	struct slice value; /* in the object at hand */
	struct slot *next;
};

/* One level of nesting: the fields read from its objects, and what must hold for them. */
struct scope {
	struct slot *slots;
	size_t       slot_count;
	struct node *condition;
};

struct circle {
	double longitude, latitude, metres;
};

struct node {
	enum node_kind  kind;
	bool            is_negated; /* !=, <>, not in, is not */
	enum comparison comparison; /* of NODE_COMPARE */
	struct node    *children;   /* of NODE_AND, NODE_OR, NODE_NOT and NODE_NESTED */
	struct node    *next;       /* the parent's next child */
	const char     *field;      /* of all others, as those that follow; not ended with NUL */
	size_t          field_bytes;
	struct literal *literals;
	bool            has_list;   /* a variable may stand for several of them */

	/* Known to resolve(). */
	struct slot    *slot;
	struct scope   *scope;         /* of NODE_NESTED: inside */
	struct operand *operands;
	size_t          operand_count;
	int64_t         operand_units; /* what it costs to compare with all of them */
	const char    **texts;         /* of the operands, if being equal to one of these is what it asks */
	const char     *folded;        /* of NODE_MATCHES; NULL: nothing matches */
	char           *scratch;       /* room for a stored text that could be equal to it */
	size_t          scratch_bytes;
	struct circle   circle;        /* of NODE_WITHIN */
};

struct budget;

struct predicate {
	struct scope   root;   /* its condition is a NODE_AND of the texts */
	struct budget *budget; /* of the op that it was compiled for */
};

#endif
