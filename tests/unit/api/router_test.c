/* The router on the endpoints of the product. */
#include "engine/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/routes.h"
#include "base/text.h"
#include "engine/route.h"
#include "../../support/test_base.h"

/* What a target should lead to. */
struct expectation {
	const char *method;
	const char *target;
	const char *path;      /* of the route */
	const char *project;
	const char *store;
	const char *argument;
};

#define ID "0b6f7d3e-5a0e-4f0e-9f6b-0a8f1c2d3e4f"

static const struct expectation FOUND[] = {
	{ "GET",    "/demo/me",                             "/me",                         "demo", NULL,     NULL },
	{ "POST",   "/demo/me",                             "/me",                         "demo", NULL,     NULL },
	{ "DELETE", "/demo/me?version=1",                   "/me",                         "demo", NULL,     NULL },
	{ "GET",    "/demo/me/",                            "/me",                         "demo", NULL,     NULL },
	{ "GET",    "/demo/me//",                           "/me",                         "demo", NULL,     NULL },
	{ "GET",    "//demo///me",                          "/me",                         "demo", NULL,     NULL },
	{ "GET",    "/demo/me/?limit=1",                    "/me",                         "demo", NULL,     NULL },
	{ "GET",    "demo/me",                              "/me",                         "demo", NULL,     NULL },
	{ "GET",    "/%64emo/m%65",                         "/me",                         "demo", NULL,     NULL },
	{ "POST",   "/demo/me/email/confirm",               "/me/email/confirm",           "demo", NULL,     NULL },
	{ "POST",   "/demo/me/password/reset",              "/me/password/reset",          "demo", NULL,     NULL },
	{ "GET",    "/demo/in-store/key=berlin/me",         "/me",                         "demo", "berlin", NULL },
	{ "GET",    "/demo/in-store/key%3Dberlin/me",       "/me",                         "demo", "berlin", NULL },
	{ "GET",    "/demo/in-store/key%3dberlin/me",       "/me",                         "demo", "berlin", NULL },
	{ "GET",    "/demo//in-store//key=a%2Fb//me",       "/me",                         "demo", "a/b",    NULL },
	{ "POST",   "/demo/in-store/key=berlin/login",      "/login",                      "demo", "berlin", NULL },
	{ "GET",    "/demo/customers",                      "/customers",                  "demo", NULL,     NULL },
	{ "HEAD",   "/demo/customers",                      "/customers",                  "demo", NULL,     NULL },
	{ "GET",    "/demo/customers/" ID,                  "/customers/{id}",             "demo", NULL,     ID },
	{ "GET",    "/demo/customers/no-uuid",              "/customers/{id}",             "demo", NULL,     "no-uuid" },
	{ "GET",    "/demo/customers/a%2Fb",                "/customers/{id}",             "demo", NULL,     "a/b" },
	{ "GET",    "/demo/customers/a+b",                  "/customers/{id}",             "demo", NULL,     "a+b" },
	{ "GET",    "/demo/customers/K%C3%B6ln",
	  "/customers/{id}", "demo", NULL, "K\xc3\xb6ln" },
	{ "GET",    "/demo/customers/key=ann-1",            "/customers/key={key}",        "demo", NULL,     "ann-1" },
	{ "DELETE", "/demo/customers/key%3Dann-1?version=1", "/customers/key={key}",        "demo", NULL,     "ann-1" },
	{ "GET",    "/demo/customers/key=a=b",              "/customers/key={key}",        "demo", NULL,     "a=b" },
	{ "GET",    "/demo/customers/email-token=abc",      "/customers/email-token={value}", "demo", NULL,     "abc" },
	{ "GET",    "/demo/customers/password-token%3Dabc", "/customers/password-token={value}", "demo", NULL,     "abc" },
	{ "POST",   "/demo/customers/password-token",       "/customers/password-token",   "demo", NULL,     NULL },
	{ "POST",   "/demo/customers/password",             "/customers/password",         "demo", NULL,     NULL },
	{ "GET",    "/demo/in-store/key=x/customers/key=y", "/customers/key={key}",        "demo", "x",      "y" },
	{ "GET",    "/demo/stores/key=berlin",              "/stores/key={key}",           "demo", NULL,     "berlin" },
	{ "GET",    "/demo/messages/" ID,                   "/messages/{id}",              "demo", NULL,     ID },
	{ "GET",    "/demo",                                "/",                           "demo", NULL,     NULL },
	{ "GET",    "/demo/",                               "/",                           "demo", NULL,     NULL },
	{ "POST",   "/oauth/token",                         "/oauth/token",                NULL,   NULL,     NULL },
	{ "POST",   "/oauth//token/",                       "/oauth/token",                NULL,   NULL,     NULL },
	{ "POST",   "/oauth/token/revoke",                  "/oauth/token/revoke",         NULL,   NULL,     NULL },
	{ "POST",   "/oauth/introspect",                    "/oauth/introspect",           NULL,   NULL,     NULL },
	{ "POST",   "/oauth/demo/customers/token",          "/oauth/{projectKey}/customers/token", "demo", NULL,     NULL },
	{ "POST",   "/oauth/demo/anonymous/token",          "/oauth/{projectKey}/anonymous/token", "demo", NULL,     NULL },
	{ "POST",   "/oauth/demo/in-store/key=oslo/customers/token",
	  "/oauth/{projectKey}/in-store/key={storeKey}/customers/token", "demo", "oslo", NULL },
	{ "GET",    "/livez",                               "/livez",                      NULL,   NULL,     NULL },
	{ "GET",    "/readyz/",                             "/readyz",                     NULL,   NULL,     NULL },
};

