/* Groups the rows of the route tables by the first segment of their paths, and the groups by name. */
#include "route_index_priv.h"

#include <assert.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

const char *const METHOD_NAMES[METHOD_COUNT] = { "GET", "HEAD", "POST", "PUT", "DELETE" };

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

static bool is_same(const struct route_group *group, const struct route_group *wanted)
{
	return group->name_bytes == wanted->name_bytes && group->is_rooted == wanted->is_rooted &&
	       memcmp(group->name, wanted->name, wanted->name_bytes) == 0;
}

/* FNV-1a. */
static size_t slot_of(const struct route_group *group)
{
	uint32_t hash = 2166136261u;

	for (size_t i = 0; i < group->name_bytes; i++)
		hash = (hash ^ (unsigned char)group->name[i]) * 16777619u;
	return (hash ^ hash >> 16) % INDEX_SLOTS;
}

/* A group of the name that a path begins with, and nothing in it. */
static struct route_group named_by(const char *path, bool is_rooted)
{
	const char *name = path + 1;

	return (struct route_group){ name, strcspn(name, "/*"), is_rooted };
}

/* The group that a path belongs to, made if there is none. */
static struct route_group *group_for(struct route_index *index, const char *path, bool is_rooted)
{
	const struct route_group wanted = named_by(path, is_rooted);

	for (size_t i = 0; i < index->count; i++)
		if (is_same(&index->groups[i], &wanted))
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

/* Half of the slots stay empty, so that a search for what is not there ends soon. */
static void fill_slots(struct route_index *index)
{
	assert(index->count <= INDEX_SLOTS / 2 && index->count < UCHAR_MAX);
	for (size_t i = 0; i < index->count; i++) {
		size_t slot = slot_of(&index->groups[i]);

		while (index->slots[slot])
			slot = (slot + 1) % INDEX_SLOTS;
		index->slots[slot] = (unsigned char)(i + 1);
	}
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
	fill_slots(index);
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

	for (size_t slot = slot_of(&wanted); index->slots[slot]; slot = (slot + 1) % INDEX_SLOTS) {
		const struct route_group *group = &index->groups[index->slots[slot] - 1];

		if (is_same(group, &wanted))
			return group;
	}
	return NULL;
}
