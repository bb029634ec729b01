#include "base/timestamp.h"

#include <stddef.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum {
	SECOND = 1000, /* in milliseconds, as all that follow */
	MINUTE = 60 * SECOND,
	HOUR = 60 * MINUTE,
	DAY = 24 * HOUR,
	WEEK = 7 * DAY
};

static const int64_t FIRST_MS = -62167219200000; /* 0000-01-01T00:00:00.000Z */
static const int64_t LAST_MS = 253402300799999;  /* 9999-12-31T23:59:59.999Z */

struct date {
	int64_t year, month, day;
};

/* -- calendar -- */

/* The calendar repeats every 400 years, and a year that begins in March has its leap day last.
 * Source: H. Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
static const int64_t ERA_DAYS = 146097;
static const int64_t EPOCH_DAY = 719468; /* days from 0000-03-01 to 1970-01-01 */

/* Gives the days since 1970 of a date. */
static int64_t days_of(const struct date *date)
{
	int64_t year = date->year - (date->month <= 2) + 400; /* never negative */
	int64_t year_of_era = year % 400;
	int64_t month = (date->month + 9) % 12; /* from March */
	int64_t day_of_year = (153 * month + 2) / 5 + date->day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return (year / 400 - 1) * ERA_DAYS + day_of_era - EPOCH_DAY;
}

static struct date date_of(int64_t days)
{
	int64_t day = days + EPOCH_DAY + ERA_DAYS; /* never negative, as the year 0000 is the first */
	int64_t era = day / ERA_DAYS - 1;
	int64_t day_of_era = day % ERA_DAYS;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t month = (5 * day_of_year + 2) / 153;
	struct date date = {
		.year = era * 400 + year_of_era + (month >= 10),
		.month = month < 10 ? month + 3 : month - 9,
		.day = day_of_year - (153 * month + 2) / 5 + 1,
	};

	return date;
}

static bool is_date(const struct date *date)
{
	static const int MONTH_DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	bool leap = date->year % 4 == 0 && (date->year % 100 != 0 || date->year % 400 == 0);

	if (date->month < 1 || date->month > 12 || date->day < 1)
		return false;
	return date->day <= MONTH_DAYS[date->month - 1] + (leap && date->month == 2);
}

/* -- writing -- */

/* Writes a number with leading zeroes and then a mark; gives the place after it. */
static char *put(char *out, int64_t number, int digits, char mark)
{
	int i;

	for (i = digits - 1; i >= 0; i--) {
		out[i] = (char)('0' + number % 10);
		number /= 10;
	}
	out[digits] = mark;
	return out + digits + 1;
}

static char *put_date(char *out, const struct date *date, char mark)
{
	out = put(out, date->year, 4, '-');
	out = put(out, date->month, 2, '-');
	return put(out, date->day, 2, mark);
}

static char *put_time(char *out, int64_t day_ms, char mark)
{
	out = put(out, day_ms / HOUR, 2, ':');
	out = put(out, day_ms / MINUTE % 60, 2, ':');
	out = put(out, day_ms / SECOND % 60, 2, '.');
	return put(out, day_ms % SECOND, 3, mark);
}

void timestamp_write(int64_t time_ms, char text[TIMESTAMP_TEXT_BYTES])
{
	int64_t ms = time_ms < FIRST_MS ? FIRST_MS : time_ms > LAST_MS ? LAST_MS : time_ms;
	int64_t days = (ms - FIRST_MS) / DAY + FIRST_MS / DAY;
	struct date date = date_of(days);

	*put_time(put_date(text, &date, 'T'), ms - days * DAY, 'Z') = '\0';
}

char *timestamp_text(struct arena *arena, int64_t time_ms)
{
	char text[TIMESTAMP_TEXT_BYTES];

	timestamp_write(time_ms, text);
	return arena_strdup(arena, text);
}

const char *timestamp_text_since(struct arena *arena, int64_t time_ms, const char *previous)
{
	const char *text = timestamp_text(arena, time_ms);

	return previous && strcmp(previous, text) > 0 ? previous : text;
}

