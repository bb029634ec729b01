#include "auth/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/api_client.h"
#include "base/random.h"
#include "../../support/test_domain.h"

#define GOOD_SCOPE "manage_my_profile:demo view_products:demo"

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

static struct resource *declare(struct op *op, const char *id, const char *secret,
                                const char *draft)
{
	return api_client_declare(op, test_decode(op, &API_CLIENT_DRAFT, draft), id, secret);
}

/* -- the header -- */

static void basic_credentials_are_cut_at_the_first_colon(void **state)
{
	static const struct { const char *header, *id, *secret; } ROWS[] = {
		{ "Basic YTpi",           "a",  "b" },
		{ "basic YTpi",           "a",  "b" },
		{ "BASIC   YTpi",         "a",  "b" },
		{ "Basic YTpiOmM=",       "a",  "b:c" },
		{ "Basic YTpiOmM",        "a",  "b:c" },
		{ "Basic YTo=",           "a",  "" },
		{ "Basic w6k6w6k=",       "\xc3\xa9", "\xc3\xa9" },
		{ "Basic YSUyMGI6Yw==",   "a%20b", "c" },
	};
	struct client_credentials credentials;

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		assert_true(client_credentials_read(op_of(state), ROWS[i].header, &credentials));
		assert_string_equal(credentials.id, ROWS[i].id);
		assert_string_equal(credentials.secret, ROWS[i].secret);
	}
}

static void what_are_no_basic_credentials_is_an_invalid_client(void **state)
{
	static const char *const HEADERS[] = {
		NULL,
		"",
		"Basic",
		"Basic ",
		"Bearer YTpi",
		"BasicYTpi",
		"Basic YQ==" /* a */,
		"Basic OmI=" /* :b */,
		"Basic !!",
		"Basic YTpi YTpi",
		"Basic YQA6Yg==" /* a NUL : b */,
		"Basic /zph" /* no UTF-8 */,
		"Basic YTpi=",
	};
	struct client_credentials credentials;

	for (size_t i = 0; i < sizeof HEADERS / sizeof *HEADERS; i++) {
		if (client_credentials_read(op_of(state), HEADERS[i], &credentials))
			fail_msg("taken: %s", HEADERS[i]);
		assert_string_equal(test_take_error(op_of(state)), "invalid_client");
	}
}

/* -- who is accepted -- */

static bool is_accepted(struct op *op, const char *id, const char *secret,
                        struct client *ret_client)
{
	const struct client_credentials credentials = { id, secret };
	bool accepted = client_authenticate(op, &credentials, ret_client);

	if (!accepted)
		assert_string_equal(test_take_error(op), "invalid_client");
	return accepted;
}

static void a_declared_client_needs_its_secret(void **state)
{
	struct op *op = op_of(state);
	struct client client;

	assert_true(is_accepted(op, "storefront", "storefront-secret", &client));
	assert_string_equal(client.id, "storefront");
	assert_string_equal(client.project, "demo");
	assert_non_null(strstr(client.scope, "manage_my_profile:demo"));
	assert_int_equal(client.access_ttl_ms, op->env->access_token_ttl_ms);
	assert_false(is_accepted(op, "storefront", "storefront-secre", &client));
	assert_false(is_accepted(op, "storefront", "", &client));
	assert_false(is_accepted(op, "Storefront", "storefront-secret", &client));
}

static void a_project_that_declares_clients_accepts_no_others(void **state)
{
	struct test_op *test = *state;
	struct client client;

	assert_false(is_accepted(&test->op, "anyone", "x", &client));
	test->op.project = "elsewhere";
	assert_true(is_accepted(&test->op, "anyone", "x", &client));
	assert_null(client.scope);
}

static void the_policy_decides_about_clients_that_nobody_declared(void **state)
{
	struct test_op *test = *state;
	struct client client;

	test->env.clients = CLIENTS_ANY;
	assert_true(is_accepted(&test->op, "anyone", "x", &client));
	assert_true(is_accepted(&test->op, "storefront", "wrong", &client));
	assert_null(client.scope);
	test->env.clients = CLIENTS_DECLARED;
	test->op.project = "elsewhere";
	assert_false(is_accepted(&test->op, "anyone", "x", &client));
}

