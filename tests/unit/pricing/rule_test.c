#include "pricing/rule.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "resource/load.h"
#include "../../support/test_domain.h"
#include "../../support/test_table.h"

static const char CART[] =
	"{'country':'DE','createdAt':'2024-03-05T08:15:30.042Z','customerEmail':'ann@example.org',"
	"'store':{'typeId':'store','key':'berlin'},'shippingRateInput':{'type':'Score','score':3},"
	"'totalPrice':{'type':'centPrecision','currencyCode':'EUR','centAmount':5097,'fractionDigits':2},"
	"'taxedPrice':{'totalNet':{'currencyCode':'EUR','centAmount':4283},"
	"'totalGross':{'currencyCode':'EUR','centAmount':5097}},"
	"'shippingAddress':{'country':'DE','city':'Bonn'},"
	"'shippingInfo':{'shippingMethodName':'Post','price':{'currencyCode':'EUR','centAmount':490},"
	"'shippingRate':{'price':{'currencyCode':'EUR','centAmount':490},"
	"'freeAbove':{'currencyCode':'EUR','centAmount':5000}},"
	"'taxRate':{'name':'19','amount':0.19,'includedInPrice':true,'country':'DE'}},"
	"'custom':{'type':{'typeId':'type','id':'t'},'fields':{'vip':true,'tags':['a','b'],'with-dash':3}},"
	"'lineItems':[{'productId':'p-1','name':{'en':'Mug'},'productType':{'typeId':'product-type','id':'pt-1'},"
	"'variant':{'id':1,'sku':'MUG-1','key':'white','attributes':[{'name':'color','value':'white'},"
	"{'name':'size','value':{'key':'s','label':'Small'}},{'name':'weight','value':1.6},"
	"{'name':'cost','value':{'currencyCode':'EUR','centAmount':250}},"
	"{'name':'tags','value':['new','old']}]},'quantity':2,"
	"'price':{'value':{'currencyCode':'EUR','centAmount':1999},'country':'DE',"
	"'channel':{'typeId':'channel','id':'ch-1'},'customerGroup':{'typeId':'customer-group','id':'cg-1'},"
	"'discounted':{'discount':{'typeId':'product-discount','id':'pd-1'}}},"
	"'taxRate':{'name':'19','amount':0.19,'includedInPrice':true,'country':'DE'},"
	"'taxedPrice':{'totalNet':{'currencyCode':'EUR','centAmount':3360},"
	"'totalGross':{'currencyCode':'EUR','centAmount':3998}},"
	"'custom':{'type':{'typeId':'type','id':'t'},'fields':{'wrap':'red'}},"
	"'totalPrice':{'currencyCode':'EUR','centAmount':3998}},"
	"{'productId':'p-2','variant':{'id':1,'sku':'CUP'},'quantity':1,"
	"'totalPrice':{'currencyCode':'EUR','centAmount':899}}],"
	"'customLineItems':[{'slug':'wrap','quantity':2,'money':{'currencyCode':'EUR','centAmount':100},"
	"'taxedPrice':{'totalNet':{'currencyCode':'EUR','centAmount':168},"
	"'totalGross':{'currencyCode':'EUR','centAmount':200}},"
	"'totalPrice':{'currencyCode':'EUR','centAmount':200}}]}";

/* Of a price of the first line: its product. */
static const char PRODUCT[] =
	"{'id':'p-1','key':'mug','productType':{'typeId':'product-type','id':'pt-1'},"
	"'categories':[{'typeId':'category','id':'c-1'},{'typeId':'category','id':'c-2'}]}";

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

/* What a row is about: a price, a custom line, a line, or the cart. */
static enum rule_subject subject_of(const json_t *row)
{
	return doc_has(row, "price")    ? RULE_OF_PRICE
	       : doc_has(row, "custom") ? RULE_OF_CUSTOM_LINE_ITEM
	       : doc_has(row, "line")   ? RULE_OF_LINE_ITEM
	                                : RULE_OF_CART;
}

