#include "json_body_priv.h"

#include <stdbool.h>
#include <string.h>

#include "base/allowance.h"
#include "base/arena.h"
#include "base/error.h"
#include "base/guard.h"
#include "base/op.h"
#include "base/text.h"
#include "document/json_error.h"
#include "json_census_priv.h"

enum {
	MAX_JSON_DEPTH = 64,
	/* Far more than the largest draft of the reference: 100 variants with 100 prices or 50 attributes each, 500
	 * actions. */
	MAX_VALUES = 200 * 1000,
	/* A body may take so many times its size, and this on top, which is what a small one of very many values needs. */
	MEMORY_FACTOR = 10,
	FREE_MEMORY_BYTES = 8 * 1024 * 1024,
};

/* Would it take more than half of what the request has left? What is made of it takes memory too. */
static bool is_too_large(const struct json_census *census)
{
	const struct allowance *allowance = guard_allowance();

	return allowance && allowance->limit_bytes &&
	       census->memory_bytes > (allowance->limit_bytes - allowance->held_bytes) / 2;
}

/* Looks before jansson does, which goes 2048 levels deep, and takes forty times the memory of some texts. */
static bool check_census(struct op *op, const char *body, size_t bytes)
{
	const struct json_census census = json_census_of(body, bytes);

	if (census.depth > MAX_JSON_DEPTH)
		return fail_json(op, "The document is nested too deeply.");
	if (census.values > MAX_VALUES ||
	    census.memory_bytes > bytes * MEMORY_FACTOR + FREE_MEMORY_BYTES)
		return fail_json(op, "The document has too many values.");
	return !is_too_large(&census) ||
	       fail_status(op, 413, "The request body is too large to be worked on.");
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

	if (!check_census(op, body, bytes))
		return NULL;
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