/* `allow`: the Allow header; NULL: none. */
static const struct { const char *method, *target; int status; const char *allow; } REFUSED[] = {
	{ "GET",     "/",                                        404, NULL },
	{ "GET",     "",                                         404, NULL },
	{ "GET",     "/demo/nope",                               404, NULL },
	{ "GET",     "/demo/me/nope",                            404, NULL },
	{ "GET",     "/demo/customers/a/b",                      404, NULL },
	{ "GET",     "/demo/ME",                                 404, NULL },
	{ "GET",     "/x/me",                                    404, NULL },
	{ "GET",     "/de%2Fmo/me",                              404, NULL },
	{ "GET",     "/oauth/me",                                404, NULL },
	{ "GET",     "/livez/me",                                404, NULL },
	{ "GET",     "/demo/in-store/key=/me",                   404, NULL },
	{ "GET",     "/demo/in-store/berlin/me",                 404, NULL },
	{ "GET",     "/demo/in-store/key=berlin",                404, NULL },
	{ "GET",     "/demo/in-store/key=berlin/stores",         404, NULL },
	{ "GET",     "/demo/in-store/key=a/in-store/key=b/me",   404, NULL },
	{ "GET",     "/demo/a/b/c/d/e/f/g/h/i/j/k/l/m",          404, NULL },
	{ "POST",    "/oauth/demo/in-store/key=x/anonymous/token", 404, NULL },
	{ "GET",     "/demo/customers/email-token=",             404, NULL },
	{ "PUT",     "/demo/me",                                 405, "GET, HEAD, POST, DELETE, OPTIONS" },
	{ "get",     "/demo/me",                                 405, "GET, HEAD, POST, DELETE, OPTIONS" },
	{ "GET",     "/demo/me/signup",                          405, "POST, OPTIONS" },
	{ "PATCH",   "/demo/in-store/key=berlin/me/login/",      405, "POST, OPTIONS" },
	{ "DELETE",  "/demo/customers",                          405, "GET, HEAD, POST, OPTIONS" },
	{ "POST",    "/demo/messages",                           405, "GET, HEAD, OPTIONS" },
	{ "DELETE",  "/demo",                                    405, "GET, HEAD, POST, OPTIONS" },
	{ "GET",     "/oauth/token",                             405, "POST, OPTIONS" },
	{ "POST",    "/livez",                                   405, "GET, HEAD, OPTIONS" },
	{ "GET",     "/demo/reviews",                            501, NULL },
	{ "POST",    "/demo/reviews/" ID,                        501, NULL },
	{ "GET",     "/demo/orders/search",                      501, NULL },
	{ "GET",     "/demo/in-store/key=berlin/reviews",        501, NULL },
	{ "GET",     "/demo/me/quotes",                          501, NULL },
	{ "POST",    "/demo/me/business-units/" ID,              501, NULL },
	{ "POST",    "/demo/graphql",                            501, NULL },
	{ "POST",    "/demo/reviews/key=berlin",                 501, NULL },
	{ "GET",     "/demo/%zz",                                400, NULL },
	{ "GET",     "/demo/%",                                  400, NULL },
	{ "GET",     "/demo/me%00",                              400, NULL },
	{ "GET",     "/demo/%ff",                                400, NULL },
	{ "GET",     "/demo/\xff",                               400, NULL },
	{ "GET",     "/demo/%C0%AF",                             400, NULL },
	{ "GET",     "/demo/me?limit=%zz",                       400, NULL },
	{ "GET",     "/demo/me?a=%00",                           400, NULL },
};

struct finding {
	struct op          *op;
	struct call         call;
	struct destination  to;
	bool                found;
};

static const struct route_table *const TABLES[] = { &API_ROUTES, &TOKEN_ROUTES, &SERVICE_ROUTES,
	                                                NULL };

static struct finding find(void **state, const char *method, const char *target)
{
	struct finding finding = { .op = *state };

	finding.op->project = NULL;
	finding.op->store_key = NULL;
	finding.op->errors = (struct api_errors){ 0 };
	struct router *router = router_create(TABLES);

	finding.found =
		router_find(router, finding.op, method, target, &finding.call, &finding.to);
	router_destroy(router);
	return finding;
}

