#include "kind/index_values.h"

#include <stdint.h>
#include <string.h>

#include "base/arena.h"
#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "resource/index.h"
#include "resource/resource.h"

void index_add_text(json_t *values, const char *text)
{
	if (!text)
		return;
	for (size_t i = 0; i < json_array_size(values); i++)
		if (strcmp(json_string_value(json_array_get(values, i)), text) == 0)
			return;
	json_array_append_new(values, json_string(text));
}

void index_add_reference(json_t *values, const json_t *reference)
{
	const char *id = doc_text(reference, "id");

	index_add_text(values, id ? id : doc_text(reference, "key"));
}

void index_add_references(json_t *values, const json_t *references)
{
	for (size_t i = 0; i < json_array_size(references); i++)
		index_add_reference(values, json_array_get(references, i));
}

/* The slug of one locale as the index holds it. */
static const char *slug_value(struct op *op, const char *locale, const json_t *slug)
{
	return arena_printf(op->arena, "%s:%s", locale, json_string_value(slug));
}

void index_add_slugs(struct op *op, json_t *values, const json_t *slug)
{
	const char *locale;
	json_t *text;

	json_object_foreach((json_t *)(uintptr_t)slug, locale, text)
		index_add_text(values, slug_value(op, locale, text));
}

void index_slug(struct op *op, const json_t *doc, json_t *values)
{
	index_add_slugs(op, values, json_object_get(doc, "slug"));
}

static bool check_slug(struct op *op, const struct resource *resource, const char *locale,
                       json_t *slug)
{
	const char *field = arena_printf(op->arena, "slug.%s", locale);
	const char *value = slug_value(op, locale, slug);
	const char *other_id;

	if (!check_key(json_string_value(slug)))
		return fail_invalid_field(op, "slug", slug, NULL);
	if (!resource_id_by(op, resource->kind, "slug", value, &other_id))
		return false;
	return !other_id || strcmp(other_id, resource->id) == 0 ||
	       fail_duplicate_field(op, field, json_string_value(slug));
}

bool slug_check(struct op *op, const struct resource *resource, const json_t *slug)
{
	const char *locale;
	json_t *text;

	json_object_foreach((json_t *)(uintptr_t)slug, locale, text)
		if (!check_slug(op, resource, locale, text))
			return false;
	return true;
}
