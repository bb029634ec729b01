/* Any text that JSON can hold as the predicate of a discount: about the cart, a line, a custom line and a price. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/json_memory.h"
#include "base/op.h"
#include "base/random.h"
#include "base/text.h"
#include "pricing/rule.h"
#include "../support/fuzz.h"
#include "../support/test_domain.h"

static const char CART[] =
	"{\"country\":\"DE\",\"store\":{\"typeId\":\"store\",\"key\":\"berlin\"},"
	"\"totalPrice\":{\"currencyCode\":\"EUR\",\"centAmount\":5097,\"fractionDigits\":2},"
	"\"shippingAddress\":{\"country\":\"DE\",\"city\":\"Bonn\"},"
	"\"custom\":{\"type\":{\"typeId\":\"type\",\"id\":\"t\"},\"fields\":{\"vip\":true,\"tags\":[\"a\",\"b\"],\"n\":3}},"
	"\"lineItems\":[{\"productId\":\"p-1\",\"productType\":{\"typeId\":\"product-type\",\"id\":\"pt-1\"},"
	"\"variant\":{\"id\":1,\"sku\":\"MUG-1\",\"attributes\":[{\"name\":\"color\",\"value\":\"white\"},"
	"{\"name\":\"size\",\"value\":{\"key\":\"s\",\"label\":\"Small\"}},{\"name\":\"weight\",\"value\":1.6},"
	"{\"name\":\"tags\",\"value\":[\"new\",\"old\"]}]},\"quantity\":2,"
	"\"price\":{\"value\":{\"currencyCode\":\"EUR\",\"centAmount\":1999,\"fractionDigits\":2}},"
	"\"totalPrice\":{\"currencyCode\":\"EUR\",\"centAmount\":3998,\"fractionDigits\":2}}],"
	"\"customLineItems\":[{\"slug\":\"wrap\",\"quantity\":2,"
	"\"money\":{\"currencyCode\":\"EUR\",\"centAmount\":100,\"fractionDigits\":2},"
	"\"totalPrice\":{\"currencyCode\":\"EUR\",\"centAmount\":200,\"fractionDigits\":2}}]}";

/* Both live as long as the process. */
static json_t *cart;
static struct test_op *world;

/* Asks of the cart, of its first line, of its first custom line, or of the price of the first line. */
static bool ask(struct op *op, const char *text, enum rule_subject subject)
{
	const json_t *line = json_array_get(json_object_get(cart, "lineItems"), 0);
	const struct rule *rule = rule_compile(op, text, subject);
	struct rule_scope *scope = rule_scope_of_cart(op, cart);
	bool holds = false;
	bool is_answered;

	if (subject == RULE_OF_CART)
		is_answered = rule_holds(scope, rule, &holds);
	else if (subject == RULE_OF_PRICE)
		is_answered = rule_holds_for_price(rule_scope_of_variant(op, line, line,
		                                                         json_object_get(line, "variant")),
		                                   rule, json_object_get(line, "price"), &holds);
	else
		is_answered =
			rule_holds_for_item(scope, rule, subject == RULE_OF_LINE_ITEM ? 0 : 1, &holds);
	fuzz_check(is_answered || op_failed(op), "what cannot be answered is recorded");
	return holds;
}

static void check(const char *text, enum rule_subject subject)
{
	struct op op = {
		.arena = arena_create(), .env = world->op.env, .project = "demo", .caller = &TEST_CALLER
	};

	op_begin(&op, world->op.tx, TEST_START_MS);
	bool is_one = rule_check(&op, "predicate", text, subject, NULL);

	fuzz_check(is_one != op_failed(&op), "what is no predicate is recorded");
	if (is_one) {
		fuzz_check(ask(&op, text, subject) == ask(&op, text, subject),
		           "asking leaves nothing behind");
	} else {
		fuzz_check(op.errors.count == 1 && (op.errors.items[0].code == ERROR_SYNTAX_ERROR ||
		                                    op.errors.items[0].code == ERROR_SEMANTIC_ERROR),
		           "what is no predicate is a SyntaxError or a SemanticError");
		fuzz_check_error_body(json_text(&op, errors_body(&op, false)), 400);
	}
	op_drop_stale(&op);
	arena_destroy(op.arena);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	random_init();
	json_memory_init();
	cart = json_loads(CART, 0, NULL);
	fuzz_check(cart != NULL, "the cart is there");
	world = test_kinds_create();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	if (text_is_utf8(text, strlen(text))) {
		check(text, RULE_OF_CART);
		check(text, RULE_OF_LINE_ITEM);
		check(text, RULE_OF_CUSTOM_LINE_ITEM);
		check(text, RULE_OF_PRICE);
	}
	free(text);
	return 0;
}
