#include "auth/token.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/client.h"
#include "auth/grant.h"
#include "auth/pinned_token.h"
#include "base/random.h"
#include "../../support/test_domain.h"

enum { ACCESS_MS = 3600 * 1000, REFRESH_MS = 7200 * 1000 };

static const struct client CLIENT = { "demo", "shop", NULL, ACCESS_MS, REFRESH_MS };
static const struct client OTHER_CLIENT = { "demo", "other", NULL, ACCESS_MS, REFRESH_MS };
static const struct client OTHER_PROJECT = { "elsewhere", "shop", NULL, ACCESS_MS, REFRESH_MS };

/* A session as the token endpoint answers it. */
struct session {
	const char *access;
	const char *refresh;
	const char *scope;
};

static struct session session_of(const json_t *answer)
{
	assert_non_null(answer);
	return (struct session){ json_string_value(json_object_get(answer, "access_token")),
		                     json_string_value(json_object_get(answer, "refresh_token")),
		                     json_string_value(json_object_get(answer, "scope")) };
}

static struct session issue(struct op *op, const char *customer_id, const char *anonymous_id)
{
	const struct token_request request = { &CLIENT, "manage_my_profile:demo", customer_id,
		                                   anonymous_id, true };

	return session_of(token_issue(op, &request));
}

static bool is_active(struct op *op, const char *token)
{
	return json_is_true(json_object_get(token_introspect(op, token), "active"));
}

static const char *refusal(struct op *op, const char *access_token)
{
	assert_null(token_caller(op, access_token));
	return test_take_error(op);
}

static const char *refresh_refusal(struct op *op, const struct client *client,
                                   const char *refresh_token)
{
	assert_null(token_refresh(op, client, refresh_token));
	return test_take_error(op);
}

/* -- issuing -- */

static void the_answer_has_what_clients_read(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	const struct token_request request = { &CLIENT, "manage_my_profile:demo", "7", NULL, true };
	const json_t *answer = token_issue(op, &request);
	struct session session = session_of(answer);

	assert_int_equal(strlen(session.access), 32);
	assert_int_equal(strlen(session.refresh), strlen("demo:") + 43);
	assert_int_equal(strncmp(session.refresh, "demo:", 5), 0);
	assert_string_equal(session.scope, "manage_my_profile:demo customer_id:7");
	assert_int_equal(json_integer_value(json_object_get(answer, "expires_in")), ACCESS_MS / 1000);
	assert_string_equal(json_string_value(json_object_get(answer, "token_type")), "Bearer");
}

static void the_identity_stands_at_the_end_of_the_scope(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;

	assert_string_equal(issue(op, NULL, NULL).scope, "manage_my_profile:demo");
	assert_string_equal(issue(op, NULL, "v").scope, "manage_my_profile:demo anonymous_id:v");
}

static void a_refresh_token_comes_only_if_asked_for(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	const struct token_request request = { .client = &CLIENT, .scope = "s:demo" };

	assert_null(session_of(token_issue(op, &request)).refresh);
}

/* -- who it is -- */

static void a_token_says_whose_it_is(void **state)
{
	struct test_op *test = *state;
	struct session customer = issue(&test->op, "7", NULL);
	struct session visitor = issue(&test->op, NULL, "v");

	for (int round = 0; round < 2; round++) { /* the second time out of the cache */
		const struct caller *caller = token_caller(&test->op, customer.access);

		assert_string_equal(caller->project, "demo");
		assert_string_equal(caller->client_id, "shop");
		assert_string_equal(caller->scope, "manage_my_profile:demo");
		assert_string_equal(caller->customer_id, "7");
		assert_null(caller->anonymous_id);
		caller = token_caller(&test->op, visitor.access);
		assert_null(caller->customer_id);
		assert_string_equal(caller->anonymous_id, "v");
	}
}

static void an_unknown_token_is_an_invalid_token(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	struct session session = issue(op, "7", NULL);
	char *forged = arena_strdup(op->arena, session.access);

	forged[10] = forged[10] == 'A' ? 'B' : 'A';
	assert_string_equal(refusal(op, forged), "invalid_token");
	assert_string_equal(refusal(op, ""), "invalid_token");
	assert_string_equal(refusal(op, "0123456789012345678901234567890a"), "invalid_token");
	assert_string_equal(refusal(op, session.refresh), "invalid_token");
	assert_string_equal(refusal(op, session.refresh + 5), "invalid_token");
}

static void a_token_lives_until_the_millisecond_it_expires(void **state)
{
	struct test_op *test = *state;
	struct session session = issue(&test->op, "7", NULL);
	struct op *op = test_op_again(test, TEST_START_MS + ACCESS_MS - 1);

	assert_non_null(token_caller(op, session.access));
	assert_true(is_active(op, session.access));
	op = test_op_again(test, TEST_START_MS + ACCESS_MS);
	assert_string_equal(refusal(op, session.access), "invalid_token");
	assert_false(is_active(op, session.access));
}

