#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"

static void a_buffer_grows(void **state)
{
	struct arena *arena = arena_create();
	struct text_buffer buffer = { .arena = arena };
	int i;

	(void)state;
	assert_null(buffer.text);
	for (i = 0; i < 1000; i++) {
		text_append(&buffer, "abc");
		text_append_bytes(&buffer, "defgh", 2);
		text_appendf(&buffer, "%03d", i);
	}
	assert_int_equal(buffer.bytes, 8000);
	assert_int_equal(strlen(buffer.text), 8000);
	assert_memory_equal(buffer.text + 7992, "abcde999", 9);
	arena_destroy(arena);
}

static void a_buffer_takes_one_long_piece(void **state)
{
	struct arena *arena = arena_create();
	struct text_buffer buffer = { .arena = arena };
	int width;

	(void)state;
	text_append(&buffer, "");
	assert_string_equal(buffer.text, "");
	for (width = 25; width < 70; width++) {
		buffer = (struct text_buffer){ .arena = arena };
		text_append(&buffer, "x");
		text_appendf(&buffer, "%*d", width, 1);
		assert_int_equal(buffer.bytes, width + 1);
		assert_int_equal(strlen(buffer.text), width + 1);
	}
	arena_destroy(arena);
}

static void appending_does_not_write_behind_the_room(void **state)
{
	struct arena *arena = arena_create();
	size_t bytes;

	(void)state;
	for (bytes = 0; bytes < 300; bytes++) {
		struct text_buffer buffer = { .arena = arena };
		size_t i;

		for (i = 0; i < bytes; i++)
			text_append_bytes(&buffer, "z", 1);
		text_appendf(&buffer, "%s", "");
		assert_true(buffer.bytes < buffer.room);
		assert_int_equal(strlen(buffer.text), bytes);
	}
	arena_destroy(arena);
}

static bool is_utf8(const char *text)
{
	return text_is_utf8(text, strlen(text));
}

static void utf8_is_recognised(void **state)
{
	(void)state;
	assert_true(is_utf8(""));
	assert_true(is_utf8("plain"));
	assert_true(is_utf8("\xC3\xA4 \xE2\x82\xAC \xF0\x9F\x98\x80"));
	assert_true(is_utf8("\xF4\x8F\xBF\xBF"));
	assert_true(is_utf8("\xED\x9F\xBF\xEE\x80\x80"));
}

static void what_is_not_utf8_is_refused(void **state)
{
	(void)state;
	assert_false(is_utf8("\x80"));
	assert_false(is_utf8("\xC3"));
	assert_false(is_utf8("\xC3("));
	assert_false(is_utf8("\xC0\x80"));         /* overlong */
	assert_false(is_utf8("\xC1\xBF"));         /* overlong */
	assert_false(is_utf8("\xE0\x9F\xBF"));     /* overlong */
	assert_false(is_utf8("\xF0\x8F\xBF\xBF")); /* overlong */
	assert_false(is_utf8("\xED\xA0\x80"));     /* surrogate */
	assert_false(is_utf8("\xF4\x90\x80\x80")); /* beyond Unicode */
	assert_false(is_utf8("\xF5\x80\x80\x80"));
	assert_false(is_utf8("\xFF"));
	assert_false(is_utf8("\xE2\x82"));
	assert_false(text_is_utf8("a\0b", 3));
	assert_false(text_is_utf8("\xE2\x82\xAC", 2));
}

static void one_character_is_decoded(void **state)
{
	uint32_t code = 0;

	(void)state;
	assert_int_equal(text_utf8_char("\xF0\x9F\x98\x80", 4, &code), 4);
	assert_int_equal(code, 0x1F600);
	assert_int_equal(text_utf8_char("\xE2\x82\xAC.", 4, &code), 3);
	assert_int_equal(code, 0x20AC);
	assert_int_equal(text_utf8_char("\xC3\xA4", 2, &code), 2);
	assert_int_equal(code, 0xE4);
	assert_int_equal(text_utf8_char("", 0, &code), 0);
}

static void a_character_is_written_as_it_is_read(void **state)
{
	const uint32_t codes[] = { 0x24,  0x7F,   0x80,   0xE4,    0x7FF,
		                       0x800, 0x20AC, 0xFFFF, 0x10000, 0x10FFFF };

	(void)state;
	for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
		char text[TEXT_UTF8_BYTES];
		size_t bytes = text_utf8_write(codes[i], text);
		uint32_t code = 0;

		assert_int_equal(text_utf8_char(text, bytes, &code), bytes);
		assert_int_equal(code, codes[i]);
	}
}

static void a_hex_digit_has_a_value_in_both_cases(void **state)
{
	(void)state;
	assert_int_equal(text_hex_digit('0'), 0);
	assert_int_equal(text_hex_digit('9'), 9);
	assert_int_equal(text_hex_digit('a'), 10);
	assert_int_equal(text_hex_digit('F'), 15);
	assert_int_equal(text_hex_digit('g'), -1);
	assert_int_equal(text_hex_digit('\0'), -1);
}

