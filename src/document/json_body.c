#include "json_body_priv.h"

#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "document/json_error.h"

enum { MAX_JSON_DEPTH = 64 };

/* jansson itself stops at 2048 levels, which is deep enough to be slow; this looks before it
 * parses. */
static bool is_too_deep(const char *body, size_t bytes)
{
	size_t depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < bytes; i++) {
		char c = body[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if ((c == '[' || c == '{') && ++depth > MAX_JSON_DEPTH) {
			return true;
		} else if ((c == ']' || c == '}') && depth > 0) {
			depth--;
		}
	}
	return false;
}

/* Does an integer of these digits fit into 64 bits? */
static bool fits_64_bits(const char *digits, size_t count)
{
	static const char LARGEST[] = "9223372036854775807";
	const size_t most = sizeof LARGEST - 1;

	return count < most || (count == most && strncmp(digits, LARGEST, most) <= 0);
}

/* Writes `.0` behind every integer that does not fit into 64 bits, so that it is read as a number
 * of another type and refused where it stands, if anybody looks at it. */
static const char *widen_integers(struct op *op, const char *body, size_t bytes)
{
	struct text_buffer buffer = { .arena = op->arena };
	bool in_string = false;

	for (size_t i = 0; i < bytes;) {
		size_t digits = in_string ? 0 : strspn(body + i, "0123456789");
		bool is_integer = digits && !strchr(".eE", body[i + digits]) &&
		                  (i == 0 || !strchr(".eE+", body[i - 1]));
		size_t piece = digits ? digits : 1;

		if (in_string && body[i] == '\\' && i + 1 < bytes)
			piece = 2;
		else if (body[i] == '"')
			in_string = !in_string;
		text_append_bytes(&buffer, body + i, piece);
		if (is_integer && !fits_64_bits(body + i, digits))
			text_append(&buffer, ".0");
		i += piece;
	}
	return buffer.text ? buffer.text : "";
}

static json_t *load(struct op *op, const char *body, size_t bytes, json_error_t *error)
{
	const size_t flags = JSON_REJECT_DUPLICATES | JSON_DECODE_ANY;
	json_t *json = json_loadb(body, bytes, flags, error);

	if (json || json_error_code(error) != json_error_numeric_overflow)
		return json;
	const char *widened = widen_integers(op, body, bytes);

	return json_loadb(widened, strlen(widened), flags, error);
}

json_t *json_body_parse(struct op *op, const char *body, size_t bytes)
{
	json_error_t error;

	if (is_too_deep(body, bytes)) {
		fail_json(op, "The document is nested too deeply.");
		return NULL;
	}
	json_t *json = load(op, body, bytes, &error);

	if (json)
		return keep(op, json);
	if (!bytes)
		fail_json(op, "The request body is empty.");
	else
		fail_json(op, arena_printf(op->arena, "Line %d, column %d: %s.", error.line, error.column,
		                           json_error_words(&error)));
	if (bytes) /* the remark quotes the body, which may hold a secret */
		fail_reason(op, "line %d, column %d: malformed JSON", error.line, error.column);
	return NULL;
}
