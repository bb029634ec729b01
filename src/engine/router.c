#include "engine/router.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "engine/route.h"
#include "resource/project_settings.h"

enum { MAX_SEGMENTS = 12 };

/* A decoded path: `//` counts as `/`, and a slash at the end as nothing. */
struct path {
	const char *segments[MAX_SEGMENTS];
	size_t      count;
	bool        is_too_long;
};

struct endpoint {
	const char *methods;
	const char *path;
};

/* clang-format off */
static const struct endpoint UNIMPLEMENTED[] = {
#define ENDPOINT(methods, path) { methods, path },
#include "tables/unimplemented.def"
#undef ENDPOINT
};
/* clang-format on */

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

static bool is_absolute(const struct route *route)
{
	return (route->flags & (PUBLIC | OAUTH)) != 0;
}

/* The part of the path that a route's pattern is about; *ret_count: its segments. NULL: not for
 * this kind of route. */
static const char *const *relative(const struct path *path, const struct route *route,
                                   const char *store_key, size_t *ret_count)
{
	size_t skip = store_key ? 3 : 1;

	if (is_absolute(route)) {
		*ret_count = path->count;
		return path->segments;
	}
	if (path->count < skip || (store_key && !(route->flags & IN_STORE)) ||
	    !project_key_is_valid(path->segments[0]))
		return NULL;
	*ret_count = path->count - skip;
	return path->segments + skip;
}

static const char *store_of(const struct path *path)
{
	bool is_in_store = path->count >= 3 && strcmp(path->segments[1], "in-store") == 0 &&
	                   strncmp(path->segments[2], "key=", 4) == 0 && path->segments[2][4];

	return is_in_store ? path->segments[2] + 4 : NULL;
}

static bool method_is(const struct route *route, const char *method)
{
	return strcmp(route->method, strcmp(method, "HEAD") == 0 ? "GET" : method) == 0;
}

static const char *const METHODS[] = { "GET", "HEAD", "POST", "DELETE" };

static bool names_method(const char *methods, const char *method)
{
	const char *found = strstr(methods, method);

	return found && strchr(" ", found[strlen(method)]);
}

/* 501 for what the real API has and we do not. */
static const struct endpoint *unimplemented(const struct path *path, const char *store_key,
                                            const char *method)
{
	size_t skip = store_key ? 3 : 1;

	if (path->count < skip + (store_key ? 1 : 0) || !project_key_is_valid(path->segments[0]))
		return NULL;
	for (size_t i = 0; i < sizeof UNIMPLEMENTED / sizeof *UNIMPLEMENTED; i++)
		if (match(NULL, NULL, UNIMPLEMENTED[i].path, path->segments + skip, path->count - skip) &&
		    (!method || names_method(UNIMPLEMENTED[i].methods, method)))
			return &UNIMPLEMENTED[i];
	return NULL;
}

/* The route of a request; *ret_segments: what its pattern is about. NULL: there is none. */
static const struct route *route_for(const struct path *path, const char *store_key,
                                     const char *method, const char *const **ret_segments,
                                     size_t *ret_count)
{
	for (const struct route *route = ROUTES; route < ROUTES + ROUTE_COUNT; route++) {
		*ret_segments = relative(path, route, store_key, ret_count);
		if (*ret_segments && method_is(route, method) &&
		    match(NULL, NULL, route->path, *ret_segments, *ret_count))
			return route;
	}
	return NULL;
}

static const char *allowed_methods(struct op *op, const struct path *path, const char *store_key)
{
	struct text_buffer allow = { .arena = op->arena };
	const char *const *segments;
	size_t count;

	for (size_t i = 0; i < sizeof METHODS / sizeof *METHODS; i++)
		if (route_for(path, store_key, METHODS[i], &segments, &count) ||
		    unimplemented(path, store_key, METHODS[i]))
			text_appendf(&allow, "%s, ", METHODS[i]);
	if (!allow.bytes)
		return NULL;
	text_append(&allow, "OPTIONS");
	return allow.text;
}

/* What to say when no row fits. */
static bool fail_no_route(struct op *op, const struct path *path, const char *method,
                          const char *log_path, const char **ret_allow)
{
	const char *store_key = store_of(path);
	const struct endpoint *endpoint = unimplemented(path, store_key, method);

	if (path->count > 0 && project_key_is_valid(path->segments[0]))
		op->project = path->segments[0];
	if (endpoint)
		return fail_not_implemented(
			op, arena_printf(op->arena, "%s /{projectKey}%s%.*s", method,
		                     store_key ? "/in-store/key={storeKey}" : "",
		                     (int)strcspn(endpoint->path, "*"), endpoint->path));
	*ret_allow = path->is_too_long ? NULL : allowed_methods(op, path, store_key);
	return *ret_allow ? fail_method_not_allowed(op) : fail_uri_not_found(op, log_path);
}

/* Is there an endpoint that is not implemented, and that says more of the path than the route does?
 * `/x/search` is not the `{id}` of `/x/{id}`. */
static bool is_elsewhere(const struct path *path, const char *store_key, const char *method,
                         const struct route *route)
{
	if (!strchr(route->path, '{'))
		return false;
	const struct endpoint *endpoint = unimplemented(path, store_key, method);

	return endpoint && strcspn(endpoint->path, "*") > strcspn(route->path, "{");
}

static bool find(struct op *op, const struct path *path, const char *method, struct call *call,
                 const struct route **ret_route)
{
	const char *store_key = store_of(path);
	const char *const *segments;
	size_t count;

	*ret_route = route_for(path, store_key, method, &segments, &count);
	if (!*ret_route || is_elsewhere(path, store_key, method, *ret_route))
		return false;
	if (!is_absolute(*ret_route)) {
		op->project = path->segments[0];
		op->store_key = store_key;
		op->mine = count > 0 && strcmp(segments[0], "me") == 0;
	}
	call->kind = (*ret_route)->kind;
	return match(op, call, (*ret_route)->path, segments, count);
}

bool router_find(struct op *op, const char *method, const char *target, struct call *call,
                 const struct route **ret_route, const char **ret_allow)
{
	size_t path_bytes = strcspn(target, "?");
	const char *query = target[path_bytes] ? target + path_bytes + 1 : "";
	struct path path = { 0 };

	*ret_allow = NULL;
	if (!cut_path(op, target, path_bytes, &path))
		return false;
	call->is_head = strcmp(method, "HEAD") == 0;
	if (path.is_too_long || !find(op, &path, method, call, ret_route))
		return fail_no_route(op, &path, method, router_log_path(op, target), ret_allow);
	enum parameters_mode mode =
		(*ret_route)->flags & OAUTH ? PARAMETERS_LENIENT : PARAMETERS_STRICT;

	if (*query && !parameters_parse(op->arena, query, strlen(query), mode, &call->query))
		return fail_invalid_input(op, "Malformed URI: the query string cannot be decoded.");
	return true;
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
	const char *secret = strstr(read, "-token=");

	if (secret)
		return arena_printf(op->arena, "%.*s-token=***", (int)(secret - read), read);
	if (is_malformed)
		return arena_printf(op->arena, "%.*s(malformed)", (int)strcspn(path, "%"), path);
	return path;
}
