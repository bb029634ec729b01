#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "cart_predicate_priv.h"

struct parser {
	struct op              *op;
	const char             *text;
	const char             *at;
	enum predicate_subject  subject;
	int                     depth;
	const char             *problem;  /* the first one; NULL: none so far */
};

static struct predicate_node *parse_any(struct parser *parser);

static void *complain(struct parser *parser, const char *problem)
{
	if (!parser->problem)
		parser->problem = arena_printf(parser->op->arena, "%s at position %zu", problem,
		                               (size_t)(parser->at - parser->text));
	return NULL;
}

/* Tokens */

static void skip_space(struct parser *parser)
{
	parser->at += strspn(parser->at, " \t\r\n");
}

static bool is_word_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-';
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

/* Keywords are written in any case. */
static bool accept_word(struct parser *parser, const char *word)
{
	size_t i = 0;

	skip_space(parser);
	for (; word[i]; i++)
		if ((parser->at[i] | 0x20) != word[i])
			return false;
	if (is_word_char(parser->at[i]))
		return false;
	parser->at += i;
	return true;
}

/* Literals */

static json_t *read_json(struct parser *parser, const char *start, size_t bytes,
                         const char *problem)
{
	json_t *value = keep(parser->op, json_loadb(start, bytes, JSON_DECODE_ANY, NULL));

	if (!value)
		complain(parser, problem);
	parser->at = start + bytes;
	return value;
}

static json_t *read_string(struct parser *parser)
{
	const char *end = parser->at + 1;

	while (*end && *end != '"')
		end += *end == '\\' && end[1] ? 2 : 1;
	if (!*end)
		return complain(parser, "unterminated string");
	return read_json(parser, parser->at, (size_t)(end + 1 - parser->at), "malformed string");
}

/* NULL without a problem: there is no literal here. */
static json_t *accept_literal(struct parser *parser)
{
	skip_space(parser);
	if (*parser->at == '"')
		return read_string(parser);
	if (strchr("-0123456789", *parser->at) && *parser->at) {
		size_t bytes = 1 + strspn(parser->at + 1, "0123456789.");

		return read_json(parser, parser->at, bytes, "malformed number");
	}
	if (accept_word(parser, "true"))
		return keep(parser->op, json_true());
	return accept_word(parser, "false") ? keep(parser->op, json_false()) : NULL;
}

static bool read_literal(struct parser *parser, json_t *literals)
{
	json_t *literal = accept_literal(parser);

	if (!literal)
		return complain(parser, "expected a string, a number, true or false") != NULL;
	json_array_append(literals, literal);
	return true;
}

static bool read_literals(struct parser *parser, json_t *literals)
{
	if (!accept(parser, "("))
		return complain(parser, "expected '('") != NULL;
	do {
		if (!read_literal(parser, literals))
			return false;
	} while (accept(parser, ","));
	return accept(parser, ")") || complain(parser, "expected ')'");
}

/* Fields */

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

