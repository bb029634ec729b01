/* Whole requests against the engine, on a database in memory.
 *
 * An input is a series of requests, `----` on a line between them. A request is a line `METHOD target`, a line with the
 * Authorization header (empty: none), and the body. Some words stand for what an input cannot know:
 *
 *   $customer $visitor $backend   Bearer headers of a customer's, an anonymous and a client's session
 *   $storefront $shop             Basic headers of the two declared clients
 *   $refresh                      the customer's refresh token
 *   $id                           the customer's id
 *   $last                         the id of what the request before answered with
 *
 * The project has something to buy: a product `mug` with two variants, taxes, a shipping method, a discount and the
 * code TEN for it.
 *
 * Whatever changed the database is undone before the next input, so that a finding needs no other input. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json_memory.h"
#include "base/random.h"
#include "engine/route.h"
#include "../support/fuzz.h"
#include "../support/loopback.h"
#include "../support/snapshot.h"

enum { MAX_REQUESTS = 8, VALUE_BYTES = 128, LAST = 7, WORDS };

#define STOREFRONT "Basic c3RvcmVmcm9udDpzdG9yZWZyb250LXNlY3JldA=="
#define BACKEND "Basic YmFja2VuZDpiYWNrZW5kLXNlY3JldA=="

struct word {
	const char *name;
	char        value[VALUE_BYTES];
};

static struct {
	struct loopback *loopback;
	bool             is_dirty;
	struct word      words[WORDS];
} world;

/* The world an input starts with */

static void set_word(size_t index, const char *name, const char *format, const char *value)
{
	struct word *word = &world.words[index];

	word->name = name;
	fuzz_check(value && snprintf(word->value, VALUE_BYTES, "%s%s", format, value) < VALUE_BYTES,
	           "the world can be set up");
}

static json_t *answer_of(const char *target, const char *authorization, const char *body)
{
	struct exchange *exchange =
		loopback_request(world.loopback, "POST", target, authorization, body);
	json_t *answer = json_loadb(exchange->reply.text, exchange->reply.bytes, 0, NULL);

	fuzz_check(exchange->reply.status == 200, "the world can be set up");
	exchange_destroy(exchange);
	return answer;
}

static const char *text_of(const json_t *answer, const char *name)
{
	return json_string_value(json_object_get(answer, name));
}

static const char *const GOODS[][2] = {
	{ "/demo/product-types", "{\"key\":\"plain\",\"name\":\"p\",\"description\":\"p\",\"attributes\":"
	  "[{\"name\":\"color\",\"label\":{\"en\":\"c\"},\"type\":{\"name\":\"text\"}}]}" },
	{ "/demo/tax-categories", "{\"key\":\"tax\",\"name\":\"t\",\"rates\":"
	  "[{\"name\":\"DE\",\"amount\":0.19,\"includedInPrice\":true,\"country\":\"DE\"},"
	  "{\"name\":\"US\",\"amount\":0.07,\"includedInPrice\":false,\"country\":\"US\"}]}" },
	{ "/demo/products", "{\"key\":\"mug\",\"productType\":{\"key\":\"plain\"},\"taxCategory\":{\"key\":\"tax\"},"
	  "\"publish\":true,\"name\":{\"en\":\"Mug\"},\"slug\":{\"en\":\"mug\"},\"masterVariant\":{\"sku\":\"mug\","
	  "\"attributes\":[{\"name\":\"color\",\"value\":\"red\"}],\"prices\":"
	  "[{\"value\":{\"currencyCode\":\"EUR\",\"centAmount\":1234},\"tiers\":[{\"minimumQuantity\":5,"
	  "\"value\":{\"currencyCode\":\"EUR\",\"centAmount\":1000}}]}]},"
	  "\"variants\":[{\"sku\":\"mug-2\",\"prices\":"
	  "[{\"value\":{\"currencyCode\":\"EUR\",\"centAmount\":999},\"country\":\"DE\"}]}]}" },
	{ "/demo/zones", "{\"key\":\"de\",\"name\":\"de\",\"locations\":[{\"country\":\"DE\"}]}" },
	{ "/demo/shipping-methods",
	  "{\"key\":\"van\",\"name\":\"Van\",\"isDefault\":true,\"taxCategory\":{\"key\":\"tax\"},"
	  "\"zoneRates\":[{\"zone\":{\"key\":\"de\"},\"shippingRates\":"
	  "[{\"price\":{\"currencyCode\":\"EUR\",\"centAmount\":490}}]}]}" },
	{ "/demo/cart-discounts", "{\"key\":\"ten\",\"name\":{\"en\":\"t\"},\"requiresDiscountCode\":true,\"value\":"
	  "{\"type\":\"relative\",\"permyriad\":1000},\"cartPredicate\":\"1=1\",\"sortOrder\":\"0.5\","
	  "\"target\":{\"type\":\"lineItems\",\"predicate\":\"1=1\"}}" },
	{ "/demo/discount-codes", "{\"code\":\"TEN\",\"cartDiscounts\":[{\"typeId\":\"cart-discount\",\"key\":\"ten\"}]}" },
};