/* Decodes and compares; NULL as `expected`: it must be refused. */
static void check_decoding(const char *raw, bool plus_is_space, const char *expected)
{
	struct arena *arena = arena_create();
	char *text;

	if (text_percent_decode(arena, raw, strlen(raw), plus_is_space, &text) != !!expected)
		fail_msg("'%s' %s", raw, expected ? "was refused" : "was decoded");
	if (expected)
		assert_string_equal(text, expected);
	arena_destroy(arena);
}

static void percent_escapes_are_decoded_once(void **state)
{
	(void)state;
	check_decoding("", false, "");
	check_decoding("a%20b%2Fc%2f", false, "a b/c/");
	check_decoding("%2541", false, "%41");
	check_decoding("%C3%A4", false, "\xC3\xA4");
	check_decoding("a+b", false, "a+b");
	check_decoding("a+b%2B", true, "a b+");
}

static void broken_escapes_are_refused(void **state)
{
	(void)state;
	check_decoding("%", false, NULL);
	check_decoding("abc%4", false, NULL);
	check_decoding("%zz", false, NULL);
	check_decoding("%4g", false, NULL);
	check_decoding("%00", false, NULL);
	check_decoding("%C3", false, NULL);
	check_decoding("\xFF", false, NULL);
}

static void a_raw_nul_is_refused(void **state)
{
	struct arena *arena = arena_create();
	char *text;

	(void)state;
	assert_false(text_percent_decode(arena, "a\0b", 3, false, &text));
	assert_false(text_percent_decode_leniently(arena, "a\0b", 3, &text));
	arena_destroy(arena);
}

static void lenient_decoding_keeps_broken_escapes(void **state)
{
	struct arena *arena = arena_create();
	char *text;

	(void)state;
	assert_true(text_percent_decode_leniently(arena, "100%+%zz%41%4", 13, &text));
	assert_string_equal(text, "100% %zzA%4");
	assert_false(text_percent_decode_leniently(arena, "%00", 3, &text));
	assert_false(text_percent_decode_leniently(arena, "%ff", 3, &text));
	arena_destroy(arena);
}

static void letters_of_all_scripts_are_folded(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	assert_string_equal(text_fold_case(arena, "Ann@Example.ORG [1_Z]"), "ann@example.org [1_z]");
	assert_string_equal(text_fold_case(arena, "\xC3\x84\xC3\x96\xC3\x9C"),
	                    "\xC3\xA4\xC3\xB6\xC3\xBC");
	assert_string_equal(text_fold_case(arena, "\xD0\x96\xCE\xA9"), "\xD0\xB6\xCF\x89");
	assert_string_equal(text_fold_case(arena, ""), "");
	arena_destroy(arena);
}

static void a_letter_may_grow_when_folded(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	assert_string_equal(text_fold_case(arena, "\xC8\xBA\xC8\xBA\xC8\xBA"),
	                    "\xE2\xB1\xA5\xE2\xB1\xA5\xE2\xB1\xA5");
	arena_destroy(arena);
}

static void folding_keeps_what_is_not_utf8(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	assert_string_equal(text_fold_case(arena, "A\xFF\xC3"), "a\xFF\xC3");
	arena_destroy(arena);
}

/* Compares text_equal_folded() with what it stands for. */
static void check_folded(const char *text, const char *folded, bool expected)
{
	struct arena *arena = arena_create();

	assert_int_equal(text_equal_folded(text, strlen(text), folded), expected);
	assert_int_equal(strcmp(text_fold_case(arena, text), folded) == 0, expected);
	arena_destroy(arena);
}

static void folded_texts_compare_without_being_folded_first(void **state)
{
	(void)state;
	check_folded("", "", true);
	check_folded("Zo\xC3\x8B", "zo\xC3\xAB", true);
	check_folded("zo\xC3\xAB", "zo\xC3\xAB", true);
	check_folded("Zo\xC3\x8B", "ZO\xC3\x8B", false); /* the other side is not folded */
	check_folded("abc", "ab", false);
	check_folded("ab", "abc", false);
	check_folded("", "a", false);
	check_folded("a", "", false);
	check_folded("\xC8\xBA", "\xE2\xB1\xA5", true); /* grows */
	check_folded("\xC8\xBA", "\xE2\xB1", false);
	check_folded("A\xFF\xC3", "a\xFF\xC3", true);
}

static void folded_comparison_ends_where_it_is_told(void **state)
{
	(void)state;
	assert_true(text_equal_folded("ABC", 2, "ab"));
	assert_false(text_equal_folded("ab\0", 3, "ab"));
	assert_false(text_equal_folded("\xC3\x84", 1, "\xC3\xA4"));
}

static void blank_is_white_space_only(void **state)
{
	(void)state;
	assert_true(text_is_blank(""));
	assert_true(text_is_blank(" \t\r\n"));
	assert_true(text_is_blank("\xC2\xA0\xE3\x80\x80"));
	assert_false(text_is_blank(" a "));
	assert_false(text_is_blank("\xC3\xA4"));
	assert_false(text_is_blank("\xFF"));
}

