/* A transaction that comes to nothing: none of the requests that shared it may answer with what did not happen. */
#include "../../../src/db/db_priv.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/loopback.h"
#include "base/json_memory.h"
#include "base/random.h"

#define STOREFRONT "Basic c3RvcmVmcm9udDpzdG9yZWZyb250LXNlY3JldA=="

/* A driver whose commits fail while this says so. */
static _Atomic bool commits_fail;

static enum db_result faulty_run(struct db_connection *connection, const char *sql)
{
	if (commits_fail && strcmp(sql, "commit") == 0)
		return DB_ERROR;
	return DB_SQLITE.run(connection, sql);
}

/* What holds the writer until both requests have come, so that one batch takes them. It waits after
 * its own commit, when no lock is held. */
struct gate {
	struct db_job   job;
	pthread_mutex_t mutex;
	pthread_cond_t  changed;
	bool            is_reached;
	bool            is_open;
	int             answered;
};

struct shop {
	struct loopback *loopback;
	struct db_driver faulty;
	struct gate      gate;
	char             visitors[2][128];
};

static void wait_at_gate(struct db_job *job, bool durable)
{
	struct gate *gate = (struct gate *)(void *)job;

	(void)durable;
	pthread_mutex_lock(&gate->mutex);
	gate->is_reached = true;
	pthread_cond_broadcast(&gate->changed);
	while (!gate->is_open)
		pthread_cond_wait(&gate->changed, &gate->mutex);
	pthread_mutex_unlock(&gate->mutex);
}

static bool pass(struct db_job *job, struct db_tx *tx)
{
	(void)job;
	(void)tx;
	return true;
}

static void count_answer(struct exchange *exchange)
{
	struct gate *gate = exchange->owner;

	pthread_mutex_lock(&gate->mutex);
	gate->answered++;
	pthread_cond_broadcast(&gate->changed);
	pthread_mutex_unlock(&gate->mutex);
}

static void sign_in_visitor(struct shop *shop, char header[128])
{
	struct exchange *exchange =
		loopback_request(shop->loopback, "POST", "/oauth/demo/anonymous/token", STOREFRONT,
	                     "grant_type=client_credentials");
	json_t *json = json_loadb(exchange->reply.text, exchange->reply.bytes, 0, NULL);

	snprintf(header, 128, "Bearer %s",
	         json_string_value(json_object_get(json, "access_token")));
	json_decref(json);
	exchange_destroy(exchange);
}

static int setup(void **state)
{
	struct shop *shop = calloc(1, sizeof *shop);

	if (!shop)
		return -1;
	shop->loopback = loopback_create();
	shop->faulty = *shop->loopback->db->driver;
	shop->faulty.run = faulty_run;
	shop->loopback->db->driver = &shop->faulty;
	pthread_mutex_init(&shop->gate.mutex, NULL);
	pthread_cond_init(&shop->gate.changed, NULL);
	for (size_t i = 0; i < 2; i++)
		sign_in_visitor(shop, shop->visitors[i]);
	*state = shop;
	return 0;
}

static int teardown(void **state)
{
	struct shop *shop = *state;

	loopback_destroy(shop->loopback);
	pthread_cond_destroy(&shop->gate.changed);
	pthread_mutex_destroy(&shop->gate.mutex);
	free(shop);
	return 0;
}

/* Takes a request as far as the writer's queue. */
static struct exchange *send_to_writer(struct shop *shop, const char *target,
                                       const char *authorization, const char *body)
{
	struct exchange *exchange = exchange_create();
	enum engine_next next;

	exchange->request = (struct exchange_request){ .method = "POST", .target = target,
		                                           .authorization = authorization, .body = body,
		                                           .body_bytes = strlen(body) };
	exchange->owner = &shop->gate;
	exchange->handed_back = count_answer;
	next = engine_admit(shop->loopback->engine, exchange);
	if (next == ENGINE_PREPARE)
		next = engine_prepare(exchange);
	assert_int_equal(next, ENGINE_WRITE);
	engine_dispatch(exchange, next);
	return exchange;
}

