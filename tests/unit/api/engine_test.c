#include "engine/engine.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json_memory.h"
#include "base/random.h"
#include "engine/route.h"
#include "../../support/loopback.h"

#define STOREFRONT "Basic c3RvcmVmcm9udDpzdG9yZWZyb250LXNlY3JldA=="
#define BACKEND "Basic YmFja2VuZDpiYWNrZW5kLXNlY3JldA=="

/* An answer, taken out of its exchange. */
struct answer {
	int     status;
	json_t *json;
	char    allow[64];
	char    authenticate[16];
	char    project[64];
	bool    no_store;
	bool    retry_later;
};

static void copy_text(char *target, size_t room, const char *text)
{
	snprintf(target, room, "%s", text ? text : "");
}

static struct answer ask(void **state, const char *method, const char *target,
                         const char *authorization, const char *body)
{
	struct exchange *exchange = loopback_request(*state, method, target, authorization, body);
	const struct exchange_reply *reply = &exchange->reply;
	struct answer answer = {
		.status = reply->status,
		.json = json_loadb(reply->text, reply->bytes, 0, NULL),
		.no_store = reply->no_store,
		.retry_later = reply->retry_later,
	};

	copy_text(answer.allow, sizeof answer.allow, reply->allow);
	copy_text(answer.authenticate, sizeof answer.authenticate, reply->authenticate);
	copy_text(answer.project, sizeof answer.project, reply->project);
	assert_non_null(reply->correlation_id);
	assert_non_null(reply->log_path);
	exchange_destroy(exchange);
	return answer;
}

/* Asks and looks at the status only. */
static void expect(void **state, int status, const char *method, const char *target,
                   const char *authorization, const char *body)
{
	struct answer answer = ask(state, method, target, authorization, body);

	if (answer.status != status)
		print_error("%s %s: %d\n", method, target, answer.status);
	assert_int_equal(answer.status, status);
	json_decref(answer.json);
}

static void bearer_of(void **state, const char *target, const char *basic, const char *form,
                      char header[64])
{
	struct answer answer = ask(state, "POST", target, basic, form);

	assert_int_equal(answer.status, 200);
	snprintf(header, 64, "Bearer %s",
	         json_string_value(json_object_get(answer.json, "access_token")));
	json_decref(answer.json);
}

static void as_alice(void **state, char header[64])
{
	bearer_of(state, "/oauth/demo/customers/token", STOREFRONT,
	          "grant_type=password&username=alice@example.com&password=alice-pw", header);
}

static void as_backend(void **state, char header[64])
{
	bearer_of(state, "/oauth/token", BACKEND, "grant_type=client_credentials", header);
}

static int64_t version_of(const struct answer *answer)
{
	return json_integer_value(json_object_get(answer->json, "version"));
}

static const char *code_of(const struct answer *answer)
{
	const json_t *first = json_array_get(json_object_get(answer->json, "errors"), 0);

	return json_string_value(json_object_get(first, "code"));
}

/* -- lanes -- */

static void a_read_is_answered_at_once(void **state)
{
	struct loopback *loopback = *state;
	struct exchange *exchange = exchange_create();

	exchange->request =
		(struct exchange_request){ .method = "GET", .target = "/livez", .body = "" };
	assert_int_equal(engine_admit(loopback->engine, exchange), ENGINE_REPLY);
	assert_int_equal(exchange->reply.status, 200);
	exchange_destroy(exchange);
}

static enum engine_next next_of(void **state, const char *target, const char *authorization,
                                const char *body)
{
	struct loopback *loopback = *state;
	struct exchange *exchange = exchange_create();

	exchange->request = (struct exchange_request){ .method = "POST", .target = target, .body = body,
		                                             .authorization = authorization,
		                                             .body_bytes = strlen(body) };
	enum engine_next next = engine_admit(loopback->engine, exchange);

	exchange_destroy(exchange);
	return next;
}

static void slow_work_goes_to_the_pool_and_changes_to_the_writer(void **state)
{
	char alice[64];

	as_alice(state, alice);
	assert_int_equal(next_of(state, "/demo/me/login", alice,
	                         "{\"email\":\"a\",\"password\":\"b\"}"),
	                 ENGINE_PREPARE);
	assert_int_equal(next_of(state, "/demo/me", alice, "{\"version\":1,\"actions\":[]}"),
	                 ENGINE_WRITE);
	assert_int_equal(next_of(state, "/oauth/token", STOREFRONT, "grant_type=client_credentials"),
	                 ENGINE_WRITE);
	assert_int_equal(next_of(state, "/demo/me", alice, "{"), ENGINE_REPLY);
}

