/* Looks at the route tables once, at the start, so that a wrong row never answers a request. */
#include "route_check_priv.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/scope.h"
#include "engine/route.h"
#include "resource/project_settings.h"

static void refuse(const struct route *route, const char *reason)
{
	fprintf(stderr, "route table: %s %s: %s\n", route->method, route->path, reason);
	abort();
}

static void check_scope(const struct route *route)
{
	char name[64];
	int used;

	if (!route->scope)
		refuse(route, "neither a scope nor open to anyone");
	for (const char *names = route->scope; sscanf(names, "%63s%n", name, &used) == 1; names += used)
		if (!scope_is_known(name))
			refuse(route, "a scope that scopes.def does not know");
}

/* A project of the same name as a path at the root could not be reached. */
static void check_root(const struct route *route)
{
	char name[64];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(route->path + 1, "/"), route->path + 1);
	if (project_key_is_valid(name))
		refuse(route, "a project may have this name");
}

static void check_unique(const struct route_table *table, const struct route *route)
{
	for (const struct route *other = table->routes; other < route; other++)
		if (strcmp(route->method, other->method) == 0 && strcmp(route->path, other->path) == 0)
			refuse(route, "stands there twice");
}

static void check_route(const struct route_table *table, const struct route *route)
{
	bool is_open = route->session == ANYONE;

	if (is_open != !table->guard)
		refuse(route, "open to anyone, or not?");
	if (!is_open)
		check_scope(route);
	if (table->is_rooted)
		check_root(route);
	if (strcmp(route->method, "GET") == 0 && route->lane == WRITE)
		refuse(route, "a GET that writes");
	check_unique(table, route);
}

void route_tables_check(const struct route_table *const *tables)
{
	for (; *tables; tables++)
		for (size_t i = 0; i < (*tables)->count; i++)
			check_route(*tables, &(*tables)->routes[i]);
}
