/* What holds after every update of a cart: it is up to date, so to recalculate it changes nothing. */
#include "cart/cart_update.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cart/cart_actions.h"
#include "cart/cart_draft.h"
#include "catalog/product.h"
#include "catalog/product_actions.h"
#include "catalog/product_type.h"
#include "catalog/product_type_actions.h"
#include "kind/kind.h"
#include "pricing/cart_discount.h"
#include "pricing/discount_code.h"
#include "pricing/shipping_method.h"
#include "resource/save.h"
#include "store/tax_category.h"
#include "store/zone.h"
#include "../../support/test_domain.h"
#include "../../support/test_table.h"

enum { CARTS = 60, UPDATES = 12, MOST_ACTIONS = 3 };

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* Single quotes stand for double ones. */
static char *unquoted(struct op *op, const char *text)
{
	char *copy = arena_strdup(op->arena, text);

	for (char *at = copy; *at; at++)
		if (*at == '\'')
			*at = '"';
	return copy;
}

static const void *decoded(struct op *op, const struct shape *shape, const char *text)
{
	char *body = unquoted(op, text);
	void *input = NULL;

	if (!shape_decode_body(op, shape, body, strlen(body), &input))
		fail_msg("%s: %s", test_take_error(op), body);
	return input;
}

/* -- a shop -- */

#define STANDARD "{'typeId':'tax-category','key':'standard'}"
#define EUR(cents) "{'currencyCode':'EUR','centAmount':" #cents "}"
#define PRODUCT(key, prices) \
	"{'key':'" key "','productType':{'typeId':'product-type','key':'plain'},'publish':true,'taxCategory':" STANDARD \
	",'name':{'en':'" key "'},'slug':{'en':'" key "'},'masterVariant':{'sku':'" key "','prices':[" prices "]}}"
#define METHOD(key, predicate, rate) \
	"{'key':'" key "','name':'" key "','isDefault':false," predicate "'taxCategory':" STANDARD \
	",'zoneRates':[{'zone':{'typeId':'zone','key':'all'},'shippingRates':[" rate "]}]}"
#define DISCOUNT(key, order, value, predicate, target, code) \
	"{'key':'" key "','name':{'en':'x'},'sortOrder':'" order "','value':" value ",'cartPredicate':'" predicate \
	"'," target "'requiresDiscountCode':" code "}"
#define CODE(code, discount) \
	"{'code':'" code "','cartDiscounts':[{'typeId':'cart-discount','key':'" discount "'}]}"

static const struct draft {
	const struct resource_kind *kind;
	const struct shape         *shape;
	const char                 *text;
} SHOP[] = {
	{ &PRODUCT_TYPE_KIND, &PRODUCT_TYPE_DRAFT, "{'key':'plain','name':'x','description':'x'}" },
	{ &TAX_CATEGORY_KIND, &TAX_CATEGORY_DRAFT,
	  "{'key':'standard','name':'x','rates':[{'name':'DE','amount':0.19,'includedInPrice':true,'country':'DE'},"
	  "{'name':'US','amount':0.07,'includedInPrice':false,'country':'US'}]}" },
	{ &ZONE_KIND, &ZONE_DRAFT,
	  "{'key':'all','name':'all','locations':[{'country':'DE'},{'country':'US'}]}" },
	{ &PRODUCT_KIND, &PRODUCT_DRAFT, PRODUCT("cup", "{'value':" EUR(999) "}") },
	{ &PRODUCT_KIND, &PRODUCT_DRAFT,
	  PRODUCT("jug", "{'value':" EUR(2501) "},{'country':'DE','value':" EUR(2333) "}") },
	{ &PRODUCT_KIND, &PRODUCT_DRAFT,
	  PRODUCT("pin", "{'value':" EUR(7) ",'tiers':[{'minimumQuantity':5,'value':" EUR(5) "}]}") },
	{ &SHIPPING_METHOD_KIND, &SHIPPING_METHOD_DRAFT,
	  METHOD("post", "",
	         "{'price':" EUR(490) ",'freeAbove':" EUR(9000) ",'tiers':[{'type':'CartValue',"
	         "'minimumCentAmount':3000,'price':" EUR(333) "}]}") },
	{ &SHIPPING_METHOD_KIND, &SHIPPING_METHOD_DRAFT,
	  METHOD("fast", "'predicate':'totalPrice > \\\"20.00 EUR\\\"',", "{'price':" EUR(1501) "}") },
	{ &CART_DISCOUNT_KIND, &CART_DISCOUNT_DRAFT,
	  DISCOUNT("lines", "0.5", "{'type':'relative','permyriad':1234}", "1=1",
	           "'target':{'type':'lineItems','predicate':'sku = \\\"cup\\\"'},", "false") },
	{ &CART_DISCOUNT_KIND, &CART_DISCOUNT_DRAFT,
	  DISCOUNT("gift", "0.6",
	           "{'type':'giftLineItem','product':{'typeId':'product','key':'pin'},'variantId':1}",
	           "totalPrice > \\\"50.00 EUR\\\"", "", "false") },
	{ &CART_DISCOUNT_KIND, &CART_DISCOUNT_DRAFT,
	  DISCOUNT("total", "0.4", "{'type':'absolute','money':[" EUR(777) "]}",
	           "lineItemCount(1=1) > 3", "'target':{'type':'totalPrice'},", "true") },
	{ &CART_DISCOUNT_KIND, &CART_DISCOUNT_DRAFT,
	  DISCOUNT("ship", "0.3", "{'type':'relative','permyriad':5000}", "country = \\\"DE\\\"",
	           "'target':{'type':'shipping'},", "true") },
	{ &DISCOUNT_CODE_KIND, &DISCOUNT_CODE_DRAFT, CODE("TOTAL", "total") },
	{ &DISCOUNT_CODE_KIND, &DISCOUNT_CODE_DRAFT, CODE("SHIP", "ship") },
};

