#include "document/shape.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/op.h"
#include "base/text.h"
#include "json_body_priv.h"

static void append_path(struct text_buffer *buffer, const struct json_path *path)
{
	if (!path)
		return;
	append_path(buffer, path->parent);
	if (!path->name)
		return;
	if (buffer->bytes)
		text_append(buffer, " -> ");
	text_append(buffer, path->name);
}

/* Source: RFC 6901 §3, §4. */
static void append_pointer(struct text_buffer *buffer, const struct json_path *path)
{
	if (!path)
		return;
	append_pointer(buffer, path->parent);
	text_append(buffer, "/");
	if (!path->name)
		text_appendf(buffer, "%zu", path->index);
	for (const char *at = path->name; at && *at; at++)
		if (*at == '~' || *at == '/')
			text_append(buffer, *at == '~' ? "~0" : "~1");
		else
			text_append_bytes(buffer, at, 1);
}

/* What the API says of each misfit that has a sentence of its own. */
static const char *const SENTENCES[] = {
#define MISFIT(name, text, expected) [MISFIT_##name] = text,
#include "tables/misfits.def"
#undef MISFIT
};

const char *json_path_pointer(struct op *op, const struct json_path *path)
{
	struct text_buffer pointer = { .arena = op->arena };

	append_pointer(&pointer, path);
	return pointer.text ? pointer.text : "";
}

static bool fail_with(struct op *op, const struct json_path *path, enum misfit misfit,
                      const char *text)
{
	struct text_buffer names = { .arena = op->arena };

	append_path(&names, path);
	fail_json_at(op, names.text ? names.text : "", text);
	struct api_error *error = &op->errors.items[op->errors.count - 1];

	error->pointer = json_path_pointer(op, path);
	error->misfit = misfit;
	error->problem = text;
	return false;
}

bool fail_at(struct op *op, const struct json_path *path, const char *text)
{
	return fail_with(op, path, MISFIT_OTHER, text);
}

bool fail_misfit(struct op *op, const struct json_path *path, enum misfit misfit)
{
	return fail_with(op, path, misfit, SENTENCES[misfit]);
}

static bool decode_text(struct op *op, const struct shape_field *field, const json_t *value,
                        const struct json_path *path, const char **ret_text)
{
	const char *text = json_string_value(value);

	if (!text)
		return fail_misfit(op, path, field->check ? MISFIT_WORD : MISFIT_TEXT);
	const char *problem = field->check ? field->check(op, field->argument, &text) : NULL;

	if (problem)
		return fail_at(op, path, problem);
	*ret_text = text;
	return true;
}

static bool decode_int(struct op *op, const json_t *value, const struct json_path *path,
                       int64_t *ret_value)
{
	json_int_t number = json_integer_value(value);

	if (!json_is_integer(value) || number < INT32_MIN || number > INT32_MAX)
		return fail_misfit(op, path, MISFIT_INT);
	*ret_value = number;
	return true;
}

bool decode_int_in_range(struct op *op, json_t *value, const struct json_path *path,
                         const void *argument, void *target)
{
	const struct int_range *range = argument;
	int64_t number = 0; /* gcc 14 does not see that decode_int() sets it */

	if (!decode_int(op, value, path, &number))
		return false;
	*(json_t **)target = value;
	return (number >= range->min && number <= range->max) ||
	       fail_invalid_field(op, path->name, value, NULL);
}

static bool is_array(struct op *op, const json_t *value, const struct json_path *path)
{
	return json_is_array(value) || fail_misfit(op, path, MISFIT_ARRAY);
}

static bool decode_list(struct op *op, const struct shape *inner, const json_t *value,
                        const struct json_path *path, struct shape_list *ret_list)
{
	if (!is_array(op, value, path))
		return false;
	size_t count = json_array_size(value);
	char *items = arena_alloc(op->arena, (count ? count : 1) * inner->bytes);

	for (size_t i = 0; i < count; i++) {
		const struct json_path here = { path, NULL, i };

		if (!shape_decode(op, inner, json_array_get(value, i), &here, items + i * inner->bytes))
			return false;
	}
	*ret_list = (struct shape_list){ items, count };
	return true;
}

static bool decode_ints(struct op *op, const json_t *value, const struct json_path *path,
                        struct shape_list *ret_list)
{
	if (!is_array(op, value, path))
		return false;
	size_t count = json_array_size(value);
	int64_t *items = arena_alloc(op->arena, (count ? count : 1) * sizeof *items);

	for (size_t i = 0; i < count; i++) {
		const struct json_path here = { path, NULL, i };

		if (!decode_int(op, json_array_get(value, i), &here, &items[i]))
			return false;
	}
	*ret_list = (struct shape_list){ items, count };
	return true;
}

static bool decode_texts(struct op *op, json_t *value, const struct json_path *path,
                         json_t **ret_texts)
{
	if (!is_array(op, value, path))
		return false;
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!json_is_string(json_array_get(value, i)))
			return fail_misfit(op, &(struct json_path){ path, NULL, i }, MISFIT_TEXT);
	*ret_texts = value;
	return true;
}

