#include "auth/api_client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "auth/client.h"
#include "auth/token.h"
#include "base/error.h"
#include "base/random.h"
#include "document/doc.h"
#include "resource/load.h"
#include "../../support/test_domain.h"

enum { HOUR_MS = 3600 * 1000, DAY_MS = 24 * HOUR_MS };

#define SCOPE "\"scope\":\"manage_my_profile:demo\""

static struct op *op_of(void **state)
{
	return &((struct test_op *)*state)->op;
}

static struct resource *create(struct op *op, const char *draft, const char **ret_secret)
{
	struct resource *client =
		api_client_create(op, test_decode(op, &API_CLIENT_DRAFT, draft), ret_secret);

	assert_non_null(client);
	return client;
}

static bool is_accepted(struct op *op, const char *id, const char *secret,
                        struct client *ret_client)
{
	const struct client_credentials credentials = { id, secret };
	bool accepted = client_authenticate(op, &credentials, ret_client);

	if (!accepted)
		assert_string_equal(test_take_error(op), "invalid_client");
	return accepted;
}

static json_t *issue(struct op *op, const struct client *client)
{
	const struct token_request request = { client, client->scope, NULL, "visitor", true };

	return token_issue(op, &request);
}

/* What is stored of a client. */
static const json_t *stored(struct op *op, const char *id)
{
	const struct resource *client = resource_get(op, &API_CLIENT_KIND, id);

	assert_non_null(client);
	return client->doc;
}

static void the_secret_is_in_no_document_and_no_row(void **state)
{
	struct op *op = op_of(state);
	const char *secret;
	const struct resource *client = create(op, "{\"name\":\"Shop\"," SCOPE "}", &secret);
	struct db_row *row;

	assert_int_equal(strlen(client->id), 24);
	assert_int_equal(strlen(secret), 32);
	assert_null(strstr(client->text, secret));
	assert_null(strstr(json_text(op, client->doc), secret));
	assert_true(
		db_one(op, QUERY_API_CLIENT_GET, DB_VALUES(db_text("demo"), db_text(client->id)), &row));
	for (size_t i = 0; i < 4; i++)
		assert_null(strstr(row->columns[i].text, secret));
}

static void a_client_is_bound_to_its_validity(void **state)
{
	struct op *op = op_of(state);
	const char *secret;
	const struct resource *resource =
		create(op, "{\"name\":\"Shop\"," SCOPE ",\"accessTokenValiditySeconds\":3600,"
	               "\"refreshTokenValiditySeconds\":30}", &secret);
	struct client client;

	assert_true(is_accepted(op, resource->id, secret, &client));
	assert_string_equal(client.scope, "manage_my_profile:demo");
	assert_int_equal(client.access_ttl_ms, HOUR_MS);
	assert_int_equal(client.refresh_ttl_ms, 30 * 1000);
}

static void an_expired_client_is_refused_and_its_tokens_end_with_it(void **state)
{
	struct test_op *test = *state;
	struct op *op = &test->op;
	const char *secret;
	const struct resource *resource =
		create(op, "{\"name\":\"Shop\"," SCOPE ",\"deleteDaysAfterCreation\":1,"
	               "\"accessTokenValiditySeconds\":7200}", &secret);
	struct client client;

	assert_string_equal(doc_text(resource->doc, "deleteAt"), "2023-11-15T22:13:20.000Z");
	assert_true(is_accepted(op, resource->id, secret, &client));
	assert_int_equal(client.access_ttl_ms, 2 * HOUR_MS);
	test_op_again(test, TEST_START_MS + DAY_MS - HOUR_MS);
	assert_true(is_accepted(op, resource->id, secret, &client));
	assert_int_equal(client.access_ttl_ms, HOUR_MS);
	test_op_again(test, TEST_START_MS + DAY_MS);
	assert_false(is_accepted(op, resource->id, secret, &client));
}

