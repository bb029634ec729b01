#include "search/search_words.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/budget.h"

enum { WHOLE = 0, BEGINNINGS = 1, ANY = 2 };

/* What is searched for, how, how far words may be misspelt, the JSON text that is looked at, whether it fits. */
static const struct row {
	const char *searched;
	int         how;
	int         level;
	const char *text;
	bool        fits;
} ROWS[] = {
	{ "shoe",        WHOLE,      0, "\"A Shoe.\"",               true  },
	{ "shoe",        WHOLE,      0, "\"a shoehorn\"",            false },
	{ "shoe",        BEGINNINGS, 0, "\"a shoehorn\"",            true  },
	{ "horn",        BEGINNINGS, 0, "\"a shoehorn\"",            false },
	{ "shoes",       WHOLE,      0, "\"one shoe\"",              true  },
	{ "shoe",        WHOLE,      0, "\"two shoes\"",             true  },
	{ "red shoe",    WHOLE,      0, "\"shoe, red\"",             true  },
	{ "red shoe",    WHOLE,      0, "\"shoe\"",                  false },
	{ "red shoe",    ANY,        0, "\"shoe\"",                  true  },
	{ "M\xc3\x9cLLER",  WHOLE,   0, "\"m\xc3\xbcller\"",         true  },
	{ "m\xc3\xbcller",  WHOLE,   0, "\"M\\u00fcller\"",          true  },
	{ "shoe",        WHOLE,      0, "\"red\\nshoe\"",            true  },
	{ "sheo",        WHOLE,      0, "\"shoe\"",                  false },
	{ "sheo",        WHOLE,      1, "\"shoe\"",                  true  },
	{ "leather",     WHOLE,      1, "\"laether\"",               true  },
	{ "leather",     WHOLE,      1, "\"ltehr\"",                 false },
	{ "leather",     WHOLE,      2, "\"leth\"",                  false },
	{ "leather",     WHOLE,      2, "\"lethr\"",                 true  },
	{ "ab",          WHOLE,      2, "\"ac\"",                    false },
	{ "",            WHOLE,      0, "\"shoe\"",                  true  },
	{ "...",         WHOLE,      0, "\"shoe\"",                  true  },
	{ "36",          WHOLE,      0, "\"size 36\"",               true  },
};

static void words_are_found(void **state)
{
	struct arena *arena = arena_create();
	struct budget budget = { .end = BUDGET_OPEN };

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
		const struct row *row = &ROWS[i];
		const struct search_words_options options = { .may_continue = row->how == BEGINNINGS,
			                                          .any = row->how == ANY,
			                                          .fuzzy_level = row->level };
		struct search_words *words = search_words_create(arena, row->searched, &options);
		const struct slice text = { row->text, row->text + strlen(row->text) };

		search_words_begin(words, &budget);
		search_words_look_at(words, text, 1);
		if ((search_words_score(words) >= 0) != row->fits)
			fail_msg("'%s' in %s: expected %d", row->searched, row->text, row->fits);
		/* The quick look may see too much, but never too little. */
		if (row->fits && !search_words_may_be_in(words, row->text, strlen(row->text), &budget))
			fail_msg("'%s' may well be in %s", row->searched, row->text);
	}
	arena_destroy(arena);
}

static void the_distance_counts_edits(void **state)
{
	static const struct {
		const char *a;
		const char *b;
		int         distance;
	} DISTANCES[] = {
		{ "shoe", "shoe", 0 }, { "shoe", "shoes", 1 }, { "shoe", "sho", 1 },   { "shoe", "shop", 1 },
		{ "shoe", "sheo", 1 }, { "shoe", "hsoe", 1 },  { "abc", "cba", 2 },
		{ "\xc3\xbc", "u", 1 }, { "kitten", "sitting", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof DISTANCES / sizeof *DISTANCES; i++) {
		assert_int_equal(search_words_distance(DISTANCES[i].a, DISTANCES[i].b),
		                 DISTANCES[i].distance);
		assert_int_equal(search_words_distance(DISTANCES[i].b, DISTANCES[i].a),
		                 DISTANCES[i].distance);
	}
}

static void short_words_may_not_be_misspelt(void **state)
{
	(void)state;
	assert_int_equal(search_words_fuzzy_level(2), 0);
	assert_int_equal(search_words_fuzzy_level(3), 1);
	assert_int_equal(search_words_fuzzy_level(5), 1);
	assert_int_equal(search_words_fuzzy_level(6), 2);
}

static void what_fits_better_scores_higher(void **state)
{
	static const char *const TEXTS[] = { "\"shoe\"", "\"shoes\"", "\"shoehorn\"", "\"shoo\"" };
	const struct search_words_options options = { .may_continue = true, .fuzzy_level = 1 };
	struct arena *arena = arena_create();
	struct search_words *words = search_words_create(arena, "shoe", &options);
	struct budget budget = { .end = BUDGET_OPEN };
	int last = INT32_MAX;

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
		search_words_begin(words, &budget);
		search_words_look_at(words, (struct slice){ TEXTS[i], TEXTS[i] + strlen(TEXTS[i]) }, 1);
		assert_in_range(search_words_score(words), 1, last - 1);
		last = search_words_score(words);
	}
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_found),
		cmocka_unit_test(the_distance_counts_edits),
		cmocka_unit_test(short_words_may_not_be_misspelt),
		cmocka_unit_test(what_fits_better_scores_higher),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