static bool decode_text_map(struct op *op, json_t *value, const struct json_path *path,
                            json_t **ret_map)
{
	const char *name;
	json_t *member;

	if (!json_is_object(value))
		return fail_misfit(op, path, MISFIT_MAP);
	json_object_foreach(value, name, member)
		if (!json_is_string(member))
			return fail_misfit(op, &(struct json_path){ path, name, 0 }, MISFIT_TEXT);
	*ret_map = value;
	return true;
}

static bool decode_document(struct op *op, const struct shape *inner, const json_t *value,
                            const struct json_path *path, json_t **ret_document);

static bool decode_documents(struct op *op, const struct shape *inner, const json_t *value,
                             const struct json_path *path, json_t **ret_documents)
{
	if (!is_array(op, value, path))
		return false;
	json_t *documents = keep(op, json_array());

	for (size_t i = 0; i < json_array_size(value); i++) {
		const struct json_path here = { path, NULL, i };
		json_t *document = NULL;

		if (!decode_document(op, inner, json_array_get(value, i), &here, &document))
			return false;
		json_array_append(documents, document);
	}
	*ret_documents = documents;
	return true;
}

static bool decode_struct(struct op *op, const struct shape *inner, const json_t *value,
                          const struct json_path *path, const void **ret_struct)
{
	void *inner_target = arena_alloc(op->arena, inner->bytes);

	*ret_struct = inner_target;
	return shape_decode(op, inner, value, path, inner_target);
}

static bool decode_bool(struct op *op, const json_t *value, const struct json_path *path,
                        bool *ret_value)
{
	*ret_value = json_is_true(value);
	return json_is_boolean(value) || fail_misfit(op, path, MISFIT_BOOLEAN);
}

static bool decode_long(struct op *op, const json_t *value, const struct json_path *path,
                        int64_t *ret_value)
{
	*ret_value = json_integer_value(value);
	return json_is_integer(value) ||
	       fail_misfit(op, path, MISFIT_LONG);
}

static bool decode_value(struct op *op, const struct shape_field *field, json_t *value,
                         const struct json_path *path, void *target)
{
	switch (field->type) {
	case FIELD_TEXT:
		return decode_text(op, field, value, path, target);
	case FIELD_LONG:
		return decode_long(op, value, path, target);
	case FIELD_INT:
		((struct optional_int *)target)->given = true;
		return decode_int(op, value, path, &((struct optional_int *)target)->value);
	case FIELD_BOOL:
		return decode_bool(op, value, path, target);
	case FIELD_OBJECT:
		return decode_struct(op, field->inner, value, path, target);
	case FIELD_LIST:
		return decode_list(op, field->inner, value, path, target);
	case FIELD_DOCUMENT:
		return decode_document(op, field->inner, value, path, target);
	case FIELD_DOCUMENTS:
		return decode_documents(op, field->inner, value, path, target);
	case FIELD_INTS:
		return decode_ints(op, value, path, target);
	case FIELD_TEXTS:
		return decode_texts(op, value, path, target);
	case FIELD_MAP:
		*(json_t **)target = value;
		return json_is_object(value) || fail_misfit(op, path, MISFIT_MAP);
	case FIELD_TEXT_MAP:
		return decode_text_map(op, value, path, target);
	case FIELD_RAW:
		*(json_t **)target = value;
		return true;
	case FIELD_CUSTOM:
	case FIELD_CONVERTED:
		return field->decode(op, value, path, field->argument, target);
	}
	return false;
}

/* The member's value, or NULL where the wire rules count it as absent. */
static json_t *present(const struct shape_field *field, const json_t *object)
{
	json_t *value = json_object_get(object, field->name);
	bool is_object = field->type == FIELD_OBJECT || field->type == FIELD_DOCUMENT ||
	                 field->type == FIELD_TEXT_MAP || field->type == FIELD_CUSTOM ||
	                 field->type == FIELD_CONVERTED;

	if (json_is_null(value))
		return NULL;
	if (field->need == OPTIONAL && is_object && json_is_object(value) &&
	    json_object_size(value) == 0)
		return NULL;
	return value;
}

static const struct shape_field *find_field(const struct shape *shape, const char *name)
{
	for (size_t i = 0; i < shape->count; i++)
		if (strcmp(shape->fields[i].name, name) == 0)
			return &shape->fields[i];
	return NULL;
}

/* The member that may have been meant. NULL: none. */
static const char *nearest_field(const struct shape *shape, const char *name)
{
	struct nearest nearest = nearest_to(name);

	for (size_t i = 0; i < shape->count; i++)
		nearest_try(&nearest, shape->fields[i].name);
	return nearest.name;
}

static bool is_known(const struct shape *shape, const char *name)
{
	return find_field(shape, name) || (shape->tag && strcmp(shape->tag, name) == 0);
}

/* Says for the log which members were left aside though they resemble others that could have been
 * there. */
