#include "base/json_write.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum {
	NUMBER_BYTES =
		32, /* the most that a number takes, with 17 digits, a sign, a point and an exponent */
	DIGITS = 15,
	ALL_DIGITS = 17,
	LARGEST_SCALE = 6,
};

/* Up to which numbers have at most 15 digits with LARGEST_SCALE decimals; and from which on they are written without an
 * exponent. */
static const double SCALED_MAX = 1e9;
static const double SCALED_MIN = 1e-4;

static const double POWERS_OF_TEN[LARGEST_SCALE + 1] = { 1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6 };

struct writer {
	struct text_buffer *out;
	int                 digits;    /* of reals */
	bool                is_sorted; /* members by their names */
};

/* Mostly there is room, and a call for each piece would cost more than the piece. */
static inline void reserve(struct text_buffer *out, size_t count)
{
	if (!out->text || out->room - out->bytes <= count)
		text_reserve(out, count);
}

/* Appends without the NUL, in room that is there. */
static void put(struct text_buffer *out, const char *bytes, size_t count)
{
	memcpy(out->text + out->bytes, bytes, count);
	out->bytes += count;
}

static void put_byte(struct text_buffer *out, char byte)
{
	out->text[out->bytes++] = byte;
}

static void write_mark(struct text_buffer *out, char mark)
{
	reserve(out, 1);
	put_byte(out, mark);
}

static void write_word(struct text_buffer *out, const char *word, size_t bytes)
{
	reserve(out, bytes);
	put(out, word, bytes);
}

/* -- texts -- */

/* What is no plain byte: an escape, or a byte of a longer character, which stands for itself. */
static void write_unusual(struct text_buffer *out, unsigned char byte)
{
	static const char MARKS[] = "\"\\\b\f\n\r\t";
	static const char LETTERS[] = "\"\\bfnrt";
	static const char HEX[] = "0123456789ABCDEF";
	const char *mark = byte ? strchr(MARKS, byte) : NULL;

	if (byte >= 0x80) {
		put_byte(out, (char)byte);
	} else if (mark) {
		put_byte(out, '\\');
		put_byte(out, LETTERS[mark - MARKS]);
	} else {
		put(out, "\\u00", 4);
		put_byte(out, HEX[byte >> 4]);
		put_byte(out, HEX[byte & 15]);
	}
}

static void copy_plain(struct text_buffer *out, const char *text, size_t bytes, size_t *at)
{
	size_t count = text_copy_plain(out->text + out->bytes, text + *at, bytes - *at);

	out->bytes += count;
	*at += count;
}

static void write_text(struct text_buffer *out, const char *text, size_t bytes)
{
	enum { MARKS = 3, LONGEST_ESCAPE = 6 }; /* both quotes, and the colon that may follow */
	size_t at = 0;

	reserve(out, bytes + MARKS);
	put_byte(out, '"');
	copy_plain(out, text, bytes, &at);
	while (at < bytes) {
		reserve(out, bytes - at + LONGEST_ESCAPE + MARKS);
		write_unusual(out, (unsigned char)text[at++]);
		copy_plain(out, text, bytes, &at);
	}
	put_byte(out, '"');
}

/* -- numbers -- */

/* Writes backwards, from the end of a field, and gives the place of the first digit. */
static char *digits_before(char *end, uint64_t number)
{
	do
		*--end = (char)('0' + number % 10);
	while (number /= 10);
	return end;
}

static void write_integer(struct text_buffer *out, int64_t number)
{
	char field[NUMBER_BYTES];
	char *end = field + sizeof field;
	char *start = digits_before(end, number < 0 ? 0 - (uint64_t)number : (uint64_t)number);

	if (number < 0)
		*--start = '-';
	write_word(out, start, (size_t)(end - start));
}

/* A number of which so many decimals are all there is: then its 15 digits are these. */
static void write_decimal(struct text_buffer *out, bool is_negative, uint64_t units, int scale)
{
	char field[NUMBER_BYTES];
	char *end = field + sizeof field;
	char *start = end;

	if (!scale)
		*--start = '0';
	for (int i = 0; i < scale; i++, units /= 10)
		*--start = (char)('0' + units % 10);
	*--start = '.';
	start = digits_before(start, units);
	if (is_negative)
		*--start = '-';
	write_word(out, start, (size_t)(end - start));
}

/* Most reals have few decimals, and printf() takes a thousand instructions for each. */
static bool write_short_real(struct text_buffer *out, double number)
{
	double size = number < 0 ? -number : number;

	if (!(size >= SCALED_MIN && size < SCALED_MAX))
		return false;
	for (int scale = 0; scale <= LARGEST_SCALE; scale++) {
		uint64_t units = (uint64_t)(size * POWERS_OF_TEN[scale] + 0.5);

		if ((double)units / POWERS_OF_TEN[scale] != size)
			continue;
		write_decimal(out, number < 0, units, scale);
		return true;
	}
	return false;
}

