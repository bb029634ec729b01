/* Any text that JSON can hold as the predicate of a discount: about the cart, a line and a custom line. */
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
#include "pricing/cart_predicate.h"
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

static const json_t *line_of(enum predicate_subject subject)
{
	switch (subject) {
	case PREDICATE_OF_LINE_ITEM: return json_array_get(json_object_get(cart, "lineItems"), 0);
	case PREDICATE_OF_CUSTOM_LINE_ITEM:
		return json_array_get(json_object_get(cart, "customLineItems"), 0);
	default: return NULL;
	}
}

static bool ask(struct op *op, const char *text, enum predicate_subject subject)
{
	bool matches = false;

	if (!discount_predicate_matches(op, text, cart, line_of(subject), &matches))
		fuzz_check(op_failed(op), "what cannot be answered is recorded");
	return matches;
}

static void check(const char *text, enum predicate_subject subject)
{
	struct op op = {
		.arena = arena_create(), .env = world->op.env, .project = "demo", .caller = &TEST_CALLER
	};

	op_begin(&op, world->op.tx, TEST_START_MS);
	bool is_one = discount_predicate_check(&op, text, subject);

	fuzz_check(is_one != op_failed(&op), "what is no predicate is recorded");
	if (is_one) {
		fuzz_check(ask(&op, text, subject) == ask(&op, text, subject),
		           "asking leaves nothing behind");
	} else {
		fuzz_check(op.errors.count == 1 && op.errors.items[0].code == ERROR_INVALID_INPUT,
		           "what is no predicate is an InvalidInput");
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
		check(text, PREDICATE_OF_CART);
		check(text, PREDICATE_OF_LINE_ITEM);
		check(text, PREDICATE_OF_CUSTOM_LINE_ITEM);
	}
	free(text);
	return 0;
}