static bool asks_price(struct op *op, const json_t *cart, const struct rule *rule, bool *ret_holds)
{
	const json_t *line = json_array_get(json_object_get(cart, "lineItems"), 0);
	const json_t *product = load(op, PRODUCT);
	struct rule_scope *scope =
		rule_scope_of_variant(op, product, product, json_object_get(line, "variant"));

	return rule_holds_for_price(scope, rule, json_object_get(line, "price"), ret_holds);
}

/* Asks a rule of what the row is about: twice, as the second time values are known. */
static bool asks(struct op *op, const json_t *row, const struct rule *rule, bool *ret_holds)
{
	const json_t *cart = load(op, CART);
	struct rule_scope *scope = rule_scope_of_cart(op, cart);
	bool holds;

	switch (subject_of(row)) {
	case RULE_OF_CART:
		return rule_holds(scope, rule, &holds) && rule_holds(scope, rule, ret_holds);
	case RULE_OF_PRICE:
		return asks_price(op, cart, rule, ret_holds);
	case RULE_OF_LINE_ITEM:
		return rule_holds_for_item(scope, rule, (size_t)doc_int(row, "line"), &holds) &&
		       rule_holds_for_item(scope, rule, (size_t)doc_int(row, "line"), ret_holds);
	default:
		return rule_holds_for_item(scope, rule, 2 + (size_t)doc_int(row, "custom"), ret_holds);
	}
}

static void check_row(struct op *op, const json_t *row)
{
	const char *text = doc_text(row, "predicate");
	const char *problem = doc_text(row, "problem");
	bool holds = true;

	check_int(op, row, "validity", rule_check(op, "predicate", text, subject_of(row), NULL),
	          !problem);
	if (problem && !strstr(op->errors.items[0].message, problem))
		fail_msg("%s: %s", op->errors.items[0].message, json_text(op, row));
	op->errors = (struct api_errors){ 0 };
	assert_true(asks(op, row, rule_compile(op, text, subject_of(row)), &holds));
	check_int(op, row, "outcome", holds, doc_true(row, "holds"));
}

static void a_rule_holds_or_is_refused(void **state)
{
	for_each_row(op_of(state), "rules", check_row);
}

static bool holds_for_cart(struct op *op, const char *text, const json_t *cart)
{
	bool holds;

	assert_true(
		rule_holds(rule_scope_of_cart(op, cart), rule_compile(op, text, RULE_OF_CART), &holds));
	return holds;
}

static void the_customer_is_looked_up(void **state)
{
	struct op *op = op_of(state);
	struct resource *alice;

	assert_true(resource_find_by(op, &CUSTOMER_KIND, "key", "alice", &alice));
	json_t *cart = keep(op, json_pack("{s:s}", "customerId", alice->id));

	assert_true(holds_for_cart(op, "customer.key in (\"alice\")", cart));
	assert_false(holds_for_cart(op, "customer.key in (\"bob\")", cart));
	assert_true(holds_for_cart(op, "customer is defined", cart));
}

static void the_email_of_the_customer_is_that_of_the_cart(void **state)
{
	struct op *op = op_of(state);
	struct resource *alice;

	assert_true(resource_find_by(op, &CUSTOMER_KIND, "key", "alice", &alice));
	json_t *cart = keep(op, json_pack("{s:s}", "customerId", alice->id));

	assert_false(holds_for_cart(op, "customer.email = \"alice@example.com\"", cart));
	json_object_set_new(cart, "customerEmail", json_string("else@example.com"));
	assert_true(holds_for_cart(op, "customer.email = \"else@example.com\"", cart));
}

