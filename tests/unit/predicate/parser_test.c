#include "parser_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/test_base.h"
#include "base/text.h"
#include "predicate/predicate.h"
#include "tree_priv.h"

static void write_node(struct text_buffer *out, const struct node *node)
{
	static const char *const COMPARISONS[] = { "=", "<", ">", "<=", ">=" };
	static const char *const NAMES[] = {
		[NODE_AND] = "and",
		[NODE_OR] = "or",
		[NODE_NOT] = "not",
		[NODE_NESTED] = "nested",
		[NODE_CONTAINS_ALL] = "all",
		[NODE_CONTAINS_ANY] = "any",
		[NODE_EMPTY] = "empty",
		[NODE_DEFINED] = "defined",
		[NODE_MATCHES] = "matches",
		[NODE_WITHIN] = "within",
	};

	text_append(out, node->is_negated ? "(!" : "(");
	text_append(out,
	            node->kind == NODE_COMPARE ? COMPARISONS[node->comparison] : NAMES[node->kind]);
	if (node->field)
		text_appendf(out, " %.*s", (int)node->field_bytes, node->field);
	for (const struct literal *literal = node->literals; literal; literal = literal->next)
		text_appendf(out, " %s%s", literal->kind == LITERAL_VARIABLE ? ":" : "", literal->text);
	for (const struct node *child = node->children; child; child = child->next) {
		text_append(out, " ");
		write_node(out, child);
	}
	text_append(out, ")");
}

/* Is this the tree of the text? */
static void check_tree(struct op *op, const char *text, const char *expected)
{
	struct text_buffer out = { .arena = op->arena };
	const struct node *tree = parse_predicate(op, "where", text);

	assert_non_null(tree);
	write_node(&out, tree);
	assert_string_equal(out.text, expected);
}

static void not_binds_tighter_than_and_and_that_tighter_than_or(void **state)
{
	check_tree(*state, "a=1 or b=2 and not c=3", "(or (= a 1) (and (= b 2) (not (= c 3))))");
	check_tree(*state, "not a=1 and b=2", "(and (not (= a 1)) (= b 2))");
	check_tree(*state, "not (a=1 and b=2)", "(not (and (= a 1) (= b 2)))");
	check_tree(*state, "(a=1 or b=2) and c=3", "(and (or (= a 1) (= b 2)) (= c 3))");
}

static void a_chain_is_one_node(void **state)
{
	check_tree(*state, "a=1 or b=2 or c=3", "(or (= a 1) (= b 2) (= c 3))");
	check_tree(*state, "a=1 and b=2 and c=3", "(and (= a 1) (= b 2) (= c 3))");
	check_tree(*state, "((a=1))", "(= a 1)");
}

static void every_operator_has_its_node(void **state)
{
	check_tree(*state, "a != 1 and a <> 1", "(and (!= a 1) (!= a 1))");
	check_tree(*state, "a<1 and a>1 and a<=1 and a>=1", "(and (< a 1) (> a 1) (<= a 1) (>= a 1))");
	check_tree(*state, "a in (1,\"x\",:v) or a not in :v", "(or (= a 1 x :v) (!= a :v))");
	check_tree(*state, "a contains all (1) or a contains any :v", "(or (all a 1) (any a :v))");
	check_tree(*state, "a is empty or a is not empty", "(or (empty a) (!empty a))");
	check_tree(*state, "a is defined or a is not defined", "(or (defined a) (!defined a))");
	check_tree(*state, "a matches ignore case \"x\"", "(matches a x)");
	check_tree(*state, "a within circle(1.5, -2, :r)", "(within a 1.5 -2 :r)");
	check_tree(*state, "a(b(c=1) or d=true)", "(nested a (or (nested b (= c 1)) (= d true)))");
}

static void not_is_a_name_where_an_operator_follows(void **state)
{
	check_tree(*state, "not = 1", "(= not 1)");
	check_tree(*state, "not is defined", "(defined not)");
	check_tree(*state, "not not in (1)", "(!= not 1)");
	check_tree(*state, "not in = 1", "(not (= in 1))");
	check_tree(*state, "not in (in = 1)", "(not (nested in (= in 1)))");
	check_tree(*state, "NOT is is not defined", "(not (!defined is))");
	check_tree(*state, "not not not = 1", "(not (not (= not 1)))");
}

static void escapes_are_decoded(void **state)
{
	check_tree(*state, "a = \"\\\"\\\\\\/\\u0041\\uD83D\\uDC4D\"", "(= a \"\\/A\xF0\x9F\x91\x8D)");
}

static void nesting_ends_at_its_limit(void **state)
{
	struct op *op = *state;
	struct text_buffer text = { .arena = op->arena };

	for (int i = 0; i < 10000; i++)
		text_append(&text, "(");
	assert_null(parse_predicate(op, "where", text.text));
	assert_int_equal(op->errors.count, 1);
	assert_int_equal(op->errors.items[0].code, ERROR_QUERY_COMPLEXITY_LIMIT_EXCEEDED);
}

static void an_error_names_its_parameter(void **state)
{
	struct op *op = *state;

	assert_null(parse_predicate(op, "filter", "x"));
	assert_string_equal(
		op->errors.items[0].message,
		"Malformed parameter: filter: Syntax error while parsing 'filter'. Unexpected end of input, "
		"expected SphereIdentifierChar, comparison operator, not, in, contains, is, within or matches "
		"(line 1, column 2):\nx\n ^");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(not_binds_tighter_than_and_and_that_tighter_than_or),
		OP_TEST(a_chain_is_one_node),
		OP_TEST(every_operator_has_its_node),
		OP_TEST(not_is_a_name_where_an_operator_follows),
		OP_TEST(escapes_are_decoded),
		OP_TEST(nesting_ends_at_its_limit),
		OP_TEST(an_error_names_its_parameter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