static bool is_known(const char *const *names, const char *name)
{
	for (; *names; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static bool is_field(const struct parser *parser, const char *name)
{
	static const char *const CART[] = {
		"anonymousId",   "billingAddress", "businessUnit", "cartState",       "country",
		"createdAt",     "currency",       "custom",       "customer",        "customerEmail",
		"customerGroup", "customerId",     "key",          "locale",          "origin",
		"recurringOrder", "shippingAddress", "shippingInfo", "shippingRateInput", "store",
		"taxedPrice",    "totalPrice",     NULL,
	};
	static const char *const LINE[] = {
		"addedAt",     "attributes",  "categories",    "categoriesWithAncestors",
		"custom",      "distributionChannel", "inventoryMode", "key",
		"lineItemMode", "name",       "price",         "priceMode",
		"product",     "productId",   "productKey",    "productSlug",
		"productType", "quantity",    "recurrenceInfo", "sku",
		"supplyChannel", "taxCategory", "taxRate",     "taxedPrice",
		"totalPrice",  "variant",     "variantId",     "variantKey",
		NULL,
	};
	static const char *const CUSTOM_LINE[] = {
		"custom", "key",         "money",   "name",       "price",      "priceMode", "quantity",
		"slug",   "taxCategory", "taxRate", "taxedPrice", "totalPrice", NULL,
	};

	if (parser->subject == PREDICATE_OF_CART)
		return is_known(CART, name);
	return is_known(parser->subject == PREDICATE_OF_LINE_ITEM ? LINE : CUSTOM_LINE, name);
}

static bool read_path(struct parser *parser, const char *first, struct predicate_operand *operand)
{
	if (!is_field(parser, first))
		return complain(parser, arena_printf(parser->op->arena, "unknown field '%s'", first)) !=
		       NULL;
	operand->segments[operand->segment_count++] = first;
	while (accept(parser, ".")) {
		if (operand->segment_count == MAX_PATH_SEGMENTS)
			return complain(parser, "too many field names") != NULL;
		const char *segment = read_segment(parser);

		if (!segment)
			return false;
		operand->segments[operand->segment_count++] = segment;
	}
	return true;
}

/* Functions */

static const struct {
	const char         *name;
	const char         *list;
	enum line_function  function;
} FUNCTIONS[] = {
	{ "lineItemCount", "lineItems", LINE_COUNT },
	{ "lineItemTotal", "lineItems", LINE_TOTAL },
	{ "lineItemExists", "lineItems", LINE_EXISTS },
	{ "forAllLineItems", "lineItems", LINE_ALL },
	{ "customLineItemCount", "customLineItems", LINE_COUNT },
	{ "customLineItemTotal", "customLineItems", LINE_TOTAL },
	{ "customLineItemExists", "customLineItems", LINE_EXISTS },
	{ "forAllCustomLineItems", "customLineItems", LINE_ALL },
};

static bool read_function(struct parser *parser, size_t which, struct predicate_operand *operand)
{
	enum predicate_subject outer = parser->subject;
	bool is_custom = strcmp(FUNCTIONS[which].list, "customLineItems") == 0;

	operand->function = FUNCTIONS[which].function;
	operand->list = FUNCTIONS[which].list;
	if (outer != PREDICATE_OF_CART)
		return complain(parser, "a function of the cart") != NULL;
	if (!accept(parser, "("))
		return complain(parser, "expected '('") != NULL;
	parser->subject = is_custom ? PREDICATE_OF_CUSTOM_LINE_ITEM : PREDICATE_OF_LINE_ITEM;
	operand->lines = parse_any(parser);
	parser->subject = outer;
	return operand->lines && (accept(parser, ")") || complain(parser, "expected ')'"));
}

static bool read_operand(struct parser *parser, struct predicate_operand *operand)
{
	operand->literal = accept_literal(parser);
	if (operand->literal || parser->problem)
		return !parser->problem;
	const char *name = read_segment(parser);

	if (!name)
		return false;
	for (size_t i = 0; i < sizeof FUNCTIONS / sizeof *FUNCTIONS; i++)
		if (strcmp(FUNCTIONS[i].name, name) == 0)
			return read_function(parser, i, operand);
	return read_path(parser, name, operand);
}

/* Comparisons */

static bool accept_comparison(struct parser *parser, enum comparison *ret_comparison)
{
	static const struct {
		const char     *symbol;
		enum comparison comparison;
	} SYMBOLS[] = { /* longer ones first */
		{ "!=", NOT_EQUAL }, { "<>", NOT_EQUAL },        { "<=", LESS_OR_EQUAL },
		{ ">=", GREATER_OR_EQUAL }, { "=", EQUAL }, { "<", LESS }, { ">", GREATER },
	};

	for (size_t i = 0; i < sizeof SYMBOLS / sizeof *SYMBOLS; i++) {
		if (!accept(parser, SYMBOLS[i].symbol))
			continue;
		*ret_comparison = SYMBOLS[i].comparison;
		return true;
	}
	return false;
}

static bool read_is(struct parser *parser, struct predicate_node *node)
{
	node->is_negated = accept_word(parser, "not");
	node->kind = NODE_DEFINED;
	if (accept_word(parser, "defined"))
		return true;
	node->kind = NODE_EMPTY;
	return accept_word(parser, "empty") || complain(parser, "expected 'defined' or 'empty'");
}

static bool read_contains(struct parser *parser, struct predicate_node *node)
{
	node->kind = NODE_CONTAINS_ANY;
	if (accept_word(parser, "any"))
		return read_literals(parser, node->literals);
	if (!accept_word(parser, "all"))
		return read_literal(parser, node->literals);
	node->kind = NODE_CONTAINS_ALL;
	return read_literals(parser, node->literals);
}

static bool read_relation(struct parser *parser, struct predicate_node *node)
{
	if (accept_comparison(parser, &node->comparison)) {
		node->kind = NODE_COMPARE;
		return read_literal(parser, node->literals);
	}
	if (accept_word(parser, "is"))
		return read_is(parser, node);
	if (accept_word(parser, "contains"))
		return read_contains(parser, node);
	node->kind = NODE_IN;
	node->is_negated = accept_word(parser, "not");
	return accept_word(parser, "in") ? read_literals(parser, node->literals)
	                                 : complain(parser, "expected an operator") != NULL;
}

static struct predicate_node *new_node(struct parser *parser, enum node_kind kind)
{
	struct predicate_node *node = arena_alloc(parser->op->arena, sizeof *node);

	node->kind = kind;
	return node;
}

/* Connections */

static struct predicate_node *parse_single(struct parser *parser)
{
	if (accept_word(parser, "not")) {
		struct predicate_node *node = new_node(parser, NODE_NOT);

		if (!accept(parser, "("))
			return complain(parser, "expected '('");
		node->children = parse_any(parser);
		if (!node->children)
			return NULL;
		return accept(parser, ")") ? node : complain(parser, "expected ')'");
	}
	if (accept(parser, "(")) {
		struct predicate_node *node = parse_any(parser);

		return node && !accept(parser, ")") ? complain(parser, "expected ')'") : node;
	}
	struct predicate_node *node = new_node(parser, NODE_COMPARE);

	node->literals = keep(parser->op, json_array());
	return read_operand(parser, &node->operand) && read_relation(parser, node) ? node : NULL;
}

/* A chain of any length is one node with many children, so that only brackets make a tree deep. */
static struct predicate_node *parse_chain(struct parser *parser, const char *word,
                                          enum node_kind kind,
                                          struct predicate_node *(*parse)(struct parser *))
{
	struct predicate_node *node = new_node(parser, kind);
	struct predicate_node **end = &node->children;

	do {
		*end = parse(parser);
		if (!*end)
			return NULL;
		end = &(*end)->next;
	} while (accept_word(parser, word));
	return node;
}

static struct predicate_node *parse_all(struct parser *parser)
{
	return parse_chain(parser, "and", NODE_AND, parse_single);
}

static struct predicate_node *parse_any(struct parser *parser)
{
	if (++parser->depth > MAX_PREDICATE_DEPTH)
		return complain(parser, "too deeply nested");
	struct predicate_node *node = parse_chain(parser, "or", NODE_OR, parse_all);

	parser->depth--;
	return node;
}

const struct predicate_node *discount_predicate_parse(struct op *op, const char *text,
                                                      enum predicate_subject subject,
                                                      const char **ret_problem)
{
	struct parser parser = { .op = op, .text = text, .at = text, .subject = subject };
	const struct predicate_node *node = NULL;

	if (strlen(text) > MAX_PREDICATE_BYTES)
		complain(&parser, "too long");
	else
		node = parse_any(&parser);
	skip_space(&parser);
	if (node && *parser.at)
		node = complain(&parser, "unexpected text");
	*ret_problem = parser.problem;
	return node;
}
