#include "search/search_reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

#define N(name) { STEP_NAME, name }
#define V { STEP_VARIANTS, NULL }
#define P { STEP_PRICES, NULL }
#define S { STEP_SELECTED, NULL }
#define C { STEP_CURRENT, NULL }
#define A(name) { STEP_ATTRIBUTE, name }
#define ANY { STEP_ANY_ATTRIBUTE, NULL }

static const char DOCUMENT[] =
	"{\"id\":\"p\",\"name\":{\"en\":\"Shoe\",\"de\":\"\"},\"no\\\"te\":7,\"flags\":[true,[false]],"
	"\"categories\":[{\"id\":\"a\"},{\"id\":\"b\"}],"
	"\"masterVariant\":{\"id\":1,\"prices\":[{\"value\":{\"centAmount\":10}},{\"value\":{\"centAmount\":20},"
	"\"discounted\":{\"value\":{\"centAmount\":15}}}],\"attributes\":[{\"name\":\"color\",\"value\":"
	"{\"key\":\"r\",\"label\":{\"en\":\"Red\"}}},{\"name\":\"secret\",\"value\":\"s\"},{\"name\":\"tags\","
	"\"value\":[\"x\",\"y\"]}],\"availability\":{\"channels\":{\"c1\":{\"isOnStock\":true},"
	"\"c2\":{\"isOnStock\":false}}}},"
	"\"variants\":[{\"id\":2,\"prices\":[{\"value\":{\"centAmount\":30}}],\"attributes\":["
	"{\"value\":{\"key\":\"g\"},\"name\":\"color\"}]},{\"id\":3}]}";

/* A way, and what it finds, `variant.price:value` each. */
static const struct row {
	struct search_way way;
	const char       *found;
} ROWS[] = {
	{ { .steps = { N("id") }, .count = 1 }, "0.0:\"p\" " },
	{ { .steps = { N("name"), N("en") }, .count = 2 }, "0.0:\"Shoe\" " },
	{ { .steps = { N("name"), N("de") }, .count = 2 }, "" },
	{ { .steps = { N("name"), N("fr") }, .count = 2 }, "" },
	{ { .steps = { N("name"), N("en"), N("x") }, .count = 3 }, "" },
	{ { .steps = { N("no\"te") }, .count = 1 }, "0.0:7 " },
	{ { .steps = { N("flags") }, .count = 1 }, "0.0:true 0.0:false " },
	{ { .steps = { N("categories"), N("id") }, .count = 2 }, "0.0:\"a\" 0.0:\"b\" " },
	{ { .steps = { V, N("id") }, .count = 2 }, "1.0:1 2.0:2 3.0:3 " },
	{ { .steps = { V, P, N("value"), N("centAmount") }, .count = 4 }, "1.1:10 1.2:20 2.1:30 " },
	{ { .steps = { V, P, C, N("centAmount") }, .count = 4 }, "1.1:10 1.2:15 2.1:30 " },
	{ { .steps = { V, P, S, N("value"), N("centAmount") }, .count = 5 }, "1.2:20 2.1:30 " },
	{ { .steps = { V, P, S, C, N("centAmount") }, .count = 5 }, "1.2:15 2.1:30 " },
	{ { .steps = { V, P, N("discounted"), N("value"), N("centAmount") }, .count = 5 }, "1.2:15 " },
	{ { .steps = { V, N("attributes"), A("color") }, .count = 3 }, "1.0:\"r\" 2.0:\"g\" " },
	{ { .steps = { V, N("attributes"), A("color"), N("label"), N("en") }, .count = 5 },
	  "1.0:\"Red\" " },
	{ { .steps = { V, N("attributes"), A("tags") }, .count = 3 }, "1.0:\"x\" 1.0:\"y\" " },
	{ { .steps = { V, N("attributes"), A("secret") }, .count = 3 }, "" },
	{ { .steps = { V, N("attributes"), ANY }, .count = 3, .pick = PICK_TEXTS, .locale = "en" },
	  "1.0:\"Red\" 1.0:\"x\" 1.0:\"y\" " },
	{ { .steps = { V, N("availability"), N("channels") }, .count = 3, .pick = PICK_STOCKED_NAMES },
	  "1.0:\"c1\" " },
};

