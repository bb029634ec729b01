/* Whatever step of a sign-up, a sign-in or an order the database fails at, everything is as it was before. */
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
#define BACKEND "Basic YmFja2VuZDpiYWNrZW5kLXNlY3JldA=="

/* A driver whose n-th step from now on fails, in a way that is not worth a second try. Negative: none does. */
static _Atomic long steps_left = -1;

/* The statements with which readers leave their snapshots: nobody minds if these fail. */
enum { MOST_READERS = 16 };
static _Atomic(struct db_statement *) ends[MOST_READERS];

static enum db_result noting_prepare(struct db_connection *connection, const char *sql,
                                     struct db_statement **ret_statement)
{
	enum db_result result = DB_SQLITE.prepare(connection, sql, ret_statement);
	size_t i = 0;

	while (strcmp(sql, "commit") == 0 && i < MOST_READERS - 1 && ends[i])
		i++;
	if (strcmp(sql, "commit") == 0)
		ends[i] = *ret_statement;
	return result;
}

static bool is_end(struct db_statement *statement)
{
	for (size_t i = 0; i < MOST_READERS; i++)
		if (ends[i] == statement)
			return true;
	return false;
}

static enum db_result faulty_step(struct db_statement *statement)
{
	if (steps_left >= 0 && !is_end(statement) && steps_left-- == 0)
		return DB_ERROR;
	return DB_SQLITE.step(statement);
}

/* One shop and who is in it. */
struct shop {
	struct loopback  *loopback;
	struct db_driver  faulty;
	struct arena     *arena;
	const char       *backend;
	const char       *visitor;
	const char       *alice;
};

/* Asking */

static json_t *ask(struct shop *shop, int status, const char *method, const char *target,
                   const char *authorization, const char *body)
{
	struct exchange *exchange =
		loopback_request(shop->loopback, method, target, authorization, body);
	json_t *json = json_loadb(exchange->reply.text, exchange->reply.bytes, 0, NULL);

	if (exchange->reply.status != status)
		fail_msg("%s %s: %d %.*s", method, target, exchange->reply.status,
		         (int)exchange->reply.bytes, exchange->reply.text);
	exchange_destroy(exchange);
	return json;
}

static void tell(struct shop *shop, const char *method, const char *target,
                 const char *authorization, const char *body)
{
	json_decref(ask(shop, 201, method, target, authorization, body));
}

static const char *token(struct shop *shop, const char *target, const char *client,
                         const char *query)
{
	json_t *json =
		ask(shop, 200, "POST", arena_printf(shop->arena, "%s?%s", target, query), client, "");
	const char *authorization =
		arena_printf(shop->arena, "Bearer %s",
	                 json_string_value(json_object_get(json, "access_token")));

	json_decref(json);
	return authorization;
}

/* The id of what a post makes. */
static const char *make(struct shop *shop, const char *target, const char *authorization,
                        const char *body)
{
	json_t *json = ask(shop, 201, "POST", target, authorization, body);
	const char *id = arena_strdup(shop->arena, json_string_value(json_object_get(json, "id")));

	json_decref(json);
	return id;
}

/* The whole database as one text. */

static void dump_table(struct shop *shop, struct text_buffer *dump, const char *table)
{
	struct db_statement *statement;

	text_appendf(dump, "== %s\n", table);
	assert_int_equal(DB_SQLITE.prepare(shop->loopback->db->writing.connection,
	                                   arena_printf(shop->arena, "select * from %s", table),
	                                   &statement),
	                 DB_DONE);
	while (DB_SQLITE.step(statement) == DB_ROW) {
		for (size_t i = 0; i < DB_SQLITE.columns(statement); i++) {
			const struct db_value value = DB_SQLITE.column(statement, i);

			if (value.type == DB_TEXT)
				text_append_bytes(dump, value.text, value.bytes);
			else
				text_appendf(dump, "%lld", (long long)value.integer);
			text_append(dump, "|");
		}
		text_append(dump, "\n");
	}
	DB_SQLITE.finalize(statement);
}

static const char *dump_all(struct shop *shop)
{
	static const char *const TABLES[] = { "resources",       "resource_index",
		                                  "messages",        "credentials",
		                                  "grants",          "claimed_anonymous_ids",
		                                  "customer_tokens", "meta" };
	struct text_buffer dump = { .arena = shop->arena };

	for (size_t i = 0; i < sizeof TABLES / sizeof *TABLES; i++)
		dump_table(shop, &dump, TABLES[i]);
	return dump.text;
}

/* A shop in which a visitor and a customer have something of everything. */

static void open_shop(struct shop *shop)
{
	tell(shop, "POST", "/demo/product-types", shop->backend,
	     "{\"key\":\"goods\",\"name\":\"goods\",\"description\":\"-\"}");
	tell(shop, "POST", "/demo/tax-categories", shop->backend,
	     "{\"key\":\"standard\",\"name\":\"standard\",\"rates\":[{\"name\":\"DE\",\"amount\":0.19,"
	     "\"includedInPrice\":true,\"country\":\"DE\"}]}");
	tell(
		shop, "POST", "/demo/products", shop->backend,
		"{\"productType\":{\"typeId\":\"product-type\",\"key\":\"goods\"},\"publish\":true,"
		"\"taxCategory\":{\"typeId\":\"tax-category\",\"key\":\"standard\"},"
		"\"name\":{\"en\":\"mug\"},\"slug\":{\"en\":\"test-mug\"},\"masterVariant\":{\"sku\":\"test-mug\","
		"\"prices\":[{\"value\":{\"currencyCode\":\"EUR\",\"centAmount\":1000}}]}}");
}