static void an_update_is_only_prepared_if_there_is_a_password_in_it(void **state)
{
	static const char UPDATE[] = "{\"version\":1,\"actions\":[{\"action\":\"%s\",%s}]}";
	char backend[64];
	char body[256];

	as_backend(state, backend);
	snprintf(body, sizeof body, UPDATE, "setFirstName", "\"firstName\":\"A\"");
	assert_int_equal(next_of(state, "/demo/customers/key=alice", backend, body), ENGINE_WRITE);
	snprintf(body, sizeof body, UPDATE, "setAuthenticationMode", "\"authMode\":\"ExternalAuth\"");
	assert_int_equal(next_of(state, "/demo/customers/key=alice", backend, body), ENGINE_WRITE);
	snprintf(body, sizeof body, UPDATE, "setAuthenticationMode",
	         "\"authMode\":\"Password\",\"password\":\"new\"");
	assert_int_equal(next_of(state, "/demo/customers/key=alice", backend, body), ENGINE_PREPARE);
}

static void a_large_body_is_read_where_it_may_take_long(void **state)
{
	enum { BYTES = 300 * 1024 };
	char *body = calloc(1, BYTES + 1);
	char alice[64];

	assert_non_null(body);
	as_alice(state, alice);
	memset(body, ' ', BYTES);
	memcpy(body, "{\"version\":1,\"actions\":[]}", 26);
	assert_int_equal(next_of(state, "/demo/me", alice, body), ENGINE_READ);
	expect(state, 200, "POST", "/demo/me", alice, body);
	body[0] = '[';
	expect(state, 400, "POST", "/demo/me", alice, body);
	free(body);
}

/* What is decided before the body is there: 0, or the status of the refusal. */
static int met_with(void **state, const char *method, const char *target, const char *authorization,
                    enum engine_body *ret_body)
{
	struct loopback *loopback = *state;
	struct exchange *exchange = exchange_create();

	exchange->request = (struct exchange_request){ .method = method, .target = target,
		                                           .authorization = authorization };
	bool is_met = engine_meet(loopback->engine, exchange, ret_body);
	int status = is_met ? 0 : exchange->reply.status;

	exchange_destroy(exchange);
	return status;
}

static void who_may_not_ask_is_refused_before_the_body(void **state)
{
	enum engine_body body = ENGINE_BODY_IGNORED;
	char alice[64], backend[64];

	as_alice(state, alice);
	as_backend(state, backend);
	assert_int_equal(met_with(state, "POST", "/demo/me", NULL, &body), 401);
	assert_int_equal(met_with(state, "POST", "/demo/me", backend, &body), 403);
	assert_int_equal(met_with(state, "POST", "/demo/nope", alice, &body), 404);
	assert_int_equal(met_with(state, "PATCH", "/demo/me", alice, &body), 405);
	assert_int_equal(met_with(state, "POST", "/demo/me", alice, &body), 0);
	assert_int_equal(body, ENGINE_BODY_JSON);
	assert_int_equal(met_with(state, "DELETE", "/demo/me", alice, &body), 0);
	assert_int_equal(body, ENGINE_BODY_IGNORED);
	assert_int_equal(met_with(state, "POST", "/oauth/token", NULL, &body), 0);
	assert_int_equal(body, ENGINE_BODY_FORM);
}

static void a_full_queue_is_answered_with_503_at_once(void **state)
{
	struct loopback *loopback = *state;
	struct db_writer *full = db_writer_create(loopback->db, 0);
	const struct engine_parts parts = loopback_parts(loopback, full);
	struct engine *engine = loopback->engine;
	char alice[64];

	as_alice(state, alice);
	loopback->engine = engine_create(&parts);
	struct answer answer = ask(state, "POST", "/demo/me", alice, "{\"version\":1,\"actions\":[]}");

	assert_int_equal(answer.status, 503);
	assert_true(answer.retry_later);
	assert_string_equal(code_of(&answer), "OverCapacity");
	json_decref(answer.json);
	engine_destroy(loopback->engine);
	loopback->engine = engine;
	db_writer_destroy(full);
	expect(state, 200, "POST", "/demo/me", alice, "{\"version\":1,\"actions\":[]}");
}

