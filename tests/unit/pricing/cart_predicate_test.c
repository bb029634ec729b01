#include "pricing/cart_predicate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "../../support/test_domain.h"
#include "../../support/test_table.h"

static const char CART[] =
	"{'country':'DE','store':{'typeId':'store','key':'berlin'},"
	"'totalPrice':{'type':'centPrecision','currencyCode':'EUR','centAmount':5097,'fractionDigits':2},"
	"'taxedPrice':{'totalNet':{'currencyCode':'EUR','centAmount':4283},"
	"'totalGross':{'currencyCode':'EUR','centAmount':5097}},"
	"'shippingAddress':{'country':'DE','city':'Bonn'},"
	"'custom':{'type':{'typeId':'type','id':'t'},'fields':{'vip':true,'tags':['a','b'],'with-dash':3}},"
	"'lineItems':[{'productId':'p-1','name':{'en':'Mug'},'productType':{'typeId':'product-type','id':'pt-1'},"
	"'variant':{'id':1,'sku':'MUG-1','key':'white','attributes':[{'name':'color','value':'white'},"
	"{'name':'size','value':{'key':'s','label':'Small'}},{'name':'weight','value':1.6},"
	"{'name':'tags','value':['new','old']}]},'quantity':2,"
	"'price':{'value':{'currencyCode':'EUR','centAmount':1999}},"
	"'custom':{'type':{'typeId':'type','id':'t'},'fields':{'wrap':'red'}},"
	"'totalPrice':{'currencyCode':'EUR','centAmount':3998}},"
	"{'productId':'p-2','variant':{'id':1,'sku':'CUP'},'quantity':1,"
	"'totalPrice':{'currencyCode':'EUR','centAmount':899}}],"
	"'customLineItems':[{'slug':'wrap','quantity':2,'money':{'currencyCode':'EUR','centAmount':100},"
	"'totalPrice':{'currencyCode':'EUR','centAmount':200}}]}";

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* JSON written with single quotes. */
static json_t *load(struct op *op, const char *text)
{
	char *copy = arena_strdup(op->arena, text);

	for (char *c = copy; *c; c++)
		if (*c == '\'')
			*c = '"';
	json_t *json = keep(op, json_loads(copy, 0, NULL));

	assert_non_null(json);
	return json;
}

/* The line that a row is about; NULL: the cart. */
static const json_t *line_of(const json_t *cart, const json_t *row)
{
	if (doc_has(row, "line"))
		return json_array_get(json_object_get(cart, "lineItems"), (size_t)doc_int(row, "line"));
	if (doc_has(row, "custom"))
		return json_array_get(json_object_get(cart, "customLineItems"),
		                      (size_t)doc_int(row, "custom"));
	return NULL;
}

static void check_row(struct op *op, const json_t *row)
{
	const json_t *cart = load(op, CART);
	const json_t *line = line_of(cart, row);
	const char *predicate = doc_text(row, "predicate");
	const char *problem = doc_text(row, "problem");
	enum predicate_subject subject = doc_has(row, "custom") ? PREDICATE_OF_CUSTOM_LINE_ITEM
	                                 : line                 ? PREDICATE_OF_LINE_ITEM
	                                                        : PREDICATE_OF_CART;
	bool matches = true;

	check_int(op, row, "validity", discount_predicate_check(op, predicate, subject), !problem);
	if (problem && !strstr(op->errors.items[0].message, problem))
		fail_msg("%s: %s", op->errors.items[0].message, json_text(op, row));
	op->errors = (struct api_errors){ 0 };
	assert_true(discount_predicate_matches(op, predicate, cart, line, &matches));
	check_int(op, row, "outcome", matches, doc_true(row, "holds"));
}

static void a_predicate_holds_or_is_refused(void **state)
{
	for_each_row(op_of(state), "discount_predicates", check_row);
}

static void the_customer_is_looked_up(void **state)
{
	struct op *op = op_of(state);
	struct resource *alice;
	bool matches;

	assert_true(resource_find_by(op, &CUSTOMER_KIND, "key", "alice", &alice));
	json_t *cart = keep(op, json_pack("{s:s}", "customerId", alice->id));

	assert_true(discount_predicate_matches(op, "customer.email = \"alice@example.com\"", cart, NULL,
	                                       &matches));
	assert_true(matches);
	assert_true(discount_predicate_matches(op, "customer.key in (\"bob\")", cart, NULL, &matches));
	assert_false(matches);
}

static void brackets_have_a_limit_and_chains_have_none(void **state)
{
	struct op *op = op_of(state);
	struct text_buffer deep = { .arena = op->arena };
	struct text_buffer wide = { .arena = op->arena };

	for (int i = 0; i < 100; i++)
		text_append(&deep, "(");
	assert_false(discount_predicate_check(op, deep.text, PREDICATE_OF_CART));
	assert_non_null(strstr(op->errors.items[0].message, "too deeply nested"));
	(void)test_take_error(op);
	text_append(&wide, "1=1");
	for (int i = 0; i < 1500; i++)
		text_append(&wide, " and 1=1");
	assert_true(discount_predicate_check(op, wide.text, PREDICATE_OF_CART));
	for (int i = 0; i < 1500; i++)
		text_append(&wide, " and 1=1");
	assert_false(discount_predicate_check(op, wide.text, PREDICATE_OF_CART));
	assert_string_equal(test_take_error(op), "InvalidInput");
}

/* Whatever is cut out of a predicate, it is refused or evaluated, and nothing else happens. */
static void no_part_of_a_predicate_does_harm(void **state)
{
	static const char TEXT[] =
		"not (custom.`a` contains all (\"x\\\"\", 1.5) or lineItemCount(sku in "
		"(\"a\")) >= 2) and totalPrice < \"1.00 EUR\"";
	struct op *op = op_of(state);
	const json_t *cart = load(op, CART);
	bool matches;

	for (size_t start = 0; start < sizeof TEXT; start++)
		for (size_t count = 0; start + count < sizeof TEXT; count += 3) {
			const char *part = arena_strndup(op->arena, TEXT + start, count);

			assert_true(discount_predicate_matches(op, part, cart, NULL, &matches));
		}
	assert_false(op_failed(op));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_predicate_holds_or_is_refused, test_domain_setup,
		                                test_domain_teardown),
		cmocka_unit_test_setup_teardown(the_customer_is_looked_up, test_domain_setup,
		                                test_domain_teardown),
		cmocka_unit_test_setup_teardown(brackets_have_a_limit_and_chains_have_none,
		                                test_domain_setup, test_domain_teardown),
		cmocka_unit_test_setup_teardown(no_part_of_a_predicate_does_harm, test_domain_setup,
		                                test_domain_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
