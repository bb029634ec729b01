#include "api/oauth.h"

#include <string.h>

#include "auth/client.h"
#include "auth/grant.h"
#include "auth/scope.h"
#include "auth/token.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/error.h"
#include "base/error_oauth.h"
#include "base/op.h"
#include "base/random.h"
#include "base/text.h"
#include "customer/credential.h"
#include "document/doc.h"
#include "engine/exchange.h"
#include "resource/caller.h"
#include "resource/project_settings.h"
#include "session/hand_over.h"
#include "session/sign_in.h"
#include "store/store.h"

enum { MAX_ANONYMOUS_ID_BYTES = 256 };

/* Parameters come in the body or in the query string; the query counts first. */
static const char *given(const struct call *call, const char *name)
{
	const char *in_query = parameters_get(&call->query, name);
	const char *in_form = parameters_get(&call->form, name);

	return in_query && (*in_query || !in_form) ? in_query : in_form;
}

/* One that is empty is as good as none. */
static const char *parameter(const struct call *call, const char *name)
{
	const char *value = given(call, name);

	return value && *value ? value : NULL;
}

static bool require(struct op *op, const struct call *call, const char *name,
                    const char **ret_value)
{
	*ret_value = parameter(call, name);
	return *ret_value || fail_missing_parameter(op, name);
}

/* Finding the project */

/* What the request itself says: the scope's suffix, or the token it is about. NULL: nothing. */
static bool named_project(struct op *op, const struct call *call, const char **ret_project)
{
	static const char *const TOKEN_NAMES[] = { "refresh_token", "token" };
	const char *scope = parameter(call, "scope");

	*ret_project = scope ? scope_project(op, scope) : NULL;
	for (size_t i = 0; !*ret_project && i < sizeof TOKEN_NAMES / sizeof *TOKEN_NAMES; i++) {
		const char *token = parameter(call, TOKEN_NAMES[i]);

		if (token && !token_project(op, token, ret_project))
			return false;
	}
	return true;
}

/* A client that nobody declares, and that names no project, is one of all projects that accept
 * everyone. */
static bool guess_project(struct op *op, const struct call *call,
                          const struct client_credentials *credentials)
{
	const char *declared_in;

	if (!client_find_project(op, credentials, &declared_in) ||
	    !named_project(op, call, &op->project))
		return false;
	if (!op->project)
		op->project = declared_in;
	if (!op->project)
		op->project = ALL_PROJECTS;
	return true;
}

bool oauth_locate(struct exchange *exchange)
{
	const struct exchange_request *request = &exchange->request;
	struct call *call = exchange->call;
	struct op *op = &exchange->op;
	struct client_credentials credentials;
	bool is_in_path = op->project != NULL;
	bool exists = false;

	if (!parameters_parse(op->arena, request->body, request->body_bytes, PARAMETERS_LENIENT,
	                      &call->form))
		return fail_missing_parameter(op, "grant_type") ||
		       fail_reason(op, "the form cannot be decoded");
	if (!client_credentials_read(op, call->authorization, &credentials))
		return false;
	if (!is_in_path && !guess_project(op, call, &credentials))
		return false;
	if (strcmp(op->project, ALL_PROJECTS) == 0)
		return true;
	if (!is_in_path)
		op_set_time(op);
	if (project_key_is_valid(op->project) && !project_exists(op, &exists))
		return false;
	if (exists)
		return true;
	if (op->env->auto_projects && op->env->clients != CLIENTS_DECLARED &&
	    project_key_is_valid(op->project)) {
		exchange->want_project = true;
		return true;
	}
	return is_in_path && !op->env->auto_projects
	           ? fail_uri_not_found(op, arena_printf(op->arena, "/%s", op->project))
	           : fail_invalid_client(op, "the project does not exist");
}

/* The flows */

static bool authenticate(struct op *op, const struct call *call, struct client *ret_client)
{
	struct client_credentials credentials;

	return client_credentials_read(op, call->authorization, &credentials) &&
	       client_authenticate(op, &credentials, ret_client);
}

bool oauth_authenticate(struct op *op, struct call *call)
{
	struct client *client = arena_alloc(op->arena, sizeof *client);

	call->prepared = client;
	return authenticate(op, call, client);
}

static bool expect_grant_type(struct op *op, const struct call *call, const char *expected)
{
	const char *grant_type;

	if (!require(op, call, "grant_type", &grant_type))
		return false;
	return strcmp(grant_type, expected) == 0 || fail_grant_type(op, grant_type);
}

static bool wants_refresh_token(const struct call *call)
{
	const char *wanted = parameter(call, "refresh_token");

	return !wanted || strcmp(wanted, "false") != 0;
}

static struct body client_credentials_token(struct op *op, const struct call *call,
                                            const struct client *client)
{
	const struct token_request request = {
		.client = client,
		.scope = client_grant_scope(op, client, parameter(call, "scope")),
	};

	return request.scope ? body_document(token_issue(op, &request)) : NO_BODY;
}

static struct body refresh(struct op *op, const struct call *call, const struct client *client)
{
	const char *refresh_token;

	if (!require(op, call, "refresh_token", &refresh_token))
		return NO_BODY;
	return body_document(token_refresh(op, client, refresh_token));
}

struct body oauth_token(struct op *op, const struct call *call)
{
	const struct client *client = call->prepared;
	const char *grant_type;

