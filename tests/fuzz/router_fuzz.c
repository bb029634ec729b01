/* Request lines: `METHOD target`. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "api/routes.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/json_memory.h"
#include "base/op.h"
#include "base/random.h"
#include "base/text.h"
#include "engine/route.h"
#include "engine/router.h"
#include "resource/project_settings.h"
#include "../support/fuzz.h"

/* What a look-up gave. */
struct finding {
	struct op           op;
	struct call         call;
	struct destination  to;
	bool                found;
};

static struct router *router;

static const struct env ENV = { 0 };

static struct finding find(struct arena *arena, const char *method, const char *target)
{
	struct finding finding = { .op = { .arena = arena, .env = &ENV } };

	finding.found =
		router_find(router, &finding.op, method, target, &finding.call, &finding.to);
	fuzz_check(finding.found != op_failed(&finding.op), "false means that an error is recorded");
	return finding;
}

static bool is_utf8(const char *text)
{
	return text_is_utf8(text, strlen(text));
}

static void check_failure(struct finding *finding)
{
	int status = errors_status(&finding->op.errors);

	fuzz_check(finding->op.errors.count == 1, "there is one error");
	fuzz_check(status == 400 || status == 404 || status == 405 || status == 501,
	           "a target is refused with its own status");
	fuzz_check((status == 405) == (finding->to.allow != NULL), "Allow goes with a 405");
	fuzz_check_error_body(json_text(&finding->op, errors_body(&finding->op, false)), status);
}

/* Has the path a `{name}` that is neither the project's nor the store's, which have members of their own? */
static bool captures(const char *path)
{
	while ((path = strchr(path, '{'))) {
		path++;
		if (strncmp(path, "projectKey}", 11) != 0 && strncmp(path, "storeKey}", 9) != 0)
			return true;
	}
	return false;
}

static void check_route(const struct finding *finding, const char *method)
{
	const struct route *route = finding->to.route;
	bool is_relative = !finding->to.table->is_rooted;

	fuzz_check(strcmp(route->method, finding->call.is_head ? "GET" : method) == 0,
	           "the route is of this method");
	if (is_relative) {
		fuzz_check(finding->op.project && project_key_is_valid(finding->op.project),
		           "the project's key is valid");
		fuzz_check(!finding->op.store_key || (route->flags & IN_STORE),
		           "only a row with a twin is found in a store");
	}
	if (captures(route->path))
		fuzz_check(finding->call.argument && *finding->call.argument &&
		               is_utf8(finding->call.argument),
		           "what is captured is UTF-8 and not empty");
	else
		fuzz_check(!finding->call.argument, "nothing is captured where nothing is asked");
}

/* The log knows neither the query nor a token. */
static void check_log_path(const struct finding *finding, const char *target)
{
	struct op op = { .arena = finding->op.arena, .env = &ENV };
	const char *path = router_log_path(&op, target);
	const char *argument = finding->call.argument;

	fuzz_check(path && is_utf8(path) && !strchr(path, '?'),
	           "the log's path is UTF-8 without a query");
	if (finding->found && strstr(finding->to.route->path, "-token={") && argument &&
	    strlen(argument) > 8)
		fuzz_check(!strstr(path, argument), "a token does not reach the log");
}

static bool same(const struct finding *a, const struct finding *b)
{
	const char *argument = a->call.argument ? a->call.argument : "";
	const char *other = b->call.argument ? b->call.argument : "";

	if (!a->found || !b->found)
		return a->found == b->found && errors_status(&a->op.errors) == errors_status(&b->op.errors);
	return a->to.route == b->to.route && strcmp(argument, other) == 0;
}

/* Slashes at the end, doubled ones, and HEAD for GET change nothing. */
static void check_variants(struct arena *arena, const struct finding *finding, const char *method,
                           const char *target)
{
	size_t bytes = strcspn(target, "?");
	struct text_buffer longer = { .arena = arena };
	struct text_buffer doubled = { .arena = arena };

	text_append_bytes(&longer, target, bytes);
	text_append(&longer, "//");
	text_append(&longer, target + bytes);
	for (size_t i = 0; i < bytes; i++)
		text_append_bytes(&doubled, target[i] == '/' ? "//" : &target[i], target[i] == '/' ? 2 : 1);
	text_append(&doubled, target + bytes);
	struct finding with_slashes = find(arena, method, longer.text);
	struct finding with_doubled = find(arena, method, doubled.text ? doubled.text : "");

	fuzz_check(same(finding, &with_slashes), "slashes at the end count for nothing");
	fuzz_check(same(finding, &with_doubled), "doubled slashes count as one");
	if (finding->found && strcmp(method, "GET") == 0) {
		struct finding head = find(arena, "HEAD", target);

		fuzz_check(same(finding, &head) && head.call.is_head, "HEAD goes where GET goes");
	}
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	static const struct route_table *const TABLES[] = { &API_ROUTES, &TOKEN_ROUTES, &SERVICE_ROUTES,
		                                                NULL };

	(void)count;
	(void)arguments;
	router = router_create(TABLES);
	random_init();
	json_memory_init();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_create();
	char *text = fuzz_text(data, size);
	char *space = strchr(text, ' ');
	const char *target = space ? space + 1 : "";

	if (space)
		*space = '\0';
	struct finding finding = find(arena, text, target);

	if (finding.found)
		check_route(&finding, text);
	else
		check_failure(&finding);
	check_log_path(&finding, target);
	check_variants(arena, &finding, text, target);
	free(text);
	arena_destroy(arena);
	return 0;
}
