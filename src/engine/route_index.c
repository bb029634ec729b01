/* Groups the rows of the route tables by the first segment of their paths, and the groups by name. */
#include "route_index_priv.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *const METHOD_NAMES[METHOD_COUNT] = { "GET", "HEAD", "POST", "DELETE" };

enum method method_of(const char *name)
{
	enum method method = METHOD_GET;

	while (method < METHOD_COUNT && strcmp(METHOD_NAMES[method], name) != 0)
		method++;
	return method;
}

static size_t count_segments(const char *path)
{
	size_t count = 0;

	for (; *path; path++)
		count += *path == '/' && path[1];
	return count;
}

/* The order of groups, and of what is looked for among them. */
static int compare(const void *a, const void *b)
{
	const struct route_group *left = a;
	const struct route_group *right = b;
	size_t bytes = left->name_bytes < right->name_bytes ? left->name_bytes : right->name_bytes;
	int order = memcmp(left->name, right->name, bytes);

	if (left->is_rooted != right->is_rooted)
		return left->is_rooted - right->is_rooted;
	if (order)
		return order;
	return (left->name_bytes > right->name_bytes) - (left->name_bytes < right->name_bytes);
}

/* A group of the name that a path begins with, and nothing in it. */
static struct route_group named_by(const char *path, bool is_rooted)
{
	const char *name = path + 1;

	return (struct route_group){ name, strcspn(name, "/*"), is_rooted };
}

/* The group that a path belongs to, made if there is none. While it is filled the list is not
 * sorted. */
static struct route_group *group_for(struct route_index *index, const char *path, bool is_rooted)
{
	const struct route_group wanted = named_by(path, is_rooted);

	for (size_t i = 0; i < index->count; i++)
		if (compare(&index->groups[i], &wanted) == 0)
			return &index->groups[i];
	index->groups = xrealloc(index->groups, (index->count + 1) * sizeof *index->groups);
	index->groups[index->count] = wanted;
	return &index->groups[index->count++];
}

static void add_route(struct route_index *index, const struct route_table *table,
                      const struct route *route)
{
	struct route_group *group = group_for(index, route->path, table->is_rooted);

	group->routes = xrealloc(group->routes, (group->count + 1) * sizeof *group->routes);
	group->routes[group->count++] = (struct indexed_route){
		.route = route,
		.table = table,
		.method = method_of(route->method),
		.segments = count_segments(route->path),
	};
}

static void add_left_out(struct route_index *index, const struct route_table *table,
                         const struct left_out *endpoint)
{
	struct route_group *group = group_for(index, endpoint->path, table->is_rooted);
	size_t bytes = (group->left_out_count + 1) * sizeof *group->left_out;

	group->left_out = xrealloc(group->left_out, bytes);
	group->left_out[group->left_out_count++] = endpoint;
}

struct route_index *route_index_create(const struct route_table *const *tables)
{
	struct route_index *index = xcalloc(1, sizeof *index);

	for (; *tables; tables++) {
		for (size_t i = 0; i < (*tables)->count; i++)
			add_route(index, *tables, &(*tables)->routes[i]);
		for (size_t i = 0; i < (*tables)->left_out_count; i++)
			add_left_out(index, *tables, &(*tables)->left_out[i]);
	}
	if (index->count)
		qsort(index->groups, index->count, sizeof *index->groups, compare);
	return index;
}

void route_index_destroy(struct route_index *index)
{
	if (!index)
		return;
	for (size_t i = 0; i < index->count; i++) {
		free(index->groups[i].routes);
		free(index->groups[i].left_out);
	}
	free(index->groups);
	free(index);
}

const struct route_group *route_index_group(const struct route_index *index, bool is_rooted,
                                            const char *segment)
{
	const struct route_group wanted = { segment, strlen(segment), is_rooted };

	if (!index->count)
		return NULL;
	return bsearch(&wanted, index->groups, index->count, sizeof wanted, compare);
}