static void white_space_is_found_anywhere(void **state)
{
	(void)state;
	assert_false(text_has_space(""));
	assert_false(text_has_space("a@b"));
	assert_true(text_has_space("a b"));
	assert_true(text_has_space("\xC3\xA4\xC2\xA0"));
}

static void distance_counts_edits(void **state)
{
	(void)state;
	assert_int_equal(text_distance("", ""), 0);
	assert_int_equal(text_distance("email", "email"), 0);
	assert_int_equal(text_distance("", "abc"), 3);
	assert_int_equal(text_distance("kitten", "sitting"), 3);
	assert_int_equal(text_distance("emial", "email"), 1);
	assert_int_equal(text_distance("setfirstName", "setFirstName"), 1);
	assert_int_equal(text_distance("abcdef", "badcfe"), 3);
}

static void long_texts_are_wholly_different(void **state)
{
	char a[66], b[66];

	(void)state;
	memset(a, 'a', sizeof(a));
	memset(b, 'a', sizeof(b));
	a[65] = b[65] = '\0';
	assert_int_equal(text_distance(a, b), 0);
	b[64] = 'b';
	assert_int_equal(text_distance(a, b), 65);
	a[64] = b[64] = '\0';
	b[0] = 'b';
	assert_int_equal(text_distance(a, b), 1);
}

static void numbers_are_written_in_digits(void **state)
{
	static const struct {
		int64_t     number;
		const char *text;
	} ROWS[] = {
		{ 0, "0" }, { 7, "7" }, { -1, "-1" }, { 1000, "1000" }, { INT64_MAX, "9223372036854775807" },
		{ INT64_MIN, "-9223372036854775808" },
	};
	char room[TEXT_INTEGER_BYTES];
	char hex[7] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++)
		assert_string_equal(text_of_integer(ROWS[i].number, room), ROWS[i].text);
	text_write_hex((const unsigned char[]){ 0x00, 0x9a, 0xff }, 3, hex);
	assert_string_equal(hex, "009aff");
}

/* What runs of plain bytes, escapes and both together decode to, at each place of a word. */
static void runs_and_escapes_are_decoded_at_each_place(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	for (int before = 0; before < 20; before++)
		for (int after = 0; after < 20; after++) {
			char *text;
			const char *raw = arena_printf(arena, "%.*s%%C3%%A9+%.*s", before,
			                                    "abcdefghijklmnopqrst", after, "abcdefghijklmnopqrst");
			const char *expected =
				arena_printf(arena, "%.*s\xC3\xA9 %.*s", before, "abcdefghijklmnopqrst", after,
			                 "abcdefghijklmnopqrst");

			assert_true(text_percent_decode(arena, raw, strlen(raw), true, &text));
			assert_string_equal(text, expected);
		}
	arena_destroy(arena);
}

static void utf8_is_checked_at_each_place(void **state)
{
	static const char *const BROKEN[] = { "\xC3", "\xFF", "\xED\xA0\x80", "\x80" };

	(void)state;
	for (size_t at = 0; at < 24; at++)
		for (size_t i = 0; i < sizeof BROKEN / sizeof *BROKEN; i++) {
			char text[32] = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";

			assert_true(text_is_utf8(text, 31));
			memcpy(text + at, BROKEN[i], strlen(BROKEN[i]));
			assert_false(text_is_utf8(text, 31));
			memset(text, 'x', 31);
			text[at] = '\0';
			assert_false(text_is_utf8(text, 31));
			text[at] = '"';
			assert_true(text_is_utf8(text, 31));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_buffer_grows),
		cmocka_unit_test(a_buffer_takes_one_long_piece),
		cmocka_unit_test(appending_does_not_write_behind_the_room),
		cmocka_unit_test(utf8_is_recognised),
		cmocka_unit_test(what_is_not_utf8_is_refused),
		cmocka_unit_test(one_character_is_decoded),
		cmocka_unit_test(a_character_is_written_as_it_is_read),
		cmocka_unit_test(a_hex_digit_has_a_value_in_both_cases),
		cmocka_unit_test(percent_escapes_are_decoded_once),
		cmocka_unit_test(broken_escapes_are_refused),
		cmocka_unit_test(a_raw_nul_is_refused),
		cmocka_unit_test(lenient_decoding_keeps_broken_escapes),
		cmocka_unit_test(letters_of_all_scripts_are_folded),
		cmocka_unit_test(a_letter_may_grow_when_folded),
		cmocka_unit_test(folding_keeps_what_is_not_utf8),
		cmocka_unit_test(folded_texts_compare_without_being_folded_first),
		cmocka_unit_test(folded_comparison_ends_where_it_is_told),
		cmocka_unit_test(blank_is_white_space_only),
		cmocka_unit_test(white_space_is_found_anywhere),
		cmocka_unit_test(distance_counts_edits),
		cmocka_unit_test(long_texts_are_wholly_different),
		cmocka_unit_test(numbers_are_written_in_digits),
		cmocka_unit_test(runs_and_escapes_are_decoded_at_each_place),
		cmocka_unit_test(utf8_is_checked_at_each_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
