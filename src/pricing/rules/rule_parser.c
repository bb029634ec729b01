/* The syntax of rules. Source: API docs, "Discount Predicate Spec". */
#include "rule_parser_priv.h"

#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/op.h"
#include "base/text.h"

struct parser {
	struct op  *op;
	const char *text;
	const char *at;
	int         depth;
	const char *problem;  /* the first one; NULL: none so far */
};

/* Constants while their number is not known. */
struct constants {
	struct rule_value *items;
	size_t             count;
	size_t             room;
};

static struct rule_node *parse_any(struct parser *parser);

static void *complain(struct parser *parser, const char *problem)
{
	if (!parser->problem)
		parser->problem = arena_printf(parser->op->arena, "%s at position %zu", problem,
		                               (size_t)(parser->at - parser->text));
	return NULL;
}

/* -- tokens -- */

static void skip_space(struct parser *parser)
{
	parser->at += strspn(parser->at, " \t\r\n\f");
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
	       c == '-';
}

static bool accept(struct parser *parser, const char *symbol)
{
	size_t bytes = strlen(symbol);

	skip_space(parser);
	if (strncmp(parser->at, symbol, bytes) != 0)
		return false;
	parser->at += bytes;
	return true;
}

static bool expect(struct parser *parser, const char *symbol)
{
	return accept(parser, symbol) ||
	       complain(parser, arena_printf(parser->op->arena, "expected '%s'", symbol)) != NULL;
}

/* Keywords are written in any case. */
static bool accept_word(struct parser *parser, const char *word)
{
	size_t i = 0;

	skip_space(parser);
	for (; word[i]; i++)
		if ((parser->at[i] | 0x20) != word[i])
			return false;
	if (is_word_char(parser->at[i]) || parser->at[i] == '.')
		return false;
	parser->at += i;
	return true;
}

/* -- constants -- */

/* TAB, LF and CR may stand in a text as they are; other control characters may not. */
static bool may_be_raw(char character)
{
	return (unsigned char)character >= 0x20 || character == '\t' || character == '\n' ||
	       character == '\r';
}

/* A text with escapes is one of JSON, which has an escape for each control character. */
static const char *read_escaped(struct parser *parser, const char *start, size_t bytes)
{
	static const char RAW[] = "\t\n\r", ESCAPED[] = "tnr";
	struct text_buffer text = { .arena = parser->op->arena };

	for (size_t i = 0; i < bytes; i++) {
		const char *raw = start[i] ? strchr(RAW, start[i]) : NULL;

		if (raw)
			text_append_bytes(&text, "\\", 1);
		text_append_bytes(&text, raw ? &ESCAPED[raw - RAW] : &start[i], 1);
	}
	json_t *value = keep(parser->op, json_loadb(text.text, text.bytes, JSON_DECODE_ANY, NULL));

	if (!value)
		return complain(parser, "malformed string");
	return json_string_value(value);
}

static bool read_string(struct parser *parser, struct rule_value *constant)
{
	const char *start = parser->at;
	const char *end = start + 1;
	bool is_plain = true;

	for (; *end && *end != '"'; end++) {
		is_plain = is_plain && *end != '\\' && may_be_raw(*end);
		if (*end == '\\' && end[1])
			end++;
	}
	if (!*end)
		return complain(parser, "unterminated string") != NULL;
	size_t bytes = (size_t)(end - start);
	const char *text = is_plain ? arena_strndup(parser->op->arena, start + 1, bytes - 1)
	                            : read_escaped(parser, start, bytes + 1);

	parser->at = end + 1;
	if (text)
		*constant = rule_value_of_text(text);
	return text != NULL;
}

static bool read_number(struct parser *parser, struct rule_value *constant)
{
	const char *start = parser->at;
	size_t bytes = 1 + strspn(start + 1, "0123456789.");

	if ((start[bytes] | 0x20) == 'e') {
		bytes++;
		bytes += start[bytes] == '-' || start[bytes] == '+';
		bytes += strspn(start + bytes, "0123456789");
	}
	constant->kind = RULE_VALUE_NUMBER;
	if (!rule_number_read(start, bytes, &constant->number))
		return complain(parser, "malformed number") != NULL;
	parser->at += bytes;
	return true;
}