static void references_are_what_a_rule_names_by_id(void **state)
{
	struct op *op = op_of(state);
	json_t *references = keep(op, json_array());
	static const char TEXT[] =
		"lineItemExists(categories.id contains any (\"11111111-1111-4111-8111-111111111111\", \"no-uuid\") or "
		"product.id = \"22222222-2222-4222-8222-222222222222\") and "
		"customer.customerGroup.id = \"33333333-3333-4333-8333-333333333333\" and "
		"store.key = \"44444444-4444-4444-8444-444444444444\"";

	assert_true(rule_check(op, "cartPredicate", TEXT, RULE_OF_CART, references));
	assert_string_equal(
		json_text(op, references),
		"[{\"typeId\":\"category\",\"id\":\"11111111-1111-4111-8111-111111111111\"},"
		"{\"typeId\":\"product\",\"id\":\"22222222-2222-4222-8222-222222222222\"},"
		"{\"typeId\":\"customer-group\",\"id\":\"33333333-3333-4333-8333-333333333333\"}]");
}

static void a_rule_says_whether_it_looks_at_taxes(void **state)
{
	static const struct {
		const char *text;
		bool        looks;
	} ROWS[] = {
		{ "totalPrice > \"1.00 EUR\"", false },
		{ "taxedPrice.net > \"1.00 EUR\"", true },
		{ "lineItemTotal(1=1) > \"1.00 EUR\"", false },
		{ "lineItemNetTotal(1=1) > \"1.00 EUR\"", true },
		{ "1=1 or not lineItemExists(taxRate.amount > 0.1)", true },
	};
	struct op *op = op_of(state);

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_int_equal(rule_looks_at_taxes(rule_compile(op, ROWS[i].text, RULE_OF_CART)),
		                 ROWS[i].looks);
}

static void brackets_have_a_limit_and_chains_have_none(void **state)
{
	struct op *op = op_of(state);
	struct text_buffer deep = { .arena = op->arena };
	struct text_buffer wide = { .arena = op->arena };

	for (int i = 0; i < 100; i++)
		text_append(&deep, "(");
	assert_false(rule_check(op, "predicate", deep.text, RULE_OF_CART, NULL));
	assert_non_null(strstr(op->errors.items[0].message, "too deeply nested"));
	(void)test_take_error(op);
	for (int i = 0; i < 40; i++)
		text_append(&wide, "not ");
	text_append(&wide, "true");
	assert_false(rule_check(op, "predicate", wide.text, RULE_OF_CART, NULL));
	assert_non_null(strstr(op->errors.items[0].message, "too deeply nested"));
	(void)test_take_error(op);
	wide = (struct text_buffer){ .arena = op->arena };
	text_append(&wide, "1=1");
	for (int i = 0; i < 1500; i++)
		text_append(&wide, " and 1=1");
	assert_true(rule_check(op, "predicate", wide.text, RULE_OF_CART, NULL));
	for (int i = 0; i < 1500; i++)
		text_append(&wide, " and 1=1");
	assert_false(rule_check(op, "predicate", wide.text, RULE_OF_CART, NULL));
	assert_string_equal(test_take_error(op), "SyntaxError");
}

/* Whatever is cut out of a rule, it is refused or evaluated, and nothing else happens. */
static void no_part_of_a_rule_does_harm(void **state)
{
	static const char TEXT[] =
		"not (custom.`a` contains all (\"x\\\"\", 1.5) or lineItemCount(sku in "
		"(\"a\")) >= 2e0) and totalPrice < \"1.00 EUR\" or not shippingInfoExists()";
	struct op *op = op_of(state);
	const json_t *cart = load(op, CART);

	for (size_t start = 0; start < sizeof TEXT; start++)
		for (size_t count = 0; start + count < sizeof TEXT; count += 3)
			(void)holds_for_cart(op, arena_strndup(op->arena, TEXT + start, count), cart);
	assert_false(op_failed(op));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)
		TEST(a_rule_holds_or_is_refused),
		TEST(the_customer_is_looked_up),
		TEST(the_email_of_the_customer_is_that_of_the_cart),
		TEST(references_are_what_a_rule_names_by_id),
		TEST(a_rule_says_whether_it_looks_at_taxes),
		TEST(brackets_have_a_limit_and_chains_have_none),
		TEST(no_part_of_a_rule_does_harm),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
