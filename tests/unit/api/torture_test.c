/* The nth call of the database fails, for each n, in requests of all kinds: there is an answer of the usual shape,
 * nothing has happened by halves, and the next request is answered as if nothing had been.
 *
 * In the normal run some of the ways of failing are tried at each call and the others at a sample; TORTURE=all tries
 * everything. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../../src/db/db_priv.h"
#include "../../support/faulty_db.h"
#include "../../support/loopback.h"
#include "base/log.h"
#include "base/random.h"

#define STOREFRONT "Basic c3RvcmVmcm9udDpzdG9yZWZyb250LXNlY3JldA=="
#define BACKEND "Basic YmFja2VuZDpiYWNrZW5kLXNlY3JldA=="

/* One request of a story in which each builds on those before it. What it answers is kept under its name; `<name.id>`
 * is put in from there, and so is what else an answer has. */
struct scenario {
	const char *who; /* a name of the story whose access_token it is, or a header of its own */
	const char *method;
	const char *target;
	const char *body; /* NULL: none */
	int         status;
	const char *name; /* NULL: the answer is not kept */
};

#define ANONYMOUS "/oauth/demo/anonymous/token?grant_type=client_credentials"
#define PASSWORD(email, password) \
	"/oauth/demo/customers/token?grant_type=password&username=" email "&password=" password
#define UPDATE(version, actions) "{\"version\":" version ",\"actions\":[" actions "]}"
#define GOODS \
	"{\"productType\":{\"typeId\":\"product-type\",\"key\":\"goods\"},\"publish\":true," \
	"\"taxCategory\":{\"typeId\":\"tax-category\",\"key\":\"standard\"}," \
	"\"name\":{\"en\":\"mug\"},\"slug\":{\"en\":\"test-mug\"},\"masterVariant\":{\"sku\":\"test-mug\"," \
	"\"prices\":[{\"value\":{\"currencyCode\":\"EUR\",\"centAmount\":1000}}]}}"
#define PRODUCT_TYPE "{\"key\":\"goods\",\"name\":\"goods\",\"description\":\"-\"}"
#define TAXES \
	"{\"key\":\"standard\",\"name\":\"all\",\"rates\":[" \
	"{\"name\":\"DE\",\"amount\":0.19,\"includedInPrice\":true,\"country\":\"DE\"}]}"
#define ZONE "{\"key\":\"de\",\"name\":\"de\",\"locations\":[{\"country\":\"DE\"}]}"
#define DAN "{\"key\":\"dan\",\"email\":\"dan@example.com\",\"password\":\"dan-pw\"}"
#define MUGS(quantity) \
	"{\"currency\":\"EUR\",\"shippingAddress\":{\"country\":\"DE\"}," \
	"\"lineItems\":[{\"sku\":\"test-mug\",\"quantity\":" quantity "}]}"
#define EUR(cents) "{\"currencyCode\":\"EUR\",\"centAmount\":" cents "}"
#define CART_DISCOUNT \
	"{\"key\":\"ten\",\"name\":{\"en\":\"ten\"},\"value\":{\"type\":\"relative\",\"permyriad\":1000}," \
	"\"cartPredicate\":\"1=1\",\"target\":{\"type\":\"lineItems\",\"predicate\":\"1=1\"}," \
	"\"sortOrder\":\"0.1\",\"requiresDiscountCode\":true}"
#define PRODUCT_DISCOUNT \
	"{\"name\":{\"en\":\"five\"},\"value\":{\"type\":\"relative\",\"permyriad\":500}," \
	"\"predicate\":\"sku=\\\"test-mug\\\"\",\"sortOrder\":\"0.2\",\"isActive\":true}"
#define SHIPPING \
	"{\"name\":\"post\",\"isDefault\":true,\"taxCategory\":{\"typeId\":\"tax-category\",\"key\":\"standard\"}," \
	"\"zoneRates\":[{\"zone\":{\"typeId\":\"zone\",\"key\":\"de\"},\"shippingRates\":[{\"price\":" EUR("490") "}]}]}"
#define TYPE \
	"{\"key\":\"extra\",\"name\":{\"en\":\"extra\"},\"resourceTypeIds\":[\"customer\"],\"fieldDefinitions\":[" \
	"{\"name\":\"note\",\"label\":{\"en\":\"note\"},\"required\":false,\"type\":{\"name\":\"String\"}}]}"