static void open_shop(struct op *op)
{
	for (size_t i = 0; i < sizeof SHOP / sizeof *SHOP; i++) {
		struct resource *resource =
			kind_start(op, SHOP[i].kind, decoded(op, SHOP[i].shape, SHOP[i].text), NULL);

		if (!resource || !resource_save_silently(op, resource))
			fail_msg("%s: %s", test_take_error(op), SHOP[i].text);
	}
}

/* -- random carts and actions -- */

static const char *const CART_DRAFTS[] = {
	"{'currency':'EUR'}",
	"{'currency':'EUR','country':'DE','lineItems':[{'sku':'cup','quantity':2},{'sku':'jug'}]}",
	"{'currency':'EUR','taxMode':'External','shippingAddress':{'country':'DE'},'lineItems':[{'sku':'cup',"
	"'externalTaxRate':{'name':'x','amount':0.2,'country':'DE'}}]}",
	"{'currency':'EUR','taxMode':'ExternalAmount','shippingAddress':{'country':'DE'},'lineItems':[{'sku':'jug'}]}",
	"{'currency':'EUR','shippingAddress':{'country':'US'},'discountCodes':['TOTAL'],'lineItems':[{'sku':'jug',"
	"'quantity':4}],'shippingMethod':{'typeId':'shipping-method','key':'post'}}",
	"{'currency':'EUR','taxCalculationMode':'UnitPriceLevel','taxRoundingMode':'HalfUp','shippingAddress':"
	"{'country':'DE'},'lineItems':[{'sku':'pin','quantity':9},{'sku':'cup','externalPrice':" EUR(100) "}]}",
};

/* `$line` stands for the id of some line, `$custom` for that of some custom line, `$n` for a small number. */
static const char *const ACTIONS[] = {
	"{'action':'addLineItem','sku':'cup','quantity':$n}",
	"{'action':'addLineItem','sku':'pin','quantity':$n}",
	"{'action':'addLineItem','sku':'jug','externalPrice':{'currencyCode':'EUR','centAmount':$n}}",
	"{'action':'changeLineItemQuantity','lineItemId':'$line','quantity':$n}",
	"{'action':'removeLineItem','lineItemId':'$line','quantity':1}",
	"{'action':'setLineItemTotalPrice','lineItemId':'$line','externalTotalPrice':{'price':" EUR(1) ",'totalPrice':"
	"{'currencyCode':'EUR','centAmount':$n}}}",
	"{'action':'setLineItemTaxAmount','lineItemId':'$line','externalTaxAmount':{'totalGross':" EUR(3000) ","
	"'taxRate':{'name':'x','amount':0.1,'country':'DE'}}}",
	"{'action':'setCartTotalTax','externalTotalGross':" EUR(5000) "}",
	"{'action':'addCustomLineItem','slug':'s$n','name':{'en':'x'},'quantity':$n,'money':" EUR(333) ","
	"'taxCategory':" STANDARD "}",
	"{'action':'changeCustomLineItemMoney','customLineItemId':'$custom','money':"
	"{'currencyCode':'EUR','centAmount':-$n}}",
	"{'action':'removeCustomLineItem','customLineItemId':'$custom'}",
	"{'action':'setShippingAddress','address':{'country':'DE'}}",
	"{'action':'setShippingAddress','address':{'country':'US'}}",
	"{'action':'setShippingAddress'}",
	"{'action':'setShippingMethod','shippingMethod':{'typeId':'shipping-method','key':'post'}}",
	"{'action':'setShippingMethod','shippingMethod':{'typeId':'shipping-method','key':'fast'}}",
	"{'action':'setCustomShippingMethod','shippingMethodName':'own','shippingRate':{'price':" EUR(250) "},"
	"'taxCategory':" STANDARD "}",
	"{'action':'setShippingMethodTaxAmount','externalTaxAmount':{'totalGross':" EUR(600) ","
	"'taxRate':{'name':'x','amount':0.1,'country':'DE'}}}",
	"{'action':'setCountry','country':'DE'}",
	"{'action':'setCountry'}",
	"{'action':'addDiscountCode','code':'TOTAL'}",
	"{'action':'addDiscountCode','code':'SHIP'}",
	"{'action':'changeTaxMode','taxMode':'Platform'}",
	"{'action':'changeTaxMode','taxMode':'External'}",
	"{'action':'changeTaxMode','taxMode':'ExternalAmount'}",
	"{'action':'changeTaxMode','taxMode':'Disabled'}",
	"{'action':'changeTaxCalculationMode','taxCalculationMode':'UnitPriceLevel'}",
	"{'action':'changePriceRoundingMode','priceRoundingMode':'HalfUp'}",
	"{'action':'recalculate','updateProductData':true}",
};

