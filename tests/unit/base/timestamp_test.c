#include "base/timestamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/arena.h"

static void times_are_written_with_milliseconds(void **state)
{
	char text[TIMESTAMP_TEXT_BYTES];

	(void)state;
	timestamp_write(0, text);
	assert_string_equal(text, "1970-01-01T00:00:00.000Z");
	timestamp_write(1709626530042, text);
	assert_string_equal(text, "2024-03-05T08:15:30.042Z");
	timestamp_write(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
	timestamp_write(INT64_MIN, text);
	assert_string_equal(text, "0000-01-01T00:00:00.000Z");
	timestamp_write(INT64_MAX, text);
	assert_string_equal(text, "9999-12-31T23:59:59.999Z");
}

static void a_time_can_be_written_in_the_arena(void **state)
{
	struct arena *arena = arena_create();

	(void)state;
	assert_string_equal(timestamp_text(arena, 951782400000), "2000-02-29T00:00:00.000Z");
	arena_destroy(arena);
}

static void every_day_of_ten_thousand_years_reads_as_it_was_written(void **state)
{
	const int64_t day_ms = 86400000;
	char previous[TIMESTAMP_TEXT_BYTES] = "";
	char text[TIMESTAMP_TEXT_BYTES];
	int64_t time_ms, back;
	long days = 0;

	(void)state;
	for (time_ms = -62167219200000; time_ms <= 253402300799999; time_ms += day_ms) {
		timestamp_write(time_ms, text);
		if (!timestamp_parse(text, &back) || back != time_ms || strcmp(previous, text) >= 0)
			fail_msg("%s", text);
		memcpy(previous, text, sizeof(text));
		days++;
	}
	assert_int_equal(days, 3652425);
}

static void the_calendar_is_that_of_the_system(void **state)
{
	char text[TIMESTAMP_TEXT_BYTES], expected[TIMESTAMP_TEXT_BYTES];
	time_t seconds;

	(void)state;
	for (seconds = -62000000000; seconds < 250000000000; seconds += 7654321) {
		struct tm parts;

		assert_non_null(gmtime_r(&seconds, &parts));
		(void)snprintf(expected, sizeof(expected), "%04u-%02u-%02uT%02u:%02u:%02u.000Z",
		               (unsigned)(parts.tm_year + 1900) % 10000, (unsigned)(parts.tm_mon + 1) % 100,
		               (unsigned)parts.tm_mday % 100, (unsigned)parts.tm_hour % 100,
		               (unsigned)parts.tm_min % 100, (unsigned)parts.tm_sec % 100);
		timestamp_write((int64_t)seconds * 1000, text);
		assert_string_equal(text, expected);
	}
}

/* Reads and compares; NULL as `expected`: it must be refused. */
static void check_parsing(const char *text, const char *expected)
{
	char written[TIMESTAMP_TEXT_BYTES];
	int64_t time_ms;

	if (timestamp_parse(text, &time_ms) != !!expected)
		fail_msg("'%s' %s", text, expected ? "was refused" : "was read");
	if (!expected)
		return;
	timestamp_write(time_ms, written);
	assert_string_equal(written, expected);
}

static void a_full_time_is_read(void **state)
{
	(void)state;
	check_parsing("2024-03-05T08:15:30.042Z", "2024-03-05T08:15:30.042Z");
	check_parsing("2024-03-05T08:15:30,5z", "2024-03-05T08:15:30.500Z");
	check_parsing("2024-03-05t08:15:30.123456789Z", "2024-03-05T08:15:30.123Z");
	check_parsing("2024-03-05T08:15:30.9999Z", "2024-03-05T08:15:30.999Z");
}

static void missing_parts_are_the_first_or_zero(void **state)
{
	(void)state;
	check_parsing("2024", "2024-01-01T00:00:00.000Z");
	check_parsing("2024-3", "2024-03-01T00:00:00.000Z");
	check_parsing("2024-3-5", "2024-03-05T00:00:00.000Z");
	check_parsing("2024-03-05T", "2024-03-05T00:00:00.000Z");
	check_parsing("2024-03-05T8", "2024-03-05T08:00:00.000Z");
	check_parsing("2024-03-05T08:15", "2024-03-05T08:15:00.000Z");
	check_parsing("2024-03-05T08:15:30", "2024-03-05T08:15:30.000Z");
}

static void offsets_are_applied(void **state)
{
	(void)state;
	check_parsing("2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00.000Z");
	check_parsing("2024-03-01T00:30:00+0100", "2024-02-29T23:30:00.000Z");
	check_parsing("2024-03-01T00:30:00-05", "2024-03-01T05:30:00.000Z");
	check_parsing("2024-03-01T00:30+05:45", "2024-02-29T18:45:00.000Z");
	check_parsing("2024-03-01T00:30:00.1-00:30", "2024-03-01T01:00:00.100Z");
	check_parsing("0000-01-01T00:00:00-01:00", "0000-01-01T01:00:00.000Z");
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const TEXTS[] = {
		"", " ", "x", "24-03-05", "02024-03-05", "2024-", "2024-03-", "2024-00-01", "2024-13-01",
		"2024-03-00", "2024-03-32", "2023-02-29", "1900-02-29", "2024-04-31", "2024-003-05",
		"2024-03-05 08:15:30", "2024-03-05T24:00:00", "2024-03-05T08:60", "2024-03-05T08:15:60",
		"2024-03-05T08:15:30.", "2024-03-05T08:15:30.Z", "2024-03-05T08:15:30.1234567890Z",
		"2024-03-05T08:15:30+", "2024-03-05T08:15:30+1", "2024-03-05T08:15:30+100",
		"2024-03-05T08:15:30+24:00", "2024-03-05T08:15:30+01:60", "2024-03-05T08:15:30+01:",
		"2024-03-05T08:15:30Zx", "2024-03-05x", "-2024-03-05", "0000-01-01T00:00:00+01:00",
		"9999-12-31T23:59:59-01:00", "2024-03-05T08:", "2024-03-05T:15",
		"2024-03-05T08:15:30+01000",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		check_parsing(TEXTS[i], NULL);
}

static void dates_are_brought_into_one_form(void **state)
{
	char text[DATE_TEXT_BYTES];

	(void)state;
	assert_true(date_normalize("1990-2-3", text));
	assert_string_equal(text, "1990-02-03");
	assert_true(date_normalize("2024-02-29", text));
	assert_string_equal(text, "2024-02-29");
	assert_true(date_normalize("2000-02-29", text));
	assert_true(date_normalize("1990-12", text));
	assert_string_equal(text, "1990-12-01");
	assert_true(date_normalize("1990", text));
	assert_string_equal(text, "1990-01-01");
}

static void what_is_no_calendar_day_is_refused(void **state)
{
	char text[DATE_TEXT_BYTES];

	(void)state;
	assert_false(date_normalize("2023-02-29", text));
	assert_false(date_normalize("2100-02-29", text));
	assert_false(date_normalize("1990-02-03T00:00", text));
	assert_false(date_normalize("03.02.1990", text));
	assert_false(date_normalize("", text));
}

static void times_of_day_are_brought_into_one_form(void **state)
{
	char text[DATE_TEXT_BYTES];

	(void)state;
	assert_true(time_normalize("8:5", text));
	assert_string_equal(text, "08:05:00.000");
	assert_true(time_normalize("23:59:59.9876", text));
	assert_string_equal(text, "23:59:59.987");
	assert_true(time_normalize("7", text));
	assert_string_equal(text, "07:00:00.000");
	assert_false(time_normalize("24:00", text));
	assert_false(time_normalize("12:00Z", text));
	assert_false(time_normalize("", text));
	assert_false(time_normalize("12:", text));
}

/* Reads and compares; -1 as `expected`: it must be refused. */
static void check_duration(const char *text, int64_t expected)
{
	int64_t ms = -1;

	if (duration_parse(text, &ms) != (expected >= 0) || ms != expected)
		fail_msg("'%s' gives %lld", text, (long long)ms);
}

static void durations_are_read_with_a_unit(void **state)
{
	(void)state;
	check_duration("0", 0);
	check_duration("90", 90000);
	check_duration("5s", 5000);
	check_duration("250ms", 250);
	check_duration("30m", 1800000);
	check_duration("48h", 172800000);
	check_duration("200d", 17280000000);
}

static void durations_are_read_as_iso_8601(void **state)
{
	(void)state;
	check_duration("PT48H", 172800000);
	check_duration("P30D", 2592000000);
	check_duration("P1W", 604800000);
	check_duration("P1DT2H3M4.5S", 93784500);
	check_duration("PT0S", 0);
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const TEXTS[] = {
		"", "s", "-5s", "+5s", "5 s", "5x", "5S", "1.5h", "1h30m", "P", "PT", "P1DT", "P5", "P1Y",
		"P1M", "PT1D", "P1H", "PT1M1H", "PT1H1H", "PT1HT1M", "PT1.5M", "PT1.S", "-P1D", "P-1D",
		"PT1S ", "9999999999999999", "999999999999999d", "P999999999999999W",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++)
		check_duration(TEXTS[i], -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_written_with_milliseconds),
		cmocka_unit_test(a_time_can_be_written_in_the_arena),
		cmocka_unit_test(every_day_of_ten_thousand_years_reads_as_it_was_written),
		cmocka_unit_test(the_calendar_is_that_of_the_system),
		cmocka_unit_test(a_full_time_is_read),
		cmocka_unit_test(missing_parts_are_the_first_or_zero),
		cmocka_unit_test(offsets_are_applied),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(dates_are_brought_into_one_form),
		cmocka_unit_test(what_is_no_calendar_day_is_refused),
		cmocka_unit_test(times_of_day_are_brought_into_one_form),
		cmocka_unit_test(durations_are_read_with_a_unit),
		cmocka_unit_test(durations_are_read_as_iso_8601),
		cmocka_unit_test(what_is_no_duration_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