/* -- refreshing -- */

static void a_refresh_gives_an_access_token_and_no_other(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	struct session session = issue(op, "7", NULL);
	struct session fresh = session_of(token_refresh(op, &CLIENT, session.refresh));

	assert_null(fresh.refresh);
	assert_string_equal(fresh.scope, session.scope);
	assert_string_not_equal(fresh.access, session.access);
	assert_string_equal(token_caller(op, fresh.access)->customer_id, "7");
	assert_non_null(token_caller(op, session.access)); /* the old one lives on */
	assert_non_null(token_refresh(op, &CLIENT, session.refresh));
}

static void a_refresh_token_is_refused_at_the_millisecond_it_expires(void **state)
{
	struct test_op *test = *state;
	struct session session = issue(&test->op, "7", NULL);
	struct op *op = test_op_again(test, TEST_START_MS + REFRESH_MS);

	assert_string_equal(refresh_refusal(op, &CLIENT, session.refresh), "invalid_grant");
	assert_false(is_active(op, session.refresh));
}

static void a_refresh_restarts_the_clock_of_the_refresh_token(void **state)
{
	struct test_op *test = *state;
	struct session session = issue(&test->op, "7", NULL);
	struct op *op = test_op_again(test, TEST_START_MS + REFRESH_MS - 1);

	assert_non_null(token_refresh(op, &CLIENT, session.refresh));
	op = test_op_again(test, TEST_START_MS + 2 * REFRESH_MS - 2);
	assert_non_null(token_refresh(op, &CLIENT, session.refresh));
	op = test_op_again(test, TEST_START_MS + 4 * (int64_t)REFRESH_MS);
	assert_string_equal(refresh_refusal(op, &CLIENT, session.refresh), "invalid_grant");
}

static void only_its_own_client_can_refresh(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	struct session session = issue(op, "7", NULL);

	assert_string_equal(refresh_refusal(op, &OTHER_CLIENT, session.refresh), "invalid_grant");
	assert_string_equal(refresh_refusal(op, &OTHER_PROJECT, session.refresh), "invalid_grant");
	assert_string_equal(refresh_refusal(op, &CLIENT, session.access), "invalid_grant");
	assert_string_equal(refresh_refusal(op, &CLIENT, session.refresh + 5), "invalid_grant");
	assert_string_equal(refresh_refusal(op, &CLIENT, ""), "invalid_grant");
	assert_string_equal(refresh_refusal(op, &CLIENT, ":"), "invalid_grant");
	assert_string_equal(refresh_refusal(op, &CLIENT,
	                                    arena_printf(op->arena, "elsewhere:%s",
	                                                 session.refresh + 5)),
	                    "invalid_grant");
	assert_non_null(token_refresh(op, &CLIENT, session.refresh));
}

/* -- introspecting and revoking -- */

static void introspection_tells_scope_and_expiry_in_milliseconds(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	struct session session = issue(op, "7", NULL);
	const json_t *access = token_introspect(op, session.access);
	const json_t *refresh = token_introspect(op, session.refresh);

	assert_string_equal(json_string_value(json_object_get(access, "scope")), session.scope);
	assert_true(json_integer_value(json_object_get(access, "exp")) == TEST_START_MS + ACCESS_MS);
	assert_true(json_integer_value(json_object_get(refresh, "exp")) == TEST_START_MS + REFRESH_MS);
}

static void introspection_says_nothing_of_what_is_not_alive(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	struct session session = issue(op, "7", NULL);

	assert_string_equal(json_text(op, token_introspect(op, "unknown")), "{\"active\":false}");
	op->project = "elsewhere";
	assert_string_equal(json_text(op, token_introspect(op, session.access)), "{\"active\":false}");
	op->project = ALL_PROJECTS;
	assert_true(is_active(op, session.access));
}

static void revoking_one_token_leaves_the_other(void **state)
{
	struct test_op *test = *state;
	struct session session = issue(&test->op, "7", NULL);

	assert_non_null(token_caller(&test->op, session.access)); /* so that it is in the cache */
	assert_true(token_revoke(&test->op, &CLIENT, session.access));
	struct op *op = test_op_again(test, TEST_START_MS);

	assert_string_equal(refusal(op, session.access), "invalid_token");
	assert_false(is_active(op, session.access));
	assert_non_null(token_refresh(op, &CLIENT, session.refresh));
	assert_true(token_revoke(op, &CLIENT, session.refresh));
	assert_string_equal(refresh_refusal(op, &CLIENT, session.refresh), "invalid_grant");
}

