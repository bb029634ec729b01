#include "resolve_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "predicate/fields.h"
#include "predicate/predicate.h"
#include "tree_priv.h"

/* -- faults -- */

static bool fail_unknown(const struct resolver *resolver, const struct node *node)
{
	return fail_invalid_input(resolver->op,
	                          "Malformed parameter: %s: The field '%.*s' does not exist.",
	                          resolver->source->parameter, (int)node->field_bytes, node->field);
}

static bool fail_unsupported(const struct resolver *resolver, const struct node *node)
{
	return fail_invalid_input(
		resolver->op, "Malformed parameter: %s: The field '%.*s' does not support this expression.",
		resolver->source->parameter, (int)node->field_bytes, node->field);
}

static bool fail_enum(const struct resolver *resolver, const struct field *field, const char *value)
{
	return fail_invalid_input(resolver->op,
	                          "Malformed parameter: %s: Invalid enum value for %s: %s",
	                          resolver->source->parameter, field->enum_name, value);
}

static bool fail_missing(const struct resolver *resolver, const char *name)
{
	return fail_invalid_input(resolver->op,
	                          "Malformed parameter: %s: Missing parameter value for %s",
	                          resolver->source->parameter, name);
}

static bool fail_too_many(const struct resolver *resolver)
{
	return fail_query_too_complex(
		resolver->op,
		"Malformed parameter: %s: It has more than %d values in one list, or more than %d in all.",
		resolver->source->parameter, PREDICATE_LIST_ITEMS, PREDICATE_VALUES);
}

/* -- which operators a field takes -- */

static bool is_ordering(const struct node *node)
{
	return node->kind == NODE_COMPARE && node->comparison != COMPARE_EQUAL;
}

static bool is_scalar(const struct field *field)
{
	return field->type != VALUE_OBJECT && field->type != VALUE_MAP && field->type != VALUE_POINT;
}

static bool supports(const struct field *field, const struct node *node)
{
	switch (node->kind) {
	case NODE_NESTED: return field->type == VALUE_OBJECT || field->type == VALUE_MAP;
	case NODE_COMPARE:
		return is_scalar(field) && !(is_ordering(node) && field->type == VALUE_BOOLEAN);
	case NODE_CONTAINS_ALL:
	case NODE_CONTAINS_ANY: return field->is_array && is_scalar(field);
	case NODE_EMPTY: return field->is_array;
	case NODE_MATCHES: return field->type == VALUE_STRING && !field->is_array;
	case NODE_WITHIN: return field->type == VALUE_POINT;
	case NODE_DEFINED: return true;
	default: return false; /* has no field */
	}
}

/* -- operands -- */

static bool is_texty(const struct literal *literal)
{
	return literal->kind == LITERAL_TEXT || literal->kind == LITERAL_VARIABLE;
}

static bool take_text(const struct literal *literal, struct operand *operand)
{
	operand->text = literal->text;
	operand->text_bytes = literal->bytes;
	return is_texty(literal);
}

static bool take_number(const struct literal *literal, struct operand *operand)
{
	operand->has_number =
		(literal->kind == LITERAL_NUMBER || literal->kind == LITERAL_VARIABLE) &&
		number_read(literal->text, literal->bytes, &operand->number);
	if (operand->has_number)
		operand->rounded = strtod(literal->text, NULL);
	return operand->has_number;
}

/* A boolean may be written as a text, too. */
static bool take_boolean(const struct literal *literal, struct operand *operand)
{
	operand->is_true = literal->is_true;
	operand->has_boolean = literal->kind == LITERAL_BOOLEAN;
	if (is_texty(literal)) {
		operand->is_true = strcmp(literal->text, "true") == 0;
		operand->has_boolean = operand->is_true || strcmp(literal->text, "false") == 0;
	}
	return operand->has_boolean;
}

static bool take_instant(const struct literal *literal, struct operand *operand)
{
	operand->has_instant =
		is_texty(literal) && timestamp_parse(literal->text, &operand->instant_ms);
	return operand->has_instant;
}

/* For a field without a type: whatever the literal may stand for. Booleans have no order. */
static void take_any(const struct literal *literal, const struct node *node,
                     struct operand *operand)
{
	if (is_texty(literal))
		(void)take_text(literal, operand); /* what it is not, it is not compared with */
	(void)take_number(literal, operand);
	if (!is_ordering(node))
		(void)take_boolean(literal, operand);
}

static bool is_enum_value(const struct field *field, const char *text)
{
	for (const char *const *value = field->enum_values; *value; value++)
		if (strcmp(*value, text) == 0)
			return true;
	return false;
}

/* Makes what a literal is for a field. A variable's literal has its value for a text. */
static bool make_operand(const struct resolver *resolver, const struct field *field,
                         const struct node *node, const struct literal *literal,
                         struct operand *operand)
{
	bool fits = true;

