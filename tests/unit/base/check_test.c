#include "base/check.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void keys_are_letters_digits_dashes_and_underscores(void **state)
{
	(void)state;
	assert_true(check_key("ab"));
	assert_true(check_key("A-z_0"));
	assert_false(check_key(""));
	assert_false(check_key("a"));
	assert_false(check_key("a b"));
	assert_false(check_key("a.b"));
	assert_false(check_key("\xC3\xA4\xC3\xA4"));
}

static void keys_have_at_most_256_characters(void **state)
{
	char key[258];

	(void)state;
	memset(key, 'k', sizeof(key));
	key[257] = '\0';
	assert_false(check_key(key));
	key[256] = '\0';
	assert_true(check_key(key));
}

static void countries_are_known_by_their_code(void **state)
{
	(void)state;
	assert_true(check_country("AD"));
	assert_true(check_country("DE"));
	assert_true(check_country("US"));
	assert_true(check_country("ZW"));
	assert_false(check_country("de"));
	assert_false(check_country("XX"));
	assert_false(check_country("UK"));
	assert_false(check_country("D"));
	assert_false(check_country("DEU"));
	assert_false(check_country(""));
	assert_false(check_country("','"));
}

static void every_country_of_the_list_is_found(void **state)
{
	const char *list = check_country_list();
	char code[3] = "";
	size_t count = 0;

	(void)state;
	for (;;) {
		assert_int_equal(list[0], '\'');
		assert_int_equal(list[3], '\'');
		assert_true(memcmp(code, list + 1, 2) < 0);
		memcpy(code, list + 1, 2);
		assert_true(check_country(code));
		count++;
		if (!list[4])
			break;
		assert_int_equal(list[4], ',');
		list += 5;
	}
	assert_int_equal(count, 249);
}

static void currencies_are_known_by_their_code(void **state)
{
	(void)state;
	assert_true(check_currency("AED"));
	assert_true(check_currency("EUR"));
	assert_true(check_currency("USD"));
	assert_true(check_currency("ZWG"));
	assert_false(check_currency("eur"));
	assert_true(check_currency("DEM"));
	assert_true(check_currency("HRK"));
	assert_true(check_currency("ZWL"));
	assert_false(check_currency("QQQ"));
	assert_false(check_currency("EU"));
	assert_false(check_currency("EURO"));
	assert_true(check_currency("DEM0"));
	assert_false(check_currency("QQQ0"));
	assert_false(check_currency("EUR00"));
	assert_false(check_currency("000"));
	assert_false(check_currency(""));
	assert_false(check_currency("D E"));
}

static void currencies_have_their_fraction_digits(void **state)
{
	static const char NONE[] =
		"BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
	static const char THREE[] = "BHD IQD JOD KWD LYD OMR TND";
	char code[4] = "";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(NONE); i += 4) {
		memcpy(code, NONE + i, 3);
		assert_true(check_currency(code));
		assert_int_equal(currency_fraction_digits(code), 0);
	}
	for (i = 0; i < sizeof(THREE); i += 4) {
		memcpy(code, THREE + i, 3);
		assert_true(check_currency(code));
		assert_int_equal(currency_fraction_digits(code), 3);
	}
	assert_int_equal(currency_fraction_digits("CLF"), 4);
	assert_int_equal(currency_fraction_digits("BYR"), 0);
	assert_int_equal(currency_fraction_digits("EUR"), 2);
	assert_int_equal(currency_fraction_digits(""), 2);
}

static void a_currency_with_0_behind_it_is_one_of_whole_units(void **state)
{
	(void)state;
	assert_true(check_currency("CZK0"));
	assert_true(check_currency("KWD0"));
	assert_int_equal(currency_fraction_digits("CZK0"), 0);
	assert_int_equal(currency_fraction_digits("KWD0"), 0);
}

static void uuids_have_36_characters(void **state)
{
	(void)state;
	assert_true(check_uuid("986024d7-8113-5150-a076-6935d89dc3ee"));
	assert_true(check_uuid("986024D7-8113-5150-A076-6935D89DC3EE"));
	assert_false(check_uuid(""));
	assert_false(check_uuid("986024d7-8113-5150-a076-6935d89dc3e"));
	assert_false(check_uuid("986024d7-8113-5150-a076-6935d89dc3eee"));
	assert_false(check_uuid("986024d7-8113-5150-a076-6935d89dc3eg"));
	assert_false(check_uuid("986024d7081130515000a07606935d89dc3ee"));
	assert_false(check_uuid("986024d7-8113-5150-a0766-935d89dc3ee"));
}

static void emails_are_anything_without_white_space(void **state)
{
	(void)state;
	assert_true(check_email("ann@example.org"));
	assert_true(check_email("no-at-sign"));
	assert_true(check_email("\xC3\xA4@\xC3\xB6"));
	assert_false(check_email(""));
	assert_false(check_email("   "));
	assert_false(check_email("ann @example.org"));
	assert_false(check_email("ann@example.org\n"));
}

/* Checks and compares; NULL as `expected`: it must be refused. */
static void check_tag(const char *text, const char *expected)
{
	struct arena *arena = arena_create();
	char *tag;

	if (check_locale(arena, text, &tag) != !!expected)
		fail_msg("'%s' %s", text, expected ? "was refused" : "passed");
	if (expected)
		assert_string_equal(tag, expected);
	arena_destroy(arena);
}

static void language_tags_are_brought_into_canonical_form(void **state)
{
	(void)state;
	check_tag("de", "de");
	check_tag("DE", "de");
	check_tag("de_de", "de-DE");
	check_tag("DE-de", "de-DE");
	check_tag("zh-hANS-cn", "zh-Hans-CN");
	check_tag("sr_latn", "sr-Latn");
	check_tag("es-419", "es-419");
	check_tag("gsw-CH", "gsw-CH");
	check_tag("zh-YUE-hk", "zh-yue-HK");
	check_tag("de-CH-1996", "de-CH-1996");
	check_tag("en-us-X-Twain", "en-US-x-twain");
	check_tag("de-de-u-CO-phonebk", "de-DE-u-co-phonebk");
}

static void what_is_no_language_tag_is_refused(void **state)
{
	(void)state;
	check_tag("", NULL);
	check_tag("d", NULL);
	check_tag("german", NULL);
	check_tag("d1", NULL);
	check_tag("-de", NULL);
	check_tag("de-", NULL);
	check_tag("de--DE", NULL);
	check_tag("de DE", NULL);
	check_tag("de-D\xC3\x84", NULL);
	check_tag("de-abcdefghi", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_letters_digits_dashes_and_underscores),
		cmocka_unit_test(keys_have_at_most_256_characters),
		cmocka_unit_test(countries_are_known_by_their_code),
		cmocka_unit_test(every_country_of_the_list_is_found),
		cmocka_unit_test(currencies_are_known_by_their_code),
		cmocka_unit_test(currencies_have_their_fraction_digits),
		cmocka_unit_test(a_currency_with_0_behind_it_is_one_of_whole_units),
		cmocka_unit_test(uuids_have_36_characters),
		cmocka_unit_test(emails_are_anything_without_white_space),
		cmocka_unit_test(language_tags_are_brought_into_canonical_form),
		cmocka_unit_test(what_is_no_language_tag_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
