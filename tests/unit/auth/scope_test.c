#include "auth/scope.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/test_base.h"

static void a_scope_is_a_list_of_known_names_for_the_project(void **state)
{
	static const struct { const char *scope; bool is_well_formed; } ROWS[] = {
		{ "manage_project:demo", true },
		{ "manage_my_profile:demo view_products:demo", true },
		{ "  manage_my_profile:demo   view_products:demo ", true },
		{ "manage_my_profile:demo:berlin", true },
		{ "manage_my_profile:demo:a_-9", true },
		{ "", false },
		{ "   ", false },
		{ "manage_project", false },
		{ "manage_project:", false },
		{ "manage_project:other", false },
		{ "manage_project:demo2", false },
		{ "manage_project:dem", false },
		{ "manage_everything:demo", false },
		{ "manage_project:demo view_nothing:demo", false },
		{ "manage_project:demo manage_project:other", false },
		{ "manage_my_profile:demo:", false },
		{ "manage_my_profile:demo:b", false },
		{ "manage_my_profile:demo:be rlin", false },
		{ "manage_my_profile:demo:ber:lin", false },
		{ "manage_my_profile:demo:b\xc3\xa9", false },
		{ "MANAGE_PROJECT:demo", false },
		{ ":demo", false },
		{ "customer_id:7", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (scope_is_well_formed(ROWS[i].scope, "demo") != ROWS[i].is_well_formed)
			fail_msg("'%s'", ROWS[i].scope);
}

static void a_subset_is_literal(void **state)
{
	static const struct { const char *asked, *owned; bool is_subset; } ROWS[] = {
		{ "a:p", "a:p b:p", true },
		{ "b:p a:p", "a:p b:p", true },
		{ "a:p a:p", "a:p", true },
		{ "", "a:p", true },
		{ "a:p c:p", "a:p b:p", false },
		{ "a:p", "", false },
		{ "a:p:s", "a:p", false },
		{ "a:p", "a:p:s", false },
		{ "a:", "a:p", false },
		{ "view_products:p", "manage_project:p", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (scope_is_subset(ROWS[i].asked, ROWS[i].owned) != ROWS[i].is_subset)
			fail_msg("'%s' of '%s'", ROWS[i].asked, ROWS[i].owned);
}

static void a_scope_permits_by_name_store_or_manage_project(void **state)
{
	static const struct { const char *owned, *names, *store; bool permits; } ROWS[] = {
		{ "manage_my_profile:demo",                    "manage_my_profile",               NULL,     true },
		{ "x:demo manage_customers:demo",              "view_customers manage_customers", NULL,     true },
		{ "view_customers:demo",                       "view_customers manage_customers", NULL,     true },
		{ "view_customers:demo",                       "manage_customers",                NULL,     false },
		{ "manage_my_profile:other",                   "manage_my_profile",               NULL,     false },
		{ "manage_my_profile:*",                       "manage_my_profile",               NULL,     true },
		{ "manage_my_profile",                         "manage_my_profile",               NULL,     false },
		{ "manage_my_profil:demo",                     "manage_my_profile",               NULL,     false },
		{ "",                                          "manage_my_profile",               NULL,     false },
		{ "manage_project:demo",                       "manage_my_profile",               NULL,     true },
		{ "manage_project:*",                          "manage_my_profile",               NULL,     true },
		{ "manage_project:other",                      "manage_my_profile",               NULL,     false },
		{ "manage_project:demo",                       "view_api_clients",                NULL,     false },
		{ "manage_api_clients:demo",                   "manage_api_clients",              NULL,     true },
		{ "manage_my_profile:demo",                    "manage_my_profile",               "berlin", true },
		{ "manage_my_profile:demo:berlin",             "manage_my_profile",               "berlin", true },
		{ "manage_my_profile:demo:berlin",             "manage_my_profile",               "oslo",   false },
		{ "manage_my_profile:demo:berlin",             "manage_my_profile",               NULL,     false },
		{ "manage_my_profile:other:berlin",            "manage_my_profile",               "berlin", false },
		{ "manage_my_profile:demo:oslo manage_my_profile:demo:berlin", "manage_my_profile", "berlin", true },
		{ "manage_project:demo:berlin",                "manage_my_profile",               "berlin", false },
		{ "manage_project:demo",                       "manage_my_profile",               "berlin", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (scope_permits(ROWS[i].owned, ROWS[i].names, "demo", ROWS[i].store) != ROWS[i].permits)
			fail_msg("'%s' for '%s' in %s", ROWS[i].owned, ROWS[i].names,
			         ROWS[i].store ? ROWS[i].store : "no store");
}

static void normalizing_keeps_each_item_once_in_order(void **state)
{
	struct op *op = *state;

	assert_string_equal(scope_normalize(op, "b:p  a:p b:p "), "b:p a:p");
	assert_string_equal(scope_normalize(op, " a:p "), "a:p");
	assert_string_equal(scope_normalize(op, "a:p a:p:s a:pp"), "a:p a:p:s a:pp");
	assert_string_equal(scope_normalize(op, "  "), "");
}

static void the_first_item_names_the_project(void **state)
{
	struct op *op = *state;

	assert_string_equal(scope_project(op, "a:demo b:other"), "demo");
	assert_string_equal(scope_project(op, " a:demo:berlin"), "demo");
	assert_null(scope_project(op, ""));
	assert_null(scope_project(op, "a"));
	assert_null(scope_project(op, "a:"));
	assert_null(scope_project(op, "a:x"));
	assert_null(scope_project(op, "a:* b:demo"));
	assert_null(scope_project(op, "a:b/c"));
}

static void only_names_of_the_list_are_known(void **state)
{
	(void)state;
	assert_true(scope_is_known("create_anonymous_token"));
	assert_true(scope_is_known("view_zones"));
	assert_false(scope_is_known("create_anonymous_token "));
	assert_false(scope_is_known(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(a_scope_is_a_list_of_known_names_for_the_project),
		OP_TEST(a_subset_is_literal),
		OP_TEST(a_scope_permits_by_name_store_or_manage_project),
		OP_TEST(normalizing_keeps_each_item_once_in_order),
		OP_TEST(the_first_item_names_the_project),
		OP_TEST(only_names_of_the_list_are_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