/* False without a problem: there is no constant here. */
static bool accept_constant(struct parser *parser, struct rule_value *constant)
{
	*constant = (struct rule_value){ .kind = RULE_VALUE_BOOLEAN };
	skip_space(parser);
	if (*parser->at == '"')
		return read_string(parser, constant);
	if (*parser->at && strchr("-0123456789", *parser->at))
		return read_number(parser, constant);
	constant->truth = accept_word(parser, "true");
	return constant->truth || accept_word(parser, "false");
}

static bool read_constant(struct parser *parser, struct constants *constants)
{
	if (constants->count == constants->room) {
		size_t room = constants->room ? 2 * constants->room : 1;
		struct rule_value *items = arena_take(parser->op->arena, room * sizeof *items);

		if (constants->count > 0)
			memcpy(items, constants->items, constants->count * sizeof *items);
		constants->items = items;
		constants->room = room;
	}
	if (!accept_constant(parser, &constants->items[constants->count]))
		return complain(parser, "expected a string, a number, true or false") != NULL;
	constants->count++;
	return true;
}

/* Constants behind a bracket that was read. */
static bool read_list(struct parser *parser, struct constants *constants)
{
	do {
		if (!read_constant(parser, constants))
			return false;
	} while (accept(parser, ","));
	return expect(parser, ")");
}

static bool read_constants(struct parser *parser, struct rule_node *node)
{
	struct constants constants = { 0 };

	node->is_list = accept(parser, "(");
	bool is_read =
		node->is_list ? read_list(parser, &constants) : read_constant(parser, &constants);

	node->constants = constants.items;
	node->constant_count = constants.count;
	return is_read;
}

static bool read_constant_list(struct parser *parser, struct rule_node *node)
{
	skip_space(parser);
	if (*parser->at != '(')
		return complain(parser, "expected '('") != NULL;
	return read_constants(parser, node);
}

/* -- operands -- */

static const char *read_segment(struct parser *parser)
{
	skip_space(parser);
	bool is_quoted = *parser->at == '`';
	const char *start = parser->at + (is_quoted ? 1 : 0);
	const char *end = start;

	while (is_quoted ? *end && *end != '`' : is_word_char(*end))
		end++;
	if (end == start || (is_quoted && !*end))
		return complain(parser, "expected a field name");
	parser->at = end + (is_quoted ? 1 : 0);
	return arena_strndup(parser->op->arena, start, (size_t)(end - start));
}

static bool read_path(struct parser *parser, struct rule_operand *operand)
{
	const char *segments[RULE_MAX_SEGMENTS];
	size_t count = 0;

	do {
		if (count == RULE_MAX_SEGMENTS)
			return complain(parser, "too many field names") != NULL;
		segments[count] = read_segment(parser);
		if (!segments[count++])
			return false;
	} while (accept(parser, "."));
	operand->segments = arena_take(parser->op->arena, count * sizeof *segments);
	memcpy(operand->segments, segments, count * sizeof *segments);
	operand->segment_count = count;
	return true;
}

/* What stands in the brackets of a function: a rule about each of what it goes over, or nothing. */
static bool read_argument(struct parser *parser, struct rule_operand *operand)
{
	operand->kind = RULE_OF_FUNCTION;
	if (operand->segment_count > 1)
		return complain(parser, "expected an operator") != NULL;
	if (accept(parser, ")"))
		return true;
	operand->argument = parse_any(parser);
	return operand->argument && expect(parser, ")");
}

static bool read_operand(struct parser *parser, struct rule_operand *operand)
{
	skip_space(parser);
	operand->at = (size_t)(parser->at - parser->text);
	operand->kind = RULE_OF_CONSTANT;
	if (accept_constant(parser, &operand->constant) || parser->problem)
		return !parser->problem;
	operand->kind = RULE_OF_PATH;
	return read_path(parser, operand) && (!accept(parser, "(") || read_argument(parser, operand));
}

/* -- relations -- */

static bool accept_comparison(struct parser *parser, enum rule_comparison *ret_comparison)
{
	static const struct {
		const char          *symbol;
		enum rule_comparison comparison;
	} SYMBOLS[] = {
		/* longer ones first */
		{ "!=", RULE_NOT_EQUAL }, { "<>", RULE_NOT_EQUAL }, { "<=", RULE_LESS_OR_EQUAL },
		{ ">=", RULE_GREATER_OR_EQUAL }, { "=", RULE_EQUAL }, { "<", RULE_LESS }, { ">", RULE_GREATER },
	};

	for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
		if (!accept(parser, SYMBOLS[i].symbol))
			continue;
		*ret_comparison = SYMBOLS[i].comparison;
		return true;
	}
	return false;
}

