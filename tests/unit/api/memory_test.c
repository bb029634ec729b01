/* Requests that cannot have their memory: each allocation of theirs fails in turn, and nothing else happens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/loopback.h"
#include "base/allowance.h"
#include "base/json_memory.h"
#include "base/memory.h"

enum { MOST_ALLOCATIONS = 2000, TOKEN_BYTES = 128, BODY_BYTES = 512 };

/* The declared clients of the built-in shop. */
#define STOREFRONT "Basic c3RvcmVmcm9udDpzdG9yZWZyb250LXNlY3JldA=="
#define BACKEND "Basic YmFja2VuZDpiYWNrZW5kLXNlY3JldA=="

/* A request. */
struct asked {
	const char *method;
	const char *target;
	const char *authorization;
	const char *body;
};

static struct exchange *prepare(const struct asked *asked)
{
	struct exchange *exchange = exchange_create();

	exchange->request = (struct exchange_request){
		.method = asked->method,
		.target = asked->target,
		.authorization = asked->authorization,
		.body = asked->body ? asked->body : "",
		.body_bytes = asked->body ? strlen(asked->body) : 0,
	};
	return exchange;
}

static void send(struct loopback *loopback, struct exchange *exchange)
{
	enum engine_next next = engine_admit(loopback->engine, exchange);

	if (next != ENGINE_REPLY)
		loopback_dispatch(exchange, next);
	engine_conclude(exchange);
}

static int status_of(struct loopback *loopback, const struct asked *asked)
{
	struct exchange *exchange = prepare(asked);

	send(loopback, exchange);
	int status = exchange->reply.status;

	exchange_destroy(exchange);
	return status;
}

/* One request whose allocation `number` fails. Gives how many it made. */
static uint64_t fail_one(struct loopback *loopback, const struct asked *asked, uint64_t number,
                         int *ret_status)
{
	struct exchange *exchange = prepare(asked);

	memory_fail(number, UINT64_MAX);
	send(loopback, exchange);
	uint64_t count = memory_count();

	memory_fail(0, 0);
	*ret_status = exchange->reply.status;
	if (*ret_status == 503)
		assert_true(exchange->reply.retry_later);
	assert_true(exchange->reply.bytes > 0 || *ret_status == 200);
	assert_non_null(exchange->reply.correlation_id);
	exchange_destroy(exchange);
	return count;
}

/* From some allocation on there is no memory at all: 503, until all of the request's are behind it. */
static void expect_503_or(struct loopback *loopback, const struct asked *asked, int status)
{
	for (uint64_t number = 1; number < MOST_ALLOCATIONS; number++) {
		int found;
		uint64_t count = fail_one(loopback, asked, number, &found);

		if (found != 503)
			assert_int_equal(found, status);
		if (count < number)
			return;
	}
	fail_msg("%s %s makes too many allocations", asked->method, asked->target);
}

static void token(struct loopback *loopback, const char *target, const char *client,
                  char ret_bearer[TOKEN_BYTES])
{
	struct exchange *exchange =
		loopback_request(loopback, "POST", target, client, "grant_type=client_credentials");
	json_t *json = json_loadb(exchange->reply.text, exchange->reply.bytes, 0, NULL);

	snprintf(ret_bearer, TOKEN_BYTES, "Bearer %s",
	         json_string_value(json_object_get(json, "access_token")));
	json_decref(json);
	exchange_destroy(exchange);
}

static void a_read_without_memory_is_a_503(void **state)
{
	char bearer[TOKEN_BYTES];

	token(*state, "/oauth/token", BACKEND, bearer);
	expect_503_or(*state, &(struct asked){ "GET", "/demo/products?limit=20", bearer, NULL }, 200);
	expect_503_or(*state,
	              &(struct asked){ "GET", "/demo/product-projections/search?limit=20&staged=true",
	                               bearer, NULL },
	              200);
	expect_503_or(*state,
	              &(struct asked){ "GET", "/demo/customers?sort=lastName&where=lastName%3D%22x%22",
	                               bearer, NULL },
	              200);
	expect_503_or(*state, &(struct asked){ "GET", "/demo/me", "Bearer nope", NULL }, 401);
	expect_503_or(*state, &(struct asked){ "GET", "/demo/nope", NULL, NULL }, 404);
}

