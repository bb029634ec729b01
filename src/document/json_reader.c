#include "document/json_reader.h"

#include <string.h>

#include "base/text.h"

/* -- stepping -- */

static const char *skip_space(const char *at, const char *end)
{
	while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
		at++;
	return at;
}

/* Eight bytes of which each is this one. */
#define EIGHT(byte) (UINT64_C(0x0101010101010101) * (byte))

/* The highest bit of the first byte that is zero, and maybe some of later ones. */
static uint64_t zero_bytes(uint64_t word)
{
	return (word - EIGHT(0x01)) & ~word & EIGHT(0x80);
}

/* Moves to the next quote or backslash, eight bytes at a time: measured, texts are most of a document, and short, so
 * that calling memchr() for each takes a third more time. Where the first byte is not the lowest one, and near the end,
 * it stays where it is. */
static const char *near_mark(const char *at, const char *end)
{
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	while (end - at >= 8) {
		uint64_t word;

		memcpy(&word, at, sizeof word);
		uint64_t marks = zero_bytes(word ^ EIGHT('"')) | zero_bytes(word ^ EIGHT('\\'));

		if (marks)
			return at + __builtin_ctzll(marks) / 8;
		at += 8;
	}
#endif
	return at;
}

/* From the opening quote to behind the closing one. NULL: there is none. */
static const char *skip_text(const char *start, const char *end)
{
	for (const char *at = start + 1; at < end; at++) {
		at = near_mark(at, end);
		if (at < end && *at == '"')
			return at + 1;
		if (at < end && *at == '\\')
			at++;
	}
	return NULL;
}

/* What brackets do to the depth, and quotes, which begin a text; 0 is anything else. */
enum { OPENS = 1, CLOSES, QUOTES };
static const unsigned char STRUCTURE[256] = {
	['{'] = OPENS, ['['] = OPENS, ['}'] = CLOSES, [']'] = CLOSES, ['"'] = QUOTES,
};

/* From the opening bracket to behind its closing one, by counting. NULL: there is none. */
static const char *skip_container(const char *at, const char *end)
{
	size_t depth = 0;

	while (at < end) {
		unsigned char mark = STRUCTURE[(unsigned char)*at];

		if (mark == QUOTES) {
			at = skip_text(at, end);
			if (!at)
				return NULL;
			continue;
		}
		at++;
		depth += mark == OPENS;
		if (mark == CLOSES && --depth == 0)
			return at;
	}
	return NULL;
}

/* Numbers, true, false and null: up to what may stand behind a value. NULL: nothing is there. */
static const char *skip_word(const char *start, const char *end)
{
	const char *at = start;

	while (at < end && *at != ',' && *at != '}' && *at != ']' && *at != '"' && *at > ' ')
		at++;
	return at > start ? at : NULL;
}

static const char *skip_value(const char *at, const char *end)
{
	if (at == end)
		return NULL;
	if (*at == '"')
		return skip_text(at, end);
	if (*at == '{' || *at == '[')
		return skip_container(at, end);
	return skip_word(at, end);
}

static bool is_word(struct slice value, const char *word, size_t bytes)
{
	return (size_t)(value.end - value.start) == bytes && memcmp(value.start, word, bytes) == 0;
}

enum slice_kind slice_kind(struct slice value)
{
	if (!value.start || value.start == value.end)
		return SLICE_ABSENT;
	switch (*value.start) {
	case '"': return SLICE_TEXT;
	case '{': return SLICE_OBJECT;
	case '[': return SLICE_ARRAY;
	case 't': return is_word(value, "true", 4) ? SLICE_TRUE : SLICE_ABSENT;
	case 'f': return is_word(value, "false", 5) ? SLICE_FALSE : SLICE_ABSENT;
	case '-': return SLICE_NUMBER;
	default: return *value.start >= '0' && *value.start <= '9' ? SLICE_NUMBER : SLICE_ABSENT;
	}
}

struct slice slice_document(const char *text, size_t bytes)
{
	return (struct slice){ skip_space(text, text + bytes), text + bytes };
}

struct slice_walk slice_enter(struct slice value)
{
	return (struct slice_walk){ .at = value.start + 1, .end = value.end };
}

/* Steps to what follows the bracket or the next comma. */
static bool step(struct slice_walk *walk)
{
	const char *at = skip_space(walk->at, walk->end);

	if (walk->has_begun) {
		if (at == walk->end || *at != ',')
			return false;
		at = skip_space(at + 1, walk->end);
	}
	walk->has_begun = true;
	walk->at = at;
	return at < walk->end;
}

static bool take_value(struct slice_walk *walk, struct slice *ret_value)
{
	const char *end = skip_value(walk->at, walk->end);

	if (!end)
		return false;
	*ret_value = (struct slice){ walk->at, end };
	walk->at = end;
	return true;
}

bool slice_next_name(struct slice_walk *walk, struct slice *ret_name)
{
	if (!step(walk) || *walk->at != '"')
		return false;
	const char *name_end = skip_text(walk->at, walk->end);

	if (!name_end)
		return false;
	*ret_name = (struct slice){ walk->at + 1, name_end - 1 };
	walk->at = skip_space(name_end, walk->end);
	if (walk->at == walk->end || *walk->at != ':')
		return false;
	walk->at = skip_space(walk->at + 1, walk->end);
	return walk->at < walk->end;
}

bool slice_next_element(struct slice_walk *walk)
{
	return step(walk) && *walk->at != ']';
}

enum slice_kind slice_next_kind(const struct slice_walk *walk)
{
	switch (walk->at < walk->end ? *walk->at : '\0') {
	case '"': return SLICE_TEXT;
	case '{': return SLICE_OBJECT;
	case '[': return SLICE_ARRAY;
	default: return SLICE_ABSENT;
	}
}

