/* The list of the routes that the tests of the wire walk: tests/cases/routes.txt says what the tables say. A new
 * endpoint fails here until it stands there, and there until tests/http/strangers.test.mjs knows what to try on it. */
#include "api/routes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "engine/route.h"
#include "../../support/test_base.h"

static const struct route_table *const TABLES[] = { &API_ROUTES, &TOKEN_ROUTES, &SERVICE_ROUTES };
static const char *const SESSIONS[] = {
	[ANYONE] = "anyone", [ANY] = "any", [CUSTOMER] = "customer", [OWNER] = "owner",
};

/* A row of the list: method, path, twin, session, status; below it the scopes. */
static const char *row_of(struct arena *arena, const struct route *route)
{
	return arena_printf(arena, "%s %s %s %s %d\n\t%s", route->method, route->path,
	                    route->flags & IN_STORE ? "in-store" : "-", SESSIONS[route->session],
	                    route->status, route->scope ? route->scope : "-");
}

static char *list_of_routes(struct arena *arena)
{
	FILE *file = fopen(TEST_CASES "/routes.txt", "r");
	char *text = arena_alloc(arena, 64 * 1024);

	assert_non_null(file);
	text[fread(text, 1, 64 * 1024 - 1, file)] = '\0';
	(void)fclose(file);
	return text;
}

static bool holds_row(const char *list, const char *row)
{
	size_t bytes = strlen(row);

	for (const char *at = list; (at = strstr(at, row)); at++)
		if ((at == list || at[-1] == '\n') && at[bytes] == '\n')
			return true;
	return false;
}

static size_t rows_in(const char *list)
{
	size_t count = 0;

	for (const char *line = list; *line; line = strchr(line, '\n') + 1)
		count += *line != '#' && *line != '\t';
	return count;
}

static void the_list_of_routes_has_a_row_for_each(void **state)
{
	struct op *op = *state;
	const char *list = list_of_routes(op->arena);
	size_t count = 0, missing = 0;

	for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
		for (size_t j = 0; j < TABLES[i]->count; j++, count++) {
			const char *row = row_of(op->arena, &TABLES[i]->routes[j]);

			if (holds_row(list, row))
				continue;
			print_error("routes.txt has no row: %s\n", row);
			missing++;
		}
	assert_int_equal(missing, 0);
	assert_int_equal(rows_in(list), count);
}

int main(void)
{
	const struct CMUnitTest tests[] = { OP_TEST(the_list_of_routes_has_a_row_for_each) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
