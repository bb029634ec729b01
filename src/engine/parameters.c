#include "engine/parameters.h"

#include <string.h>

#include "base/arena.h"
#include "base/text.h"

enum { MAX_PARAMETERS = 1000 };

static bool decode(struct arena *arena, const char *raw, size_t bytes, enum parameters_mode mode,
                   const char **ret_text)
{
	char *text;
	bool done = mode == PARAMETERS_STRICT ? text_percent_decode(arena, raw, bytes, true, &text)
	                                      : text_percent_decode_leniently(arena, raw, bytes, &text);

	if (done)
		*ret_text = text;
	return done;
}

static size_t count_pieces(const char *text, size_t bytes)
{
	size_t count = bytes ? 1 : 0;

	for (size_t i = 0; i < bytes; i++)
		count += text[i] == '&';
	return count;
}

static bool parse_piece(struct arena *arena, const char *piece, size_t bytes,
                        enum parameters_mode mode, struct parameter *ret_parameter)
{
	const char *equals = memchr(piece, '=', bytes);
	size_t name_bytes = equals ? (size_t)(equals - piece) : bytes;
	const char *value = equals ? equals + 1 : "";

	return decode(arena, piece, name_bytes, mode, &ret_parameter->name) &&
	       decode(arena, value, equals ? bytes - name_bytes - 1 : 0, mode, &ret_parameter->value);
}

bool parameters_parse(struct arena *arena, const char *text, size_t bytes,
                      enum parameters_mode mode, struct parameters *ret_parameters)
{
	size_t pieces = count_pieces(text, bytes);

	*ret_parameters = (struct parameters){ 0 };
	if (pieces > MAX_PARAMETERS)
		return false;
	if (pieces)
		ret_parameters->items = arena_alloc(arena, pieces * sizeof(struct parameter));
	while (bytes) {
		const char *end = memchr(text, '&', bytes);
		size_t piece_bytes = end ? (size_t)(end - text) : bytes;
		size_t used = end ? piece_bytes + 1 : piece_bytes;

		if (piece_bytes && !parse_piece(arena, text, piece_bytes, mode,
		                                &ret_parameters->items[ret_parameters->count++]))
			return false;
		text += used;
		bytes -= used;
	}
	return true;
}

const char *parameters_get(const struct parameters *parameters, const char *name)
{
	for (size_t i = 0; i < parameters->count; i++)
		if (strcmp(parameters->items[i].name, name) == 0)
			return parameters->items[i].value;
	return NULL;
}
