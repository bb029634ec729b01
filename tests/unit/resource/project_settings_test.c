#include "resource/project_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/random.h"
#include "document/doc.h"
#include "kind/update.h"
#include "project/project_actions.h"
#include "resource/load.h"
#include "resource/message.h"
#include "resource/save.h"
#include "../../support/test_domain.h"
#include "../../support/test_query.h"

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

/* Runs an update of the project, and the next run sees it. */
static void change(struct test_op *test, const char *actions)
{
	struct op *op = &test->op;
	struct resource *project = resource_get(op, &PROJECT_KIND, op->project);
	const char *body = arena_printf(op->arena, "{\"version\":%lld,\"actions\":[%s]}",
	                                (long long)project->version, actions);

	assert_true(resource_update(op, project, test_decode(op, &PROJECT_UPDATE, body)));
	assert_true(resource_save(op, project));
	test_op_again(test, TEST_START_MS);
}

static struct project_settings settings(struct op *op)
{
	struct project_settings settings;

	assert_true(project_settings(op, &settings));
	return settings;
}

static void a_new_project_has_the_settings_of_the_seed(void **state)
{
	struct project_settings found = settings(op_of(state));

	assert_true(found.messages_enabled);
	assert_false(found.country_tax_rate_fallback);
	assert_int_equal(found.message_days, 15);
	assert_int_equal(found.cart_days, 90);
	assert_int_equal(found.shopping_list_days, 360);
	assert_string_equal(found.price_rounding_mode, "HalfEven");
	assert_string_equal(found.tax_rounding_mode, "HalfEven");
}

static void a_project_that_does_not_exist_has_them_too(void **state)
{
	struct op *op = op_of(state);
	bool exists;

	op->project = "elsewhere";
	assert_true(project_exists(op, &exists));
	assert_false(exists);
	assert_true(settings(op).messages_enabled);
	assert_int_equal(settings(op).cart_days, 90);
}

static void a_change_of_the_settings_is_seen_by_the_next_run(void **state)
{
	struct test_op *test = *state;

	assert_true(settings(&test->op).messages_enabled); /* it is in the cache now */
	change(test,
	       "{\"action\":\"changeMessagesConfiguration\",\"messagesConfiguration\":"
	       "{\"enabled\":false,\"deleteDaysAfterCreation\":3}},"
	       "{\"action\":\"changeTaxRoundingMode\",\"taxRoundingMode\":\"HalfUp\"},"
	       "{\"action\":\"changePriceRoundingMode\",\"priceRoundingMode\":\"HalfDown\"},"
	       "{\"action\":\"changeCartsConfiguration\",\"cartsConfiguration\":"
	       "{\"deleteDaysAfterLastModification\":4,\"countryTaxRateFallbackEnabled\":true}},"
	       "{\"action\":\"changeShoppingListsConfiguration\",\"shoppingListsConfiguration\":"
	       "{\"deleteDaysAfterLastModification\":5}}");
	struct project_settings found = settings(&test->op);

	assert_false(found.messages_enabled);
	assert_true(found.country_tax_rate_fallback);
	assert_int_equal(found.message_days, 3);
	assert_int_equal(found.cart_days, 4);
	assert_int_equal(found.shopping_list_days, 5);
	assert_string_equal(found.price_rounding_mode, "HalfDown");
	assert_string_equal(found.tax_rounding_mode, "HalfUp");
}

static void an_update_may_run_twice_on_the_same_input(void **state)
{
	static const char BODY[] =
		"{\"version\":1,\"actions\":[{\"action\":\"setShippingRateInputType\","
		"\"shippingRateInputType\":{\"type\":\"CartScore\",\"values\":[{\"key\":\"a\",\"label\":{\"en\":\"A\"}}]}},"
		"{\"action\":\"changeCartsConfiguration\",\"cartsConfiguration\":"
		"{\"deleteDaysAfterLastModification\":4}}]}";
	struct op *op = op_of(state);
	const struct update_input *input = test_decode(op, &PROJECT_UPDATE, BODY);
	struct resource *first = resource_get(op, &PROJECT_KIND, op->project);
	struct resource *second = resource_get(op, &PROJECT_KIND, op->project);

	assert_true(resource_update(op, first, input));
	assert_true(resource_update(op, second, input));
	assert_true(json_equal(first->doc, second->doc));
	assert_int_equal(second->version, 3);
	assert_null(json_object_get(json_object_get(second->doc, "shippingRateInputType"), "values"));
}

static int64_t stored_messages(struct op *op)
{
	return test_page(op, &MESSAGE_KIND, 1, 0).total;
}

static void nothing_is_told_while_messages_are_off(void **state)
{
	struct test_op *test = *state;
	struct op *op = &test->op;

	change(test, "{\"action\":\"changeMessagesEnabled\",\"messagesEnabled\":false}");
	const struct resource *customer = test_customer(op, "ann@example.org", NULL, NULL);

	assert_int_equal(stored_messages(op), 0);
	assert_int_equal(doc_int(customer->doc, "lastMessageSequenceNumber"), 0);
	change(test, "{\"action\":\"changeMessagesEnabled\",\"messagesEnabled\":true}");
	customer = test_customer(op, "ben@example.org", NULL, NULL);
	assert_int_equal(stored_messages(op), 1);
	assert_int_equal(doc_int(customer->doc, "lastMessageSequenceNumber"), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_project_has_the_settings_of_the_seed),
		TEST(a_project_that_does_not_exist_has_them_too),
		TEST(a_change_of_the_settings_is_seen_by_the_next_run),
		TEST(an_update_may_run_twice_on_the_same_input),
		TEST(nothing_is_told_while_messages_are_off),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
