#include "base/text.h"

#include <locale.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <wctype.h>

#include "base/arena.h"
#include "base/memory.h"

/* -- growable buffer -- */

void text_reserve(struct text_buffer *buffer, size_t count)
{
	size_t room = buffer->room < 64 ? 64 : buffer->room;
	char *text;

	if (count > SIZE_MAX / 4 - buffer->bytes)
		memory_exhausted(count);
	if (buffer->text && buffer->bytes + count < buffer->room)
		return;
	while (room <= buffer->bytes + count)
		room *= 2;
	text = arena_take(buffer->arena, room);
	if (buffer->bytes)
		memcpy(text, buffer->text, buffer->bytes);
	if (buffer->room) /* else the text is not the arena's */
		arena_give_back(buffer->arena, buffer->text);
	buffer->text = text;
	buffer->room = room;
}

void text_append_bytes(struct text_buffer *buffer, const char *bytes, size_t count)
{
	text_reserve(buffer, count);
	if (count)
		memcpy(buffer->text + buffer->bytes, bytes, count);
	buffer->bytes += count;
	buffer->text[buffer->bytes] = '\0';
}

void text_append(struct text_buffer *buffer, const char *text)
{
	text_append_bytes(buffer, text, strlen(text));
}

void text_appendf(struct text_buffer *buffer, const char *format, ...)
{
	va_list arguments, again;
	size_t room;
	int count;

	text_reserve(buffer, 32);
	room = buffer->room - buffer->bytes;
	va_start(arguments, format);
	va_copy(again, arguments);
	count = vsnprintf(buffer->text + buffer->bytes, room, format, arguments);
	if (count > 0 && (size_t)count >= room) {
		text_reserve(buffer, (size_t)count);
		(void)vsnprintf(buffer->text + buffer->bytes, (size_t)count + 1, format, again);
	}
	va_end(again);
	va_end(arguments);
	if (count > 0)
		buffer->bytes += (size_t)count;
	buffer->text[buffer->bytes] = '\0';
}

/* -- UTF-8 -- */

/* The rows of RFC 3629 §4 for the sequences of more than one byte. */
static const struct sequence {
	unsigned char first_from, first_to;   /* the leading byte */
	unsigned char second_from, second_to; /* the byte after it; all others are 80 to BF */
	unsigned char bytes;
} SEQUENCES[] = {
	{ 0xC2, 0xDF, 0x80, 0xBF, 2 }, { 0xE0, 0xE0, 0xA0, 0xBF, 3 }, { 0xE1, 0xEC, 0x80, 0xBF, 3 },
	{ 0xED, 0xED, 0x80, 0x9F, 3 }, { 0xEE, 0xEF, 0x80, 0xBF, 3 }, { 0xF0, 0xF0, 0x90, 0xBF, 4 },
	{ 0xF1, 0xF3, 0x80, 0xBF, 4 }, { 0xF4, 0xF4, 0x80, 0x8F, 4 },
};

static const struct sequence *sequence_of(unsigned char first)
{
	size_t i;

	for (i = 0; i < sizeof(SEQUENCES) / sizeof(SEQUENCES[0]); i++)
		if (first >= SEQUENCES[i].first_from && first <= SEQUENCES[i].first_to)
			return &SEQUENCES[i];
	return NULL;
}

size_t text_utf8_char(const char *text, size_t bytes, uint32_t *ret_code)
{
	const unsigned char *in = (const unsigned char *)text;
	const struct sequence *sequence;
	uint32_t code;
	size_t i;

	if (!bytes)
		return 0;
	if (in[0] < 0x80) {
		*ret_code = in[0];
		return 1;
	}
	sequence = sequence_of(in[0]);
	if (!sequence || sequence->bytes > bytes)
		return 0;
	if (in[1] < sequence->second_from || in[1] > sequence->second_to)
		return 0;
	code = in[0] & (0x7Fu >> sequence->bytes);
	for (i = 1; i < sequence->bytes; i++) {
		if ((in[i] & 0xC0u) != 0x80)
			return 0;
		code = code << 6 | (in[i] & 0x3Fu);
	}
	*ret_code = code;
	return sequence->bytes;
}