	*operand = (struct operand){ .text = NULL };
	if (!field) {
		take_any(literal, node, operand);
		return true;
	}
	operand->is_folded = field->folded_from != NULL;
	switch (field->type) {
	case VALUE_NUMBER: fits = take_number(literal, operand); break;
	case VALUE_BOOLEAN: fits = take_boolean(literal, operand); break;
	case VALUE_DATE_TIME: fits = take_instant(literal, operand); break;
	default: fits = take_text(literal, operand); break;
	}
	if (!fits)
		return fail_unsupported(resolver, node);
	if (field->type == VALUE_ENUM && !is_enum_value(field, literal->text))
		return fail_enum(resolver, field, literal->text);
	return true;
}

/* -- the values of a condition -- */

/* The values of a variable, one after the other. */
struct variable_walk {
	const struct predicate_source *source;
	const char                    *name;
	size_t                         at;
	bool                           has_proper; /* a value that is no fallback was there */
};

static struct variable_walk walk_variable(const struct resolver *resolver,
                                          const struct literal *literal)
{
	/* Whoever walks looks at the budget by and by. */
	(void)op_spend(resolver->op, STEP_UNITS + (int64_t)resolver->source->variable_count);
	return (struct variable_walk){ .source = resolver->source, .name = literal->text };
}

/* NULL: there are no more. */
static const struct predicate_variable *next_value(struct variable_walk *walk)
{
	while (walk->at < walk->source->variable_count) {
		const struct predicate_variable *variable = &walk->source->variables[walk->at++];

		if ((variable->is_fallback && walk->has_proper) || strcmp(variable->name, walk->name) != 0)
			continue;
		walk->has_proper = !variable->is_fallback;
		return variable;
	}
	return NULL;
}

/* One of a variable's values as a literal. */
static struct literal variable_literal(const struct predicate_variable *variable)
{
	return (struct literal){
		.kind = LITERAL_VARIABLE,
		.text = variable->value,
		.bytes = strlen(variable->value),
	};
}

/* A literal as it is, or what its variable stands for, which here must be one value. */
static bool single_value(const struct resolver *resolver, const struct node *node,
                         const struct literal *literal, struct literal *ret_literal)
{
	struct variable_walk walk = walk_variable(resolver, literal);

	*ret_literal = *literal;
	if (literal->kind != LITERAL_VARIABLE)
		return true;
	const struct predicate_variable *variable = next_value(&walk);

	if (!variable)
		return fail_missing(resolver, literal->text);
	*ret_literal = variable_literal(variable);
	return !next_value(&walk) || fail_unsupported(resolver, node);
}

/* What it costs to compare a stored value with it. */
static int64_t units_of(const struct operand *operand)
{
	enum { INSTANT_UNITS = 15, NUMBER_UNITS = 5, FOLD_UNITS = 30 };

	if (operand->has_instant)
		return INSTANT_UNITS;
	if (operand->is_folded)
		return FOLD_UNITS;
	return operand->has_number ? NUMBER_UNITS : STEP_UNITS;
}

static bool add_operand(struct resolver *resolver, const struct field *field, struct node *node,
                        const struct literal *literal)
{
	if (node->operand_count == PREDICATE_LIST_ITEMS ||
	    resolver->value_count++ == PREDICATE_VALUES)
		return fail_too_many(resolver);
	struct operand *operand = &node->operands[node->operand_count++];

	if (!make_operand(resolver, field, node, literal, operand))
		return false;
	node->operand_units += units_of(operand);
	return true;
}

/* Adds a literal of a list, or all that its variable stands for. */
static bool add_operands(struct resolver *resolver, const struct field *field, struct node *node,
                         const struct literal *literal)
{
	struct variable_walk walk = walk_variable(resolver, literal);

	if (literal->kind != LITERAL_VARIABLE)
		return add_operand(resolver, field, node, literal);
	const struct predicate_variable *variable = next_value(&walk);

	if (!variable)
		return fail_missing(resolver, literal->text);
	for (; variable; variable = next_value(&walk)) {
		const struct literal value = variable_literal(variable);

		if (!add_operand(resolver, field, node, &value))
			return false;
	}
	return true;
}

/* How many operands the literals come to, at most. */
static size_t count_operands(const struct resolver *resolver, const struct node *node)
{
	size_t count = 0;

	for (const struct literal *literal = node->literals; literal; literal = literal->next) {
		struct variable_walk walk = walk_variable(resolver, literal);

		count += literal->kind != LITERAL_VARIABLE;
		while (literal->kind == LITERAL_VARIABLE && next_value(&walk))
			count++;
	}
	return count < PREDICATE_LIST_ITEMS ? count : PREDICATE_LIST_ITEMS;
}

/* If the condition is that the field equals one of some texts, puts these where
 * predicate_requires() finds them. */
