#include "engine/router.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/op.h"
#include "base/text.h"
#include "engine/route.h"
#include "resource/project_settings.h"
#include "route_check_priv.h"
#include "route_index_priv.h"
#include "route_nearest_priv.h"

enum { MAX_SEGMENTS = 12 };

struct router {
	struct route_index *index;
};

/* A decoded path: `//` counts as `/`, and a slash at the end as nothing. */
struct path {
	const char *segments[MAX_SEGMENTS];
	size_t      count;
	size_t      skip;       /* the segments before those that a pattern is about */
	bool        is_too_long;
	bool        is_rooted;  /* it does not begin with a project */
	const char *store_key;  /* of an in-store path; NULL elsewhere */
};

struct router *router_create(const struct route_table *const *tables)
{
	struct router *router = xcalloc(1, sizeof *router);

	route_tables_check(tables);
	router->index = route_index_create(tables);
	return router;
}

void router_destroy(struct router *router)
{
	if (!router)
		return;
	route_index_destroy(router->index);
	free(router);
}

/* Cutting */

static bool cut_path(struct op *op, const char *raw, size_t bytes, struct path *ret_path)
{
	const char *end = raw + bytes;

	while (raw < end) {
		size_t segment_bytes = strcspn(raw, "/?");
		char *segment;

		if (segment_bytes > (size_t)(end - raw))
			segment_bytes = (size_t)(end - raw);
		if (segment_bytes == 0) {
			raw++;
			continue;
		}
		if (!text_percent_decode(op->arena, raw, segment_bytes, false, &segment))
			return fail_invalid_input(op, "Malformed URI: the path cannot be decoded.");
		ret_path->is_too_long = ret_path->count == MAX_SEGMENTS;
		if (ret_path->is_too_long)
			return true;
		ret_path->segments[ret_path->count++] = segment;
		raw += segment_bytes;
	}
	return true;
}

/* Matching. A pattern's segment is a literal, `{name}`, or `literal{name}`; `*` ends a pattern that
 * takes any rest. */

/* Where the value of `{…}` begins in a segment that fits the pattern's segment; NULL: it does not
 * fit. */
static const char *match_segment(const char *pattern, size_t pattern_bytes, const char *segment)
{
	const char *brace = memchr(pattern, '{', pattern_bytes);
	size_t literal_bytes = brace ? (size_t)(brace - pattern) : pattern_bytes;

	if (strncmp(pattern, segment, literal_bytes) != 0)
		return NULL;
	if (!brace)
		return segment[literal_bytes] ? NULL : segment + literal_bytes;
	return segment[literal_bytes] ? segment + literal_bytes : NULL;
}

static void capture(struct op *op, struct call *call, const char *pattern, const char *value)
{
	if (strstr(pattern, "{projectKey}") == pattern)
		op->project = value;
	else if (strstr(pattern, "key={storeKey}") == pattern)
		op->store_key = value;
	else
		call->argument = value;
}

/* `op` and `call` NULL: only asks. A bare `{id}` never takes `name=…`, which is
 * another route's. */
static bool match(struct op *op, struct call *call, const char *pattern,
                  const char *const *segments, size_t count)
{
	size_t i = 0;

	while (*pattern == '/' && pattern[1]) {
		const char *part = pattern + 1;
		size_t part_bytes = strcspn(part, "/*");
		bool is_rest = part[part_bytes] == '*';
		const char *value = i < count ? match_segment(part, part_bytes, segments[i]) : NULL;

		if (!value || (*part == '{' && strchr(value, '=')))
			return false;
		if (is_rest)
			return true;
		if (op && memchr(part, '{', part_bytes))
			capture(op, call, part, value);
		pattern = part + part_bytes;
		i++;
	}
	return i == count;
}

static bool is_in_store(const struct path *path)
{
	return path->count >= 3 && strcmp(path->segments[1], "in-store") == 0 &&
	       strncmp(path->segments[2], "key=", 4) == 0 && path->segments[2][4];
}

/* Sees whether a path begins with a project and a store. */
static void strip(struct path *path)
{
	path->is_rooted = path->count == 0 || !project_key_is_valid(path->segments[0]);
	if (path->is_rooted)
		return;
	path->store_key = is_in_store(path) ? path->segments[2] + 4 : NULL;
	path->skip = path->store_key ? 3 : 1;
}

/* What begins as the path does. NULL: nothing. */
static const struct route_group *group_of(const struct router *router, const struct path *path)
{
	const char *first = path->count > path->skip ? path->segments[path->skip] : "";

	return route_index_group(router->index, path->is_rooted, first);
}

static bool fits(const struct path *path, const char *pattern)
{
	return match(NULL, NULL, pattern, path->segments + path->skip, path->count - path->skip);
}

/* The row of a request; NULL: there is none. `group` may be NULL. */
static const struct indexed_route *route_for(const struct route_group *group,
                                             const struct path *path, enum method method)
{
	enum method wanted = method == METHOD_HEAD ? METHOD_GET : method;

	for (size_t i = 0; group && i < group->count; i++) {
		const struct indexed_route *row = &group->routes[i];

		if (row->method == wanted && row->segments == path->count - path->skip &&
		    (!path->store_key || (row->route->flags & IN_STORE)) && fits(path, row->route->path))
			return row;
	}
	return NULL;
}

static bool names_method(const char *methods, const char *method)
{
	const char *found = strstr(methods, method);

	return found && strchr(" ", found[strlen(method)]);
}