static void a_change_without_memory_changes_nothing(void **state)
{
	static const char DRAFT[] = "{\"currency\":\"EUR\",\"country\":\"DE\"}";
	char bearer[TOKEN_BYTES];
	char body[BODY_BYTES];
	struct asked create = { "POST", "/demo/me/carts", bearer, DRAFT };
	struct asked read = { "GET", "/demo/me/active-cart", bearer, NULL };

	token(*state, "/oauth/demo/anonymous/token", STOREFRONT, bearer);
	for (uint64_t number = 1; number < 20; number++) {
		int status;

		fail_one(*state, &create, number, &status);
		if (status == 201)
			break;
		assert_int_equal(status, 503);
	}
	assert_int_equal(status_of(*state, &read), 200);
	struct exchange *cart = prepare(&read);

	send(*state, cart);
	json_t *json = json_loadb(cart->reply.text, cart->reply.bytes, 0, NULL);

	snprintf(body, sizeof body,
	         "{\"version\":%d,\"actions\":[{\"action\":\"setCountry\",\"country\":\"AT\"}]}",
	         (int)json_integer_value(json_object_get(json, "version")) + 7);
	char target[BODY_BYTES];

	snprintf(target, sizeof target, "/demo/me/carts/%s",
	         json_string_value(json_object_get(json, "id")));
	expect_503_or(*state, &(struct asked){ "POST", target, bearer, body }, 409);
	json_decref(json);
	exchange_destroy(cart);
}

static void a_password_is_not_wrong_for_want_of_memory(void **state)
{
	struct loopback *loopback = *state;

	expect_503_or(loopback,
	              &(struct asked){
					  "POST",
					  "/oauth/demo/customers/token?grant_type=password&username=alice@example.com"
					  "&password=wrong",
					  STOREFRONT, NULL },
	              400);
}

static void a_request_that_wants_too_much_is_a_500_with_its_reason(void **state)
{
	struct loopback *loopback = *state;
	struct memory_pool pool = { 0 };
	struct engine_parts parts = loopback_parts(loopback, loopback->writer);
	struct engine *engine = loopback->engine;
	const char *draft = "{\"currency\":\"EUR\"}";
	char bearer[TOKEN_BYTES];

	token(loopback, "/oauth/demo/anonymous/token", STOREFRONT, bearer);
	parts.request_memory_bytes = 12 * 1024; /* no more than it begins with */
	parts.memory = &pool;
	loopback->engine = engine_create(&parts);
	struct exchange *exchange = prepare(&(struct asked){ "POST", "/demo/me/carts", bearer, draft });

	send(loopback, exchange);
	assert_int_equal(exchange->reply.status, 500);
	assert_non_null(strstr(exchange->reply.reason, "memory"));
	exchange_destroy(exchange);
	assert_int_equal(status_of(loopback, &(struct asked){ "GET", "/livez", NULL, NULL }), 200);
	assert_int_equal(atomic_load(&pool.held_bytes), 0);
	engine_destroy(loopback->engine);
	loopback->engine = engine;
	assert_int_equal(
		status_of(loopback, &(struct asked){ "GET", "/demo/me/active-cart", bearer, NULL }), 404);
	assert_int_equal(
		status_of(loopback, &(struct asked){ "POST", "/demo/me/carts", bearer, draft }), 201);
}

static int setup(void **state)
{
	json_memory_init();
	*state = loopback_create();
	return 0;
}

static int teardown(void **state)
{
	loopback_destroy(*state);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_read_without_memory_is_a_503),
		cmocka_unit_test(a_change_without_memory_changes_nothing),
		cmocka_unit_test(a_password_is_not_wrong_for_want_of_memory),
		cmocka_unit_test(a_request_that_wants_too_much_is_a_500_with_its_reason),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
