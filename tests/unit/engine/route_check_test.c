/* Tables of routes that must not come to serve: the program does not start with them. */
#include "route_check_priv.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/route.h"
#include "engine/router.h"

static bool open_door(struct exchange *exchange)
{
	(void)exchange;
	return true;
}

/* Does a process of its own end by abort() when it looks at a table with these rows? */
static bool is_refused(const struct route *routes, size_t count, door_fn *guard, bool is_rooted)
{
	const struct route_table table = {
		.routes = routes, .count = count, .guard = guard, .is_rooted = is_rooted
	};
	const struct route_table *const tables[] = { &table, NULL };
	int status = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		if (!freopen("/dev/null", "w", stderr))
			_exit(1);
		signal(SIGABRT, SIG_DFL); /* not the test's own */
		router_destroy(router_create(tables));
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}

#define GUARDED(...) is_refused((const struct route[]){ __VA_ARGS__ }, sizeof((const struct route[]){ __VA_ARGS__ }) / \
	sizeof(struct route), open_door, false)
#define OPEN_TO_ALL(...) is_refused((const struct route[]){ __VA_ARGS__ }, 1, NULL, true)

static void a_good_table_is_not_refused(void **state)
{
	(void)state;
	assert_false(GUARDED({ "GET", "/a", 0, "manage_project", ANY },
	                     { "POST", "/a", 0, "manage_project", ANY, .lane = WRITE }));
	assert_false(OPEN_TO_ALL({ "GET", "/livez", 0, NULL, ANYONE }));
}

static void a_row_without_a_scope_is_refused(void **state)
{
	(void)state;
	assert_true(GUARDED({ "GET", "/a", 0, NULL, ANY }));
}

static void a_scope_that_nobody_knows_is_refused(void **state)
{
	(void)state;
	assert_true(GUARDED({ "GET", "/a", 0, "manage_nothing", ANY }));
	assert_true(GUARDED({ "GET", "/a", 0, "manage_project view_nothing", ANY }));
}

static void a_row_open_to_anyone_behind_a_guard_is_refused(void **state)
{
	(void)state;
	assert_true(GUARDED({ "GET", "/a", 0, NULL, ANYONE }));
	assert_true(is_refused((const struct route[]){ { "GET", "/a", 0, "manage_project", ANY } }, 1,
	                       NULL, false));
}

static void a_root_that_a_project_could_be_called_is_refused(void **state)
{
	(void)state;
	assert_true(OPEN_TO_ALL({ "GET", "/demo", 0, NULL, ANYONE }));
}

static void a_get_that_writes_is_refused(void **state)
{
	(void)state;
	assert_true(GUARDED({ "GET", "/a", 0, "manage_project", ANY, .lane = WRITE }));
}

static void a_row_that_stands_there_twice_is_refused(void **state)
{
	(void)state;
	assert_true(
		GUARDED({ "GET", "/a", 0, "manage_project", ANY }, { "GET", "/a", 0, "view_types", ANY }));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_table_is_not_refused),
		cmocka_unit_test(a_row_without_a_scope_is_refused),
		cmocka_unit_test(a_scope_that_nobody_knows_is_refused),
		cmocka_unit_test(a_row_open_to_anyone_behind_a_guard_is_refused),
		cmocka_unit_test(a_root_that_a_project_could_be_called_is_refused),
		cmocka_unit_test(a_get_that_writes_is_refused),
		cmocka_unit_test(a_row_that_stands_there_twice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
