/* Looking into the documents of a fixture: what depends on when and where it is loaded, and places. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/env.h"
#include "base/op.h"
#include "base/random.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "fixture_priv.h"

const char *fixture_id(struct op *op, const char *kind, const char *name)
{
	char *id = arena_alloc(op->arena, UUID_TEXT_BYTES);

	uuid_of_name(arena_printf(op->arena, "%s/%s/%s", op->project, kind, name), id);
	return id;
}

const char *fixture_name_member(const json_t *value)
{
	static const char *const NAMES[] = { "key",      "code",        "email",
		                                 "clientId", "anonymousId", "orderNumber" };

	for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++)
		if (doc_text(value, NAMES[i]))
			return NAMES[i];
	return NULL;
}

/* Times and pictures */

/* `+P30D` or `-PT2H`, counted from when the fixture is loaded. */
static bool is_relative(const char *text, int64_t *ret_ms)
{
	bool is_signed = (*text == '+' || *text == '-') && text[1] == 'P';

	if (!is_signed || !duration_parse(text + 1, ret_ms))
		return false;
	if (*text == '-')
		*ret_ms = -*ret_ms;
	return true;
}

/* `/_assets/mug.svg`: a picture of ours. */
static bool is_picture(const char *text)
{
	return strncmp(text, "/_assets/", strlen("/_assets/")) == 0;
}

static void settle_text(struct op *op, json_t *json)
{
	const char *text = json_string_value(json);
	int64_t after_ms;

	if (is_relative(text, &after_ms))
		json_string_set(json, timestamp_text(op->arena, op->now_ms + after_ms));
	else if (is_picture(text) && op->env->public_url)
		json_string_set(json, arena_printf(op->arena, "%s%s", op->env->public_url, text));
}

/* As deep as a document may be, which is bounded where it is parsed. */
void fixture_settle(struct op *op, json_t *json)
{
	const char *name;
	json_t *member;

	if (json_is_string(json))
		settle_text(op, json);
	for (size_t i = 0; i < json_array_size(json); i++)
		fixture_settle(op, json_array_get(json, i));
	json_object_foreach(json, name, member)
		fixture_settle(op, member);
}

/* Places */

/* A name as it stands in a pointer. Source: RFC 6901 §3. */
static const char *escaped(struct op *op, const char *name)
{
	struct text_buffer buffer = { .arena = op->arena };

	for (; *name; name++)
		if (*name == '~' || *name == '/')
			text_append(&buffer, *name == '~' ? "~0" : "~1");
		else
			text_append_bytes(&buffer, name, 1);
	return buffer.text ? buffer.text : "";
}

const char *fixture_point_to(struct op *op, const json_t *json, const char *text)
{
	const char *name;
	json_t *member;

	if (json_is_string(json) && strcmp(json_string_value(json), text) == 0)
		return "";
	for (size_t i = 0; i < json_array_size(json); i++) {
		const char *rest = fixture_point_to(op, json_array_get(json, i), text);

		if (rest)
			return arena_printf(op->arena, "/%zu%s", i, rest);
	}
	json_object_foreach((json_t *)(uintptr_t)json, name, member) {
		const char *rest = fixture_point_to(op, member, text);

		if (rest)
			return arena_printf(op->arena, "/%s%s", escaped(op, name), rest);
	}
	return NULL;
}

/* The member whose escaped name these bytes are. */
static json_t *member_at(const json_t *json, const char *segment, size_t bytes)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)json, name, member) {
		size_t at = 0;
		const char *c = name;

		for (; *c && at < bytes; c++, at++) {
			if (segment[at] != '~') {
				if (segment[at] != *c)
					break;
			} else if (++at == bytes || *c != (segment[at] == '0' ? '~' : '/')) {
				break;
			}
		}
		if (!*c && at == bytes)
			return member;
	}
	return NULL;
}

json_t *fixture_at(const json_t *json, const char *pointer)
{
	json_t *value = (json_t *)(uintptr_t)json;

	while (value && *pointer == '/') {
		const char *segment = pointer + 1;
		size_t bytes = strcspn(segment, "/");

		value = json_is_array(value) ? json_array_get(value, strtoul(segment, NULL, 10))
		                             : member_at(value, segment, bytes);
		pointer = segment + bytes;
	}
	return value;
}