/* who, method, target, body, status, name */
static const struct scenario STORY[] = {
	{ BACKEND, "POST", "/oauth/token?grant_type=client_credentials", "", 200, "shop" },
	{ "shop", "POST", "/demo/product-types", PRODUCT_TYPE, 201, NULL },
	{ "shop", "POST", "/demo/tax-categories", TAXES, 201, NULL },
	{ "shop", "POST", "/demo/products", GOODS, 201, "mug" },
	{ "shop", "POST", "/demo/products/<mug.id>",
	  UPDATE("<mug.version>", "{\"action\":\"changeName\",\"name\":{\"en\":\"cup\"},\"staged\":false}"), 200, "mug" },
	{ "shop", "POST", "/demo/customer-groups", "{\"groupName\":\"friends\",\"key\":\"friends\"}", 201, "group" },
	{ "shop", "POST", "/demo/customer-groups/key=friends",
	  UPDATE("1", "{\"action\":\"changeName\",\"name\":\"good friends\"}"), 200, "group" },
	{ "shop", "GET", "/demo/customer-groups?where=key%3D%22friends%22&expand=custom.type", NULL, 200, NULL },
	{ "shop", "POST", "/demo/categories", "{\"name\":{\"en\":\"all\"},\"slug\":{\"en\":\"all-there-is\"}}", 201, NULL },
	{ "shop", "POST", "/demo/stores/key=berlin",
	  UPDATE("1", "{\"action\":\"setName\",\"name\":{\"en\":\"Berlin-Mitte\"}}"), 200, NULL },
	{ "shop", "POST", "/demo/channels", "{\"key\":\"house\",\"roles\":[\"InventorySupply\"]}", 201, NULL },
	{ "shop", "POST", "/demo/inventory", "{\"sku\":\"test-mug\",\"quantityOnStock\":1000}", 201, NULL },
	{ "shop", "POST", "/demo/zones", ZONE, 201, NULL },
	{ "shop", "POST", "/demo/shipping-methods", SHIPPING, 201, NULL },
	{ "shop", "POST", "/demo/cart-discounts", CART_DISCOUNT, 201, "discount" },
	{ "shop", "POST", "/demo/discount-codes",
	  "{\"code\":\"TEN\",\"cartDiscounts\":[{\"typeId\":\"cart-discount\",\"id\":\"<discount.id>\"}]}", 201, NULL },
	{ "shop", "POST", "/demo/product-discounts", PRODUCT_DISCOUNT, 201, NULL },
	{ "shop", "POST", "/demo/types", TYPE, 201, NULL },
	{ "shop", "POST", "/demo/api-clients", "{\"name\":\"more\",\"scope\":\"view_products:demo\"}", 201, "client" },
	{ "shop", "GET", "/demo/api-clients/<client.id>", NULL, 200, NULL },
	{ STOREFRONT, "POST", ANONYMOUS, "", 200, "visitor" },
	{ "visitor", "POST", "/demo/me/carts", MUGS("2"), 201, "cart" },
	{ "visitor", "POST", "/demo/me/carts/<cart.id>",
	  UPDATE("<cart.version>", "{\"action\":\"addLineItem\",\"sku\":\"test-mug\",\"quantity\":3}"), 200, "cart" },
	{ "visitor", "POST", "/demo/me/carts/<cart.id>",
	  UPDATE("<cart.version>", "{\"action\":\"addDiscountCode\",\"code\":\"TEN\"}"), 200, "cart" },
	{ "visitor", "POST", "/demo/me/carts/<cart.id>",
	  UPDATE("<cart.version>", "{\"action\":\"recalculate\",\"updateProductData\":true}"), 200, "cart" },
	{ "visitor", "POST", "/demo/me/shopping-lists", "{\"name\":{\"en\":\"wishes\"}}", 201, "list" },
	{ "visitor", "POST", "/demo/me/shopping-lists/<list.id>",
	  UPDATE("1", "{\"action\":\"addTextLineItem\",\"name\":{\"en\":\"a cup\"}}"), 200, "list" },
	{ "visitor", "POST", "/demo/me/payments", "{\"amountPlanned\":" EUR("1000") "}", 201, "payment" },
	{ "visitor", "GET", "/demo/me/active-cart", NULL, 200, NULL },
	{ "visitor", "GET", "/demo/me/carts?where=cartState%3D%22Active%22&sort=createdAt%20desc", NULL, 200, NULL },
	{ "visitor", "GET", "/demo/product-projections?limit=5&expand=productType", NULL, 200, NULL },
	{ "visitor", "GET", "/demo/product-projections/search?text.en=cup", NULL, 200, NULL },
	{ "visitor", "POST", "/demo/me/signup", "{\"email\":\"eve@example.com\",\"password\":\"eve-pw\"}", 201, NULL },
	{ STOREFRONT, "POST", PASSWORD("eve@example.com", "eve-pw"),
	  "", 200, "eve" },
	{ "eve", "GET", "/demo/me", NULL, 200, "me" },
	{ "eve", "POST", "/demo/me",
	  UPDATE("<me.version>", "{\"action\":\"changeEmail\",\"email\":\"eva@example.com\"},"
	         "{\"action\":\"addAddress\",\"address\":{\"country\":\"DE\"}}"), 200, "me" },
	{ "eve", "POST", "/demo/me/password",
	  "{\"version\":<me.version>,\"currentPassword\":\"eve-pw\",\"newPassword\":\"eva-pw\"}", 200, "me" },
	{ STOREFRONT, "POST", PASSWORD("eva@example.com", "eva-pw"),
	  "", 200, "eva" },
	{ STOREFRONT, "POST", "/oauth/token?grant_type=refresh_token&refresh_token=<eva.refresh_token>", "", 200, NULL },
	{ BACKEND, "POST", "/oauth/introspect?token=<eva.access_token>", "", 200, NULL },
	{ "shop", "POST", "/demo/customers/password-token", "{\"email\":\"eva@example.com\"}", 200, "reset" },
	{ "shop", "POST", "/demo/customers/password/reset",
	  "{\"tokenValue\":\"<reset.value>\",\"newPassword\":\"eva-2\"}", 200, "me" },
	{ STOREFRONT, "POST", PASSWORD("eva@example.com", "eva-2"),
	  "", 200, "eva" },
	{ "shop", "POST", "/demo/customers/email-token", "{\"id\":\"<me.id>\",\"ttlMinutes\":60}", 200, "proof" },
	{ "shop", "POST", "/demo/customers/email/confirm", "{\"tokenValue\":\"<proof.value>\"}", 200, "me" },
	{ "eva", "POST", "/demo/me/carts", MUGS("1"), 201, "cart" },
	{ "eva", "POST", "/demo/me/orders", "{\"id\":\"<cart.id>\",\"version\":<cart.version>}", 201, "order" },
	{ "eva", "GET", "/demo/me/orders", NULL, 200, NULL },
	{ "shop", "POST", "/demo/orders/<order.id>",
	  UPDATE("1", "{\"action\":\"changeOrderState\",\"orderState\":\"Confirmed\"},"
	         "{\"action\":\"changePaymentState\",\"paymentState\":\"Paid\"}"),
	  200, "order" },
	{ "shop", "POST", "/demo/payments/<payment.id>",
	  UPDATE("2", "{\"action\":\"addTransaction\",\"transaction\":{\"type\":\"Charge\",\"amount\":"
	         EUR("5") "}}"), 200, "payment" },
	{ "shop", "POST", "/demo/customers", DAN, 201, NULL },
	{ "shop", "POST", "/demo/customers/key=dan",
	  UPDATE("1", "{\"action\":\"setCustomType\",\"type\":{\"typeId\":\"type\",\"key\":\"extra\"},"
	         "\"fields\":{\"note\":\"x\"}}"), 200, "dan" },
	{ "shop", "DELETE", "/demo/customers/key=dan?version=<dan.version>&dataErasure=true", NULL, 200, NULL },
	{ "shop", "DELETE", "/demo/customer-groups/key=friends?version=<group.version>", NULL, 200, NULL },
	{ "shop", "GET", "/demo/messages?sort=createdAt&limit=20", NULL, 200, NULL },
	{ "shop", "HEAD", "/demo/customers/<me.id>", NULL, 200, NULL },
	{ STOREFRONT, "POST", ANONYMOUS "&anonymous_id=guest", "", 200,
	  "guest" },
	{ "guest", "POST", "/demo/me/carts", MUGS("4"), 201, NULL },
	{ "guest", "POST", "/demo/me/login", "{\"email\":\"alice@example.com\",\"password\":\"alice-pw\"}", 200, NULL },
	{ STOREFRONT, "POST", "/oauth/token/revoke?token=<eva.access_token>&token_type_hint=access_token", "", 200, NULL },
	{ "shop", "GET", "/demo", NULL, 200, "project" },
	{ "shop", "POST", "/demo",
	  UPDATE("<project.version>", "{\"action\":\"changeCountries\",\"countries\":[\"DE\",\"FR\"]}"), 200, NULL },
};