/* Eight bytes of which each is this one. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The highest bit of each of eight bytes that is not plain, and maybe of some behind the first such: what the
 * subtractions borrow changes only what is behind it, if the first byte is the lowest. */
static uint64_t unplain(uint64_t word)
{
	const uint64_t quotes = word ^ EIGHT('"');
	const uint64_t backslashes = word ^ EIGHT('\\');

	return (word | ((word - EIGHT(0x20)) & ~word) | ((quotes - EIGHT(1)) & ~quotes) |
	        ((backslashes - EIGHT(1)) & ~backslashes)) &
	       EIGHT(0x80);
}

static uint64_t word_at(const char *text)
{
	uint64_t word;

	memcpy(&word, text, sizeof word);
	return word;
}

/* Is one of eight bytes NUL or none of ASCII? */
static bool has_unusual(uint64_t word)
{
	return ((word | ((word - EIGHT(1)) & ~word)) & EIGHT(0x80)) != 0;
}

/* ASCII but NUL, which is nearly all there is. */
static bool is_plain(unsigned char byte)
{
	return byte > 0 && byte < 0x80;
}

bool text_is_utf8(const char *text, size_t bytes)
{
	uint32_t code;
	size_t at = 0;

	while (at < bytes) {
		if (bytes - at >= 8 && !has_unusual(word_at(text + at))) {
			at += 8;
			continue;
		}
		if (is_plain((unsigned char)text[at])) {
			at++;
			continue;
		}
		size_t count = text_utf8_char(text + at, bytes - at, &code);

		if (!count || !code)
			return false;
		at += count;
	}
	return true;
}

size_t text_utf8_write(uint32_t code, char out[TEXT_UTF8_BYTES])
{
	size_t bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
	static const unsigned char MARKS[] = { 0, 0, 0xC0, 0xE0, 0xF0 };
	size_t i;

	for (i = bytes - 1; i > 0; i--) {
		out[i] = (char)(0x80u | (code & 0x3Fu));
		code >>= 6;
	}
	out[0] = (char)(unsigned char)(MARKS[bytes] | code);
	return bytes;
}

/* The bytes that are none of the plain ones. */
static const bool UNPLAIN[256] = { [0 ... 0x1F] = true, ['"'] = true, ['\\'] = true, [0x80 ... 0xFF] = true };

/* Eight bytes at a time: measured, each document that is read or written is mostly such texts, one by one. The last
 * eight may have been looked at in part. */
size_t text_plain_bytes(const char *text, size_t bytes)
{
	size_t at = 0;

	for (; bytes - at >= 8; at += 8) {
		uint64_t marks = unplain(word_at(text + at));

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		if (marks)
			return at + (size_t)__builtin_ctzll(marks) / 8;
#else
		if (marks)
			break;
#endif
	}
	if (bytes >= 8 && bytes - at < 8 && !unplain(word_at(text + bytes - 8)))
		return bytes;
	while (at < bytes && !UNPLAIN[(unsigned char)text[at]])
		at++;
	return at;
}

/* The same with copying: one look at each word. */
size_t text_copy_plain(char *out, const char *text, size_t bytes)
{
	size_t at = 0;

	for (; bytes - at >= 8; at += 8) {
		uint64_t word = word_at(text + at);

		if (unplain(word))
			break;
		memcpy(out + at, &word, sizeof word);
	}
	if (bytes >= 8 && bytes - at < 8 && !unplain(word_at(text + bytes - 8))) {
		memcpy(out + bytes - 8, text + bytes - 8, 8);
		return bytes;
	}
	for (; at < bytes && !UNPLAIN[(unsigned char)text[at]]; at++)
		out[at] = text[at];
	return at;
}

/* -- digits -- */