static void a_secret_is_stored_as_a_hash(void **state)
{
	struct op *op = op_of(state);
	struct db_row *row;

	assert_true(
		db_one(op, QUERY_API_CLIENT_GET, DB_VALUES(db_text("demo"), db_text("backend")), &row));
	for (size_t i = 0; i < 4; i++)
		assert_null(strstr(row->columns[i].text, "backend-secret"));
}

static void a_declared_client_is_found_without_its_project(void **state)
{
	struct op *op = op_of(state);
	const struct client_credentials known = { "backend", "backend-secret" };
	const struct client_credentials unknown = { "nobody", "x" };
	const char *project;

	assert_true(client_find_project(op, &known, &project));
	assert_string_equal(project, "demo");
	assert_true(client_find_project(op, &unknown, &project));
	assert_null(project);
}

static void the_secret_tells_two_projects_with_one_client_id_apart(void **state)
{
	struct op *op = op_of(state);
	const struct client_credentials other = { "backend", "other-secret" };
	const char *project;

	op->project = "elsewhere";
	assert_non_null(declare(op, "backend", "other-secret",
	                        "{\"name\":\"Other\",\"scope\":\"manage_project:elsewhere\"}"));
	assert_true(client_find_project(op, &other, &project));
	assert_string_equal(project, "elsewhere");
	const struct client_credentials demo = { "backend", "backend-secret" };

	assert_true(client_find_project(op, &demo, &project));
	assert_string_equal(project, "demo");
}

/* -- scopes -- */

static const char *granted(struct op *op, const char *owned, const char *asked)
{
	const struct client client = { .project = "demo", .id = "c", .scope = owned };
	const char *scope = client_grant_scope(op, &client, asked);

	if (!scope)
		assert_string_equal(test_take_error(op), "invalid_scope");
	return scope;
}

static void a_client_gets_what_it_asks_for_if_it_owns_it(void **state)
{
	struct op *op = op_of(state);

	assert_string_equal(granted(op, GOOD_SCOPE, NULL), GOOD_SCOPE);
	assert_string_equal(granted(op, GOOD_SCOPE, " "), GOOD_SCOPE);
	assert_string_equal(granted(op, GOOD_SCOPE, "view_products:demo"), "view_products:demo");
	assert_string_equal(granted(op, GOOD_SCOPE,
	                            "view_products:demo  manage_my_profile:demo view_products:demo"),
	                    "view_products:demo manage_my_profile:demo");
	assert_null(granted(op, GOOD_SCOPE, "view_products:demo manage_customers:demo"));
	assert_null(granted(op, GOOD_SCOPE, "view_products:other"));
	assert_null(granted(op, GOOD_SCOPE, "nonsense"));
	assert_null(granted(op, "manage_project:demo", "view_products:demo"));
}

static void a_client_that_nobody_declared_owns_everything(void **state)
{
	struct op *op = op_of(state);
	const struct client client = { .project = "demo", .id = "c" };

	assert_string_equal(granted(op, NULL, NULL), "manage_project:demo manage_api_clients:demo");
	assert_string_equal(granted(op, NULL, "view_products:demo"), "view_products:demo");
	assert_null(granted(op, NULL, "view_products:other"));
	assert_true(client_owns(&client, "introspect_oauth_tokens"));
}

static void a_declared_client_owns_what_its_scope_permits(void **state)
{
	const struct client shop = { .project = "demo", .id = "c", .scope = GOOD_SCOPE };
	const struct client backend = { .project = "demo", .id = "c", .scope = "manage_project:demo" };

	(void)state;
	assert_false(client_owns(&shop, "introspect_oauth_tokens"));
	assert_true(client_owns(&backend, "introspect_oauth_tokens"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(basic_credentials_are_cut_at_the_first_colon),
		TEST(what_are_no_basic_credentials_is_an_invalid_client),
		TEST(a_declared_client_needs_its_secret),
		TEST(a_project_that_declares_clients_accepts_no_others),
		TEST(the_policy_decides_about_clients_that_nobody_declared),
		TEST(a_secret_is_stored_as_a_hash),
		TEST(a_declared_client_is_found_without_its_project),
		TEST(the_secret_tells_two_projects_with_one_client_id_apart),
		TEST(a_client_gets_what_it_asks_for_if_it_owns_it),
		TEST(a_client_that_nobody_declared_owns_everything),
		TEST(a_declared_client_owns_what_its_scope_permits),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