enum { SCENARIO_COUNT = sizeof STORY / sizeof *STORY };

/* How calls fail. */
struct way {
	const char *name;
	unsigned    calls;
	bool        for_ever;
	bool        late;
	enum db_result result;
	uint64_t    stride; /* in the normal run */
};

/* name, calls, for ever, late, result, stride */
static const struct way WAYS[] = {
	{ "an error, once",           FAULTY_STEP,                            false, false, DB_ERROR,  1 },
	{ "broken, once",             FAULTY_RUN | FAULTY_STEP | FAULTY_BIND, false, false, DB_BROKEN, 11 },
	{ "broken after it is done",  FAULTY_RUN | FAULTY_STEP,               false, true,  DB_BROKEN, 13 },
	{ "busy, once",               FAULTY_RUN | FAULTY_STEP,               false, false, DB_BUSY,   7 },
	{ "no room, once",            FAULTY_RUN | FAULTY_STEP,               false, false, DB_FULL,   13 },
	{ "no room from then on",     FAULTY_RUN | FAULTY_STEP,               true,  false, DB_FULL,   5 },
	{ "no statement, no binding", FAULTY_PREPARE | FAULTY_BIND,           true,  false, DB_ERROR,  5 },
};

/* The world in which the story takes place. */
struct world {
	struct temp_folder    folder;
	struct loopback      *loopback;
	struct db_connection *looker;   /* sees what is in the file, apart from everybody */
	json_t               *kept;     /* answers, by name */
	struct arena         *arena;    /* of one scenario */
	const char           *failing;  /* what is tried now, for messages */
	uint64_t              requests;
	uint64_t              recovered;
};

