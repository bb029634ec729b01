#include "document/stored_json.h"

#include <float.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "document/json_reader.h"

enum {
	MAX_DEPTH = 2048, /* jansson's JSON_PARSER_MAX_DEPTH */
	EXACT_DIGITS = 15, /* a whole number of so many digits is a double without loss */
	EXACT_SCALE = 22, /* and so is this power of ten */
};

struct reader {
	struct arena *arena;
	const char   *at;
	const char   *end;
	int           depth;
};

/* -- bytes -- */

static void skip_space(struct reader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\n' ||
	                                    *reader->at == '\r' || *reader->at == '\t'))
		reader->at++;
}

static inline bool take(struct reader *reader, char byte)
{
	if (reader->at == reader->end || *reader->at != byte)
		return false;
	reader->at++;
	return true;
}

/* The same behind white space, of which there is none in what was stored. */
static inline bool take_mark(struct reader *reader, char mark)
{
	if (take(reader, mark))
		return true;
	skip_space(reader);
	return take(reader, mark);
}

static bool take_word(struct reader *reader, const char *word, size_t bytes)
{
	if ((size_t)(reader->end - reader->at) < bytes || memcmp(reader->at, word, bytes) != 0)
		return false;
	reader->at += bytes;
	return true;
}

/* -- texts -- */

/* Moves to the closing quote. *ret_has_escapes: which are not looked at. False: there is none, or what is before it is
 * no text. */
static bool find_quote(struct reader *reader, bool *ret_has_escapes)
{
	uint32_t code;

	*ret_has_escapes = false;
	for (;;) {
		reader->at += text_plain_bytes(reader->at, (size_t)(reader->end - reader->at));
		size_t left = (size_t)(reader->end - reader->at);

		if (!left || (unsigned char)*reader->at < 0x20)
			return false;
		if (*reader->at == '"')
			return true;
		size_t bytes = *reader->at == '\\' ? 2 : text_utf8_char(reader->at, left, &code);

		if (!bytes || bytes > left)
			return false;
		*ret_has_escapes = *ret_has_escapes || *reader->at == '\\';
		reader->at += bytes;
	}
}

/* Puts what stands between quotes decoded in place of itself. */
static bool decode(struct reader *reader, struct slice *text)
{
	size_t room = (size_t)(text->end - text->start);
	char *decoded = arena_take(reader->arena, room);
	size_t bytes;

	if (!slice_decode(*text, decoded, room, &bytes) || memchr(decoded, '\0', bytes))
		return false;
	*text = (struct slice){ decoded, decoded + bytes };
	return true;
}

/* A text from its opening quote on; what it says is in the document or the arena. */
static bool read_text(struct reader *reader, struct slice *ret_text)
{
	bool has_escapes;

	if (!take_mark(reader, '"'))
		return false;
	ret_text->start = reader->at;
	reader->at += text_plain_bytes(reader->at, (size_t)(reader->end - reader->at));
	if (take(reader, '"')) { /* nearly every text is plain */
		ret_text->end = reader->at - 1;
		return true;
	}
	if (!find_quote(reader, &has_escapes))
		return false;
	ret_text->end = reader->at++;
	return !has_escapes || decode(reader, ret_text);
}

/* -- numbers -- */

/* A number as far as it was read. */
struct digits {
	uint64_t whole;   /* all digits without the point, as long as they fit */
	size_t   count;
	size_t   scale;   /* how many are behind the point */
	bool     fits;    /* into 64 bits */
};

/* At least one digit. */
static bool take_digits(struct reader *reader, struct digits *digits)
{
	const char *start = reader->at;

	for (; reader->at < reader->end && *reader->at >= '0' && *reader->at <= '9'; reader->at++) {
		unsigned digit = (unsigned)(*reader->at - '0');

		digits->fits = digits->fits && digits->whole <= (UINT64_MAX - digit) / 10;
		digits->whole = digits->whole * 10 + digit;
	}
	digits->count += (size_t)(reader->at - start);
	return reader->at > start;
}

static json_t *integer(const struct digits *digits, bool is_negative)
{
	const uint64_t limit = (uint64_t)INT64_MAX + is_negative;

	if (!digits->fits || digits->whole > limit)
		return NULL;
	return json_integer((json_int_t)(is_negative ? 0 - digits->whole : digits->whole));
}

/* A real as the library reads it. */
static json_t *scan_real(struct reader *reader, const char *start)
{
	const char *text = arena_strndup(reader->arena, start, (size_t)(reader->at - start));
	double number = strtod(text, NULL);

	return number > DBL_MAX || number < -DBL_MAX ? NULL : json_real(number);
}