const char *text_of_integer(int64_t number, char room[TEXT_INTEGER_BYTES])
{
	uint64_t size = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
	char *at = room + TEXT_INTEGER_BYTES - 1;

	*at = '\0';
	do
		*--at = (char)('0' + size % 10);
	while (size /= 10);
	if (number < 0)
		*--at = '-';
	return at;
}

void text_write_hex(const unsigned char *bytes, size_t count, char *out)
{
	static const char DIGITS[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		*out++ = DIGITS[bytes[i] >> 4];
		*out++ = DIGITS[bytes[i] & 15];
	}
}

/* -- percent decoding -- */

int text_hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return -1;
}

/* Gives the byte that an escape at `raw` stands for, or -1 if it is broken. */
static int escaped_byte(const char *raw, size_t bytes)
{
	int high, low;

	if (bytes < 3)
		return -1;
	high = text_hex_digit(raw[1]);
	low = text_hex_digit(raw[2]);
	return high < 0 || low < 0 ? -1 : high * 16 + low;
}

/* The next byte that does not stand for itself; the end if there is none. */
static const char *find_mark(const char *at, const char *end, bool plus_is_space)
{
	const char other = plus_is_space ? '+' : '%';

	while (at < end && *at != '%' && *at != other)
		at++;
	return at;
}

/* What stands for itself is copied at a stretch. False: an escape is broken. */
static bool decode_into(char *text, const char *raw, const char *end, bool plus_is_space,
                        bool lenient, size_t *ret_bytes)
{
	size_t bytes = 0;

	for (;;) {
		const char *mark = find_mark(raw, end, plus_is_space);

		memcpy(text + bytes, raw, (size_t)(mark - raw));
		bytes += (size_t)(mark - raw);
		if (mark == end)
			break;
		int byte = *mark == '%' ? escaped_byte(mark, (size_t)(end - mark)) : ' ';

		if (byte < 0 && !lenient)
			return false;
		text[bytes++] = byte < 0 ? '%' : (char)(unsigned char)byte;
		raw = mark + (*mark == '%' && byte >= 0 ? 3 : 1);
	}
	*ret_bytes = bytes;
	return true;
}

static bool percent_decode(struct arena *arena, const char *raw, size_t raw_bytes,
                           bool plus_is_space, bool lenient, char **ret_text)
{
	char *text = arena_take(arena, raw_bytes + 1);
	size_t bytes;

	if (!raw_bytes)
		raw = ""; /* it may be NULL */
	if (!decode_into(text, raw, raw + raw_bytes, plus_is_space, lenient, &bytes))
		return false;
	text[bytes] = '\0';
	*ret_text = text;
	return text_is_utf8(text, bytes);
}

bool text_percent_decode(struct arena *arena, const char *raw, size_t raw_bytes, bool plus_is_space,
                         char **ret_text)
{
	return percent_decode(arena, raw, raw_bytes, plus_is_space, false, ret_text);
}

bool text_percent_decode_leniently(struct arena *arena, const char *raw, size_t raw_bytes,
                                   char **ret_text)
{
	return percent_decode(arena, raw, raw_bytes, true, true, ret_text);
}

/* -- letters and white space -- */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static locale_t unicode; /* lives as long as the process; (locale_t)0 if the system has none */

static void open_unicode(void)
{
	unicode = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
}

static uint32_t lower(uint32_t code)
{
	if (code < 0x80)
		return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
	return unicode ? (uint32_t)towlower_l((wint_t)code, unicode) : code;
}

size_t text_fold_bytes(const char *text, size_t bytes, char *out)
{
	size_t at = 0;
	size_t written = 0;

	(void)pthread_once(&once, open_unicode); /* cannot fail with a valid control */
	while (at < bytes) {
		uint32_t code = (unsigned char)text[at];

		if (code < 0x80) {
			out[written++] = (char)(code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code);
			at++;
			continue;
		}
		size_t count = text_utf8_char(text + at, bytes - at, &code);

		if (count)
			written += text_utf8_write(lower(code), out + written);
		else
			out[written++] = text[at];
		at += count ? count : 1;
	}
	return written;
}

