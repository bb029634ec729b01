/* Asking rules: the compiled texts of a request, and whether they hold. */
#include "pricing/rule.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "money/money.h"
#include "rule_fold_priv.h"
#include "rule_function_priv.h"
#include "rule_glance_priv.h"
#include "rule_object_priv.h"
#include "rule_types_priv.h"

enum { TEXT_BUCKETS = 256 };

struct rule {
	const char       *text;
	enum rule_subject subject;
	struct rule_node *node;      /* NULL: the text is no rule */
	bool              is_taxed;
	struct rule      *next;      /* in the bucket */
};

/* What a request has compiled. */
struct rule_cache {
	struct rule      *texts[TEXT_BUCKETS];
	struct rule_paths paths;
};

struct rule_scope {
	struct op           *op;
	struct rule_cache   *cache;
	struct rule_object   whole;      /* the cart, or the variant with a price */
	struct rule_object  *items;      /* line items, then custom line items */
	size_t               line_count;
	size_t               item_count;
	struct rule_object  *shippings;
	size_t               shipping_count;
	struct rule_scratch  scratch;
};

/* -- compiling -- */

static struct rule_cache *cache_of(struct op *op)
{
	if (!op->rules)
		op->rules = arena_alloc(op->arena, sizeof *op->rules);
	return op->rules;
}

static size_t bucket_of(const char *text)
{
	size_t hash = 5381;

	for (; *text; text++)
		hash = hash * 33 + (unsigned char)*text;
	return hash % TEXT_BUCKETS;
}

static struct rule *compile(struct op *op, const char *text, enum rule_subject subject)
{
	const char *problem;
	struct rule *rule = arena_alloc(op->arena, sizeof *rule);
	struct rule_typing typing = { .op = op, .paths = &cache_of(op)->paths };

	rule->text = arena_strdup(op->arena, text);
	rule->subject = subject;
	struct rule_node *node = rule_parse(op, text, &problem);

	if (!node || !rule_types_check(&typing, node, subject))
		return rule;
	rule_fold(op, node);
	rule->node = node;
	rule->is_taxed = typing.is_taxed;
	return rule;
}

const struct rule *rule_compile(struct op *op, const char *text, enum rule_subject subject)
{
	struct rule **bucket = &cache_of(op)->texts[bucket_of(text)];
	struct rule *rule = *bucket;

	while (rule && (rule->subject != subject || strcmp(rule->text, text) != 0))
		rule = rule->next;
	if (rule)
		return rule;
	rule = compile(op, text, subject);
	rule->next = *bucket;
	*bucket = rule;
	return rule;
}

bool rule_may_hold_in(const struct rule *rule, const char *document, size_t bytes)
{
	return rule->node && rule_node_may_hold_in(rule->node, document, bytes);
}

bool rule_looks_at_taxes(const struct rule *rule)
{
	return rule->is_taxed;
}

bool rule_check(struct op *op, const char *member, const char *text, enum rule_subject subject,
                json_t *references)
{
	struct rule_definitions definitions = { 0 };
	struct rule_typing typing = { .op = op,
		                          .paths = &cache_of(op)->paths,
		                          .definitions = &definitions,
		                          .references = references };
	const char *problem;
	struct rule_node *node = rule_parse(op, text, &problem);

	if (!node)
		return fail_syntax(op, "Syntax error while parsing '%s': %s.", member, problem);
	if (rule_types_check(&typing, node, subject))
		return true;
	return typing.problem &&
	       fail_semantic(op, "Malformed parameter: %s: %s.", member, typing.problem);
}

void rule_note_references(struct op *op, const char *text, enum rule_subject subject,
                          json_t *references)
{
	struct rule_typing typing = { .op = op,
		                          .paths = &cache_of(op)->paths,
		                          .references = references };
	const char *problem;
	struct rule_node *node = rule_parse(op, text, &problem);

	if (node)
		(void)rule_types_check(&typing, node, subject); /* what it said then, it says still */
}

/* -- scopes -- */

static struct rule_scope *new_scope(struct op *op)
{
	struct rule_scope *scope = arena_alloc(op->arena, sizeof *scope);

	scope->op = op;
	scope->cache = cache_of(op);
	return scope;
}

