/* Names and types of rules. */
#include "rule_types_priv.h"

#include <stdarg.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "rule_function_priv.h"

/* What an operand is. */
struct meaning {
	enum rule_type type;
	bool           is_list;
	const char    *what;     /* for messages */
};

static bool complain(struct rule_typing *typing, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool complain(struct rule_typing *typing, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	if (!typing->problem)
		typing->problem = arena_vprintf(typing->op->arena, format, arguments);
	va_end(arguments);
	return false;
}

/* -- constants -- */

static bool is_date(const char *text)
{
	char date[DATE_TEXT_BYTES];

	return date_normalize(text, date);
}

static bool is_time(const char *text)
{
	char time[DATE_TEXT_BYTES];

	return time_normalize(text, time);
}

static bool is_date_time(const char *text)
{
	int64_t time_ms;

	return timestamp_parse(text, &time_ms);
}

/* What a text must be to be compared with a field of a type; NULL: any text will do. *ret_what: how it is called. */
typedef bool text_fits_fn(const char *text);

static text_fits_fn *text_rule(enum rule_type type, const char **ret_what)
{
	switch (type) {
	case RULE_TYPE_COUNTRY:
		*ret_what = "country code";
		return check_country;
	case RULE_TYPE_CURRENCY:
		*ret_what = "currency code";
		return check_currency;
	case RULE_TYPE_DATE:
		*ret_what = "date";
		return is_date;
	case RULE_TYPE_TIME:
		*ret_what = "time";
		return is_time;
	case RULE_TYPE_DATE_TIME:
		*ret_what = "date and time";
		return is_date_time;
	default:
		return NULL;
	}
}

static const char *name_of_kind(enum rule_value_kind kind)
{
	return kind == RULE_VALUE_TEXT     ? "a string"
	       : kind == RULE_VALUE_NUMBER ? "a number"
	                                   : "true or false";
}

/* What kind of constant a type is compared with. */
static enum rule_value_kind kind_for(enum rule_type type)
{
	return type == RULE_TYPE_NUMBER    ? RULE_VALUE_NUMBER
	       : type == RULE_TYPE_BOOLEAN ? RULE_VALUE_BOOLEAN
	                                   : RULE_VALUE_TEXT;
}

static bool check_constant(struct rule_typing *typing, const struct meaning *meaning,
                           const struct rule_value *constant)
{
	const char *what = NULL;
	text_fits_fn *fits = text_rule(meaning->type, &what);

	if (meaning->type == RULE_TYPE_ANY)
		return true;
	if (meaning->type == RULE_TYPE_OBJECT || meaning->type == RULE_TYPE_LOCALIZED)
		return complain(typing, "%s is an object and cannot be compared", meaning->what);
	if (constant->kind != kind_for(meaning->type))
		return complain(typing, "%s cannot be compared with %s", meaning->what,
		                name_of_kind(constant->kind));
	if (meaning->type == RULE_TYPE_MONEY && !constant->currency)
		return complain(
			typing,
			"invalid money '%s' provided for %s, expected an amount with a currency, such as '8.00 EUR'",
			constant->text, meaning->what);
	return !fits || fits(constant->text) ||
	       complain(typing, "invalid %s '%s' provided for %s", what, constant->text, meaning->what);
}

/* -- operands -- */

/* Notes what an id in a rule is the id of. */
static void note_references(struct rule_typing *typing, const struct rule_node *node,
                            const char *type_id)
{
	for (size_t i = 0; type_id && typing->references && i < node->constant_count; i++) {
		const char *id = node->constants[i].text;

		if (id && check_uuid(id) && !doc_find(typing->references, "id", id, NULL))
			json_array_append_new(typing->references,
			                      json_pack("{s:s, s:s}", "typeId", type_id, "id", id));
	}
}

static bool read_path(struct rule_typing *typing, struct rule_operand *operand,
                      enum rule_subject subject, struct meaning *meaning)
{
	const char *unknown;
	const char *name = rule_path_name(typing->op, operand, ".");
	const struct rule_path *path =
		rule_path_find(typing->op, typing->paths, subject, operand, &unknown);

	if (!path)
		return operand->segment_count == 1 ? complain(typing, "unknown field '%s'", name)
		                                   : complain(typing, "unknown field '%s' in '%s'", unknown, name);
	operand->path = path;
	typing->is_taxed = typing->is_taxed || path->is_taxed;
	*meaning = (struct meaning){ rule_path_field(path)->type, path->is_list,
		                         arena_printf(typing->op->arena, "the field '%s'", name) };
	if (meaning->type == RULE_TYPE_LOCALIZED && path->tail_count > 0)
		meaning->type = RULE_TYPE_TEXT;
	if (meaning->type != RULE_TYPE_CUSTOM && meaning->type != RULE_TYPE_ATTRIBUTES)
		return true;
	meaning->type = path->tail_count > 0 ? RULE_TYPE_ANY : RULE_TYPE_OBJECT;
	return !typing->definitions || path->tail_count == 0 ||
	       rule_definition(typing->op, typing->definitions, path, &meaning->type,
	                       &meaning->is_list);
}

static bool read_function(struct rule_typing *typing, struct rule_operand *operand,
                          enum rule_subject subject, struct meaning *meaning)
{
	const char *name = operand->segments[0];
	const struct rule_function *function = rule_function_find(name);

	if (!function)
		return complain(typing, "unknown function '%s'", name);
	if (subject != RULE_OF_CART)
		return complain(typing, "'%s' is a function of the cart", name);
	if (!operand->argument && !function->needs_no_argument)
		return complain(typing, "the function '%s' needs an argument", name);
	operand->function = function;
	typing->is_taxed = typing->is_taxed || function->is_taxed;
	*meaning = (struct meaning){ function->type, false,
		                         arena_printf(typing->op->arena, "the function '%s'", name) };
	return !operand->argument || rule_types_check(typing, operand->argument, function->over);
}

static bool read_operand(struct rule_typing *typing, struct rule_operand *operand,
                         enum rule_subject subject, struct meaning *meaning)
{
	if (operand->kind == RULE_OF_PATH)
		return read_path(typing, operand, subject, meaning);
	if (operand->kind == RULE_OF_FUNCTION)
		return read_function(typing, operand, subject, meaning);
	const enum rule_value_kind kind = operand->constant.kind;

	*meaning = (struct meaning){ kind == RULE_VALUE_NUMBER    ? RULE_TYPE_NUMBER
		                         : kind == RULE_VALUE_BOOLEAN ? RULE_TYPE_BOOLEAN
		                                                      : RULE_TYPE_TEXT,
		                         false, name_of_kind(kind) };
	return true;
}

/* -- relations -- */

static bool check_constants(struct rule_typing *typing, const struct rule_node *node,
                            const struct meaning *meaning)
{
	for (size_t i = 0; i < node->constant_count; i++)
		if (!check_constant(typing, meaning, &node->constants[i]))
			return false;
	if (node->operand->path && meaning->type == RULE_TYPE_TEXT)
		note_references(typing, node, rule_path_field(node->operand->path)->argument);
	return true;
}

static bool check_comparison(struct rule_typing *typing, const struct rule_node *node,
                             const struct meaning *meaning)
{
	bool is_ordered = node->comparison != RULE_EQUAL && node->comparison != RULE_NOT_EQUAL;

	if (is_ordered && (meaning->type == RULE_TYPE_BOOLEAN || node->is_list))
		return complain(typing, "%s can only be compared with = and !=",
		                meaning->type == RULE_TYPE_BOOLEAN ? meaning->what : "a list");
	if (node->is_list && node->constant_count > 1 && !meaning->is_list &&
	    meaning->type != RULE_TYPE_ANY)
		return complain(typing, "%s has one value and cannot be compared with a list",
		                meaning->what);
	return check_constants(typing, node, meaning);
}

static bool check_relation(struct rule_typing *typing, const struct rule_node *node,
                           const struct meaning *meaning)
{
	switch (node->kind) {
	case RULE_TRUTH:
		return meaning->type == RULE_TYPE_BOOLEAN || meaning->type == RULE_TYPE_ANY ||
		       complain(typing, "%s is not a condition, expected an operator", meaning->what);
	case RULE_COMPARE:
		return check_comparison(typing, node, meaning);
	case RULE_CONTAINS_ANY:
	case RULE_CONTAINS_ALL:
		if (!meaning->is_list && meaning->type != RULE_TYPE_ANY)
			return complain(typing, "%s is not a list and contains nothing", meaning->what);
		return check_constants(typing, node, meaning);
	default:
		return check_constants(typing, node, meaning);
	}
}

bool rule_types_check(struct rule_typing *typing, struct rule_node *node, enum rule_subject subject)
{
	struct meaning meaning;

	/* As deep as brackets are, which the parser limits. */
	for (struct rule_node *child = node->children; child; child = child->next)
		if (!rule_types_check(typing, child, subject))
			return false;
	return !node->operand || (read_operand(typing, node->operand, subject, &meaning) &&
	                          check_relation(typing, node, &meaning));
}
