#include "predicate/predicate.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "evaluate_priv.h"
#include "parser_priv.h"
#include "resolve_priv.h"
#include "tree_priv.h"

/* What it costs to read a byte of a predicate, and to resolve what it says. */
enum { PARSED_UNITS = 2 };

/* -- compiling -- */

/* Errors repeat what was sent, and nothing but UTF-8 can be repeated. */
static bool check_text(struct op *op, const char *parameter, const char *text)
{
	size_t bytes = strlen(text);

	if (!text_is_utf8(text, bytes))
		return fail_invalid_input(op, "Malformed parameter: %s: It is not valid UTF-8.", parameter);
	if (bytes > PREDICATE_TEXT_BYTES)
		return fail_query_too_complex(op,
		                              "Malformed parameter: %s: It is longer than %d bytes.",
		                              parameter, PREDICATE_TEXT_BYTES);
	return true;
}

static bool check_variables(struct op *op, const struct predicate_source *source)
{
	for (size_t i = 0; i < source->variable_count; i++) {
		const char *value = source->variables[i].value;

		if (!text_is_utf8(value, strlen(value)))
			return fail_invalid_input(op, "Malformed parameter: var.%s: It is not valid UTF-8.",
			                          source->variables[i].name);
	}
	return true;
}

static struct node *compile_text(struct resolver *resolver, struct scope *scope, const char *text)
{
	const struct predicate_source *source = resolver->source;

	if (!check_text(resolver->op, source->parameter, text) ||
	    !op_spend(resolver->op, PARSED_UNITS * (int64_t)strlen(text)))
		return NULL;
	struct node *tree = parse_predicate(resolver->op, source->parameter, text);

	return tree && resolve(resolver, scope, source->fields, tree) ? tree : NULL;
}

struct predicate *predicate_compile(struct op *op, const struct predicate_source *source)
{
	struct predicate *predicate = arena_alloc(op->arena, sizeof *predicate);
	struct node *all = arena_alloc(op->arena, sizeof *all);
	struct node **last = &all->children;
	struct resolver resolver = { .op = op, .source = source };

	if (!check_variables(op, source))
		return NULL;
	predicate->budget = &op->budget;
	all->kind = NODE_AND;
	predicate->root.condition = all;
	for (size_t i = 0; i < source->text_count; i++) {
		*last = compile_text(&resolver, &predicate->root, source->texts[i]);
		if (!*last)
			return NULL;
		last = &(*last)->next;
	}
	return predicate;
}

/* -- asking -- */

bool predicate_matches(struct predicate *predicate, const char *document, size_t bytes)
{
	return scope_holds(&predicate->root, slice_document(document, bytes), predicate->budget);
}

/* What is behind the node's field in a path: "" at its end, NULL if the path goes elsewhere. */
static const char *path_behind(const char *path, const struct node *node)
{
	if (strncmp(path, node->field, node->field_bytes) != 0)
		return NULL;
	path += node->field_bytes;
	if (*path == '.')
		return path + 1;
	return *path ? NULL : path;
}

/* The condition that holds the field at the path to the fewest texts; NULL: there is none. */
static const struct node *find_required(const struct node *node, const char *path)
{
	const struct node *best = NULL;

	if (node->kind == NODE_COMPARE && node->texts) {
		const char *rest = path_behind(path, node);

		return rest && !*rest ? node : NULL;
	}
	if (node->kind == NODE_NESTED)
		path = path_behind(path, node);
	if ((node->kind != NODE_NESTED && node->kind != NODE_AND) || !path)
		return NULL;
	for (const struct node *child = node->children; child; child = child->next) {
		const struct node *found = find_required(child, path);

		if (found && (!best || found->operand_count < best->operand_count))
			best = found;
	}
	return best;
}

bool predicate_requires(const struct predicate *predicate, const char *path,
                        const char *const **ret_values, size_t *ret_count)
{
	const struct node *node = find_required(predicate->root.condition, path);

	if (!node)
		return false;
	*ret_values = node->texts;
	*ret_count = node->operand_count;
	return true;
}