/* A quotient of two doubles without loss is the double that is nearest to it, as strtod() would give. */
static json_t *short_real(const struct digits *digits, bool is_negative)
{
	static const double POWERS[EXACT_SCALE + 1] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
		                                            1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
		                                            1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };
	double number = (double)digits->whole / POWERS[digits->scale];

	return json_real(is_negative ? -number : number);
}

static bool take_exponent(struct reader *reader)
{
	struct digits exponent = { 0 };

	if (!take(reader, 'e') && !take(reader, 'E'))
		return false;
	if (!take(reader, '-'))
		(void)take(reader, '+'); /* it may have none */
	return take_digits(reader, &exponent);
}

static bool is_at(const struct reader *reader, const char *bytes)
{
	return reader->at < reader->end && *reader->at && strchr(bytes, *reader->at);
}

static json_t *read_number(struct reader *reader)
{
	const char *start = reader->at;
	struct digits digits = { .fits = true };
	bool is_negative = take(reader, '-');

	/* Another digit behind a zero is what nothing may begin with that follows a value. */
	if (!take(reader, '0') && !take_digits(reader, &digits))
		return NULL;
	if (!is_at(reader, ".eE"))
		return integer(&digits, is_negative);
	if (take(reader, '.')) {
		size_t before = digits.count;

		if (!take_digits(reader, &digits))
			return NULL;
		digits.scale = digits.count - before;
	}
	if (is_at(reader, "eE"))
		return take_exponent(reader) ? scan_real(reader, start) : NULL;
	return digits.count <= EXACT_DIGITS && digits.scale <= EXACT_SCALE
	           ? short_real(&digits, is_negative)
	           : scan_real(reader, start);
}

/* -- values -- */

static json_t *read_value(struct reader *reader);

/* What follows a value in an array or object: another one, or the end. */
enum follower { ANOTHER, END, BROKEN };

static inline enum follower follower(struct reader *reader, char closing)
{
	if (take(reader, ','))
		return ANOTHER;
	if (take_mark(reader, closing))
		return END;
	return take(reader, ',') ? ANOTHER : BROKEN;
}

static bool read_items(struct reader *reader, json_t *array)
{
	enum follower next = take_mark(reader, ']') ? END : ANOTHER;

	while (next == ANOTHER) {
		if (json_array_append_new(array, read_value(reader)) < 0)
			return false;
		next = follower(reader, ']');
	}
	return next == END;
}

static bool read_members(struct reader *reader, json_t *object)
{
	enum follower next = take_mark(reader, '}') ? END : ANOTHER;
	struct slice name;

	while (next == ANOTHER) {
		if (!read_text(reader, &name) || !take_mark(reader, ':') ||
		    json_object_setn_new_nocheck(object, name.start, (size_t)(name.end - name.start),
		                                 read_value(reader)) < 0)
			return false;
		next = follower(reader, '}');
	}
	return next == END;
}

/* What was filled, from its opening bracket on. */
static json_t *whole(json_t *fresh, bool is_whole)
{
	if (is_whole)
		return fresh;
	json_decref(fresh);
	return NULL;
}

static json_t *read_object(struct reader *reader)
{
	json_t *object = json_object();

	reader->at++;
	return whole(object, read_members(reader, object));
}

static json_t *read_array(struct reader *reader)
{
	json_t *array = json_array();

	reader->at++;
	return whole(array, read_items(reader, array));
}

static json_t *text_value(struct reader *reader)
{
	struct slice text;

	return read_text(reader, &text)
	           ? json_stringn_nocheck(text.start, (size_t)(text.end - text.start))
	                                : NULL;
}

static json_t *read_any(struct reader *reader)
{
	skip_space(reader);
	if (reader->at == reader->end)
		return NULL;
	switch (*reader->at) {
	case '{': return read_object(reader);
	case '[': return read_array(reader);
	case '"': return text_value(reader);
	case 't': return take_word(reader, "true", 4) ? json_true() : NULL;
	case 'f': return take_word(reader, "false", 5) ? json_false() : NULL;
	case 'n': return take_word(reader, "null", 4) ? json_null() : NULL;
	default: return read_number(reader);
	}
}

/* A fresh value. NULL: there is none. */
static json_t *read_value(struct reader *reader)
{
	json_t *value = ++reader->depth <= MAX_DEPTH ? read_any(reader) : NULL;

	reader->depth--;
	return value;
}

json_t *stored_json_read(struct arena *arena, const char *text, size_t bytes)
{
	if (!text)
		return NULL;
	struct reader reader = { .arena = arena, .at = text, .end = text + bytes };
	json_t *json = read_value(&reader);

	skip_space(&reader);
	if (reader.at == reader.end)
		return json;
	json_decref(json);
	return NULL;
}
