#include "engine/parameters.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "../../support/test_base.h"

/* The parameters written as `name=value;`; NULL: refused. */
static const char *parsed(void **state, const char *text, size_t bytes, enum parameters_mode mode)
{
	struct op *op = *state;
	struct text_buffer buffer = { .arena = op->arena };
	struct parameters parameters;

	text_append(&buffer, "");
	if (!parameters_parse(op->arena, text, bytes, mode, &parameters))
		return NULL;
	for (size_t i = 0; i < parameters.count; i++)
		text_appendf(&buffer, "%s=%s;", parameters.items[i].name, parameters.items[i].value);
	return buffer.text;
}

static const struct { const char *text, *strict, *lenient; } ROWS[] = {
	{ "",                        "",                   "" },
	{ "a=1",                     "a=1;",               "a=1;" },
	{ "a=1&b=2&a=3",             "a=1;b=2;a=3;",       "a=1;b=2;a=3;" },
	{ "&&a=1&",                  "a=1;",               "a=1;" },
	{ "a",                       "a=;",                "a=;" },
	{ "a=",                      "a=;",                "a=;" },
	{ "=",                       "=;",                 "=;" },
	{ "=v",                      "=v;",                "=v;" },
	{ "a=b=c",                   "a=b=c;",             "a=b=c;" },
	{ "a=b+c%20d%2Be",           "a=b c d+e;",         "a=b c d+e;" },
	{ "a b=c:d e",               "a b=c:d e;",         "a b=c:d e;" },
	{ "%61%3D=%26",              "a==&;",              "a==&;" },
	{ "a=%C3%BC",                "a=\xc3\xbc;",        "a=\xc3\xbc;" },
	{ "a=%zz",                   NULL,                 "a=%zz;" },
	{ "a=100%",                  NULL,                 "a=100%;" },
	{ "a=%2",                    NULL,                 "a=%2;" },
	{ "a=%00",                   NULL,                 NULL },
	{ "a=%ff",                   NULL,                 NULL },
	{ "\xff=a",                  NULL,                 NULL },
	{ "a=%C0%80",                NULL,                 NULL },
};

static void parameters_are_cut_and_decoded(void **state)
{
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		for (int mode = PARAMETERS_STRICT; mode <= PARAMETERS_LENIENT; mode++) {
			const char *expected = mode == PARAMETERS_STRICT ? ROWS[i].strict : ROWS[i].lenient;
			const char *text =
				parsed(state, ROWS[i].text, strlen(ROWS[i].text), (enum parameters_mode)mode);

			if (!text != !expected || (text && strcmp(text, expected) != 0))
				fail_msg("'%s' in mode %d: %s", ROWS[i].text, mode, text ? text : "refused");
		}
}

static void a_raw_nul_is_refused(void **state)
{
	assert_null(parsed(state, "a=b\0c", 5, PARAMETERS_STRICT));
	assert_null(parsed(state, "a=b\0c", 5, PARAMETERS_LENIENT));
}

static void only_the_given_bytes_count(void **state)
{
	assert_string_equal(parsed(state, "a=12&b=3", 3, PARAMETERS_STRICT), "a=1;");
	assert_null(parsed(state, "a=%41", 4, PARAMETERS_STRICT));
	assert_string_equal(parsed(state, "a=%41", 4, PARAMETERS_LENIENT), "a=%4;");
}

static void the_first_value_of_a_name_counts(void **state)
{
	struct op *op = *state;
	struct parameters parameters;

	assert_true(parameters_parse(op->arena, "a=1&A=2&a=3", 11, PARAMETERS_STRICT, &parameters));
	assert_string_equal(parameters_get(&parameters, "a"), "1");
	assert_string_equal(parameters_get(&parameters, "A"), "2");
	assert_null(parameters_get(&parameters, "b"));
	assert_null(parameters_get(&(struct parameters){ 0 }, "a"));
}

static void more_than_1000_pieces_are_refused(void **state)
{
	char text[2001];

	for (size_t i = 0; i < sizeof text; i++)
		text[i] = i % 2 ? '&' : 'a';
	assert_non_null(parsed(state, text, 1999, PARAMETERS_STRICT));
	assert_null(parsed(state, text, 2001, PARAMETERS_STRICT));
	assert_null(parsed(state, text, 2001, PARAMETERS_LENIENT));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		OP_TEST(parameters_are_cut_and_decoded),
		OP_TEST(a_raw_nul_is_refused),
		OP_TEST(only_the_given_bytes_count),
		OP_TEST(the_first_value_of_a_name_counts),
		OP_TEST(more_than_1000_pieces_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
