#include "base/json_write.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

struct writer {
	struct text_buffer text;
	const json_t      *root;
	size_t             real_digits; /* 0: no real has come up yet, as in most values */
};

static void write_value(struct writer *writer, const json_t *json);

/* jansson reads values through pointers that are not const. */
static json_t *readable(const json_t *json)
{
	return (json_t *)(uintptr_t)json;
}

/* -- reals -- */

static bool fits_15_digits(double number)
{
	char digits[32];

	snprintf(digits, sizeof digits, "%.15g", number);
	return strtod(digits, NULL) == number;
}

/* As deep as documents are, which is bounded where they are parsed. */
static bool all_fit_15_digits(const json_t *json)
{
	const char *name;
	json_t *member;

	if (json_is_real(json))
		return fits_15_digits(json_real_value(json));
	for (size_t i = 0; i < json_array_size(json); i++)
		if (!all_fit_15_digits(json_array_get(json, i)))
			return false;
	json_object_foreach(readable(json), name, member)
		if (!all_fit_15_digits(member))
			return false;
	return true;
}

size_t json_real_digits(const json_t *json)
{
	return all_fit_15_digits(json) ? 15 : 17;
}

static void write_real(struct writer *writer, const json_t *real)
{
	if (!writer->real_digits)
		writer->real_digits = json_real_digits(writer->root);
	char *text =
		json_dumps(real, JSON_ENCODE_ANY | JSON_REAL_PRECISION(writer->real_digits));

	text_append(&writer->text, text ? text : "null");
	if (!memory_is_in_arena())
		free(text);
}

/* -- texts -- */

static bool is_escaped(unsigned char byte)
{
	return byte < 0x20 || byte == '"' || byte == '\\';
}

/* Source: RFC 8259 §7. */
static void write_escape(struct writer *writer, unsigned char byte)
{
	static const char MEANINGS[] = "\"\\\b\f\n\r\t";
	static const char MARKS[] = "\"\\bfnrt";
	const char *meaning = memchr(MEANINGS, byte, sizeof MEANINGS - 1);

	if (meaning)
		text_append_bytes(&writer->text, (char[]){ '\\', MARKS[meaning - MEANINGS] }, 2);
	else
		text_appendf(&writer->text, "\\u%04X", byte);
}

static void write_text(struct writer *writer, const char *text, size_t bytes)
{
	size_t start = 0;

	text_append_bytes(&writer->text, "\"", 1);
	for (size_t i = 0; i < bytes; i++) {
		if (!is_escaped((unsigned char)text[i]))
			continue;
		text_append_bytes(&writer->text, text + start, i - start);
		write_escape(writer, (unsigned char)text[i]);
		start = i + 1;
	}
	text_append_bytes(&writer->text, text + start, bytes - start);
	text_append_bytes(&writer->text, "\"", 1);
}

/* -- the rest -- */

static void write_array(struct writer *writer, const json_t *array)
{
	text_append_bytes(&writer->text, "[", 1);
	for (size_t i = 0; i < json_array_size(array); i++) {
		if (i)
			text_append_bytes(&writer->text, ",", 1);
		write_value(writer, json_array_get(array, i));
	}
	text_append_bytes(&writer->text, "]", 1);
}

static void write_object(struct writer *writer, const json_t *object)
{
	const char *name;
	json_t *member;
	bool is_first = true;

	text_append_bytes(&writer->text, "{", 1);
	json_object_foreach(readable(object), name, member) {
		if (!is_first)
			text_append_bytes(&writer->text, ",", 1);
		is_first = false;
		write_text(writer, name, strlen(name));
		text_append_bytes(&writer->text, ":", 1);
		write_value(writer, member);
	}
	text_append_bytes(&writer->text, "}", 1);
}

/* Recurses as deep as documents are. */
static void write_value(struct writer *writer, const json_t *json)
{
	switch (json ? json_typeof(json) : JSON_NULL) {
	case JSON_OBJECT: write_object(writer, json); break;
	case JSON_ARRAY: write_array(writer, json); break;
	case JSON_STRING:
		write_text(writer, json_string_value(json), json_string_length(json));
		break;
	case JSON_INTEGER:
		text_appendf(&writer->text, "%lld", (long long)json_integer_value(json));
		break;
	case JSON_REAL: write_real(writer, json); break;
	case JSON_TRUE: text_append(&writer->text, "true"); break;
	case JSON_FALSE: text_append(&writer->text, "false"); break;
	case JSON_NULL: text_append(&writer->text, "null"); break;
	}
}

char *json_write(struct arena *arena, const json_t *json)
{
	struct writer writer = { .text = { .arena = arena }, .root = json };

	write_value(&writer, json);
	return writer.text.text;
}