/* -- who may do what -- */

static void the_order_of_checks_is_token_scope_session_body_store(void **state)
{
	char alice[64], backend[64], narrow[64];

	as_alice(state, alice);
	as_backend(state, backend);
	bearer_of(state, "/oauth/token", STOREFRONT,
	          "grant_type=client_credentials&scope=view_published_products:demo", narrow);
	expect(state, 404, "GET", "/demo/nope", NULL, NULL);
	expect(state, 401, "POST", "/demo/me", NULL, "{");
	expect(state, 401, "POST", "/demo/me", "Bearer nope", "{");
	expect(state, 401, "POST", "/demo/me", BACKEND, "{");
	expect(state, 403, "POST", "/demo/me", narrow, "{");
	expect(state, 403, "POST", "/demo/me", backend, "{");
	expect(state, 400, "POST", "/demo/in-store/key=nope/me", alice, "{");
	expect(state, 404, "POST", "/demo/in-store/key=nope/me", alice,
	       "{\"version\":9,\"actions\":[]}");
	expect(state, 409, "POST", "/demo/me", alice, "{\"version\":9,\"actions\":[]}");
}

static void a_401_of_the_api_asks_for_a_bearer_and_one_of_a_token_endpoint_for_nothing(void **state)
{
	struct answer api = ask(state, "GET", "/demo/me", NULL, NULL);
	struct answer oauth = ask(state, "POST", "/oauth/token", NULL, "grant_type=client_credentials");

	assert_string_equal(api.authenticate, "Bearer");
	assert_false(api.no_store);
	assert_int_equal(oauth.status, 401);
	assert_string_equal(oauth.authenticate, "");
	assert_true(oauth.no_store);
	assert_string_equal(json_string_value(json_object_get(oauth.json, "error")), "invalid_client");
	json_decref(api.json);
	json_decref(oauth.json);
}

static void a_token_of_one_project_is_no_good_in_another(void **state)
{
	char alice[64];

	as_alice(state, alice);
	expect(state, 404, "GET", "/elsewhere/me", alice, NULL);
	expect(state, 200, "POST", "/oauth/elsewhere/anonymous/token", "Basic YTpi",
	       "grant_type=client_credentials");
	expect(state, 403, "GET", "/elsewhere/me", alice, NULL);
}

/* The reason that the log gets of a request that fails. */
static void expect_reason(void **state, const char *target, const char *authorization,
                          const char *reason)
{
	struct exchange *exchange = loopback_request(*state, "GET", target, authorization, NULL);
	const char *found = exchange->reply.reason ? exchange->reply.reason : "";

	if (!strstr(found, reason))
		fail_msg("%s: %s", target, found);
	exchange_destroy(exchange);
}

static void the_log_says_which_project_is_missing(void **state)
{
	char alice[64];

	as_alice(state, alice);
	expect_reason(state, "/fresh/me", "Bearer nope",
	              "unknown or revoked; project fresh does not exist yet; ask for a token first");
	expect_reason(state, "/fresh/me", alice,
	              "there is no project fresh, and the token is of project demo");
	expect_reason(state, "/demo/me", "Bearer nope", "unknown or revoked");
	expect_reason(state, "/demo/me/cart", alice, "no such endpoint; did you mean /me/carts?");
}

static void a_405_names_what_is_allowed(void **state)
{
	struct answer answer = ask(state, "PUT", "/demo/customers", NULL, NULL);

	assert_int_equal(answer.status, 405);
	assert_string_equal(answer.allow, "GET, HEAD, POST, OPTIONS");
	assert_null(json_object_get(answer.json, "errors"));
	json_decref(answer.json);
}

/* -- writing -- */

static void what_was_written_is_read_at_once(void **state)
{
	char alice[64];

	as_alice(state, alice);
	for (int version = 1; version <= 3; version++) {
		char body[128];

		snprintf(body, sizeof body,
		         "{\"version\":%d,\"actions\":[{\"action\":\"setTitle\",\"title\":\"%d\"}]}",
		         version, version);
		expect(state, 200, "POST", "/demo/me", alice, body);
		struct answer answer = ask(state, "GET", "/demo/me", alice, NULL);

		assert_int_equal(version_of(&answer), version + 1);
		json_decref(answer.json);
	}
}