/* -- opening and closing -- */

static void open_world(struct world *world)
{
	const char *message;

	world->loopback = loopback_create_on(faulty_db_open(world->folder.file));
	assert_int_equal(DB_SQLITE.open(world->folder.file, false, &world->looker, &message),
	                 DB_OPENED);
}

static void close_world(struct world *world)
{
	DB_SQLITE.close(world->looker);
	loopback_destroy(world->loopback);
}

static void copy_file(const char *from, const char *to)
{
	static char bytes[1 << 16];
	FILE *source = fopen(from, "rb"), *target = fopen(to, "wb");
	size_t count;

	assert_non_null(source);
	assert_non_null(target);
	while ((count = fread(bytes, 1, sizeof bytes, source)) > 0)
		assert_int_equal(fwrite(bytes, 1, count, target), count);
	assert_int_equal(fclose(source), 0);
	assert_int_equal(fclose(target), 0);
}

static const char *kept_file(const struct world *world)
{
	static char path[128];

	snprintf(path, sizeof path, "%s.kept", world->folder.file);
	return path;
}

static void keep_world(struct world *world)
{
	close_world(world);
	copy_file(world->folder.file, kept_file(world));
	open_world(world);
}

static void put_back_world(struct world *world)
{
	close_world(world);
	copy_file(kept_file(world), world->folder.file);
	open_world(world);
}

static int setup(void **state)
{
	struct world *world = calloc(1, sizeof *world);

	assert_non_null(world);
	temp_folder_create(&world->folder);
	world->kept = json_object();
	world->failing = "nothing";
	faulty_db_disarm();
	open_world(world);
	*state = world;
	return 0;
}