/* -- reading: each piece moves *at behind what it read -- */

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool read_mark(const char **at, char mark)
{
	if (**at != mark)
		return false;
	(*at)++;
	return true;
}

/* Reads a number of `least` to `most` digits; a further digit is an error. */
static bool read_number(const char **at, int least, int most, int64_t *ret_number)
{
	int64_t number = 0;
	int digits = 0;

	while (is_digit(**at) && digits < most) {
		number = number * 10 + (*(*at)++ - '0');
		digits++;
	}
	*ret_number = number;
	return digits >= least && !is_digit(**at);
}

/* yyyy[-M[M][-d[d]]] */
static bool read_date(const char **at, struct date *ret_date)
{
	struct date date = { .month = 1, .day = 1 };

	if (!read_number(at, 4, 4, &date.year))
		return false;
	if (read_mark(at, '-') && !read_number(at, 1, 2, &date.month))
		return false;
	if (read_mark(at, '-') && !read_number(at, 1, 2, &date.day))
		return false;
	*ret_date = date;
	return is_date(&date);
}

/* Reads one to nine digits after the point and cuts them to milliseconds. */
static bool read_fraction(const char **at, int64_t *ret_ms)
{
	const char *start = *at;
	int64_t fraction;
	int64_t digits;

	if (!read_number(at, 1, 9, &fraction))
		return false;
	for (digits = *at - start; digits < 3; digits++)
		fraction *= 10;
	for (; digits > 3; digits--)
		fraction /= 10;
	*ret_ms = fraction;
	return true;
}

/* H[H][:m[m][:s[s][.f…]]] */
static bool read_time(const char **at, int64_t *ret_ms)
{
	int64_t hour = 0;
	int64_t minute = 0;
	int64_t second = 0;
	int64_t ms = 0;

	if (!read_number(at, 1, 2, &hour))
		return false;
	if (read_mark(at, ':')) {
		if (!read_number(at, 1, 2, &minute))
			return false;
		if (read_mark(at, ':')) {
			if (!read_number(at, 1, 2, &second))
				return false;
			if ((read_mark(at, '.') || read_mark(at, ',')) && !read_fraction(at, &ms))
				return false;
		}
	}
	*ret_ms = hour * HOUR + minute * MINUTE + second * SECOND + ms;
	return hour < 24 && minute < 60 && second < 60;
}

/* Nothing, Z, ±HH, ±HHmm or ±HH:mm. Gives the milliseconds that local time is ahead of UTC. */
static bool read_offset(const char **at, int64_t *ret_ms)
{
	int64_t sign = **at == '-' ? -1 : 1;
	const char *start;
	int64_t hour;
	int64_t minute = 0;

	*ret_ms = 0;
	if (!**at || read_mark(at, 'Z') || read_mark(at, 'z'))
		return true;
	if (!read_mark(at, '+') && !read_mark(at, '-'))
		return false;
	start = *at;
	if (!read_number(at, 2, 4, &hour))
		return false;
	if (*at - start == 4) {
		minute = hour % 100;
		hour /= 100;
	} else if (*at - start != 2 || (read_mark(at, ':') && !read_number(at, 2, 2, &minute))) {
		return false;
	}
	*ret_ms = sign * (hour * HOUR + minute * MINUTE);
	return hour < 24 && minute < 60;
}

bool timestamp_parse(const char *text, int64_t *ret_ms)
{
	struct date date;
	int64_t day_ms = 0;
	int64_t offset_ms = 0;
	int64_t ms;

	if (!read_date(&text, &date))
		return false;
	if (read_mark(&text, 'T') || read_mark(&text, 't')) {
		if (is_digit(*text) && !read_time(&text, &day_ms))
			return false;
		if (!read_offset(&text, &offset_ms))
			return false;
	}
	ms = days_of(&date) * DAY + day_ms - offset_ms;
	if (*text || ms < FIRST_MS || ms > LAST_MS)
		return false;
	*ret_ms = ms;
	return true;
}

bool date_normalize(const char *text, char ret_text[DATE_TEXT_BYTES])
{
	struct date date;

	if (!read_date(&text, &date) || *text)
		return false;
	(void)put_date(ret_text, &date, '\0'); /* the end is not needed */
	return true;
}

