/* A world to send requests to: the engine without sockets, a project with something to buy, sessions, and texts in
 * which words stand for what nobody can know before. What was written there can be undone.
 *
 * A text is a series of requests, `----` on a line between them. A request is a line `METHOD target`, a line with the
 * Authorization header (empty: none), and the body. The words:
 *
 *   $customer $visitor $backend   Bearer headers of a customer's, an anonymous and a client's session
 *   $storefront $shop             Basic headers of the two declared clients
 *   $refresh                      the customer's refresh token
 *   $id                           the customer's id
 *   $last                         the id of what the request before answered with
 *
 * The project has a product `mug` with two variants, taxes, a shipping method, a discount and the code TEN for it. */
#ifndef SUPPORT_WORLD_H
#define SUPPORT_WORLD_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/json_memory.h"
#include "base/random.h"
#include "engine/route.h"
#include "fuzz.h"
#include "loopback.h"
#include "snapshot.h"

enum { VALUE_BYTES = 128, LAST = 7, WORDS };

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
	sqlite3         *pristine;
} world;

/* Making it */

static inline void set_word(size_t index, const char *name, const char *format, const char *value)
{
	struct word *word = &world.words[index];

	word->name = name;
	fuzz_check(value && snprintf(word->value, VALUE_BYTES, "%s%s", format, value) < VALUE_BYTES,
	           "the world can be set up");
}

static inline json_t *answer_of(const char *target, const char *authorization, const char *body)
{
	struct exchange *exchange =
		loopback_request(world.loopback, "POST", target, authorization, body);
	json_t *answer = json_loadb(exchange->reply.text, exchange->reply.bytes, 0, NULL);

	fuzz_check(exchange->reply.status == 200, "the world can be set up");
	exchange_destroy(exchange);
	return answer;
}

static inline const char *text_of(const json_t *answer, const char *name)
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

static inline void create_goods(void)
{
	for (size_t i = 0; i < sizeof GOODS / sizeof *GOODS; i++) {
		struct exchange *exchange = loopback_request(
			world.loopback, "POST", GOODS[i][0], world.words[2].value, GOODS[i][1]);

		fuzz_check(exchange->reply.status == 201, "the world can be set up");
		exchange_destroy(exchange);
	}
}

static inline void world_create(void)
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
	snapshot_take(&world.pristine);
}

/* What was written is undone, and nothing remembers it. */
static inline void world_restore(sqlite3 *kept)
{
	snapshot_restore(kept);
	cache_destroy(world.loopback->env.cache);
	world.loopback->env.cache = cache_create(1024 * 1024);
}

/* As new. */
static inline void world_clean(void)
{
	world_restore(world.pristine);
	set_word(LAST, "$last", "", "");
	world.is_dirty = false;
}

/* Requests, and the words in them */

static inline const struct word *word_at(const char *text, size_t bytes)
{
	for (size_t i = 0; i < sizeof world.words / sizeof *world.words; i++) {
		size_t name_bytes = strlen(world.words[i].name);

		if (name_bytes <= bytes && memcmp(world.words[i].name, text, name_bytes) == 0)
			return &world.words[i];
	}
	return NULL;
}

/* The text with the words replaced; NUL stays what it is. */
static inline struct text_buffer replaced(struct arena *arena, const char *text, size_t bytes)
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
static inline struct text_buffer cut(struct arena *arena, const char **cursor, const char *end,
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

static inline void remember(const json_t *body)
{
	const char *id = text_of(body, "id");

	if (id && strlen(id) < VALUE_BYTES)
		set_word(LAST, "$last", "", id);
}

/* The next request of a text, made ready: an exchange that nobody has admitted yet. Moves the cursor behind it. */
static inline struct exchange *next_request(struct arena *arena, const char **cursor,
                                            const char *end)
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

	return loopback_ready(method, target, *authorization ? authorization : NULL, body.text,
	                      body.bytes);
}

#endif