bool slice_take(struct slice_walk *walk, struct slice *ret_value)
{
	return take_value(walk, ret_value);
}

bool slice_skip(struct slice_walk *walk)
{
	struct slice value;

	return take_value(walk, &value);
}

struct slice_walk slice_enter_next(const struct slice_walk *walk)
{
	return (struct slice_walk){ .at = walk->at + 1, .end = walk->end };
}

bool slice_leave(struct slice_walk *walk, const struct slice_walk *inner)
{
	const char *at = skip_space(inner->at, inner->end);

	if (at == inner->end || (*at != '}' && *at != ']'))
		return false;
	walk->at = at + 1;
	return true;
}

bool slice_next_member(struct slice_walk *walk, struct slice *ret_name, struct slice *ret_value)
{
	return slice_next_name(walk, ret_name) && take_value(walk, ret_value);
}

bool slice_next_item(struct slice_walk *walk, struct slice *ret_value)
{
	return step(walk) && take_value(walk, ret_value);
}

/* -- texts -- */

struct slice slice_inside(struct slice value)
{
	return (struct slice){ value.start + 1, value.end - 1 };
}

/* Four hexadecimal digits. False: *at is at the one that is none. */
static bool read_unit(const char **at, const char *end, uint32_t *ret_unit)
{
	uint32_t unit = 0;

	for (int i = 0; i < 4; i++, (*at)++) {
		int digit = *at < end ? text_hex_digit(**at) : -1;

		if (digit < 0)
			return false;
		unit = unit * 16 + (uint32_t)digit;
	}
	*ret_unit = unit;
	return true;
}

/* The hexadecimal digits of \u, and those of the second escape if the first is half of a pair. */
static bool read_code(const char **at, const char *end, uint32_t *ret_code)
{
	const char *start = *at;
	uint32_t low;

	if (!read_unit(at, end, ret_code))
		return false;
	if (*ret_code < 0xD800 || *ret_code > 0xDFFF)
		return true;
	if (*ret_code > 0xDBFF) {
		*at = start;
		return false;
	}
	for (const char *mark = "\\u"; *mark; mark++, (*at)++)
		if (*at == end || **at != *mark)
			return false;
	start = *at;
	if (!read_unit(at, end, &low))
		return false;
	if (low < 0xDC00 || low > 0xDFFF) {
		*at = start;
		return false;
	}
	*ret_code = 0x10000 + ((*ret_code - 0xD800) << 10) + (low - 0xDC00);
	return true;
}

bool json_escape_read(const char **at, const char *end, uint32_t *ret_code)
{
	static const char MARKS[] = "\"\\/bfnrt";
	static const char MEANINGS[] = "\"\\/\b\f\n\r\t";

	if (++*at == end)
		return false;
	if (**at == 'u') {
		(*at)++;
		return read_code(at, end, ret_code);
	}
	const char *mark = memchr(MARKS, **at, sizeof MARKS - 1);

	if (!mark)
		return false;
	(*at)++;
	*ret_code = (uint32_t)MEANINGS[mark - MARKS];
	return true;
}

/* Gives the bytes of a text one by one, its escapes decoded. */
struct text_reader {
	const char *at;
	const char *end;
	char        pending[TEXT_UTF8_BYTES]; /* of an escape */
	size_t      pending_count;
	size_t      pending_next;
};

enum { TEXT_END = -1, TEXT_BROKEN = -2 };

static int next_byte(struct text_reader *reader)
{
	uint32_t code;

	if (reader->pending_next < reader->pending_count)
		return (unsigned char)reader->pending[reader->pending_next++];
	if (reader->at == reader->end)
		return TEXT_END;
	if (*reader->at != '\\')
		return (unsigned char)*reader->at++;
	if (!json_escape_read(&reader->at, reader->end, &code))
		return TEXT_BROKEN;
	reader->pending_count = text_utf8_write(code, reader->pending);
	reader->pending_next = 1;
	return (unsigned char)reader->pending[0];
}

bool slice_equals(struct slice raw, const char *text, size_t bytes)
{
	size_t raw_bytes = (size_t)(raw.end - raw.start);
	int order;

	/* Most texts that are compared differ at once. */
	if (raw_bytes && bytes && *raw.start != *text && *raw.start != '\\')
		return false;

	/* An escape is longer than what it stands for, so only a longer text can be equal through one. */
	if (raw_bytes < bytes)
		return false;
	if (raw_bytes == bytes)
		return memcmp(raw.start, text, bytes) == 0 && !memchr(text, '\\', bytes);
	return memchr(raw.start, '\\', raw_bytes) && slice_compare(raw, text, bytes, &order) &&
	       order == 0;
}

bool slice_compare(struct slice raw, const char *text, size_t bytes, int *ret_order)
{
	struct text_reader reader = { .at = raw.start, .end = raw.end };
	const char *end = text + bytes;

	for (;;) {
		int byte = next_byte(&reader);
		int other = text < end ? (unsigned char)*text++ : TEXT_END;

		if (byte == TEXT_BROKEN)
			return false;
		if (byte != other || byte == TEXT_END) {
			*ret_order = text_utf16_rank(byte) - text_utf16_rank(other);
			return true;
		}
	}
}

bool slice_decode(struct slice raw, char *out, size_t room, size_t *ret_bytes)
{
	struct text_reader reader = { .at = raw.start, .end = raw.end };
	size_t bytes = 0;
	int byte;

	while ((byte = next_byte(&reader)) >= 0) {
		if (bytes == room)
			return false;
		out[bytes++] = (char)(unsigned char)byte;
	}
	*ret_bytes = bytes;
	return byte == TEXT_END;
}
