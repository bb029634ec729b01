#include "pricing/cart_predicate.h"

#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "catalog/product.h"
#include "document/doc.h"
#include "money/decimal.h"
#include "money/money.h"
#include "resource/lookup.h"
#include "cart_predicate_priv.h"

/* What a predicate is asked about. */
struct context {
	struct op    *op;
	const json_t *cart;
	const json_t *line;  /* NULL: the cart itself */
};

bool discount_predicate_check(struct op *op, const char *text, enum predicate_subject subject)
{
	const char *problem;

	return discount_predicate_parse(op, text, subject, &problem) ||
	       fail_invalid_input(op, "Malformed predicate '%s': %s.", text, problem);
}

/* Comparing */

static bool number_of(const json_t *value, struct decimal *ret_number)
{
	return json_is_number(value) && decimal_read(value, ret_number);
}

/* The amount of `800.00 EUR`. False: it is no money of this currency. */
static bool amount_of(struct op *op, const char *text, const char *currency,
                      struct decimal *ret_amount)
{
	const char *space = strchr(text, ' ');

	if (!space || strcmp(space + 1, currency) != 0)
		return false;
	const json_t *number =
		keep(op, json_loadb(text, (size_t)(space - text), JSON_DECODE_ANY, NULL));

	return number_of(number, ret_amount);
}

/* What of an object is compared with a text: the key of an enum, the id of a reference. */
static const char *text_of(const json_t *value)
{
	if (json_is_string(value))
		return json_string_value(value);
	const char *key = doc_text(value, "key");

	return key ? key : doc_text(value, "id");
}

/* False: they cannot be compared. *ret_order: as of strcmp(). */
static bool compare(struct op *op, const json_t *value, const json_t *literal, int *ret_order)
{
	const char *currency = money_currency(value);
	const char *text = json_string_value(literal);
	struct decimal left;
	struct decimal right;
	bool are_numbers = number_of(value, &left) && number_of(literal, &right);

	if (currency && text) {
		left = (struct decimal){ money_cents(value), currency_fraction_digits(currency) };
		are_numbers = amount_of(op, text, currency, &right);
		if (!are_numbers)
			return false;
	}
	if (are_numbers) {
		*ret_order = decimal_compare(left, right);
		return true;
	}
	if (json_is_boolean(value) && json_is_boolean(literal)) {
		*ret_order = json_is_true(value) - json_is_true(literal);
		return true;
	}
	if (!text || !text_of(value))
		return false;
	*ret_order = strcmp(text_of(value), text);
	return true;
}

static bool holds(enum comparison comparison, int order)
{
	switch (comparison) {
	case EQUAL:
	case NOT_EQUAL:
		return order == 0;
	case LESS:
		return order < 0;
	case LESS_OR_EQUAL:
		return order <= 0;
	case GREATER:
		return order > 0;
	case GREATER_OR_EQUAL:
		return order >= 0;
	}
	return false;
}

static bool any_holds(struct op *op, const json_t *values, enum comparison comparison,
                      const json_t *literal)
{
	for (size_t i = 0; i < json_array_size(values); i++) {
		int order;

		if (compare(op, json_array_get(values, i), literal, &order) && holds(comparison, order))
			return true;
	}
	return false;
}

/* Fields */

static const json_t *attribute(const json_t *variant, const char *name)
{
	const json_t *attributes = json_object_get(variant, "attributes");

	return json_object_get(doc_find(attributes, "name", name, NULL), "value");
}

/* Categories of the product, with those above them if asked. False: recorded. */
static bool add_categories(struct context *context, const json_t *product, bool ancestors_too,
                           json_t *found)
{
	const json_t *categories = json_object_get(product_current(product), "categories");

	for (size_t i = 0; i < json_array_size(categories); i++) {
		json_t *reference = json_array_get(categories, i);
		const json_t *category = NULL;

		json_array_append(found, reference);
		if (ancestors_too && !lookup_reference(context->op, reference, &category))
			return false;
		json_array_extend(found, json_object_get(category, "ancestors"));
	}
	return true;
}

/* Puts what the first segments of a path name into `found`; *ret_used: how many they are. False:
 * recorded. */