static void a_deleted_client_and_its_tokens_are_gone_at_once(void **state)
{
	struct test_op *test = *state;
	struct op *op = &test->op;
	const char *secret;
	const char *id = create(op, "{\"name\":\"Shop\"," SCOPE "}", &secret)->id;
	struct client client;

	assert_true(is_accepted(op, id, secret, &client));
	const json_t *answer = issue(op, &client);
	const char *access = doc_text(answer, "access_token");
	const char *refresh = doc_text(answer, "refresh_token");

	assert_non_null(token_caller(op, access)); /* it is in the cache now */
	assert_true(api_client_delete(op, resource_get(op, &API_CLIENT_KIND, id)));
	test_op_again(test, TEST_START_MS);
	assert_null(token_caller(op, access));
	assert_string_equal(test_take_error(op), "invalid_token");
	assert_null(token_refresh(op, &client, refresh));
	assert_string_equal(test_take_error(op), "invalid_grant");
	assert_false(is_accepted(op, id, secret, &client));
	assert_null(resource_get(op, &API_CLIENT_KIND, id));
	assert_string_equal(test_take_error(op), "ResourceNotFound");
}

static void a_client_that_was_deleted_since_it_authenticated_gets_no_token(void **state)
{
	struct op *op = op_of(state);
	const char *secret;
	const char *id = create(op, "{\"name\":\"Shop\"," SCOPE "}", &secret)->id;
	struct client client;

	assert_true(is_accepted(op, id, secret, &client));
	assert_true(api_client_delete(op, resource_get(op, &API_CLIENT_KIND, id)));
	assert_null(issue(op, &client));
	assert_string_equal(test_take_error(op), "invalid_client");
}

static void a_project_that_lost_its_last_client_does_not_open(void **state)
{
	struct op *op = op_of(state);
	struct client client;
	static const char *const IDS[] = { "storefront", "backend" };

	for (size_t i = 0; i < sizeof IDS / sizeof *IDS; i++)
		assert_true(api_client_delete(op, resource_get(op, &API_CLIENT_KIND, IDS[i])));
	assert_false(is_accepted(op, "anyone", "x", &client));
	assert_false(is_accepted(op, "backend", "backend-secret", &client));
	assert_false(is_accepted(op, "backend", "", &client));
}

static void the_day_of_use_is_noted_once_a_day(void **state)
{
	struct test_op *test = *state;
	struct op *op = &test->op;
	struct client client;
	int64_t version;

	assert_true(is_accepted(op, "storefront", "storefront-secret", &client));
	assert_false(doc_has(stored(op, "storefront"), "lastUsedAt"));
	assert_non_null(issue(op, &client));
	assert_string_equal(doc_text(stored(op, "storefront"), "lastUsedAt"), "2023-11-14");
	version = resource_get(op, &API_CLIENT_KIND, "storefront")->version;
	test_op_again(test, TEST_START_MS + HOUR_MS);
	assert_non_null(issue(op, &client));
	assert_int_equal(resource_get(op, &API_CLIENT_KIND, "storefront")->version, version);
	test_op_again(test, TEST_START_MS + DAY_MS);
	assert_non_null(issue(op, &client));
	assert_string_equal(doc_text(stored(op, "storefront"), "lastUsedAt"), "2023-11-15");
	assert_false(doc_has(stored(op, "storefront"), "version"));
	assert_false(doc_has(stored(op, "storefront"), "lastModifiedAt"));
}

static void an_id_is_declared_once(void **state)
{
	struct op *op = op_of(state);
	const json_t *draft = test_decode(op, &API_CLIENT_DRAFT, "{\"name\":\"Shop\"," SCOPE "}");

	assert_null(api_client_declare(op, draft, "backend", "x"));
	assert_string_equal(test_take_error(op), "DuplicateField");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, test_domain_setup, test_domain_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_secret_is_in_no_document_and_no_row),
		TEST(a_client_is_bound_to_its_validity),
		TEST(an_expired_client_is_refused_and_its_tokens_end_with_it),
		TEST(a_deleted_client_and_its_tokens_are_gone_at_once),
		TEST(a_client_that_was_deleted_since_it_authenticated_gets_no_token),
		TEST(a_project_that_lost_its_last_client_does_not_open),
		TEST(the_day_of_use_is_noted_once_a_day),
		TEST(an_id_is_declared_once),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