static void hint_at_unknown(struct op *op, const struct shape *shape, const json_t *object)
{
	const char *name;
	json_t *member;

	json_object_foreach((json_t *)(uintptr_t)object, name, member) {
		if (is_known(shape, name))
			continue;
		if (!op_may_guess(op))
			return;
		const char *nearest = nearest_field(shape, name);

		if (nearest && !json_object_get(object, nearest))
			op_hint(op, "ignored member '%s'; did you mean %s?", name, nearest);
	}
}

static bool fail_missing(struct op *op, const struct shape *shape, const json_t *object,
                         const struct json_path *path)
{
	hint_at_unknown(op, shape, object);
	return fail_misfit(op, path, MISFIT_MISSING);
}

static bool fail_unknown_member(struct op *op, const struct shape *shape,
                                const struct json_path *path, const char *name)
{
	const struct json_path here = { path, name, 0 };
	const char *nearest = nearest_field(shape, name);

	return fail_with(op, &here, MISFIT_UNKNOWN_MEMBER,
	                 nearest
	                     ? arena_printf(op->arena, "Unknown member; did you mean %s?", nearest)
	                     : "Unknown member");
}

/* An object that may have the shape: a fixture's must have its members and no others. */
static bool is_object(struct op *op, const struct shape *shape, const json_t *value,
                      const struct json_path *path)
{
	const char *name;
	json_t *member;

	if (!json_is_object(value))
		return fail_misfit(op, path, MISFIT_OBJECT);
	if (!op->strict)
		return true;
	json_object_foreach((json_t *)(uintptr_t)value, name, member)
		if (!is_known(shape, name))
			return fail_unknown_member(op, shape, path, name);
	return true;
}

bool shape_decode(struct op *op, const struct shape *shape, const json_t *object,
                  const struct json_path *path, void *target)
{
	size_t known = shape->tag && json_object_get(object, shape->tag);

	if (!is_object(op, shape, object, path))
		return false;
	for (size_t i = 0; i < shape->count; i++) {
		const struct shape_field *field = &shape->fields[i];
		const struct json_path here = { path, field->name, 0 };
		json_t *value = present(field, object);

		if (!value && field->need == REQUIRED)
			return fail_missing(op, shape, object, &here);
		if (value && !decode_value(op, field, value, &here, (char *)target + field->offset))
			return false;
		known += value != NULL;
	}
	if (known < json_object_size(object))
		hint_at_unknown(op, shape, object);
	return true;
}

/* A document keeps the values as they came (texts in canonical form), known members only. */
static json_t *document_member(struct op *op, const struct shape_field *field, json_t *value,
                               const struct json_path *path)
{
	union {
		const char         *text;
		json_t             *json;
		int64_t             number;
		bool                truth;
		struct optional_int optional;
		struct shape_list   list;
	} decoded = { 0 };

	if (!decode_value(op, field, value, path, &decoded))
		return NULL;
	if (field->type == FIELD_TEXT)
		return keep(op, json_string(decoded.text));
	if (field->type == FIELD_DOCUMENT || field->type == FIELD_DOCUMENTS ||
	    field->type == FIELD_CONVERTED)
		return decoded.json;
	return value;
}

static bool decode_document(struct op *op, const struct shape *inner, const json_t *value,
                            const struct json_path *path, json_t **ret_document)
{
	if (!is_object(op, inner, value, path))
		return false;
	json_t *document = keep(op, json_object());
	size_t known = inner->tag && json_object_get(value, inner->tag);

	for (size_t i = 0; i < inner->count; i++) {
		const struct shape_field *field = &inner->fields[i];
		const struct json_path here = { path, field->name, 0 };
		json_t *member = present(field, value);

		if (!member && field->need == REQUIRED)
			return fail_missing(op, inner, value, &here);
		if (!member)
			continue;
		known++;
		json_t *decoded = document_member(op, field, member, &here);

		if (!decoded)
			return false;
		json_object_set(document, field->name, decoded);
	}
	if (known < json_object_size(value))
		hint_at_unknown(op, inner, value);
	*ret_document = document;
	return true;
}

bool shape_decode_input(struct op *op, const struct shape *shape, const json_t *object,
                        const struct json_path *path, void **ret_input)
{
	json_t *document = NULL;

	if (shape->bytes) {
		*ret_input = arena_alloc(op->arena, shape->bytes);
		return shape_decode(op, shape, object, path, *ret_input);
	}
	if (!decode_document(op, shape, object, path, &document))
		return false;
	*ret_input = document;
	return true;
}

bool shape_decode_body(struct op *op, const struct shape *shape, const char *body,
                       size_t body_bytes, void **ret_input)
{
	const json_t *json = json_body_parse(op, body, body_bytes);

	return json && shape_decode_input(op, shape, json, NULL, ret_input);
}

bool decode_texts_of_enum(struct op *op, json_t *value, const struct json_path *path,
                          const void *argument, void *target)
{
	if (!decode_texts(op, value, path, target))
		return false;
	for (size_t i = 0; i < json_array_size(value); i++) {
		const struct json_path here = { path, NULL, i };
		const char *text = json_string_value(json_array_get(value, i));
		const char *problem = text_check_enum(op, argument, &text);

		if (problem)
			return fail_at(op, &here, problem);
	}
	return true;
}