static void keep_texts(const struct resolver *resolver, struct node *node)
{
	if (node->kind != NODE_COMPARE || is_ordering(node) || node->is_negated)
		return;
	for (size_t i = 0; i < node->operand_count; i++) {
		const struct operand *operand = &node->operands[i];

		if (!operand->text || operand->has_number || operand->has_boolean)
			return;
	}
	node->texts = arena_take(resolver->op->arena, node->operand_count * sizeof *node->texts);
	for (size_t i = 0; i < node->operand_count; i++)
		node->texts[i] = node->operands[i].text;
}

static bool resolve_operands(struct resolver *resolver, const struct field *field,
                             struct node *node)
{
	struct literal value;
	size_t count = count_operands(resolver, node);

	node->operands = arena_take(resolver->op->arena, count * sizeof *node->operands);
	if (!node->has_list) {
		if (!single_value(resolver, node, node->literals, &value) ||
		    !add_operand(resolver, field, node, &value))
			return false;
	}
	for (const struct literal *literal = node->literals; node->has_list && literal;
	     literal = literal->next)
		if (!add_operands(resolver, field, node, literal))
			return false;
	keep_texts(resolver, node);
	return true;
}

static bool resolve_matches(struct resolver *resolver, const struct field *field, struct node *node)
{
	if (!resolve_operands(resolver, field, node))
		return false;
	if (!node->operands->text)
		return true;
	node->folded = text_fold_case(resolver->op->arena, node->operands->text);
	/* No letter is shorter than a byte when folded, nor longer than four before. */
	node->scratch_bytes = strlen(node->folded) * TEXT_UTF8_BYTES;
	node->scratch = arena_take(resolver->op->arena, node->scratch_bytes + 1);
	return true;
}

/* A circle that is none makes no sense for any field, so its numbers are checked inside maps too. */
static bool resolve_circle(const struct resolver *resolver, struct node *node)
{
	double *const numbers[] = { &node->circle.longitude, &node->circle.latitude,
		                        &node->circle.metres };
	const struct literal *literal = node->literals;

	for (size_t i = 0; i < 3; i++, literal = literal->next) {
		struct literal value;
		struct operand operand;

		if (!single_value(resolver, node, literal, &value))
			return false;
		if (!take_number(&value, &operand))
			return fail_unsupported(resolver, node);
		*numbers[i] = operand.rounded;
	}
	return true;
}

/* -- fields and scopes -- */

/* The slot of the scope for a member; one that is asked for twice is read once. */
static struct slot *slot_for(const struct resolver *resolver, struct scope *scope, const char *name,
                             size_t name_bytes)
{
	struct slot *slot = scope->slots;

	while (slot && op_spend(resolver->op, STEP_UNITS) &&
	       (slot->name_bytes != name_bytes || memcmp(slot->name, name, name_bytes) != 0))
		slot = slot->next;
	if (slot)
		return slot;
	slot = arena_alloc(resolver->op->arena, sizeof *slot);
	*slot = (struct slot){
		.name = name,
		.name_bytes = name_bytes,
		.next = scope->slots,
	};
	scope->slots = slot;
	scope->slot_count++;
	return slot;
}

static bool resolve_nested(struct resolver *resolver, const struct field *field, struct node *node)
{
	const struct fields *inner = field && field->type == VALUE_OBJECT ? field->inner : NULL;

	node->scope = arena_alloc(resolver->op->arena, sizeof *node->scope);
	node->scope->condition = node->children;
	return resolve(resolver, node->scope, inner, node->children);
}

static bool resolve_condition(struct resolver *resolver, struct scope *scope,
                              const struct fields *fields, struct node *node)
{
	const struct field *field =
		fields ? fields_find(fields, node->field, node->field_bytes) : NULL;

	if (fields && !field)
		return fail_unknown(resolver, node);
	if (field && field->type == VALUE_ANY)
		field = NULL;
	if (field && !supports(field, node))
		return fail_unsupported(resolver, node);
	if (field && field->folded_from)
		node->slot = slot_for(resolver, scope, field->folded_from, strlen(field->folded_from));
	else
		node->slot = slot_for(resolver, scope, node->field, node->field_bytes);
	switch (node->kind) {
	case NODE_NESTED: return resolve_nested(resolver, field, node);
	case NODE_MATCHES: return resolve_matches(resolver, field, node);
	case NODE_WITHIN: return resolve_circle(resolver, node);
	case NODE_EMPTY:
	case NODE_DEFINED: return true;
	default: return resolve_operands(resolver, field, node);
	}
}

bool resolve(struct resolver *resolver, struct scope *scope, const struct fields *fields,
             struct node *node)
{
	if (!op_spend(resolver->op, STEP_UNITS))
		return false;
	if (node->kind != NODE_AND && node->kind != NODE_OR && node->kind != NODE_NOT)
		return resolve_condition(resolver, scope, fields, node);
	for (struct node *child = node->children; child; child = child->next)
		if (!resolve(resolver, scope, fields, child))
			return false;
	return true;
}
