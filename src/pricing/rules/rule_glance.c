#include "rule_glance_priv.h"

#include <string.h>

/* Paths whose values stand in a document as they are, and not in another one that it refers to. */
static const char *const STORED[][2] = {
	{ "attributes", NULL }, /* with whatever behind it */
	{ "product", "id" },    { "product", "key" }, { "sku", "" },
	{ "variant", "key" },   { "variant", "sku" }, { "variantKey", "" },
};

static bool is_stored(const struct rule_operand *operand)
{
	if (!operand || operand->kind != RULE_OF_PATH || operand->segment_count == 0)
		return false;
	const char *second = operand->segment_count > 1 ? operand->segments[1] : "";

	for (size_t i = 0; i < sizeof STORED / sizeof *STORED; i++)
		if (strcmp(operand->segments[0], STORED[i][0]) == 0 &&
		    (!STORED[i][1] || strcmp(second, STORED[i][1]) == 0))
			return operand->segment_count <= 2;
	return false;
}

/* Is it written in a document as it is in a rule? What JSON escapes is not, nor is what says a time or money. */
static bool is_plain(const struct rule_value *constant)
{
	if (constant->kind != RULE_VALUE_TEXT || constant->is_time || constant->currency)
		return false;
	for (const char *at = constant->text; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == '"' || *at == '\\')
			return false;
	return *constant->text;
}

/* Does a text stand in the document, between quotes? */
static bool stands_in(const char *text, const char *document, size_t bytes)
{
	size_t length = strlen(text);
	const char *at = document;
	const char *end = document + bytes;

	while ((size_t)(end - at) > length &&
	       (at = memchr(at, *text, (size_t)(end - at) - length)) != NULL) {
		if (at > document && at[-1] == '"' && at[length] == '"' && memcmp(at, text, length) == 0)
			return true;
		at++;
	}
	return false;
}

static bool may_be_one_of(const struct rule_node *node, const char *document, size_t bytes)
{
	if (node->is_negated || node->constant_count == 0 || !is_stored(node->operand))
		return true;
	for (size_t i = 0; i < node->constant_count; i++)
		if (!is_plain(&node->constants[i]) ||
		    stands_in(node->constants[i].text, document, bytes))
			return true;
	return false;
}

static bool any_child_may(const struct rule_node *node, const char *document, size_t bytes)
{
	for (const struct rule_node *child = node->children; child; child = child->next)
		if (rule_node_may_hold_in(child, document, bytes))
			return true;
	return false;
}

static bool all_children_may(const struct rule_node *node, const char *document, size_t bytes)
{
	for (const struct rule_node *child = node->children; child; child = child->next)
		if (!rule_node_may_hold_in(child, document, bytes))
			return false;
	return true;
}

/* As deep as rules may be. */
bool rule_node_may_hold_in(const struct rule_node *node, const char *document, size_t bytes)
{
	switch (node->kind) {
	case RULE_AND: return all_children_may(node, document, bytes);
	case RULE_OR: return any_child_may(node, document, bytes);
	case RULE_COMPARE:
		return node->comparison != RULE_EQUAL || may_be_one_of(node, document, bytes);
	case RULE_IN: return may_be_one_of(node, document, bytes);
	default: return true;
	}
}