static struct rule_object object_of_item(struct rule_scope *scope, const json_t *item,
                                         enum rule_subject subject)
{
	return (struct rule_object){
		.subject = subject,
		.documents = { .op = scope->op,
		               .cart = scope->whole.documents.cart,
		               .item = item,
		               .variant = json_object_get(item, "variant") },
	};
}

static void add_items(struct rule_scope *scope, const json_t *items, enum rule_subject subject)
{
	for (size_t i = 0; i < json_array_size(items); i++)
		scope->items[scope->item_count++] =
			object_of_item(scope, json_array_get(items, i), subject);
}

/* The one of shipping mode Single, and those of Multiple. */
static void add_shippings(struct rule_scope *scope, const json_t *cart)
{
	const json_t *info = json_object_get(cart, "shippingInfo");
	const json_t *shippings = json_object_get(cart, "shipping");

	scope->shippings =
		arena_alloc(scope->op->arena, (1 + json_array_size(shippings)) * sizeof *scope->shippings);
	if (info)
		scope->shippings[scope->shipping_count++] = object_of_item(scope, info, RULE_OF_SHIPPING);
	for (size_t i = 0; i < json_array_size(shippings); i++) {
		info = json_object_get(json_array_get(shippings, i), "shippingInfo");
		scope->shippings[scope->shipping_count++] = object_of_item(scope, info, RULE_OF_SHIPPING);
	}
}

struct rule_scope *rule_scope_of_cart(struct op *op, const json_t *cart)
{
	const json_t *lines = json_object_get(cart, "lineItems");
	const json_t *custom_lines = json_object_get(cart, "customLineItems");
	size_t count = json_array_size(lines) + json_array_size(custom_lines);
	struct rule_scope *scope = new_scope(op);

	scope->whole =
		(struct rule_object){ .subject = RULE_OF_CART, .documents = { .op = op, .cart = cart } };
	scope->items = arena_alloc(op->arena, (count + 1) * sizeof *scope->items);
	add_items(scope, lines, RULE_OF_LINE_ITEM);
	scope->line_count = scope->item_count;
	add_items(scope, custom_lines, RULE_OF_CUSTOM_LINE_ITEM);
	add_shippings(scope, cart);
	return scope;
}

struct rule_scope *rule_scope_of_variant(struct op *op, const json_t *product, const json_t *data,
                                         const json_t *variant)
{
	struct rule_scope *scope = new_scope(op);

	scope->whole = (struct rule_object){
		.subject = RULE_OF_PRICE,
		.documents = { .op = op, .variant = variant, .product = product, .data = data, .is_product_known = true },
	};
	return scope;
}

/* -- asking -- */

static bool evaluate(struct rule_scope *scope, const struct rule_node *node,
                     struct rule_object *object, bool *ret_holds);

/* What a function goes over. */
static struct rule_object *members_of(struct rule_scope *scope,
                                      const struct rule_function *function, size_t *ret_count)
{
	if (function->over == RULE_OF_SHIPPING) {
		*ret_count = scope->shipping_count;
		return scope->shippings;
	}
	bool is_line = function->over == RULE_OF_LINE_ITEM;

	*ret_count = is_line ? scope->line_count : scope->item_count - scope->line_count;
	return is_line ? scope->items : scope->items + scope->line_count;
}

/* What a function adds up. */
struct tally {
	size_t  matching;
	int64_t quantity;
	int64_t cents;
	bool    is_defined;  /* each of them has what is added up */
};

static const json_t *amount_of(const struct rule_function *function, const json_t *item)
{
	const json_t *taxed = json_object_get(item, "taxedPrice");

	switch (function->kind) {
	case RULE_NET_TOTAL: return json_object_get(taxed, "totalNet");
	case RULE_GROSS_TOTAL: return json_object_get(taxed, "totalGross");
	case RULE_TOTAL: return json_object_get(item, "totalPrice");
	default: return NULL;
	}
}

static bool count_in(struct rule_scope *scope, const struct rule_function *function,
                     const json_t *item, struct tally *tally)
{
	const json_t *amount = amount_of(function, item);

	tally->matching++;
	tally->quantity += doc_int(item, "quantity");
	tally->is_defined = tally->is_defined && amount;
	return money_add(scope->op, tally->cents, money_cents(amount), &tally->cents);
}