#define MUGS(quantity) \
	"{\"currency\":\"EUR\",\"shippingAddress\":{\"country\":\"DE\"}," \
	"\"lineItems\":[{\"sku\":\"test-mug\",\"quantity\":" quantity "}]}"

static const char *order_of(struct shop *shop, const char *cart_id)
{
	return arena_printf(shop->arena, "{\"id\":\"%s\",\"version\":1}", cart_id);
}

static void fill_carts(struct shop *shop)
{
	const char *ordered = make(shop, "/demo/me/carts", shop->visitor, MUGS("1"));

	tell(shop, "POST", "/demo/me/orders", shop->visitor, order_of(shop, ordered));
	tell(shop, "POST", "/demo/me/payments", shop->visitor,
	     "{\"amountPlanned\":{\"currencyCode\":\"EUR\",\"centAmount\":1}}");
	tell(shop, "POST", "/demo/me/shopping-lists", shop->visitor, "{\"name\":{\"en\":\"wishes\"}}");
	tell(shop, "POST", "/demo/me/carts", shop->visitor, MUGS("2"));
	tell(shop, "POST", "/demo/me/carts", shop->visitor, MUGS("7"));
	tell(shop, "POST", "/demo/me/carts", shop->alice, MUGS("3"));
}

static int setup(void **state)
{
	struct shop *shop = calloc(1, sizeof *shop);

	if (!shop)
		return -1;
	shop->arena = arena_create();
	shop->loopback = loopback_create();
	shop->faulty = DB_SQLITE;
	shop->faulty.step = faulty_step;
	shop->faulty.prepare = noting_prepare;
	shop->loopback->db->driver = &shop->faulty;
	shop->backend = token(shop, "/oauth/token", BACKEND,
	                      "grant_type=client_credentials&scope=manage_project:demo");
	shop->visitor = token(shop, "/oauth/demo/anonymous/token", STOREFRONT,
	                      "grant_type=client_credentials");
	shop->alice = token(shop, "/oauth/demo/customers/token", STOREFRONT,
	                    "grant_type=password&username=alice@example.com&password=alice-pw");
	open_shop(shop);
	fill_carts(shop);
	*state = shop;
	return 0;
}

static int teardown(void **state)
{
	struct shop *shop = *state;

	memset(ends, 0, sizeof ends);
	loopback_destroy(shop->loopback);
	arena_destroy(shop->arena);
	free(shop);
	return 0;
}

/* Lets every step of a request fail in turn, until one request gets through: from the next to the last of them
 * nothing may be left behind, neither in the database nor in the cache. */
static void fails_without_trace(struct shop *shop, const char *target, const char *authorization,
                                const char *body, int status)
{
	const char *before = dump_all(shop);
	json_t *cart_before = ask(shop, 200, "GET", "/demo/me/active-cart", shop->visitor, NULL);
	long n = 0;

	for (;; n++) {
		steps_left = n;
		struct exchange *exchange =
			loopback_request(shop->loopback, "POST", target, authorization, body);
		int got = exchange->reply.status;
		bool has_failed = steps_left < 0;

		steps_left = -1;
		exchange_destroy(exchange);
		if (!has_failed) {
			assert_int_equal(got, status);
			break;
		}
		assert_true(got >= 500);
		assert_string_equal(dump_all(shop), before);
		json_t *cart = ask(shop, 200, "GET", "/demo/me/active-cart", shop->visitor, NULL);

		assert_true(json_equal(cart, cart_before));
		json_decref(cart);
	}
	assert_true(n > 10);
	assert_string_not_equal(dump_all(shop), before);
	json_decref(cart_before);
}

static void a_sign_in_that_fails_leaves_everything_as_it_was(void **state)
{
	struct shop *shop = *state;

	fails_without_trace(shop, "/demo/me/login", shop->visitor,
	                    "{\"email\":\"alice@example.com\",\"password\":\"alice-pw\"}", 200);
}

static void a_sign_up_that_fails_leaves_everything_as_it_was(void **state)
{
	struct shop *shop = *state;

	fails_without_trace(shop, "/demo/me/signup", shop->visitor,
	                    "{\"email\":\"eve@example.com\",\"password\":\"eve-pw\"}", 201);
}

static void an_order_that_fails_leaves_everything_as_it_was(void **state)
{
	struct shop *shop = *state;
	json_t *cart = ask(shop, 200, "GET", "/demo/me/active-cart", shop->visitor, NULL);
	const char *id = arena_strdup(shop->arena, json_string_value(json_object_get(cart, "id")));

	json_decref(cart);
	fails_without_trace(shop, "/demo/me/orders", shop->visitor, order_of(shop, id), 201);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_sign_in_that_fails_leaves_everything_as_it_was, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(a_sign_up_that_fails_leaves_everything_as_it_was, setup,
		                                teardown),
		cmocka_unit_test_setup_teardown(an_order_that_fails_leaves_everything_as_it_was, setup,
		                                teardown),
	};

	random_init();
	json_memory_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
