#include "parser_priv.h"

#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "lexer_priv.h"
#include "predicate/predicate.h"

/* The functions return NULL or false if what they are for is not here: noted in the lexer. */
struct parser {
	struct lexer lexer;
	size_t       depth;
	bool         is_too_deep; /* recorded already */
};

static struct node *parse_chain(struct parser *parser, enum node_kind kind);

static struct node *make_node(struct parser *parser, enum node_kind kind)
{
	struct node *node = arena_alloc(parser->lexer.op->arena, sizeof *node);

	node->kind = kind;
	return node;
}

/* One level deeper; whoever enters leaves with parser->depth--. */
static bool enter(struct parser *parser)
{
	if (parser->depth++ < PREDICATE_DEPTH)
		return true;
	parser->is_too_deep = true;
	return fail_query_too_complex(parser->lexer.op,
	                              "Malformed parameter: %s: It nests more than %d levels deep.",
	                              parser->lexer.parameter, PREDICATE_DEPTH);
}

/* "(" orExpr ")" */
static struct node *parse_group(struct parser *parser)
{
	if (!lexer_mark(&parser->lexer, '(', "'('") || !enter(parser))
		return NULL;
	struct node *inside = parse_chain(parser, NODE_OR);

	parser->depth--;
	return inside && lexer_mark(&parser->lexer, ')', "')'") ? inside : NULL;
}

/* Appends a value to the node's. */
static bool parse_value(struct parser *parser, struct node *node)
{
	struct literal **last = &node->literals;

	while (*last)
		last = &(*last)->next;
	*last = lexer_value(&parser->lexer);
	return *last != NULL;
}

/* "(" value { "," value } ")" | variable */
static bool parse_list(struct parser *parser, struct node *node)
{
	struct literal **last = &node->literals;

	node->has_list = true;
	if (lexer_peek(&parser->lexer) == ':')
		return parse_value(parser, node);
	lexer_expect(&parser->lexer, parser->lexer.at, "input parameter");
	if (!lexer_mark(&parser->lexer, '(', "'('"))
		return false;
	do {
		*last = lexer_value(&parser->lexer);
		if (!*last)
			return false;
		last = &(*last)->next;
	} while (lexer_mark(&parser->lexer, ',', "comma"));
	return lexer_mark(&parser->lexer, ')', "')'");
}

/* Takes this one keyword. */
static bool parse_word(struct parser *parser, const char *word)
{
	return lexer_keyword(&parser->lexer, &word, 1) == 0;
}

/* -- what may follow the name of a field -- */

static bool parse_not_in(struct parser *parser, struct node *node)
{
	node->is_negated = true;
	return parse_word(parser, "in") && parse_list(parser, node);
}

static bool parse_contains(struct parser *parser, struct node *node)
{
	static const char *const WORDS[] = { "all", "any" };
	int word = lexer_keyword(&parser->lexer, WORDS, 2);

	node->kind = word == 0 ? NODE_CONTAINS_ALL : NODE_CONTAINS_ANY;
	return word >= 0 && parse_list(parser, node);
}

static bool parse_is(struct parser *parser, struct node *node)
{
	static const char *const WORDS[] = { "not", "empty", "defined" };
	int word = lexer_keyword(&parser->lexer, WORDS, 3);

	node->is_negated = word == 0;
	if (word == 0)
		word = 1 + lexer_keyword(&parser->lexer, WORDS + 1, 2);
	node->kind = word == 1 ? NODE_EMPTY : NODE_DEFINED;
	return word > 0;
}

static bool parse_within(struct parser *parser, struct node *node)
{
	struct lexer *lexer = &parser->lexer;

	node->kind = NODE_WITHIN;
	return parse_word(parser, "circle") && lexer_mark(lexer, '(', "'('") &&
	       parse_value(parser, node) && lexer_mark(lexer, ',', "comma") &&
	       parse_value(parser, node) && lexer_mark(lexer, ',', "comma") &&
	       parse_value(parser, node) && lexer_mark(lexer, ')', "')'");
}

static bool parse_matches(struct parser *parser, struct node *node)
{
	node->kind = NODE_MATCHES;
	return parse_word(parser, "ignore") && parse_word(parser, "case") && parse_value(parser, node);
}