bool time_normalize(const char *text, char ret_text[DATE_TEXT_BYTES])
{
	int64_t day_ms;

	if (!read_time(&text, &day_ms) || *text)
		return false;
	(void)put_time(ret_text, day_ms, '\0'); /* the end is not needed */
	return true;
}

/* -- durations -- */

enum { DURATION_DIGITS = 15 };

/* Adds number × unit. False if the sum is longer than all years we can write. */
static bool add(int64_t *sum, int64_t number, int64_t unit)
{
	const int64_t longest = LAST_MS - FIRST_MS;

	if (number > (longest - *sum) / unit)
		return false;
	*sum += number * unit;
	return true;
}

/* P[nW][nD][T[nH][nM][n[.f]S]], in this order and with one part at least. Years and months are
 * refused, as they have no fixed length. */
static bool read_iso_duration(const char *text, int64_t *ret_ms)
{
	static const struct {
		char    mark;
		bool    of_day;
		int64_t ms;
	} PARTS[] = {
		/* mark  after T  length */
		{ 'W',   false,   WEEK },
		{ 'D',   false,   DAY },
		{ 'H',   true,    HOUR },
		{ 'M',   true,    MINUTE },
		{ 'S',   true,    SECOND },
	};
	const size_t count = sizeof(PARTS) / sizeof(PARTS[0]);
	bool of_day = false;
	size_t part = 0;
	int64_t sum = 0;

	do {
		int64_t number, ms = 0;
		bool has_fraction;

		of_day = of_day || read_mark(&text, 'T');
		if (!read_number(&text, 1, DURATION_DIGITS, &number))
			return false;
		has_fraction = read_mark(&text, '.');
		if (has_fraction && !read_fraction(&text, &ms))
			return false;
		while (part < count && (PARTS[part].mark != *text || PARTS[part].of_day != of_day))
			part++;
		if (part == count || (has_fraction && PARTS[part].mark != 'S'))
			return false;
		if (!add(&sum, number, PARTS[part].ms) || !add(&sum, ms, 1))
			return false;
		part++;
		text++;
	} while (*text);
	*ret_ms = sum;
	return true;
}

bool duration_parse(const char *text, int64_t *ret_ms)
{
	static const struct {
		const char *name;
		int64_t     ms;
	} UNITS[] = {
		{ "",   SECOND },
		{ "ms", 1 },
		{ "s",  SECOND },
		{ "m",  MINUTE },
		{ "h",  HOUR },
		{ "d",  DAY },
	};
	int64_t sum = 0;
	int64_t number;
	size_t i;

	if (read_mark(&text, 'P'))
		return read_iso_duration(text, ret_ms);
	if (!read_number(&text, 1, DURATION_DIGITS, &number))
		return false;
	for (i = 0; i < sizeof(UNITS) / sizeof(UNITS[0]); i++) {
		if (strcmp(text, UNITS[i].name) == 0 && add(&sum, number, UNITS[i].ms)) {
			*ret_ms = sum;
			return true;
		}
	}
	return false;
}

char *duration_text(struct arena *arena, int64_t ms)
{
	const int64_t length = ms < 0 ? -ms : ms;
	const int64_t days = length / DAY, hours = length / HOUR % 24, minutes = length / MINUTE % 60;
	const int64_t seconds = length / SECOND % 60, rest = length % SECOND;
	struct text_buffer text = { .arena = arena };

	text_append(&text, ms < 0 ? "-P" : "P");
	if (days)
		text_appendf(&text, "%lldD", (long long)days);
	if (length % DAY || !days)
		text_append(&text, "T");
	if (hours)
		text_appendf(&text, "%lldH", (long long)hours);
	if (minutes)
		text_appendf(&text, "%lldM", (long long)minutes);
	if (rest)
		text_appendf(&text, "%lld.%03lldS", (long long)seconds, (long long)rest);
	else if (seconds || !length)
		text_appendf(&text, "%lldS", (long long)seconds);
	return text.text;
}