static bool read_is(struct parser *parser, struct rule_node *node)
{
	node->is_negated = accept_word(parser, "not");
	node->kind = RULE_DEFINED;
	if (accept_word(parser, "defined"))
		return true;
	node->kind = RULE_EMPTY;
	return accept_word(parser, "empty") ||
	       complain(parser, "expected 'defined' or 'empty'") != NULL;
}

static bool read_contains(struct parser *parser, struct rule_node *node)
{
	node->kind = RULE_CONTAINS_ANY;
	if (accept_word(parser, "any"))
		return read_constant_list(parser, node);
	if (!accept_word(parser, "all"))
		return read_constants(parser, node);
	node->kind = RULE_CONTAINS_ALL;
	return read_constant_list(parser, node);
}

/* Without a relation, the operand itself is what is true or not. */
static bool read_relation(struct parser *parser, struct rule_node *node)
{
	if (accept_comparison(parser, &node->comparison)) {
		node->kind = RULE_COMPARE;
		return read_constants(parser, node);
	}
	if (accept_word(parser, "is"))
		return read_is(parser, node);
	if (accept_word(parser, "contains"))
		return read_contains(parser, node);
	node->is_negated = accept_word(parser, "not");
	if (accept_word(parser, "in") || accept_word(parser, "within")) {
		node->kind = RULE_IN;
		return read_constant_list(parser, node);
	}
	return !node->is_negated || complain(parser, "expected 'in'") != NULL;
}

static struct rule_node *new_node(struct parser *parser, enum rule_node_kind kind)
{
	struct rule_node *node = arena_alloc(parser->op->arena, sizeof *node);

	node->kind = kind;
	return node;
}

/* -- connections -- */

/* Every bracket and every `not` is a level. */
static bool enter(struct parser *parser)
{
	return ++parser->depth <= RULE_MAX_DEPTH || complain(parser, "too deeply nested") != NULL;
}

static struct rule_node *parse_single(struct parser *parser)
{
	if (accept_word(parser, "not")) {
		struct rule_node *node = new_node(parser, RULE_NOT);

		node->children = enter(parser) ? parse_single(parser) : NULL;
		parser->depth--;
		return node->children ? node : NULL;
	}
	if (accept(parser, "(")) {
		struct rule_node *node = parse_any(parser);

		return node && expect(parser, ")") ? node : NULL;
	}
	struct rule_node *node = new_node(parser, RULE_TRUTH);

	node->operand = arena_alloc(parser->op->arena, sizeof *node->operand);
	return read_operand(parser, node->operand) && read_relation(parser, node) ? node : NULL;
}

/* A chain of any length is one node with many children, so that only brackets make a tree deep. */
static struct rule_node *parse_chain(struct parser *parser, const char *word,
                                     enum rule_node_kind kind,
                                     struct rule_node *(*parse)(struct parser *))
{
	struct rule_node *first = parse(parser);
	struct rule_node *last = first;

	if (!first || !accept_word(parser, word))
		return first;
	/* A chain in brackets is one link of this one. */
	struct rule_node *node = new_node(parser, kind);

	node->children = first;
	do {
		last->next = parse(parser);
		last = last->next;
		if (!last)
			return NULL;
	} while (accept_word(parser, word));
	return node;
}

static struct rule_node *parse_all(struct parser *parser)
{
	return parse_chain(parser, "and", RULE_AND, parse_single);
}

static struct rule_node *parse_any(struct parser *parser)
{
	if (!enter(parser))
		return NULL;
	struct rule_node *node = parse_chain(parser, "or", RULE_OR, parse_all);

	parser->depth--;
	return node;
}

struct rule_node *rule_parse(struct op *op, const char *text, const char **ret_problem)
{
	struct parser parser = { .op = op, .text = text, .at = text };
	struct rule_node *node = NULL;

	if (strlen(text) > RULE_MAX_BYTES)
		complain(&parser, "too long");
	else
		node = parse_any(&parser);
	skip_space(&parser);
	if (node && *parser.at)
		node = complain(&parser, "unexpected text");
	*ret_problem = parser.problem;
	return node;
}