static void create_goods(void)
{
	for (size_t i = 0; i < sizeof GOODS / sizeof *GOODS; i++) {
		struct exchange *exchange = loopback_request(
			world.loopback, "POST", GOODS[i][0], world.words[2].value, GOODS[i][1]);

		fuzz_check(exchange->reply.status == 201, "the world can be set up");
		exchange_destroy(exchange);
	}
}

static void create_world(void)
{
	world.loopback = loopback_create();
	json_t *backend = answer_of("/oauth/token", BACKEND, "grant_type=client_credentials");
	json_t *visitor =
		answer_of("/oauth/demo/anonymous/token", STOREFRONT, "grant_type=client_credentials");
	json_t *customer =
		answer_of("/oauth/demo/customers/token", STOREFRONT,
	                             "grant_type=password&username=alice@example.com&password=alice-pw");
	const char *id = strstr(text_of(customer, "scope"), "customer_id:");

	set_word(0, "$customer", "Bearer ", text_of(customer, "access_token"));
	set_word(1, "$visitor", "Bearer ", text_of(visitor, "access_token"));
	set_word(2, "$backend", "Bearer ", text_of(backend, "access_token"));
	set_word(3, "$storefront", "", STOREFRONT);
	set_word(4, "$shop", "", BACKEND);
	set_word(5, "$refresh", "", text_of(customer, "refresh_token"));
	set_word(6, "$id", "", id ? id + strlen("customer_id:") : NULL);
	create_goods();
	set_word(LAST, "$last", "", "");
	json_decref(backend);
	json_decref(visitor);
	json_decref(customer);
	world.is_dirty = false;
	snapshot_take();
}

/* What was written is undone, and nothing remembers it. */
static void clean_world(void)
{
	snapshot_restore();
	cache_destroy(world.loopback->env.cache);
	world.loopback->env.cache = cache_create(1024 * 1024);
	set_word(LAST, "$last", "", "");
	world.is_dirty = false;
}

/* Requests */

static const struct word *word_at(const char *text, size_t bytes)
{
	for (size_t i = 0; i < sizeof world.words / sizeof *world.words; i++) {
		size_t name_bytes = strlen(world.words[i].name);

		if (name_bytes <= bytes && memcmp(world.words[i].name, text, name_bytes) == 0)
			return &world.words[i];
	}
	return NULL;
}

/* The text with the words replaced; NUL stays what it is. */
static struct text_buffer replaced(struct arena *arena, const char *text, size_t bytes)
{
	struct text_buffer buffer = { .arena = arena };

	text_append(&buffer, "");
	for (size_t i = 0; i < bytes;) {
		const struct word *word = text[i] == '$' ? word_at(text + i, bytes - i) : NULL;

		if (word)
			text_append(&buffer, word->value);
		else
			text_append_bytes(&buffer, text + i, 1);
		i += word ? strlen(word->name) : 1;
	}
	return buffer;
}

