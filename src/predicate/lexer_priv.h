/* The words of a predicate, and where it is broken.
 *
 * The parser asks for what may stand here. What it asks for in vain is noted; if nothing fits, the
 * error is at the furthest character that was reached, and names what was asked for there. */
#ifndef PREDICATE_LEXER_PRIV_H
#define PREDICATE_LEXER_PRIV_H

#include <stdbool.h>
#include <stddef.h>

#include "tree_priv.h"

struct op;

enum { MAX_EXPECTED = 16 };

/* What was asked for in vain: a description, or a letter of a keyword. */
struct expected {
	const char *label; /* NULL: the letter */
	char        letter;
};

struct lexer {
	struct op      *op;
	const char     *parameter; /* as the error names it */
	const char     *text;
	const char     *end;
	const char     *at;
	const char     *furthest;
	struct expected expected[MAX_EXPECTED];
	size_t          expected_count;
	bool            has_notes; /* false: nothing is noted, as nothing is expected to be wrong */
};

/* Begins at the start of a text that ends with NUL. */
void lexer_init(struct lexer *lexer, struct op *op, const char *parameter, const char *text);

/* Notes that something was asked for at a place; returns false. */
bool lexer_expect(struct lexer *lexer, const char *at, const char *label);

/* Records the syntax error that the notes amount to; returns false. */
bool lexer_fail(struct lexer *lexer);

/* Skips white space and gives the next character; NUL at the end. */
char lexer_peek(struct lexer *lexer);

/* Takes this mark, which notes call `label`. */
bool lexer_mark(struct lexer *lexer, char mark, const char *label);

/* Takes one of some keywords, in any case, and gives its index; -1: none is here. */
int lexer_keyword(struct lexer *lexer, const char *const *words, size_t count);

/* Takes a name of a field or a variable. Notes nothing if there is none. */
bool lexer_name(struct lexer *lexer, const char **ret_name, size_t *ret_bytes);

/* Takes = != <> < > <= >=. */
bool lexer_comparison(struct lexer *lexer, enum comparison *ret_comparison, bool *ret_is_negated);

/* Takes a text, a number, a boolean or a variable. NULL: none is here. */
struct literal *lexer_value(struct lexer *lexer);

#endif
