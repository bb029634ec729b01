/* Query predicates: `where` texts, compiled once and then asked for each document.
 *
 * Source: API docs, "Query Predicates". */
#ifndef PREDICATE_PREDICATE_H
#define PREDICATE_PREDICATE_H

#include <stdbool.h>
#include <stddef.h>

struct fields;
struct op;
struct predicate;

enum {
	PREDICATE_TEXT_BYTES = 32 * 1024, /* the longest text */
	PREDICATE_DEPTH = 100,            /* parentheses, nested fields and `not`, each in the other */
	PREDICATE_LIST_ITEMS = 500,       /* of one list, its variables replaced by what they stand for */
	PREDICATE_VALUES = 20000          /* of all texts together */
};

/* The value of an input variable; a name that comes up more than once is a list. */
struct predicate_variable {
	const char *name;        /* without `var.` */
	const char *value;
	bool        is_fallback; /* counts only if there is none of that name that is not one */
};

/* What a predicate is made from; outlives it. */
struct predicate_source {
	const char                      *parameter; /* as errors name it: "where" */
	const char *const               *texts;
	size_t                           text_count;
	const struct predicate_variable *variables; /* fallbacks last */
	size_t                           variable_count;
	const struct fields             *fields; /* of the documents */
};

/* Compiles texts that must all hold; without any, every document does. Everything lives in op->arena.
 * NULL: recorded, the first fault in the order of the texts; 400 InvalidInput, or
 * QueryComplexityLimitExceeded above the limits. */
struct predicate *predicate_compile(struct op *op, const struct predicate_source *source);

/* Does a document, the JSON text of an object, satisfy the predicate? What is no valid JSON in it counts as absent.
 * Spends the budget of the op that it was compiled for; once that has ended, the answer means nothing. Keeps nothing
 * that it allocates. One thread at a time per predicate, which owns scratch memory. */
bool predicate_matches(struct predicate *predicate, const char *document, size_t bytes);

/* If the predicate can only hold for documents in which the field at a dotted path ("id",
 * "stores.key") equals one of some texts, gives these: an `=` or `in` under nothing but `and` and
 * nesting. In arrays, one element that does so is meant. False: the predicate does not say so.
 * *ret_values live as long as the predicate. */
bool predicate_requires(const struct predicate *predicate, const char *path,
                        const char *const **ret_values, size_t *ret_count);

#endif
