#include "search/search_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/budget.h"

enum test { EQUALS, FOLDED, BEGINS, FITS, FROM, TO, ABOVE, BELOW };

/* How a JSON value is compared, with what, and whether it passes. */
static const struct row {
	enum test   test;
	const char *constant;
	const char *value;
	bool        passes;
} ROWS[] = {
	{ EQUALS, "red",        "\"red\"",                      true  },
	{ EQUALS, "red",        "\"Red\"",                      false },
	{ FOLDED, "rED",        "\"Red\"",                      true  },
	{ FOLDED, "\xc3\x9c",   "\"\xc3\xbc\"",                 true  },
	{ EQUALS, "a\"b",       "\"a\\\"b\"",                   true  },
	{ EQUALS, "\xc3\xbc",   "\"\\u00fc\"",                  true  },
	{ EQUALS, "38",         "38",                           true  },
	{ EQUALS, "38",         "38.0",                         true  },
	{ EQUALS, "3.8e1",      "38",                           true  },
	{ EQUALS, "38",         "\"38\"",                       true  },
	{ EQUALS, "38",         "380",                          false },
	{ EQUALS, "true",       "true",                         true  },
	{ EQUALS, "true",       "false",                        false },
	{ EQUALS, "x",          "{\"key\":\"x\"}",              false },
	{ EQUALS, "2001-09-11T22:05:09Z", "\"2001-09-11T22:05:09.000Z\"", true },
	{ EQUALS, "22:05:09",   "\"22:05:09.000\"",             true  },
	{ BEGINS, "SH",         "\"SHOE\"",                     true  },
	{ BEGINS, "sh",         "\"SHOE\"",                     false },
	{ FITS,   "S*-?",       "\"SHOE-1\"",                   true  },
	{ FITS,   "S*-?",       "\"SHOE-12\"",                  false },
	{ FITS,   "*",          "\"\"",                         true  },
	{ FITS,   "*a*a*a*a*b", "\"aaaaaaaaaaaaaaaaaaaaaaaaa\"", false },
	{ FROM,   "10",         "10",                           true  },
	{ FROM,   "10",         "9.5",                          false },
	{ FROM,   "10",         "\"b\"",                        true  },
	{ FROM,   "c",          "\"b\"",                        false },
	{ FROM,   "c",          "10",                           false },
	{ ABOVE,  "10",         "10",                           false },
	{ TO,     "10",         "10",                           true  },
	{ BELOW,  "10",         "10",                           false },
	{ BELOW,  "10",         "9",                            true  },
	{ FROM,   "2001-09-11", "\"2001-09-11\"",               true  },
	{ FROM,   "2001-09-12", "\"2001-09-11T22:05:09.203Z\"", false },
	{ TO,     "23:00:00",   "\"22:05:09.203\"",             true  },
};

static bool passes(struct arena *arena, const struct row *row)
{
	const struct search_constant *constant = search_constant_of_text(arena, row->constant);
	const struct slice value = { row->value, row->value + strlen(row->value) };
	struct budget budget = { .end = BUDGET_OPEN };
	bool is_from = row->test == FROM || row->test == ABOVE;
	const struct search_range range = { .from = is_from ? constant : NULL,
		                                .to = is_from ? NULL : constant,
		                                .excludes_from = row->test == ABOVE,
		                                .excludes_to = row->test == BELOW };

	switch (row->test) {
	case EQUALS: return search_value_equals(value, constant, false);
	case FOLDED: return search_value_equals(value, constant, true);
	case BEGINS: return search_value_begins(arena, value, constant, false);
	case FITS: return search_value_fits(arena, value, constant, false, &budget);
	default: return search_value_is_within(value, &range);
	}
}

static void values_are_compared_as_what_they_are(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		if (passes(arena, &ROWS[i]) != ROWS[i].passes)
			fail_msg("row %zu: %s against %s: expected %d", i, ROWS[i].value, ROWS[i].constant,
			         ROWS[i].passes);
	arena_destroy(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_compared_as_what_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
