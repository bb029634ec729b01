#include "engine/admission.h"

#include <string.h>
#include <strings.h>

#include "auth/client.h"
#include "auth/scope.h"
#include "auth/token.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/text.h"
#include "document/shape.h"
#include "engine/exchange.h"
#include "engine/route.h"
#include "resource/caller.h"
#include "resource/project_settings.h"
#include "store/store.h"

static const char *bearer(const char *authorization)
{
	static const char SCHEME[] = "Bearer ";

	if (strncasecmp(authorization, SCHEME, strlen(SCHEME)) != 0)
		return NULL;
	authorization += strlen(SCHEME);
	return authorization + strspn(authorization, " ");
}

/* A token that a fixture declares is not known before its project is made, and that takes another
 * token. Always false: it is refused. */
static bool explain_missing_project(struct op *op)
{
	const char *reason = op->errors.reason;
	bool exists;

	if (project_exists(op, &exists) && !exists)
		fail_reason(op, "%s; project %s does not exist%s", reason, op->project,
		            op->env->auto_projects ? " yet; ask for a token first" : "");
	return false;
}

static bool authenticate(struct op *op, const struct exchange_request *request)
{
	if (!request->authorization)
		return fail_access_denied(op);
	const char *token = bearer(request->authorization);

	if (!token)
		return fail_invalid_token(op, "the Authorization header is not Bearer");
	struct caller *caller = token_caller(op, token);

	if (!caller)
		return explain_missing_project(op);
	caller->external_user_id = request->external_user_id;
	op->caller = caller;
	return true;
}

/* The scope that the error names: of those that permit to read, the one that permits nothing else. */
static const char *missing_scope(struct op *op, const struct route *route)
{
	const char *view = route->lane == READ ? strstr(route->scope, "view_") : NULL;
	const char *name = view ? view : route->scope;

	return arena_strndup(op->arena, name, strcspn(name, " "));
}

/* Is the token one of the project of the request? One that is of all projects is so where every client
 * is welcome. */
static bool is_of_project(struct op *op, bool exists, bool *ret_is)
{
	*ret_is = caller_is_of_project(op);
	if (!*ret_is || !exists || strcmp(op->caller->project, ALL_PROJECTS) != 0)
		return true;
	return client_may_be_anyone(op, ret_is);
}

/* A project that is not there is a 404, unless it may be created and the token is good for it. */
static bool check_project(struct exchange *exchange)
{
	struct op *op = &exchange->op;
	bool exists, is_good;

	if (!project_exists(op, &exists) || !is_of_project(op, exists, &is_good))
		return false;
	exchange->want_project = !exists && is_good && op->env->auto_projects;
	if (!exists && !exchange->want_project) {
		fail_uri_not_found(op, arena_printf(op->arena, "/%s", op->project));
		return fail_reason(op, "there is no project %s%s%s", op->project,
		                   is_good ? "" : ", and the token is of project ",
		                   is_good ? "" : op->caller->project);
	}
	if (!is_good) {
		fail_insufficient_scope(op, missing_scope(op, exchange->route));
		return strcmp(op->caller->project, ALL_PROJECTS) == 0
		           ? fail_reason(op, "project %s declares its clients, and %s is none of them",
		                         op->project, op->caller->client_id)
		           : fail_reason(op, "the token is of project %s", op->caller->project);
	}
	return true;
}

bool admission_locate(struct exchange *exchange)
{
	return authenticate(&exchange->op, &exchange->request) && check_project(exchange);
}

bool admission_guard(struct exchange *exchange)
{
	const struct route *route = exchange->route;
	struct op *op = &exchange->op;

	if (!scope_permits(op->caller->scope, route->scope, op->project, op->store_key)) {
		fail_insufficient_scope(op, missing_scope(op, route));
		return fail_reason(op, "needs %s", route->scope);
	}
	if (route->session == CUSTOMER && !op->caller->customer_id)
		return fail_needs_customer(op);
	if (route->session == OWNER && !op->caller->customer_id && !op->caller->anonymous_id)
		return fail_needs_owner(op);
	return true;
}

bool admission_check(struct exchange *exchange)
{
	const struct route_table *table = exchange->table;

	exchange->want_project = false;
	return (!table->locate || table->locate(exchange)) && (!table->guard || table->guard(exchange));
}

/* Adds the parameters of a form to those of the query string. */
static bool read_form(struct op *op, struct exchange *exchange)
{
	struct parameters *query = &exchange->call->query;
	struct parameters form;

	if (!parameters_parse(op->arena, exchange->request.body, exchange->request.body_bytes,
	                      PARAMETERS_LENIENT, &form))
		return fail_invalid_input(op, "The form cannot be decoded.");
	struct parameter *items =
		arena_alloc(op->arena, (query->count + form.count + 1) * sizeof *items);

	if (query->count)
		memcpy(items, query->items, query->count * sizeof *items);
	if (form.count)
		memcpy(items + query->count, form.items, form.count * sizeof *items);
	*query = (struct parameters){ items, query->count + form.count };
	return true;
}

/* A control action takes no body for an empty one. */
static bool decode_body(struct exchange *exchange, const struct shape *shape, void **ret_input)
{
	const struct exchange_request *request = &exchange->request;
	bool is_empty = exchange->table->is_control && text_is_blank(request->body);

	return shape_decode_body(&exchange->op, shape, is_empty ? "{}" : request->body,
	                         is_empty ? strlen("{}") : request->body_bytes, ret_input);
}

bool admission_decode(struct exchange *exchange)
{
	const struct shape *shape = exchange->route->input;
	struct op *op = &exchange->op;
	void *input = NULL;

	if (!exchange->is_decoded) {
		op->strict = exchange->table->is_control;
		bool fits = !shape || decode_body(exchange, shape, &input);

		op->strict = false;
		if (!fits || (exchange->route->flags & FORM && !read_form(op, exchange)))
			return false;
		exchange->call->input = input;
		exchange->is_decoded = true;
		/* A form may be looked at again, and so may a rule of the control side. */
		if (shape && !exchange->table->is_control && exchange->request.drop_body)
			exchange->request.drop_body(exchange);
	}
	return !op->store_key || exchange->table->is_rooted || store_of_path_exists(op);
}
