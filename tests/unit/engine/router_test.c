/* The router on small tables of its own; on those of the product: ../api/router_test.c. */
#include "engine/router.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/route.h"
#include "../../support/test_base.h"

static bool open_door(struct exchange *exchange)
{
	(void)exchange;
	return true;
}

#define MAY IN_STORE, "manage_project", ANY

static const struct route OF_PROJECTS[] = {
	{ "GET", "/", 0, "manage_project", ANY },      { "GET", "/a", MAY },
	{ "GET", "/a/{id}", MAY },                     { "POST", "/ab", MAY },
	{ "GET", "/me", MAY },                         { "GET", "/a/of={name}/b", MAY },
	{ "GET", "/z", 0, "manage_project", ANY },
};

static const struct left_out MISSING[] = { { "GET HEAD", "/a/search" }, { "POST", "/abc*" } };

static const struct route OF_SERVER[] = {
	{ "GET", "/livez", 0, NULL, ANYONE },
	{ "GET", "/_admin/{name}", 0, NULL, ANYONE },
};

static const struct route_table PROJECTS = { .routes = OF_PROJECTS,
	                                         .count = sizeof OF_PROJECTS / sizeof *OF_PROJECTS,
	                                         .left_out = MISSING,
	                                         .left_out_count = 2,
	                                         .guard = open_door };
static const struct route_table SERVER = { .routes = OF_SERVER, .count = 2, .is_rooted = true };

/* A table without a row is one, too. */
static const struct route_table NOTHING = { .is_rooted = true };

/* method, target, path of the route or NULL, status if there is none, table */
static const struct { const char *method, *target, *path; int status; const struct route_table *table; } ROWS[] = {
	{ "GET",  "/demo",                       "/",              0,   &PROJECTS },
	{ "GET",  "/demo/a",                     "/a",             0,   &PROJECTS },
	{ "HEAD", "/demo/a",                     "/a",             0,   &PROJECTS },
	{ "GET",  "/demo/a/1",                   "/a/{id}",        0,   &PROJECTS },
	{ "GET",  "/demo/a/of=x/b",              "/a/of={name}/b", 0,   &PROJECTS },
	{ "POST", "/demo/ab",                    "/ab",            0,   &PROJECTS },
	{ "GET",  "/demo/in-store/key=x/a/1",    "/a/{id}",        0,   &PROJECTS },
	{ "GET",  "/livez",                      "/livez",         0,   &SERVER },
	{ "GET",  "/_admin/x",                   "/_admin/{name}", 0,   &SERVER },
	{ "GET",  "/demo/livez",                 NULL,             404, NULL },
	{ "GET",  "/a/1",                        NULL,             404, NULL },
	{ "GET",  "/demo/",                      "/",              0,   &PROJECTS },
	{ "GET",  "/demo/in-store/key=x",        NULL,             404, NULL },
	{ "GET",  "/demo/in-store/key=x/z",      NULL,             404, NULL },
	{ "GET",  "/_admin",                     NULL,             404, NULL },
	{ "GET",  "/demo/a/of=x",                NULL,             404, NULL },
	{ "GET",  "/demo/abcd",                  NULL,             404, NULL },
	{ "POST", "/demo/abc",                   NULL,             501, NULL },
	{ "POST", "/demo/abc/d/e",               NULL,             501, NULL },
	{ "GET",  "/demo/a/search",              NULL,             501, NULL },
	{ "POST", "/demo/a",                     NULL,             405, NULL },
	{ "GET",  "/demo/abc",                   NULL,             405, NULL },
};

static void expect(struct router *router, struct op *op, size_t row)
{
	struct destination to;
	struct call call = { 0 };

	op->errors = (struct api_errors){ 0 };
	bool found = router_find(router, op, ROWS[row].method, ROWS[row].target, &call, &to);
	int status = found ? 0 : errors_status(&op->errors);

	if (status != ROWS[row].status || to.table != ROWS[row].table)
		fail_msg("%s %s: %d", ROWS[row].method, ROWS[row].target, status);
	if (found)
		assert_string_equal(to.route->path, ROWS[row].path);
}

static void what_begins_alike_is_kept_apart(void **state)
{
	static const struct route_table *const TABLES[] = { &PROJECTS, &NOTHING, &SERVER, NULL };
	struct router *router = router_create(TABLES);

	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		expect(router, *state, i);
	router_destroy(router);
}

static void without_tables_everything_is_not_found(void **state)
{
	static const struct route_table *const TABLES[] = { NULL };
	struct router *router = router_create(TABLES);
	struct destination to;
	struct call call = { 0 };

	assert_false(router_find(router, *state, "GET", "/demo/a", &call, &to));
	assert_int_equal(errors_status(&((struct op *)*state)->errors), 404);
	router_destroy(router);
	router_destroy(NULL);
}

static void a_path_says_project_store_and_whether_it_is_ones_own(void **state)
{
	static const struct route_table *const TABLES[] = { &PROJECTS, NULL };
	struct router *router = router_create(TABLES);
	struct op *op = *state;
	struct destination to;
	struct call call = { 0 };

	assert_true(router_find(router, op, "GET", "/shop/in-store/key=x/a/7", &call, &to));
	assert_string_equal(op->project, "shop");
	assert_string_equal(op->store_key, "x");
	assert_string_equal(call.argument, "7");
	assert_false(op->mine);
	assert_true(router_find(router, op, "GET", "/shop/me", &call, &to));
	assert_null(op->store_key);
	assert_true(op->mine);
	router_destroy(router);
}

/* target, what the log calls the nearest endpoint; NULL: none */
static const struct { const char *target, *nearest; } NEARLY[] = {
	{ "/demo/qqqq",                 NULL },
	{ "/demo/ME",                   "/me" },
	{ "/demo/mee",                  "/me" },
	{ "/demo/in-store/key=x/mee",   "/me" },
	{ "/demo/livz",                 "/livez" },
	{ "/_admim/name",               "/_admin/{name}" },
	{ "/demo/a/fo=x/b",             "/a/of={name}/b" },
	{ "/demo/something/else/wholly", NULL },
	{ "/demo/a/b/c/d/e/f/g/h/i/j/k/l/m", NULL },
};

static void a_path_that_leads_nowhere_leads_to_the_nearest_in_the_log(void **state)
{
	static const struct route_table *const TABLES[] = { &PROJECTS, &SERVER, NULL };
	struct router *router = router_create(TABLES);
	struct op *op = *state;

	for (size_t i = 0; i < sizeof NEARLY / sizeof *NEARLY; i++) {
		struct destination to;
		struct call call = { 0 };
		const char *expected = "no such endpoint";

		op->errors = (struct api_errors){ 0 };
		if (NEARLY[i].nearest)
			expected = arena_printf(op->arena, "%s; did you mean %s?", expected, NEARLY[i].nearest);
		assert_false(router_find(router, op, "GET", NEARLY[i].target, &call, &to));
		if (strcmp(op->errors.reason, expected) != 0)
			fail_msg("%s: %s", NEARLY[i].target, op->errors.reason);
	}
	router_destroy(router);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(what_begins_alike_is_kept_apart),
		OP_TEST(without_tables_everything_is_not_found),
		OP_TEST(a_path_that_leads_nowhere_leads_to_the_nearest_in_the_log),
		OP_TEST(a_path_says_project_store_and_whether_it_is_ones_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