/* Cuts off what comes before a separator; without one, everything. */
static struct text_buffer cut(struct arena *arena, const char **cursor, const char *end,
                              const char *separator)
{
	const char *start = *cursor;
	size_t separator_bytes = strlen(separator);
	const char *stop = start;

	while (stop < end && ((size_t)(end - stop) < separator_bytes ||
	                      memcmp(stop, separator, separator_bytes) != 0))
		stop++;
	*cursor = stop < end ? stop + separator_bytes : end;
	return replaced(arena, start, (size_t)(stop - start));
}

static bool is_status(int status)
{
	static const int STATUSES[] = { 200, 201, 400, 401, 403, 404, 405, 409, 501 };

	for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++)
		if (STATUSES[i] == status)
			return true;
	return false;
}

static void remember(const json_t *body)
{
	const char *id = text_of(body, "id");

	if (id && strlen(id) < VALUE_BYTES)
		set_word(LAST, "$last", "", id);
}

static void check_success(const struct exchange *exchange)
{
	const struct exchange_reply *reply = &exchange->reply;
	json_t *body = json_loadb(reply->text, reply->bytes, 0, NULL);

	fuzz_check(reply->status == exchange->route->status, "a success has the status of its route");
	fuzz_check(body || strcmp(exchange->request.method, "HEAD") == 0 ||
	               strcmp(exchange->route->path, "/oauth/token/revoke") == 0,
	           "a success has a body of valid JSON");
	fuzz_check(!json_object_get(body, "statusCode"), "a success does not look like an error");
	remember(body);
	json_decref(body);
}

static void check_reply(const struct exchange *exchange)
{
	const struct exchange_reply *reply = &exchange->reply;
	bool is_api_401 = reply->status == 401 && !(exchange->table && exchange->table->is_oauth);

	fuzz_check(is_status(reply->status), "the status is one that the client can have caused");
	fuzz_check(reply->text && strlen(reply->text) == reply->bytes, "a body has no NUL inside");
	fuzz_check((reply->status == 405) == (reply->allow != NULL), "Allow goes with a 405");
	fuzz_check(is_api_401 == (reply->authenticate != NULL),
	           "WWW-Authenticate goes with a 401 of the API");
	fuzz_check(reply->correlation_id && reply->log_path,
	           "every reply has a correlation id and a path for the log");
	fuzz_check((reply->status >= 400) == (reply->reason != NULL),
	           "a failure has a reason for the log");
	if (reply->status >= 400)
		fuzz_check_error_body(reply->text, reply->status);
	else
		check_success(exchange);
}

static void send_one(struct arena *arena, const char **cursor, const char *end)
{
	const char *part = *cursor;
	const char *part_end = part;

	while (part_end < end && ((size_t)(end - part_end) < 6 || memcmp(part_end, "\n----\n", 6) != 0))
		part_end++;
	*cursor = part_end < end ? part_end + 6 : end;
	const char *method = cut(arena, &part, part_end, " ").text;
	const char *target = cut(arena, &part, part_end, "\n").text;
	const char *authorization = cut(arena, &part, part_end, "\n").text;
	struct text_buffer body = replaced(arena, part, (size_t)(part_end - part));
	struct exchange *exchange =
		loopback_send(world.loopback, method, target, *authorization ? authorization : NULL,
	                  body.text, body.bytes);

	check_reply(exchange);
	if (exchange->want_project || (exchange->reply.status < 400 && exchange->route->lane == WRITE))
		world.is_dirty = true;
	exchange_destroy(exchange);
}

int LLVMFuzzerInitialize(int *count, char ***arguments)
{
	(void)count;
	(void)arguments;
	random_init();
	json_memory_init();
	snapshot_watch();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	const char *cursor = text;
	struct arena *arena = arena_create();

	if (!world.loopback)
		create_world();
	for (int i = 0; i < MAX_REQUESTS && cursor < text + size; i++)
		send_one(arena, &cursor, text + size);
	if (world.is_dirty)
		clean_world();
	arena_destroy(arena);
	free(text);
	return 0;
}