static void revoking_what_is_not_ones_own_does_nothing_and_succeeds(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	struct session session = issue(op, "7", NULL);

	assert_true(token_revoke(op, &OTHER_CLIENT, session.access));
	assert_true(token_revoke(op, &OTHER_PROJECT, session.refresh));
	assert_true(token_revoke(op, &CLIENT, "unknown"));
	assert_true(token_revoke(op, &CLIENT, "demo:unknown"));
	assert_true(is_active(op, session.access));
	assert_true(is_active(op, session.refresh));
}

static void the_sessions_of_a_customer_end_together(void **state)
{
	struct test_op *test = *state;
	struct session mine = issue(&test->op, "7", NULL);
	struct session mine_too = issue(&test->op, "7", NULL);
	struct session other = issue(&test->op, "8", NULL);
	struct session visitor = issue(&test->op, NULL, "7");

	assert_non_null(token_caller(&test->op, mine.access));
	assert_true(grants_revoke_of_customer(&test->op, "7"));
	struct op *op = test_op_again(test, TEST_START_MS);

	assert_string_equal(refusal(op, mine.access), "invalid_token");
	assert_string_equal(refusal(op, mine_too.access), "invalid_token");
	assert_string_equal(refresh_refusal(op, &CLIENT, mine.refresh), "invalid_grant");
	assert_non_null(token_caller(op, other.access));
	assert_non_null(token_caller(op, visitor.access));
}

static void a_deleted_customers_access_token_stays_and_its_refresh_token_ends(void **state)
{
	struct test_op *test = *state;
	struct session session = issue(&test->op, "7", NULL);

	assert_true(grants_orphan(&test->op, "7"));
	struct op *op = test_op_again(test, TEST_START_MS);

	assert_non_null(token_caller(op, session.access));
	assert_string_equal(refresh_refusal(op, &CLIENT, session.refresh), "invalid_grant");
}

static void a_token_says_its_project(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;
	struct session session = issue(op, "7", NULL);
	const char *project = "?";

	assert_true(token_project(op, session.access, &project));
	assert_string_equal(project, "demo");
	assert_true(token_project(op, "a:b:anything", &project));
	assert_string_equal(project, "a:b");
	assert_true(token_project(op, "unknown", &project));
	assert_null(project);
}

/* -- anonymous ids -- */

static void an_anonymous_id_is_free_until_a_session_has_it(void **state)
{
	struct test_op *test = *state;
	struct op *op = &test->op;

	assert_true(anonymous_id_is_free(op, "v"));
	issue(op, NULL, "v");
	assert_false(anonymous_id_is_free(op, "v"));
	assert_string_equal(test_error_message(op), "The anonymousId is already in use.");
	assert_string_equal(test_take_error(op), "invalid_request");
	op->project = "elsewhere";
	assert_true(anonymous_id_is_free(op, "v"));
	op->project = "demo";
	op = test_op_again(test, TEST_START_MS + REFRESH_MS - 1);
	assert_false(anonymous_id_is_free(op, "v"));
	op = test_op_again(test, TEST_START_MS + REFRESH_MS); /* both of its tokens are dead now */
	assert_true(anonymous_id_is_free(op, "v"));
}

static void a_claimed_anonymous_id_is_never_free_again(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;

	assert_true(anonymous_id_claim(op, "v"));
	assert_true(anonymous_id_claim(op, "v"));
	op->now_ms += 100 * (int64_t)REFRESH_MS;
	assert_false(anonymous_id_is_free(op, "v"));
}

static void an_anonymous_id_that_a_fixture_pinned_is_in_use(void **state)
{
	struct op *op = &((struct test_op *)*state)->op;

	assert_true(pinned_token_insert(op, "a token", &(struct caller){ .anonymous_id = "guest" }));
	assert_false(anonymous_id_is_free(op, "guest"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_answer_has_what_clients_read),
		TEST(the_identity_stands_at_the_end_of_the_scope),
		TEST(a_refresh_token_comes_only_if_asked_for),
		TEST(a_token_says_whose_it_is),
		TEST(an_unknown_token_is_an_invalid_token),
		TEST(a_token_lives_until_the_millisecond_it_expires),
		TEST(a_refresh_gives_an_access_token_and_no_other),
		TEST(a_refresh_token_is_refused_at_the_millisecond_it_expires),
		TEST(a_refresh_restarts_the_clock_of_the_refresh_token),
		TEST(only_its_own_client_can_refresh),
		TEST(introspection_tells_scope_and_expiry_in_milliseconds),
		TEST(introspection_says_nothing_of_what_is_not_alive),
		TEST(revoking_one_token_leaves_the_other),
		TEST(revoking_what_is_not_ones_own_does_nothing_and_succeeds),
		TEST(the_sessions_of_a_customer_end_together),
		TEST(a_deleted_customers_access_token_stays_and_its_refresh_token_ends),
		TEST(a_token_says_its_project),
		TEST(an_anonymous_id_is_free_until_a_session_has_it),
		TEST(a_claimed_anonymous_id_is_never_free_again),
		TEST(an_anonymous_id_that_a_fixture_pinned_is_in_use),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