char *text_fold_case(struct arena *arena, const char *text)
{
	size_t bytes = strlen(text);
	/* A letter of two bytes may become one of three (U+023A); none doubles. */
	char *folded = arena_alloc(arena, 2 * bytes + 1);

	folded[text_fold_bytes(text, bytes, folded)] = '\0';
	return folded;
}

bool text_equal_folded(const char *text, size_t bytes, const char *folded)
{
	size_t left = strlen(folded);
	size_t at = 0;

	(void)pthread_once(&once, open_unicode); /* cannot fail with a valid control */
	while (at < bytes) {
		char letter[TEXT_UTF8_BYTES] = { text[at] };
		size_t letter_bytes = 1;
		uint32_t code;
		size_t count = text_utf8_char(text + at, bytes - at, &code);

		if (count)
			letter_bytes = text_utf8_write(lower(code), letter);
		if (letter_bytes > left || memcmp(letter, folded, letter_bytes) != 0)
			return false;
		folded += letter_bytes;
		left -= letter_bytes;
		at += count ? count : 1;
	}
	return left == 0;
}

/* Does the character have the property White_Space? Source: Unicode, PropList.txt. */
static bool is_space(uint32_t code)
{
	if (code < 0x80)
		return code == ' ' || (code >= '\t' && code <= '\r');
	return code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
	       code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

/* Gives the first character that is white space, or is not, as asked; the end if there is none. */
static const char *find_space(const char *text, bool wanted)
{
	const char *end = text + strlen(text);

	while (text < end) {
		uint32_t code;
		size_t count = text_utf8_char(text, (size_t)(end - text), &code);

		if ((count && is_space(code)) == wanted)
			return text;
		text += count ? count : 1;
	}
	return end;
}

bool text_is_blank(const char *text)
{
	return !*find_space(text, false);
}

bool text_has_space(const char *text)
{
	return *find_space(text, true);
}

/* -- likeness -- */

enum { DISTANCE_BYTES = 64 };

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Optimal string alignment: no piece is edited twice, which is all that "did you mean" needs. */
size_t text_distance(const char *a, const char *b)
{
	size_t rows[3][DISTANCE_BYTES + 1];
	size_t a_bytes = strlen(a);
	size_t b_bytes = strlen(b);
	size_t i, j;

	if (a_bytes > DISTANCE_BYTES || b_bytes > DISTANCE_BYTES)
		return strcmp(a, b) == 0 ? 0 : a_bytes > b_bytes ? a_bytes : b_bytes;
	for (j = 0; j <= b_bytes; j++)
		rows[0][j] = j;
	for (i = 1; i <= a_bytes; i++) {
		size_t *row = rows[i % 3];
		const size_t *above = rows[(i - 1) % 3];
		const size_t *two_above = rows[(i + 1) % 3];

		row[0] = i;
		for (j = 1; j <= b_bytes; j++) {
			row[j] = least(above[j - 1] + (a[i - 1] != b[j - 1]),
			               least(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], two_above[j - 2] + 1);
		}
	}
	return rows[a_bytes % 3][b_bytes];
}

/* UTF-8 and UTF-16 order alike, but for U+E000 to U+FFFF (first byte EE or EF), which UTF-16 puts
 * behind all that takes two units (first byte F0 to F4). */
int text_utf16_rank(int byte)
{
	return byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte;
}

int text_compare_utf16(const char *a, size_t a_bytes, const char *b, size_t b_bytes)
{
	size_t common = a_bytes < b_bytes ? a_bytes : b_bytes;

	for (size_t i = 0; i < common; i++)
		if (a[i] != b[i])
			return text_utf16_rank((unsigned char)a[i]) - text_utf16_rank((unsigned char)b[i]);
	return (a_bytes > b_bytes) - (a_bytes < b_bytes);
}