static bool start_in_cart(struct context *context, const struct predicate_operand *operand,
                          json_t *found, size_t *ret_used)
{
	const json_t *cart = context->cart;
	const char *first = operand->segments[0];
	const json_t *value = json_object_get(cart, first);

	*ret_used = 1;
	if (strcmp(first, "currency") == 0)
		value = json_object_get(json_object_get(cart, "totalPrice"), "currencyCode");
	if (strcmp(first, "customer") == 0 && doc_has(cart, "customerId") &&
	    !lookup_by_type(context->op, "customer", doc_text(cart, "customerId"), &value))
		return false;
	if (value)
		json_array_append(found, (json_t *)(uintptr_t)value); /* jansson: no const here */
	return true;
}

static bool start_in_product(struct context *context, const char *first, json_t *found,
                             bool *ret_is_there)
{
	const json_t *product;

	*ret_is_there = strcmp(first, "categories") == 0 || strcmp(first, "product") == 0 ||
	                strcmp(first, "categoriesWithAncestors") == 0 ||
	                (strcmp(first, "taxCategory") == 0 && doc_has(context->line, "productId"));
	if (!*ret_is_there)
		return true;
	const char *id = doc_text(context->line, "productId");

	if (!(strcmp(first, "product") == 0 ? lookup(context->op, &PRODUCT_KIND, id, &product)
	                                    : product_lookup(context->op, id, &product)))
		return false;
	if (strncmp(first, "categories", 10) == 0)
		return add_categories(context, product, strlen(first) > 10, found);
	const json_t *value =
		strcmp(first, "product") == 0 ? product : json_object_get(product, "taxCategory");

	if (value)
		json_array_append(found, (json_t *)(uintptr_t)value); /* jansson: no const here */
	return true;
}

static bool start_in_line(struct context *context, const struct predicate_operand *operand,
                          json_t *found, size_t *ret_used)
{
	const char *first = operand->segments[0];
	const json_t *variant = json_object_get(context->line, "variant");
	const json_t *value = json_object_get(context->line, first);
	bool is_there;

	*ret_used = 1;
	if (!start_in_product(context, first, found, &is_there) || is_there)
		return !op_failed(context->op);
	if (strcmp(first, "sku") == 0)
		value = json_object_get(variant, "sku");
	else if (strcmp(first, "variantId") == 0)
		value = json_object_get(variant, "id");
	else if (strcmp(first, "variantKey") == 0)
		value = json_object_get(variant, "key");
	else if (strcmp(first, "price") == 0 && !value)
		value = json_object_get(context->line, "money");
	else if (strcmp(first, "price") == 0)
		value = json_object_get(value, "value");
	else if (strcmp(first, "attributes") == 0 && operand->segment_count > 1) {
		value = attribute(variant, operand->segments[1]);
		*ret_used = 2;
	}
	if (value)
		json_array_append(found, (json_t *)(uintptr_t)value); /* jansson: no const here */
	return true;
}

/* The member of one value. A reference leads on to what it names. False: recorded. */
static bool step(struct context *context, const json_t *value, const char *name, json_t *found)
{
	static const char *const NAMES[][2] = { { "net", "totalNet" }, { "gross", "totalGross" } };
	const json_t *member = json_object_get(value, name);
	const json_t *target = NULL;

	if (!member && doc_has(value, "fields"))
		member = json_object_get(json_object_get(value, "fields"), name);
	for (size_t i = 0; !member && i < 2; i++)
		if (strcmp(NAMES[i][0], name) == 0)
			member = json_object_get(value, NAMES[i][1]);
	if (!member && doc_has(value, "typeId")) {
		if (!lookup_reference(context->op, value, &target))
			return false;
		member = json_object_get(target, name);
	}
	if (json_is_array(member))
		json_array_extend(found, (json_t *)(uintptr_t)member); /* jansson: no const here */
	else if (member)
		json_array_append(found, (json_t *)(uintptr_t)member);
	return true;
}

/* All values of a field; an array kept by the arena. NULL: recorded. */
static json_t *values_of(struct context *context, const struct predicate_operand *operand)
{
	json_t *values = keep(context->op, json_array());
	size_t used;

	if (!(context->line ? start_in_line(context, operand, values, &used)
	                    : start_in_cart(context, operand, values, &used)))
		return NULL;
	for (; used < operand->segment_count; used++) {
		json_t *found = keep(context->op, json_array());

		for (size_t i = 0; i < json_array_size(values); i++)
			if (!step(context, json_array_get(values, i), operand->segments[used], found))
				return NULL;
		values = found;
	}
	if (json_array_size(values) == 1 && json_is_array(json_array_get(values, 0)))
		values = json_array_get(values, 0);
	return values;
}