/* Counts the members for which the argument holds, no more of them than decide. False: recorded. */
static bool tally_members(struct rule_scope *scope, const struct rule_operand *operand,
                          struct tally *tally)
{
	const struct rule_function *function = operand->function;
	bool is_existence = function->kind == RULE_EXISTS;
	size_t count;
	struct rule_object *members = members_of(scope, function, &count);

	for (size_t i = 0; i < count; i++) {
		bool holds = true;

		if (operand->argument && !evaluate(scope, operand->argument, &members[i], &holds))
			return false;
		if (holds && !count_in(scope, function, members[i].documents.item, tally))
			return false;
		if (holds ? is_existence : function->kind == RULE_FOR_ALL)
			return true;
	}
	return true;
}

static struct rule_value money_of(const char *currency, int64_t cents)
{
	return (struct rule_value){ .kind = RULE_VALUE_MONEY,
		                        .currency = currency,
		                        .number = { cents, currency_fraction_digits(currency) } };
}

static bool call(struct rule_scope *scope, const struct rule_operand *operand,
                 struct rule_value *ret_value, struct rule_values *ret_values)
{
	const struct rule_function *function = operand->function;
	const char *currency =
		money_currency(json_object_get(scope->whole.documents.cart, "totalPrice"));
	struct tally tally = { .is_defined = true };
	size_t count;

	if (!tally_members(scope, operand, &tally))
		return false;
	(void)members_of(scope, function, &count);
	*ret_value = (struct rule_value){ .kind = RULE_VALUE_BOOLEAN, .truth = tally.matching > 0 };
	if (function->kind == RULE_FOR_ALL)
		ret_value->truth = tally.matching == count;
	else if (function->kind == RULE_COUNT)
		*ret_value =
			(struct rule_value){ .kind = RULE_VALUE_NUMBER, .number = { tally.quantity, 0 } };
	else if (function->kind != RULE_EXISTS && currency)
		*ret_value = money_of(currency, tally.cents);
	bool is_there = function->type != RULE_TYPE_MONEY || (tally.is_defined && currency);

	*ret_values = (struct rule_values){ ret_value, is_there ? 1 : 0 };
	return true;
}

/* *value is room for what has no other place. */
static bool operand_values(struct rule_scope *scope, const struct rule_operand *operand,
                           struct rule_object *object, struct rule_value *value,
                           struct rule_values *ret_values)
{
	switch (operand->kind) {
	case RULE_OF_PATH:
		return rule_object_values(object, &scope->cache->paths, operand->path, &scope->scratch,
		                          ret_values);
	case RULE_OF_FUNCTION: return call(scope, operand, value, ret_values);
	default: *ret_values = (struct rule_values){ &operand->constant, 1 }; return true;
	}
}

static bool order_fits(enum rule_comparison comparison, int order)
{
	switch (comparison) {
	case RULE_EQUAL:
	case RULE_NOT_EQUAL: return order == 0;
	case RULE_LESS: return order < 0;
	case RULE_LESS_OR_EQUAL: return order <= 0;
	case RULE_GREATER: return order > 0;
	case RULE_GREATER_OR_EQUAL: return order >= 0;
	}
	return false;
}

static bool fits(const struct rule_value *value, enum rule_comparison comparison,
                 const struct rule_value *constant)
{
	int order;

	return rule_value_compare(value, constant, &order) && order_fits(comparison, order);
}

static bool any_fits(const struct rule_values *values, enum rule_comparison comparison,
                     const struct rule_value *constant)
{
	for (size_t i = 0; i < values->count; i++)
		if (fits(&values->items[i], comparison, constant))
			return true;
	return false;
}

static int compare_with_text(const void *text, const void *constant)
{
	return strcmp(text, ((const struct rule_value *)constant)->text);
}

static bool is_among(const struct rule_node *node, const struct rule_value *value)
{
	if (node->is_sorted)
		return value->kind == RULE_VALUE_TEXT &&
		       bsearch(value->text, node->constants, node->constant_count, sizeof *node->constants,
		               compare_with_text);
	for (size_t i = 0; i < node->constant_count; i++)
		if (fits(value, RULE_EQUAL, &node->constants[i]))
			return true;
	return false;
}