static bool same(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static void a_target_leads_to_its_route(void **state)
{
	for (size_t i = 0; i < sizeof FOUND / sizeof *FOUND; i++) {
		const struct expectation *row = &FOUND[i];
		struct finding finding = find(state, row->method, row->target);

		if (!finding.found || !same(finding.to.route->path, row->path) ||
		    !same(finding.op->project, row->project) || !same(finding.op->store_key, row->store) ||
		    !same(finding.call.argument, row->argument))
			fail_msg("%s %s: %s, project %s, store %s, argument %s", row->method, row->target,
			         finding.found ? finding.to.route->path : "none", finding.op->project,
			         finding.op->store_key, finding.call.argument);
		assert_int_equal(finding.call.is_head, strcmp(row->method, "HEAD") == 0);
		assert_null(finding.to.allow);
	}
}

static void a_target_without_a_route_is_refused_with_its_status(void **state)
{
	for (size_t i = 0; i < sizeof REFUSED / sizeof *REFUSED; i++) {
		struct finding finding = find(state, REFUSED[i].method, REFUSED[i].target);
		int status = finding.found ? 200 : errors_status(&finding.op->errors);

		if (status != REFUSED[i].status || !same(finding.to.allow, REFUSED[i].allow))
			fail_msg("%s %s: %d, Allow: %s", REFUSED[i].method, REFUSED[i].target, status,
			         finding.to.allow);
		assert_int_equal(finding.op->errors.count, finding.found ? 0 : 1);
	}
}

static void what_is_not_implemented_is_named_as_the_api_names_it(void **state)
{
	struct finding finding = find(state, "GET", "/demo/in-store/key=berlin/reviews/7");

	assert_non_null(strstr(finding.op->errors.items[0].message,
	                       "'GET /{projectKey}/in-store/key={storeKey}/reviews'"));
}

static void the_query_is_cut_strictly_for_the_api_and_leniently_for_tokens(void **state)
{
	struct finding finding = find(state, "GET", "/demo/me?limit=5&&a=b+c%20d&limit=6&e");

	assert_string_equal(parameters_get(&finding.call.query, "limit"), "5");
	assert_string_equal(parameters_get(&finding.call.query, "a"), "b c d");
	assert_string_equal(parameters_get(&finding.call.query, "e"), "");
	finding = find(state, "POST", "/oauth/token?scope=100%&a=b?c");
	assert_true(finding.found);
	assert_string_equal(parameters_get(&finding.call.query, "scope"), "100%");
	assert_string_equal(parameters_get(&finding.call.query, "a"), "b?c");
}

static void expect_found(void **state, const struct route_table *table, const struct route *route)
{
	struct text_buffer target = { .arena = ((struct op *)*state)->arena };

	text_append(&target, table->is_rooted ? "" : "/demo");
	for (const char *c = route->path; *c; c++)
		if (*c == '{') {
			text_append(&target, "value");
			c = strchr(c, '}');
		} else {
			text_append_bytes(&target, c, 1);
		}
	struct finding finding = find(state, route->method, target.text);

	if (finding.to.route != route || finding.to.table != table)
		fail_msg("%s %s", route->method, target.text);
}

static void every_route_of_the_tables_is_found_by_a_path_of_its_own(void **state)
{
	for (const struct route_table *const *table = TABLES; *table; table++)
		for (size_t i = 0; i < (*table)->count; i++)
			expect_found(state, *table, &(*table)->routes[i]);
}

static void the_log_knows_neither_query_nor_token(void **state)
{
	static const struct { const char *target, *path; } ROWS[] = {
		{ "/demo/me?email=ann",                              "/demo/me" },
		{ "/demo/customers/key=ann",                         "/demo/customers/key=ann" },
		{ "/demo/customers/password-token=secret?x",         "/demo/customers/password-token=***" },
		{ "/demo/customers/email-token=secret/more",         "/demo/customers/email-token=***" },
		{ "/demo/customers/email-token%3Dsecret",            "/demo/customers/email-token=***" },
		{ "/demo/customers/email-token%3dsecret",            "/demo/customers/email-token=***" },
		{ "/demo/customers/email%2Dtoken=secret",            "/demo/customers/email-token=***" },
		{ "/demo/customers/email-token%3Dsecret-token=x",    "/demo/customers/email-token=***" },
		{ "/demo/customers/email-token=secret%zz",           "/demo/customers/email-token=***" },
		{ "/demo/customers/passwordToken=secret",            "/demo/customers/passwordToken=***" },
		{ "/demo/customers/token=secret",                    "/demo/customers/token=***" },
		{ "/demo/\xff",                                      "(not UTF-8)" },
		{ "",                                                "" },
	};

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_string_equal(router_log_path(*state, ROWS[i].target), ROWS[i].path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(a_target_leads_to_its_route),
		OP_TEST(a_target_without_a_route_is_refused_with_its_status),
		OP_TEST(what_is_not_implemented_is_named_as_the_api_names_it),
		OP_TEST(the_query_is_cut_strictly_for_the_api_and_leniently_for_tokens),
		OP_TEST(every_route_of_the_tables_is_found_by_a_path_of_its_own),
		OP_TEST(the_log_knows_neither_query_nor_token),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
