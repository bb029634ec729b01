/* `sku = "a" or sku = "b" or …` is `sku in ("a", "b", …)`, and `!=` with `and` is `not in`. */
#include "rule_fold_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/op.h"

/* Shorter lists are looked through as they are. */
enum { MIN_SORTED = 8 };

static int compare_texts(const void *a, const void *b)
{
	return strcmp(((const struct rule_value *)a)->text, ((const struct rule_value *)b)->text);
}

/* Is it equal only to the same text? Times and money are equal to others, too. */
static bool is_plain(const struct rule_value *constant)
{
	return constant->kind == RULE_VALUE_TEXT && !constant->is_time && !constant->currency;
}

static void sort_constants(struct rule_node *node)
{
	if (node->kind != RULE_IN || node->constant_count < MIN_SORTED)
		return;
	for (size_t i = 0; i < node->constant_count; i++)
		if (!is_plain(&node->constants[i]))
			return;
	qsort(node->constants, node->constant_count, sizeof *node->constants, compare_texts);
	node->is_sorted = true;
}

/* Can the node be one of a list: does it compare a field with one constant, by `=` in a chain of `or`, by `!=` in one
 * of `and`? */
static bool is_foldable(const struct rule_node *node, enum rule_node_kind chain)
{
	return node->kind == RULE_COMPARE && !node->is_list && node->operand->kind == RULE_OF_PATH &&
	       node->comparison == (chain == RULE_OR ? RULE_EQUAL : RULE_NOT_EQUAL);
}

/* How many nodes from here on say something about the same field; at least one. */
static size_t run_length(const struct rule_node *first, enum rule_node_kind chain)
{
	size_t count = 1;

	for (const struct rule_node *node = first->next;
	     node && is_foldable(node, chain) && node->operand->path == first->operand->path;
	     node = node->next)
		count++;
	return count;
}

/* Makes one node of a run of them. */
static void fold_run(struct op *op, struct rule_node *first, size_t count,
                     enum rule_node_kind chain)
{
	struct rule_value *constants = arena_take(op->arena, count * sizeof *constants);
	struct rule_node *node = first;

	for (size_t i = 0; i < count; i++, node = node->next)
		constants[i] = node->constants[0];
	first->kind = RULE_IN;
	first->is_negated = chain == RULE_AND;
	first->constants = constants;
	first->constant_count = count;
	first->next = node;
}

void rule_fold(struct op *op, struct rule_node *node)
{
	bool is_chain = node->kind == RULE_AND || node->kind == RULE_OR;

	if (node->operand && node->operand->argument)
		rule_fold(op, node->operand->argument);
	/* As deep as brackets are, which the parser limits. */
	for (struct rule_node *child = node->children; child; child = child->next) {
		size_t count =
			is_chain && is_foldable(child, node->kind) ? run_length(child, node->kind) : 1;

		if (count > 1)
			fold_run(op, child, count, node->kind);
		rule_fold(op, child);
	}
	sort_constants(node);
}