/* Nodes; as deep as brackets are, which the parser limits */

static bool evaluate(struct context *context, const struct predicate_node *node, bool *ret_holds);

static json_t *value_of_function(struct context *context, const struct predicate_operand *operand)
{
	struct op *op = context->op;
	const json_t *lines = json_object_get(context->cart, operand->list);
	const char *currency = money_currency(json_object_get(context->cart, "totalPrice"));
	int64_t quantity = 0;
	int64_t cents = 0;
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(lines); i++) {
		struct context inner = { op, context->cart, json_array_get(lines, i) };
		bool matches;

		if (!evaluate(&inner, operand->lines, &matches))
			return NULL;
		if (!matches)
			continue;
		count++;
		quantity += doc_int(inner.line, "quantity");
		if (!money_add(op, cents, money_cents(json_object_get(inner.line, "totalPrice")), &cents))
			return NULL;
	}
	if (operand->function == LINE_COUNT)
		return keep(op, json_integer(quantity));
	if (operand->function == LINE_TOTAL)
		return money_create(op, currency, cents);
	return keep(op, json_boolean(operand->function == LINE_EXISTS
	                                 ? count > 0
	                                 : count == json_array_size(lines)));
}

static json_t *operand_values(struct context *context, const struct predicate_operand *operand)
{
	json_t *value = operand->literal;

	if (!value && !operand->function)
		return values_of(context, operand);
	if (!value)
		value = value_of_function(context, operand);
	if (!value)
		return NULL;
	json_t *values = keep(context->op, json_array());

	json_array_append(values, value);
	return values;
}

static bool is_empty(const json_t *values)
{
	const json_t *only = json_array_get(values, 0);

	return !only || (json_is_string(only) && json_string_length(only) == 0);
}

/* How many of the literals the values contain. */
static size_t count_contained(struct op *op, const json_t *values, const json_t *literals)
{
	size_t count = 0;

	for (size_t i = 0; i < json_array_size(literals); i++)
		if (any_holds(op, values, EQUAL, json_array_get(literals, i)))
			count++;
	return count;
}

static bool relation_holds(struct op *op, const struct predicate_node *node, const json_t *values)
{
	const json_t *literal = json_array_get(node->literals, 0);

	switch (node->kind) {
	case NODE_COMPARE:
		return any_holds(op, values, node->comparison, literal) != (node->comparison == NOT_EQUAL);
	case NODE_IN:
	case NODE_CONTAINS_ANY:
		return (count_contained(op, values, node->literals) > 0) != node->is_negated;
	case NODE_CONTAINS_ALL:
		return count_contained(op, values, node->literals) == json_array_size(node->literals);
	case NODE_DEFINED:
		return (json_array_size(values) > 0) != node->is_negated;
	case NODE_EMPTY:
		return is_empty(values) != node->is_negated;
	default:
		return false;
	}
}

static bool evaluate(struct context *context, const struct predicate_node *node, bool *ret_holds)
{
	bool is_chain = node->kind == NODE_AND || node->kind == NODE_OR;

	if (node->kind == NODE_NOT) {
		if (!evaluate(context, node->children, ret_holds))
			return false;
		*ret_holds = !*ret_holds;
		return true;
	}
	*ret_holds = node->kind == NODE_AND;
	for (const struct predicate_node *child = node->children; is_chain && child;
	     child = child->next) {
		if (!evaluate(context, child, ret_holds))
			return false;
		if (*ret_holds != (node->kind == NODE_AND))
			return true;
	}
	if (is_chain)
		return true;
	const json_t *values = operand_values(context, &node->operand);

	if (values)
		*ret_holds = relation_holds(context->op, node, values);
	return values != NULL;
}

bool discount_predicate_matches(struct op *op, const char *text, const json_t *cart,
                                const json_t *line, bool *ret_matches)
{
	struct context context = { op, cart, line };
	const char *problem;
	enum predicate_subject subject =
		!line                     ? PREDICATE_OF_CART
		: doc_has(line, "variant") ? PREDICATE_OF_LINE_ITEM
	                              : PREDICATE_OF_CUSTOM_LINE_ITEM;
	const struct predicate_node *node = discount_predicate_parse(op, text, subject, &problem);

	*ret_matches = false;
	return !node || evaluate(&context, node, ret_matches);
}