#define PICK(rows, seed) ((rows)[draw(seed, sizeof(rows) / sizeof *(rows))])

/* The id of some element of a list of the cart; "none" if there is none. */
static const char *some_id(const json_t *cart, const char *list, uint64_t *seed)
{
	const json_t *lines = json_object_get(cart, list);
	size_t count = json_array_size(lines);

	return count ? doc_text(json_array_get(lines, draw(seed, count)), "id") : "none";
}

/* The text with `value` in the place of each `name`. */
static const char *with(struct op *op, const char *text, const char *name, const char *value)
{
	const char *at = strstr(text, name);

	return at ? arena_printf(op->arena, "%.*s%s%s", (int)(at - text), text, value,
	                         with(op, at + strlen(name), name, value))
	          : text;
}

static const char *random_action(struct op *op, const json_t *cart, uint64_t *seed)
{
	const char *action = PICK(ACTIONS, seed);
	const char *number = arena_printf(op->arena, "%d", (int)draw(seed, 7) + 1);

	action = with(op, action, "$line", some_id(cart, "lineItems", seed));
	action = with(op, action, "$custom", some_id(cart, "customLineItems", seed));
	return with(op, action, "$n", number);
}

static const struct update_input *update_of(struct op *op, int64_t version, const char *actions)
{
	return decoded(op, &CART_UPDATE,
	               arena_printf(op->arena, "{'version':%lld,'actions':[%s]}", (long long)version,
	                            actions));
}

/* -- what holds -- */

static void recalculates_to_itself(struct op *op, struct resource *cart, const char *actions)
{
	const json_t *before = keep(op, json_deep_copy(cart->doc));
	int64_t version = cart->version;

	cart->changed = false;
	if (!cart_update(op, cart, update_of(op, version, "{'action':'recalculate'}")))
		fail_msg("%s: to recalculate fails after %s", test_take_error(op), actions);
	check_json(op, before, arena_printf(op->arena, "the cart after %s", actions), cart->doc,
	           before);
	assert_int_equal(cart->version, version);
}

/* A cart that an update fails on is left as it was. */
static struct resource *updated(struct op *op, struct resource *cart, const char *actions)
{
	struct resource *next = arena_alloc(op->arena, sizeof *next);

	*next = *cart;
	next->doc = keep(op, json_deep_copy(cart->doc));
	if (cart_update(op, next, update_of(op, cart->version, actions)))
		return next;
	op->errors = (struct api_errors){ 0 };
	return cart;
}

static const char *random_actions(struct op *op, const json_t *cart, uint64_t *seed)
{
	const char *actions = random_action(op, cart, seed);

	for (uint64_t more = draw(seed, MOST_ACTIONS); more > 0; more--)
		actions = arena_printf(op->arena, "%s,%s", actions, random_action(op, cart, seed));
	return actions;
}

static void to_recalculate_a_cart_after_any_update_changes_nothing(void **state)
{
	struct op *op = op_of(state);
	uint64_t seed = 20240602;
	int succeeded = 0;

	open_shop(op);
	for (int i = 0; i < CARTS; i++) {
		struct resource *cart = cart_start(op, decoded(op, &CART_DRAFT, PICK(CART_DRAFTS, &seed)));

		assert_non_null(cart);
		recalculates_to_itself(op, cart, "its creation");
		for (int j = 0; j < UPDATES; j++) {
			const char *actions = random_actions(op, cart->doc, &seed);
			struct resource *next = updated(op, cart, actions);

			succeeded += next != cart;
			cart = next;
			recalculates_to_itself(op, cart, actions);
		}
	}
	assert_true(succeeded > CARTS * UPDATES / 4); /* or it would say little */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(to_recalculate_a_cart_after_any_update_changes_nothing,
		                                test_domain_setup, test_domain_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