static bool parse_operator(struct parser *parser, struct node *node)
{
	/* In the order in which the service's errors name them. */
	static const char *const WORDS[] = { "not", "in", "contains", "is", "within", "matches" };
	static bool (*const PARSERS[])(struct parser *, struct node *) = {
		parse_not_in, parse_list, parse_contains, parse_is, parse_within, parse_matches,
	};

	if (lexer_comparison(&parser->lexer, &node->comparison, &node->is_negated))
		return parse_value(parser, node);
	int word = lexer_keyword(&parser->lexer, WORDS, sizeof WORDS / sizeof WORDS[0]);

	return word >= 0 && PARSERS[word](parser, node);
}

/* What follows the name of a field. */
static struct node *parse_condition(struct parser *parser, const char *field, size_t field_bytes)
{
	bool is_nested = lexer_peek(&parser->lexer) == '(';
	struct node *node = make_node(parser, is_nested ? NODE_NESTED : NODE_COMPARE);

	node->field = field;
	node->field_bytes = field_bytes;
	if (!is_nested)
		return parse_operator(parser, node) ? node : NULL;
	node->children = parse_group(parser);
	return node->children ? node : NULL;
}

/* -- what conditions are joined by -- */

static struct node *parse_part(struct parser *parser);

/* What follows the word `not`. It may be the name of a field as well; then an operator follows, and
 * reading on as if it were one does no harm: a list holds no further conditions. */
static struct node *parse_not(struct parser *parser, const char *word, size_t word_bytes)
{
	const char *behind = parser->lexer.at;

	if (lexer_peek(&parser->lexer) != '(') {
		struct node *condition = parse_condition(parser, word, word_bytes);

		if (condition)
			return condition;
		parser->lexer.at = behind;
	}
	if (!enter(parser))
		return NULL;
	struct node *node = make_node(parser, NODE_NOT);

	node->children = parse_part(parser);
	parser->depth--;
	return node->children ? node : NULL;
}

/* "not" part | "(" orExpr ")" | field … */
static struct node *parse_part(struct parser *parser)
{
	const char *name;
	size_t bytes;

	if (lexer_peek(&parser->lexer) == '(')
		return parse_group(parser);
	if (!lexer_name(&parser->lexer, &name, &bytes)) {
		lexer_expect(&parser->lexer, parser->lexer.at, "not");
		lexer_expect(&parser->lexer, parser->lexer.at, "conditional expression");
		return NULL;
	}
	if (bytes == 3 && strncasecmp(name, "not", bytes) == 0)
		return parse_not(parser, name, bytes);
	return parse_condition(parser, name, bytes);
}

/* Parts with one word between them: NODE_AND, or NODE_OR, whose parts are chains of `and`. */
static struct node *parse_chain(struct parser *parser, enum node_kind kind)
{
	bool is_or = kind == NODE_OR;
	struct node *last = NULL;
	struct node *chain = make_node(parser, kind);

	do {
		struct node *part = is_or ? parse_chain(parser, NODE_AND) : parse_part(parser);

		if (!part)
			return NULL;
		if (last)
			last->next = part;
		else
			chain->children = part;
		last = part;
	} while (parse_word(parser, is_or ? "or" : "and"));
	return chain->children == last ? last : chain;
}

static struct node *parse(struct parser *parser)
{
	struct node *tree = parse_chain(parser, NODE_OR);

	if (!tree || lexer_peek(&parser->lexer) == '\0')
		return tree;
	lexer_expect(&parser->lexer, parser->lexer.at, "end of input");
	return NULL;
}

/* Most texts are right: notes of what might have been wrong are only taken of one that is not, by
 * reading it once more. */
struct node *parse_predicate(struct op *op, const char *parameter, const char *text)
{
	struct parser parser = { .depth = 0 };

	lexer_init(&parser.lexer, op, parameter, text);
	struct node *tree = parse(&parser);

	if (tree || parser.is_too_deep)
		return tree;
	parser = (struct parser){ .depth = 0 };
	lexer_init(&parser.lexer, op, parameter, text);
	parser.lexer.has_notes = true;
	parse(&parser);
	lexer_fail(&parser.lexer);
	return NULL;
}