/* 501 for what the real API has and we do not. `group` may be NULL. */
static const struct left_out *left_out_for(const struct route_group *group, const struct path *path,
                                           const char *method)
{
	for (size_t i = 0; group && i < group->left_out_count; i++)
		if (names_method(group->left_out[i]->methods, method) &&
		    fits(path, group->left_out[i]->path))
			return group->left_out[i];
	return NULL;
}

static const char *allowed_methods(struct op *op, const struct route_group *group,
                                   const struct path *path)
{
	struct text_buffer allow = { .arena = op->arena };

	for (enum method method = 0; method < METHOD_COUNT; method++)
		if (route_for(group, path, method) || left_out_for(group, path, METHOD_NAMES[method]))
			text_appendf(&allow, "%s, ", METHOD_NAMES[method]);
	if (!allow.bytes)
		return NULL;
	text_append(&allow, "OPTIONS");
	return allow.text;
}

static const char *nearest_route(const struct router *router, const struct path *path)
{
	const struct asked_path asked = { path->segments, path->count, path->skip };

	return path->is_too_long ? NULL : route_nearest(router->index, &asked);
}

/* What to say when no row fits. */
static bool fail_no_route(const struct router *router, struct op *op,
                          const struct route_group *group, const struct path *path,
                          const char *method, const char *log_path, const char **ret_allow)
{
	const struct left_out *endpoint = left_out_for(group, path, method);

	if (!path->is_rooted)
		op->project = path->segments[0];
	if (endpoint)
		return fail_not_implemented(
			op, arena_printf(op->arena, "%s /{projectKey}%s%.*s", method,
		                     path->store_key ? "/in-store/key={storeKey}" : "",
		                     (int)strcspn(endpoint->path, "*"), endpoint->path));
	*ret_allow = allowed_methods(op, group, path);
	if (*ret_allow)
		return fail_method_not_allowed(op);
	fail_uri_not_found(op, log_path);
	const char *nearest = nearest_route(router, path);

	return fail_reason(op, "no such endpoint%s%s%s", nearest ? "; did you mean " : "",
	                   nearest ? nearest : "", nearest ? "?" : "");
}

/* Is there an endpoint that is not implemented, and that says more of the path than the route does?
 * `/x/search` is not the `{id}` of `/x/{id}`. */
static bool is_elsewhere(const struct route_group *group, const struct path *path,
                         const char *method, const struct route *route)
{
	const char *brace = strchr(route->path, '{');
	const struct left_out *endpoint = brace ? left_out_for(group, path, method) : NULL;

	return endpoint && strcspn(endpoint->path, "*") > (size_t)(brace - route->path);
}

/* Sets what a path says beside its route. */
static void take(struct op *op, struct call *call, const struct path *path,
                 const struct route *route)
{
	const char *const *segments = path->segments + path->skip;

	if (!path->is_rooted) {
		op->project = path->segments[0];
		op->store_key = path->store_key;
		op->mine = path->count > path->skip && strcmp(segments[0], "me") == 0;
	}
	call->kind = route->kind;
	(void)match(op, call, route->path, segments, path->count - path->skip); /* it did before */
}

bool router_find(const struct router *router, struct op *op, const char *method, const char *target,
                 struct call *call, struct destination *ret_destination)
{
	size_t path_bytes = strcspn(target, "?");
	const char *query = target[path_bytes] ? target + path_bytes + 1 : "";
	struct path path = { 0 };

	*ret_destination = (struct destination){ 0 };
	op->target = target;
	if (!cut_path(op, target, path_bytes, &path))
		return false;
	strip(&path);
	call->is_head = strcmp(method, "HEAD") == 0;
	const struct route_group *group = path.is_too_long ? NULL : group_of(router, &path);
	const struct indexed_route *row = route_for(group, &path, method_of(method));

	if (!row || is_elsewhere(group, &path, method, row->route))
		return fail_no_route(router, op, group, &path, method, router_log_path(op, target),
		                     &ret_destination->allow);
	ret_destination->route = row->route;
	ret_destination->table = row->table;
	take(op, call, &path, row->route);
	enum parameters_mode mode = row->table->is_oauth ? PARAMETERS_LENIENT : PARAMETERS_STRICT;

	if (*query && !parameters_parse(op->arena, query, strlen(query), mode, &call->query))
		return fail_invalid_input(op, "Malformed URI: the query string cannot be decoded.");
	return true;
}

/* Where the value of `…token=` begins, however it is spelt. NULL: there is none. */
static const char *secret_in(const char *path)
{
	static const char NAME[] = "token=";

	if (!strchr(path, '='))
		return NULL;
	for (; *path; path++)
		if (strncasecmp(path, NAME, strlen(NAME)) == 0)
			return path + strlen(NAME);
	return NULL;
}

/* Some paths hold a secret, `/customers/password-token={value}`, in whatever way it is encoded. */
const char *router_log_path(struct op *op, const char *target)
{
	size_t bytes = strcspn(target, "?");
	const char *path = arena_strndup(op->arena, target, bytes);
	char *decoded;

	if (!text_is_utf8(path, bytes))
		return "(not UTF-8)";
	bool is_malformed = !text_percent_decode(op->arena, path, bytes, false, &decoded);
	const char *read = is_malformed ? path : decoded;
	const char *secret = secret_in(read);

	if (secret)
		return arena_printf(op->arena, "%.*s***", (int)(secret - read), read);
	if (is_malformed)
		return arena_printf(op->arena, "%.*s(malformed)", (int)strcspn(path, "%"), path);
	return path;
}