static void a_failed_update_leaves_nothing_behind(void **state)
{
	char alice[64];

	as_alice(state, alice);
	expect(state, 400, "POST", "/demo/me", alice,
	       "{\"version\":1,\"actions\":[{\"action\":\"setTitle\",\"title\":\"x\"},"
	       "{\"action\":\"changeEmail\",\"email\":\"bob@example.com\"}]}");
	struct answer answer = ask(state, "GET", "/demo/me", alice, NULL);

	assert_int_equal(version_of(&answer), 1);
	assert_null(json_object_get(answer.json, "title"));
	json_decref(answer.json);
}

static void a_password_change_ends_the_session(void **state)
{
	char alice[64];

	as_alice(state, alice);
	expect(state, 200, "GET", "/demo/me", alice, NULL); /* so that the session is in the cache */
	expect(state, 400, "POST", "/demo/me/password", alice,
	       "{\"version\":1,\"currentPassword\":\"wrong\",\"newPassword\":\"new\"}");
	expect(state, 200, "GET", "/demo/me", alice, NULL);
	expect(state, 200, "POST", "/demo/me/password", alice,
	       "{\"version\":1,\"currentPassword\":\"alice-pw\",\"newPassword\":\"new\"}");
	expect(state, 401, "GET", "/demo/me", alice, NULL);
}

static void a_new_project_is_created_by_a_token_request(void **state)
{
	char visitor[64];

	bearer_of(state, "/oauth/fresh/anonymous/token", "Basic YTpi", "grant_type=client_credentials",
	          visitor);
	struct answer answer =
		ask(state, "POST", "/fresh/me/signup", visitor, "{\"email\":\"a@x\",\"password\":\"p\"}");

	assert_int_equal(answer.status, 201);
	assert_string_equal(answer.project, "fresh");
	json_decref(answer.json);
}

static void without_auto_projects_an_unknown_project_is_a_404(void **state)
{
	struct loopback *loopback = *state;
	char backend[64];

	loopback->env.auto_projects = false;
	as_backend(state, backend);
	expect(state, 404, "GET", "/fresh/customers", backend, NULL);
	expect(state, 404, "POST", "/oauth/fresh/anonymous/token", "Basic YTpi",
	       "grant_type=client_credentials");
}

static void a_refusal_of_the_wire_has_the_usual_shape(void **state)
{
	static const int STATUSES[] = { 400, 413, 414, 500, 503 };

	(void)state;
	for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++) {
		struct exchange *exchange = exchange_create();

		engine_refuse(exchange, STATUSES[i], "M");
		assert_int_equal(exchange->reply.status, STATUSES[i]);
		json_t *json = json_loadb(exchange->reply.text, exchange->reply.bytes, 0, NULL);

		assert_int_equal(json_integer_value(json_object_get(json, "statusCode")), STATUSES[i]);
		assert_non_null(exchange->reply.correlation_id);
		json_decref(json);
		exchange_destroy(exchange);
	}
}

static int setup(void **state)
{
	*state = loopback_create();
	return 0;
}

static int teardown(void **state)
{
	loopback_destroy(*state);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_read_is_answered_at_once),
		TEST(slow_work_goes_to_the_pool_and_changes_to_the_writer),
		TEST(an_update_is_only_prepared_if_there_is_a_password_in_it),
		TEST(a_large_body_is_read_where_it_may_take_long),
		TEST(who_may_not_ask_is_refused_before_the_body),
		TEST(a_full_queue_is_answered_with_503_at_once),
		TEST(the_order_of_checks_is_token_scope_session_body_store),
		TEST(a_401_of_the_api_asks_for_a_bearer_and_one_of_a_token_endpoint_for_nothing),
		TEST(a_token_of_one_project_is_no_good_in_another),
		TEST(the_log_says_which_project_is_missing),
		TEST(a_405_names_what_is_allowed),
		TEST(what_was_written_is_read_at_once),
		TEST(a_failed_update_leaves_nothing_behind),
		TEST(a_password_change_ends_the_session),
		TEST(a_new_project_is_created_by_a_token_request),
		TEST(without_auto_projects_an_unknown_project_is_a_404),
		TEST(a_refusal_of_the_wire_has_the_usual_shape),
	};

	random_init();
	json_memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