static int teardown(void **state)
{
	struct world *world = *state;

	faulty_db_disarm();
	close_world(world);
	json_decref(world->kept);
	temp_folder_destroy(&world->folder);
	free(world);
	return 0;
}

/* -- what is in the file -- */

static uint64_t add_bytes(uint64_t hash, const char *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ (unsigned char)bytes[i]) * 0x100000001b3u;
	return hash;
}

static uint64_t hash_rows(struct world *world, uint64_t hash, const char *sql)
{
	struct db_statement *statement;

	assert_int_equal(DB_SQLITE.prepare(world->looker, sql, &statement), DB_DONE);
	while (DB_SQLITE.step(statement) == DB_ROW) {
		for (size_t i = 0; i < DB_SQLITE.columns(statement); i++) {
			const struct db_value value = DB_SQLITE.column(statement, i);

			hash = add_bytes(hash, (const char *)&value.integer, sizeof value.integer);
			hash = add_bytes(hash, value.text ? value.text : "", value.bytes + 1);
		}
	}
	DB_SQLITE.finalize(statement);
	return hash;
}

/* All that is stored, but for how often the log has begun anew and which numbers are set aside. */
static uint64_t hash_all(struct world *world)
{
	static const char *const QUERIES[] = {
		"select * from resources",       "select * from resource_index",
		"select * from messages",        "select * from credentials",
		"select * from grants",          "select * from claimed_anonymous_ids",
		"select * from customer_tokens", "select * from api_clients",
		"select * from pinned_tokens",   "select * from meta where name not in ('log_generation', 'position')",
	};
	uint64_t hash = 0xcbf29ce484222325u;

	for (size_t i = 0; i < sizeof QUERIES / sizeof *QUERIES; i++)
		hash = hash_rows(world, hash, QUERIES[i]);
	return hash;
}

/* -- asking -- */

/* What `name.member` of the answers is. */
static const char *look_up(struct world *world, const char *path)
{
	const char *dot = strchr(path, '.');

	assert_non_null(dot);
	const json_t *answer = json_object_getn(world->kept, path, (size_t)(dot - path));
	const json_t *value = json_object_get(answer, dot + 1);

	if (json_is_integer(value))
		return arena_printf(world->arena, "%lld", (long long)json_integer_value(value));
	if (!json_is_string(value))
		fail_msg("the story has no %s", path);
	return json_string_value(value);
}

/* A text with what the story knows put in. */
static const char *fill_in(struct world *world, const char *text)
{
	struct text_buffer filled = { .arena = world->arena };

	while (text && *text) {
		size_t plain = strcspn(text, "<");

		text_append_bytes(&filled, text, plain);
		text += plain;
		if (!*text)
			break;
		size_t bytes = strcspn(text, ">") - 1;

		text_append(&filled, look_up(world, arena_strndup(world->arena, text + 1, bytes)));
		text += bytes + 2;
	}
	return text ? filled.text : NULL;
}

static const char *authorization_of(struct world *world, const char *who)
{
	if (strchr(who, ' '))
		return who;
	return arena_printf(world->arena, "Bearer %s",
	                    look_up(world, arena_printf(world->arena, "%s.access_token", who)));
}

static struct exchange *ask(struct world *world, const struct scenario *scenario)
{
	world->requests++;
	return loopback_request(world->loopback, scenario->method, fill_in(world, scenario->target),
	                        authorization_of(world, scenario->who), fill_in(world, scenario->body));
}

static json_t *answer_of(const struct exchange *exchange)
{
	return json_loadb(exchange->reply.text ? exchange->reply.text : "", exchange->reply.bytes,
	                  JSON_DECODE_ANY, NULL);
}

static void fail_here(const struct world *world, const struct scenario *scenario,
                      const struct exchange *exchange, const char *rule)
{
	fail_msg("%s %s, %s: %s; %d %.*s", scenario->method, scenario->target, world->failing, rule,
	         exchange->reply.status, (int)exchange->reply.bytes,
	         exchange->reply.text ? exchange->reply.text : "");
}

