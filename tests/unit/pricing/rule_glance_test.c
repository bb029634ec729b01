/* Whether a rule may hold, as seen at a glance at the text of a product. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "catalog/product_data.h"
#include "pricing/rule.h"
#include "../../support/test_domain.h"

static const char PROJECTION[] =
	"{\"id\":\"p-1\",\"key\":\"mug\",\"productType\":{\"typeId\":\"product-type\",\"id\":\"t-1\"},"
	"\"categories\":[{\"typeId\":\"category\",\"id\":\"c-1\"}],\"masterVariant\":{\"id\":1,\"sku\":\"MUG\","
	"\"key\":\"white\",\"prices\":[{\"id\":\"1\",\"value\":{\"currencyCode\":\"EUR\",\"centAmount\":5,"
	"\"fractionDigits\":2}}],\"attributes\":[{\"name\":\"size\",\"value\":{\"key\":\"s\",\"label\":\"Small\"}},"
	"{\"name\":\"tags\",\"value\":[\"new\",\"old\"]},{\"name\":\"quote\",\"value\":\"a\\\"b\"},"
	"{\"name\":\"none\",\"value\":[]}]},\"variants\":[]}";

/* A rule, whether it holds, whether it seems so at a glance. */
static const struct row {
	const char *text;
	bool        holds;
	bool        may_hold;
} ROWS[] = {
	{ "1 = 1",                                          true,  true  },
	{ "sku = \"MUG\"",                                  true,  true  },
	{ "sku = \"CUP\"",                                  false, false },
	{ "sku = \"MU\"",                                   false, false },
	{ "sku = \"UG\"",                                   false, false },
	{ "sku != \"CUP\"",                                 true,  true  },
	{ "sku = \"CUP\" or sku = \"MUG\"",                 true,  true  },
	{ "sku = \"CUP\" or sku = \"CAN\"",                 false, false },
	{ "sku in (\"CUP\", \"CAN\")",                      false, false },
	{ "sku not in (\"CUP\", \"CAN\")",                  true,  true  },
	{ "sku = \"MUG\" and product.key = \"cup\"",        false, false },
	{ "sku = \"MUG\" and product.key = \"mug\"",        true,  true  },
	{ "not(sku = \"CUP\")",                             true,  true  },
	{ "product.id = \"p-2\"",                           false, false },
	{ "variant.key = \"white\"",                        true,  true  },
	{ "attributes.size = \"s\"",                        true,  true  },
	{ "attributes.size = \"m\"",                        false, false },
	{ "attributes.size.label = \"Small\"",              true,  true  },
	{ "attributes.tags contains any (\"x\", \"y\")",    false, true  },
	{ "attributes.quote = \"a\\\"b\"",                  true,  true  },
	{ "categories.id contains any (\"c-2\")",           false, true  },
	{ "productType.key = \"nothing\"",                  false, true  },
	{ "centAmount > 1",                                 true,  true  },
	{ "sku is defined",                                 true,  true  },
};

static void a_rule_that_holds_seems_so_at_a_glance(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	json_t *product = keep(op, json_loads(PROJECTION, 0, NULL));
	const json_t *variant = variant_at(product, 0);
	const json_t *price = json_array_get(json_object_get(variant, "prices"), 0);

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const struct rule *rule = rule_compile(op, ROWS[i].text, RULE_OF_PRICE);
		struct rule_scope *scope = rule_scope_of_variant(op, product, product, variant);
		bool holds;

		assert_true(rule_holds_for_price(scope, rule, price, &holds));
		if (holds != ROWS[i].holds)
			fail_msg("%s: holds %d", ROWS[i].text, holds);
		if (rule_may_hold_in(rule, PROJECTION, strlen(PROJECTION)) != ROWS[i].may_hold)
			fail_msg("%s: may not hold %d", ROWS[i].text, ROWS[i].may_hold);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_rule_that_holds_seems_so_at_a_glance, test_domain_setup,
		                                test_domain_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