static bool any_is_among(const struct rule_node *node, const struct rule_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		if (is_among(node, &values->items[i]))
			return true;
	return false;
}

static bool all_are_among(const struct rule_node *node, const struct rule_values *values)
{
	for (size_t i = 0; i < values->count; i++)
		if (!is_among(node, &values->items[i]))
			return false;
	return true;
}

static bool contains_all(const struct rule_node *node, const struct rule_values *values)
{
	for (size_t i = 0; i < node->constant_count; i++)
		if (!any_fits(values, RULE_EQUAL, &node->constants[i]))
			return false;
	return true;
}

/* A list of constants is compared as a set is. */
static bool comparison_holds(const struct rule_node *node, const struct rule_values *values)
{
	bool fits_so = node->is_list ? contains_all(node, values) && all_are_among(node, values)
	                             : any_fits(values, node->comparison, &node->constants[0]);

	return fits_so != (node->comparison == RULE_NOT_EQUAL);
}

static bool is_empty(const struct rule_values *values)
{
	return values->count == 0 || (values->count == 1 && values->items[0].kind == RULE_VALUE_TEXT &&
	                              !*values->items[0].text);
}

static bool relation_holds(const struct rule_node *node, const struct rule_values *values)
{
	switch (node->kind) {
	case RULE_TRUTH:
		return values->count > 0 && values->items[0].kind == RULE_VALUE_BOOLEAN &&
		       values->items[0].truth;
	case RULE_COMPARE: return comparison_holds(node, values);
	case RULE_IN:
	case RULE_CONTAINS_ANY:
		return any_is_among(node, values) != node->is_negated;
	case RULE_CONTAINS_ALL:
		return contains_all(node, values);
	case RULE_DEFINED:
		return (values->count > 0) != node->is_negated;
	case RULE_EMPTY:
		return is_empty(values) != node->is_negated;
	default:
		return false;
	}
}

static bool evaluate_chain(struct rule_scope *scope, const struct rule_node *node,
                           struct rule_object *object, bool *ret_holds)
{
	bool is_and = node->kind == RULE_AND;

	*ret_holds = is_and;
	for (const struct rule_node *child = node->children; child && *ret_holds == is_and;
	     child = child->next)
		if (!evaluate(scope, child, object, ret_holds))
			return false;
	return true;
}

/* As deep as brackets are, which the parser limits. */
static bool evaluate(struct rule_scope *scope, const struct rule_node *node,
                     struct rule_object *object, bool *ret_holds)
{
	enum { RELATION_UNITS = 10 };
	struct rule_values values;
	struct rule_value value;

	if (!op_spend(scope->op, RELATION_UNITS))
		return false;
	if (node->kind == RULE_AND || node->kind == RULE_OR)
		return evaluate_chain(scope, node, object, ret_holds);
	if (node->kind == RULE_NOT) {
		if (!evaluate(scope, node->children, object, ret_holds))
			return false;
		*ret_holds = !*ret_holds;
		return true;
	}
	if (!operand_values(scope, node->operand, object, &value, &values))
		return false;
	*ret_holds = relation_holds(node, &values);
	return true;
}

static bool ask(struct rule_scope *scope, const struct rule *rule, struct rule_object *object,
                bool *ret_holds)
{
	*ret_holds = false;
	return !rule->node || rule->subject != object->subject ||
	       evaluate(scope, rule->node, object, ret_holds);
}

bool rule_holds(struct rule_scope *scope, const struct rule *rule, bool *ret_holds)
{
	return ask(scope, rule, &scope->whole, ret_holds);
}

bool rule_holds_for_item(struct rule_scope *scope, const struct rule *rule, size_t item,
                         bool *ret_holds)
{
	*ret_holds = false;
	return item >= scope->item_count || ask(scope, rule, &scope->items[item], ret_holds);
}

bool rule_holds_for_price(struct rule_scope *scope, const struct rule *rule, const json_t *price,
                          bool *ret_holds)
{
	scope->whole.documents.price = price;
	return ask(scope, rule, &scope->whole, ret_holds);
}