	if (!require(op, call, "grant_type", &grant_type))
		return NO_BODY;
	if (strcmp(grant_type, "client_credentials") == 0)
		return client_credentials_token(op, call, client);
	if (strcmp(grant_type, "refresh_token") == 0)
		return refresh(op, call, client);
	fail_grant_type(op, grant_type);
	return NO_BODY;
}

static bool is_known_grant_type(struct op *op, const char *grant_type)
{
	static const char *const KNOWN[] = { "client_credentials", "password", "refresh_token" };

	for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++)
		if (strcmp(grant_type, KNOWN[i]) == 0)
			return true;
	return fail_grant_type(op, grant_type);
}

bool oauth_enter(struct exchange *exchange)
{
	const struct call *call = exchange->call;
	struct op *op = &exchange->op;
	struct client client;
	const char *grant_type;

	return authenticate(op, call, &client) && require(op, call, "grant_type", &grant_type) &&
	       is_known_grant_type(op, grant_type) &&
	       client_grant_scope(op, &client, parameter(call, "scope"));
}

/* An empty username is nobody's, and an empty password is no password. */
static bool read_credentials(struct op *op, const struct call *call, const char **ret_username,
                             const char **ret_password)
{
	*ret_username = given(call, "username");
	*ret_password = given(call, "password");
	if (!*ret_username)
		return fail_missing_parameter(op, "username");
	if (!*ret_password)
		return fail_missing_parameter(op, "password");
	return **ret_password || fail_empty_parameter(op, "password");
}

/* What the slow part of the password flow leaves for the fast one. */
struct password_flow {
	struct client   client;
	const char     *scope;
	const char     *username;
	struct verified verified;
};

bool oauth_password_prepare(struct op *op, struct call *call)
{
	struct password_flow *flow = arena_alloc(op->arena, sizeof *flow);
	const char *password;

	call->prepared = flow;
	if (!authenticate(op, call, &flow->client) || !expect_grant_type(op, call, "password") ||
	    !read_credentials(op, call, &flow->username, &password) ||
	    (op->store_key && !store_of_path_exists(op)))
		return false;
	flow->scope = client_grant_scope(op, &flow->client, parameter(call, "scope"));
	return flow->scope && sign_in_verify(op, flow->username, password, &flow->verified);
}

struct body oauth_password_token(struct op *op, const struct call *call)
{
	const struct password_flow *flow = call->prepared;
	const json_t *customer;

	if (!sign_in_customer(op, &flow->verified, flow->username, &customer))
		return NO_BODY;
	if (!customer) {
		fail_customer_account(op, "unknown e-mail, wrong password, or a customer of another store");
		return NO_BODY;
	}
	const struct token_request request = {
		.client = &flow->client,
		.scope = flow->scope,
		.customer_id = doc_text(customer, "id"),
		.with_refresh = wants_refresh_token(call),
	};

	return body_document(token_issue(op, &request));
}

/* What belongs to a session whose tokens are gone is nobody else's: the session can come back only with
 * its refresh token. */
static bool is_free(struct op *op, const char *anonymous_id)
{
	bool owns;

	if (!anonymous_id_is_free(op, anonymous_id) || !anonymous_id_owns(op, anonymous_id, &owns))
		return false;
	return !owns || fail_anonymous_id_in_use(op);
}

/* The id the client chose, if it may have it, or a fresh one. NULL: recorded. */
static const char *choose_anonymous_id(struct op *op, const struct call *call)
{
	const char *chosen = parameter(call, "anonymous_id");

	if (!chosen) {
		char *fresh = arena_alloc(op->arena, UUID_TEXT_BYTES);

		random_uuid(fresh);
		return fresh;
	}
	if (strlen(chosen) > MAX_ANONYMOUS_ID_BYTES || text_is_blank(chosen)) {
		fail_invalid_parameter(op, "anonymous_id");
		return NULL;
	}
	return is_free(op, chosen) ? chosen : NULL;
}

struct body oauth_anonymous_token(struct op *op, const struct call *call)
{
	const struct client *client = call->prepared;

	if (!expect_grant_type(op, call, "client_credentials"))
		return NO_BODY;
	if (!client_owns(client, "create_anonymous_token")) {
		fail_insufficient_scope(op, "create_anonymous_token");
		return NO_BODY;
	}
	struct token_request request = {
		.client = client,
		.scope = client_grant_scope(op, client, parameter(call, "scope")),
		.with_refresh = wants_refresh_token(call),
	};

	if (request.scope)
		request.anonymous_id = choose_anonymous_id(op, call);
	return request.anonymous_id ? body_document(token_issue(op, &request)) : NO_BODY;
}

struct body oauth_introspect(struct op *op, const struct call *call)
{
	const char *token;

	if (!client_owns(call->prepared, "introspect_oauth_tokens")) {
		fail_insufficient_scope(op, "introspect_oauth_tokens");
		return NO_BODY;
	}
	return require(op, call, "token", &token) ? body_document(token_introspect(op, token))
	                                          : NO_BODY;
}

struct body oauth_revoke(struct op *op, const struct call *call)
{
	const char *token;

	if (!require(op, call, "token", &token) || !token_revoke(op, call->prepared, token))
		return NO_BODY;
	return EMPTY_BODY;
}