/* An error of the usual shape that puts the blame on the server. */
static void check_error(const struct world *world, const struct scenario *scenario,
                        const struct exchange *exchange)
{
	json_t *answer = answer_of(exchange);
	const json_t *first = json_array_get(json_object_get(answer, "errors"), 0);
	const char *code = json_string_value(json_object_get(first, "code"));
	bool is_shaped =
		json_integer_value(json_object_get(answer, "statusCode")) == exchange->reply.status &&
		json_is_string(json_object_get(answer, "message")) && code &&
		strcmp(code, exchange->reply.status == 503 ? "OverCapacity" : "General") == 0;

	json_decref(answer);
	if (exchange->reply.status < 500)
		fail_here(world, scenario, exchange, "it is the client that is blamed");
	if (!is_shaped && strcmp(scenario->method, "HEAD") != 0)
		fail_here(world, scenario, exchange, "the error has another shape");
}

/* -- the tests -- */

static void check_next(struct world *world)
{
	static const struct scenario NEXT = {
		"shop", "GET", "/demo/customers?limit=1", NULL, 200, NULL
	};

	if (!json_object_get(world->kept, "shop"))
		return;
	struct exchange *exchange = ask(world, &NEXT);

	if (exchange->reply.status != 200)
		fail_here(world, &NEXT, exchange, "the next request fails");
	exchange_destroy(exchange);
}

/* Lets the nth call fail. False: there are not so many. */
static bool try_call(struct world *world, const struct scenario *scenario, const struct way *way,
                     uint64_t nth, uint64_t before)
{
	world->failing =
		arena_printf(world->arena, "%s, call %llu", way->name, (unsigned long long)nth);
	faulty_db_arm(&(struct fault){ .calls = way->calls,
	                               .nth = nth,
	                               .for_ever = way->for_ever,
	                               .late = way->late,
	                               .result = way->result });
	struct exchange *exchange = ask(world, scenario);
	bool is_hit = faulty_db_failed() > 0;
	bool is_done = exchange->reply.status == scenario->status;

	faulty_db_disarm();
	if (!is_done)
		check_error(world, scenario, exchange);
	if (!is_done && !is_hit)
		fail_here(world, scenario, exchange, "nothing failed, and yet");
	bool is_unknown = way->late && !db_is_healthy(world->loopback->db);
	bool is_changed = hash_all(world) != before;

	if (!is_done && is_changed && !is_unknown)
		fail_here(world, scenario, exchange, "something has happened by halves");
	world->recovered += is_hit && is_done;
	exchange_destroy(exchange);
	atomic_store(&world->loopback->db->broken, false); /* the disk is well */
	if (is_changed)
		put_back_world(world);
	check_next(world);
	return is_hit;
}

static void torture(struct world *world, const struct scenario *scenario)
{
	const char *all = getenv("TORTURE");
	uint64_t before = hash_all(world);

	for (size_t i = 0; i < sizeof WAYS / sizeof *WAYS; i++) {
		const struct way *way = &WAYS[i];
		uint64_t nth = 1;
		/* Long ones are many of the same. */
		for (; try_call(world, scenario, way, nth, before); nth += all ? 1 : way->stride + nth / 40)
			;
	}
}

/* Runs the request as it should be, and keeps its answer. */
static void go_on(struct world *world, const struct scenario *scenario)
{
	struct exchange *exchange = ask(world, scenario);

	if (exchange->reply.status != scenario->status)
		fail_here(world, scenario, exchange, "another status is expected");
	if (scenario->name)
		json_object_set_new(world->kept, scenario->name, answer_of(exchange));
	exchange_destroy(exchange);
}

static void whatever_call_fails_nothing_happens_by_halves(void **state)
{
	struct world *world = *state;

	for (size_t i = 0; i < SCENARIO_COUNT; i++) {
		world->arena = arena_create();
		if (!getenv("TORTURE") || strcmp(getenv("TORTURE"), "none") != 0) {
			keep_world(world);
			torture(world, &STORY[i]);
		}
		world->failing = "nothing";
		go_on(world, &STORY[i]);
		arena_destroy(world->arena);
	}
	printf("%d scenarios, %llu requests, %llu of them survived a failing call\n", SCENARIO_COUNT,
	       (unsigned long long)world->requests, (unsigned long long)world->recovered);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whatever_call_fails_nothing_happens_by_halves, setup, teardown),
	};

	random_init();
	log_open(getenv("LOUD") ? LOG_FORMAT_TEXT : LOG_FORMAT_OFF, LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