/* Two requests of one batch. */
static void send_both(struct shop *shop, const char *target, const char *const bodies[2],
                      struct exchange *exchanges[2])
{
	struct gate *gate = &shop->gate;

	gate->is_reached = gate->is_open = false;
	gate->answered = 0;
	gate->job = (struct db_job){ .run = pass, .done = wait_at_gate };
	assert_true(db_writer_submit(shop->loopback->writer, &gate->job));
	pthread_mutex_lock(&gate->mutex);
	while (!gate->is_reached)
		pthread_cond_wait(&gate->changed, &gate->mutex);
	pthread_mutex_unlock(&gate->mutex);
	for (size_t i = 0; i < 2; i++)
		exchanges[i] = send_to_writer(shop, target, shop->visitors[i], bodies[i]);
	pthread_mutex_lock(&gate->mutex);
	gate->is_open = true;
	pthread_cond_broadcast(&gate->changed);
	while (gate->answered < 2)
		pthread_cond_wait(&gate->changed, &gate->mutex);
	pthread_mutex_unlock(&gate->mutex);
	for (size_t i = 0; i < 2; i++)
		engine_conclude(exchanges[i]);
}

static void expect_statuses(struct shop *shop, const char *target, const char *const bodies[2],
                            int first, int second)
{
	struct exchange *exchanges[2];

	send_both(shop, target, bodies, exchanges);
	assert_int_equal(exchanges[0]->reply.status, first);
	assert_int_equal(exchanges[1]->reply.status, second);
	for (size_t i = 0; i < 2; i++)
		exchange_destroy(exchanges[i]);
}

static void an_error_because_of_a_lost_sibling_is_never_told(void **state)
{
	static const char *const SAME_EMAIL[2] = {
		"{\"email\":\"eve@example.com\",\"password\":\"one\"}",
		"{\"email\":\"eve@example.com\",\"password\":\"two\"}",
	};
	struct shop *shop = *state;

	commits_fail = true;
	expect_statuses(shop, "/demo/me/signup", SAME_EMAIL, 503, 503);
	commits_fail = false;
	expect_statuses(shop, "/demo/me/signup", SAME_EMAIL, 201, 400);
}

static void a_version_that_a_lost_sibling_made_is_not_told(void **state)
{
	static const char *const UPDATE[2] = { "{\"version\":1,\"actions\":[]}",
		                                   "{\"version\":1,\"actions\":[]}" };
	static const char *const TITLES[2] = {
		"{\"version\":1,\"actions\":[{\"action\":\"setTitle\",\"title\":\"one\"}]}",
		"{\"version\":1,\"actions\":[{\"action\":\"setTitle\",\"title\":\"two\"}]}",
	};
	struct shop *shop = *state;
	struct exchange *exchange =
		loopback_request(shop->loopback, "POST", "/demo/me/signup", shop->visitors[0],
	                     "{\"email\":\"eve@example.com\",\"password\":\"one\"}");

	assert_int_equal(exchange->reply.status, 201);
	exchange_destroy(exchange);
	exchange = loopback_request(shop->loopback, "POST", "/oauth/demo/customers/token", STOREFRONT,
	                            "grant_type=password&username=eve@example.com&password=one");
	json_t *json = json_loadb(exchange->reply.text, exchange->reply.bytes, 0, NULL);

	for (size_t i = 0; i < 2; i++)
		snprintf(shop->visitors[i], sizeof shop->visitors[i], "Bearer %s",
		         json_string_value(json_object_get(json, "access_token")));
	json_decref(json);
	exchange_destroy(exchange);
	commits_fail = true;
	expect_statuses(shop, "/demo/me", TITLES, 503, 503);
	commits_fail = false;
	expect_statuses(shop, "/demo/me", UPDATE, 200, 200);
	expect_statuses(shop, "/demo/me", TITLES, 200, 409);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_error_because_of_a_lost_sibling_is_never_told),
		TEST(a_version_that_a_lost_sibling_made_is_not_told),
	};

	random_init();
	json_memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