enum { ROW_COUNT = sizeof ROWS / sizeof *ROWS };

/* The last price of a list. */
static uint16_t select_last(void *context, struct slice prices)
{
	struct slice_walk walk = slice_enter(prices);
	struct slice price;
	uint16_t count = 0;

	(void)context;
	while (slice_next_item(&walk, &price))
		count++;
	return count;
}

/* A reader of all ways at once, which must not get into each other's way. */
static struct search_reader *reader_of_all(struct arena *arena, size_t numbers[ROW_COUNT])
{
	struct search_reader *reader = search_reader_create(arena);

	search_reader_hide_attribute(reader, "secret");
	search_reader_select_by(reader, select_last, NULL);
	for (size_t i = 0; i < ROW_COUNT; i++)
		numbers[i] = search_reader_add(reader, &ROWS[i].way);
	return reader;
}

static const char *found(struct arena *arena, const struct search_reader *reader, size_t number)
{
	struct search_values values = search_reader_values(reader, number);
	const char *text = "";

	for (size_t i = 0; i < values.count; i++)
		text = arena_printf(arena, "%s%d.%d:%.*s ", text, values.items[i].variant,
		                    values.items[i].price,
		                    (int)(values.items[i].raw.end - values.items[i].raw.start),
		                    values.items[i].raw.start);
	return text;
}

static void each_way_finds_its_values_in_one_pass(void **state)
{
	struct arena *arena = arena_create();
	size_t numbers[ROW_COUNT];
	struct search_reader *reader = reader_of_all(arena, numbers);

	(void)state;
	for (int times = 0; times < 2; times++) {
		search_reader_read(reader, DOCUMENT, strlen(DOCUMENT));
		for (size_t i = 0; i < ROW_COUNT; i++)
			assert_string_equal(found(arena, reader, numbers[i]), ROWS[i].found);
		assert_int_equal(search_reader_variants(reader), 3);
		assert_int_equal(search_reader_prices(reader), 2);
	}
	search_reader_read(reader, "{}", 2);
	for (size_t i = 0; i < ROW_COUNT; i++)
		assert_string_equal(found(arena, reader, numbers[i]), "");
	assert_int_equal(search_reader_variants(reader), 0);
	arena_destroy(arena);
}

/* Every beginning of a document, in memory that ends there. */
static void what_is_cut_off_is_read_as_far_as_it_goes(void **state)
{
	struct arena *arena = arena_create();
	size_t numbers[ROW_COUNT];
	struct search_reader *reader = reader_of_all(arena, numbers);

	(void)state;
	for (size_t bytes = 0; bytes < strlen(DOCUMENT); bytes++) {
		char *text = malloc(bytes ? bytes : 1);

		assert_non_null(text);
		memcpy(text, DOCUMENT, bytes);
		search_reader_read(reader, text, bytes);
		assert_true(search_reader_values(reader, numbers[0]).count <= 1);
		free(text);
	}
	arena_destroy(arena);
}

static void deep_documents_do_not_overflow_the_stack(void **state)
{
	enum { DEEP = 100000 };
	static const struct search_way WAY = { .steps = { N("a"), N("b") }, .count = 2 };
	struct arena *arena = arena_create();
	struct search_reader *reader = search_reader_create(arena);
	size_t number = search_reader_add(reader, &WAY);
	char *text = arena_take(arena, DEEP + 10);

	(void)state;
	memcpy(text, "{\"a\":", 5);
	memset(text + 5, '[', DEEP);
	search_reader_read(reader, text, DEEP + 5);
	assert_int_equal(search_reader_values(reader, number).count, 0);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_way_finds_its_values_in_one_pass),
		cmocka_unit_test(what_is_cut_off_is_read_as_far_as_it_goes),
		cmocka_unit_test(deep_documents_do_not_overflow_the_stack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