/* As jansson does: a real has a point or an exponent, and that no plus. */
static void write_printed(struct text_buffer *out, const char *printed)
{
	const char *exponent = strchr(printed, 'e');

	write_word(out, printed, exponent ? (size_t)(exponent + 1 - printed) : strlen(printed));
	if (!exponent && !strchr(printed, '.'))
		write_word(out, ".0", 2);
	if (!exponent)
		return;
	if (*++exponent == '-')
		write_mark(out, '-');
	exponent++;
	exponent += strspn(exponent, "0");
	write_word(out, exponent, strlen(exponent));
}

/* False: it needs more digits. The point is a point because nothing here calls setlocale(). */
static bool write_real(struct text_buffer *out, double number, int digits)
{
	char printed[NUMBER_BYTES];

	if (digits == DIGITS && write_short_real(out, number))
		return true;
	snprintf(printed, sizeof printed, "%.*g", digits, number);
	if (digits == DIGITS && strtod(printed, NULL) != number)
		return false;
	write_printed(out, printed);
	return true;
}

/* -- values -- */

static bool write_value(struct writer *writer, const json_t *json);

static bool write_array(struct writer *writer, const json_t *array)
{
	struct text_buffer *out = writer->out;
	size_t count = json_array_size(array);

	write_mark(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i)
			write_mark(out, ',');
		if (!write_value(writer, json_array_get(array, i)))
			return false;
	}
	write_mark(out, ']');
	return true;
}

/* A place in an object. */
static int compare_names(const void *left, const void *right)
{
	void *const *a = left;
	void *const *b = right;

	return strcmp(json_object_iter_key(*a), json_object_iter_key(*b));
}

/* All places in an object, in the order in which they are written; NULL at the end. */
static void **members_of(struct writer *writer, json_t *object)
{
	size_t count = 0;
	void **members =
		arena_take(writer->out->arena, (json_object_size(object) + 1) * sizeof *members);

	for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at))
		members[count++] = at;
	qsort(members, count, sizeof *members, compare_names);
	members[count] = NULL;
	return members;
}

static bool write_member(struct writer *writer, void *member)
{
	write_text(writer->out, json_object_iter_key(member), json_object_iter_key_len(member));
	put_byte(writer->out, ':'); /* in the room of the text */
	return write_value(writer, json_object_iter_value(member));
}

static bool write_members(struct writer *writer, json_t *object)
{
	void *first = json_object_iter(object);

	for (void *at = first; at; at = json_object_iter_next(object, at)) {
		if (at != first)
			write_mark(writer->out, ',');
		if (!write_member(writer, at))
			return false;
	}
	return true;
}

static bool write_sorted_members(struct writer *writer, json_t *object)
{
	void **members = members_of(writer, object);

	for (void **at = members; *at; at++) {
		if (at != members)
			write_mark(writer->out, ',');
		if (!write_member(writer, *at))
			return false;
	}
	return true;
}

static bool write_object(struct writer *writer, const json_t *json)
{
	json_t *object = (json_t *)(uintptr_t)json; /* walking through it changes nothing */

	write_mark(writer->out, '{');
	if (writer->is_sorted ? !write_sorted_members(writer, object) : !write_members(writer, object))
		return false;
	write_mark(writer->out, '}');
	return true;
}

/* False: a real needs more digits. */
static bool write_value(struct writer *writer, const json_t *json)
{
	struct text_buffer *out = writer->out;

	switch (json_typeof(json)) {
	case JSON_OBJECT: return write_object(writer, json);
	case JSON_ARRAY: return write_array(writer, json);
	case JSON_STRING: write_text(out, json_string_value(json), json_string_length(json)); break;
	case JSON_INTEGER: write_integer(out, json_integer_value(json)); break;
	case JSON_REAL: return write_real(out, json_real_value(json), writer->digits);
	case JSON_TRUE: write_word(out, "true", 4); break;
	case JSON_FALSE: write_word(out, "false", 5); break;
	case JSON_NULL: write_word(out, "null", 4); break;
	}
	return true;
}

static void write_whole(struct text_buffer *out, const json_t *json, bool is_sorted)
{
	struct writer writer = { out, DIGITS, is_sorted };
	size_t start = out->bytes;

	if (!json) {
		text_append(out, "null");
		return;
	}
	if (!write_value(&writer, json)) {
		out->bytes = start;
		writer.digits = ALL_DIGITS;
		(void)write_value(&writer, json); /* all digits are enough */
	}
	text_append(out, "");
}

void json_write(struct text_buffer *out, const json_t *json)
{
	write_whole(out, json, false);
}

void json_write_sorted(struct text_buffer *out, const json_t *json)
{
	write_whole(out, json, true);
}
