#include "resource/reference.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/text_check.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/lookup.h"
#include "resource/registry.h"

/* Finding */

/* *ret_id NULL: there is none. */
static bool id_of(struct op *op, const struct resource_kind *kind,
                  const struct identifier *identifier, const char **ret_id)
{
	*ret_id = identifier->id;
	if (*ret_id)
		return true;
	if (!resource_id_by(op, kind, "key", identifier->key, ret_id))
		return false;
	if (*ret_id || !op->strict || !kind->find_by_alias)
		return true;
	return kind->find_by_alias(op, identifier->key, ret_id);
}

static bool exists(struct op *op, const struct resource_kind *kind, const json_t *doc)
{
	return doc && (!kind->is_visible || kind->is_visible(op, doc));
}

const json_t *reference_look(struct op *op, const struct resource_kind *kind,
                             const struct identifier *identifier)
{
	const json_t *doc = NULL;
	const char *id;

	if (!id_of(op, kind, identifier, &id) || (id && !lookup(op, kind, id, &doc)))
		return NULL;
	if (exists(op, kind, doc))
		return doc;
	fail_reference_not_found(op, kind->name, identifier->id, identifier->key);
	return NULL;
}

struct resource *reference_load(struct op *op, const struct resource_kind *kind,
                                const struct identifier *identifier)
{
	struct resource *resource = NULL;
	const char *id;

	if (!id_of(op, kind, identifier, &id) || (id && !resource_find(op, kind, id, &resource)))
		return NULL;
	if (resource && exists(op, kind, resource->doc))
		return resource;
	fail_reference_not_found(op, kind->name, identifier->id, identifier->key);
	return NULL;
}

/* Decoding */

static const struct shape_field IDENTIFIER_FIELDS[] = {
	{ "typeId", FIELD_TEXT, OPTIONAL, offsetof(struct identifier, type_id) },
	{ "id", FIELD_TEXT, OPTIONAL, offsetof(struct identifier, id), text_check_uuid },
	{ "key", FIELD_TEXT, OPTIONAL, offsetof(struct identifier, key) },
};
static const struct shape IDENTIFIER = { sizeof(struct identifier), 3, IDENTIFIER_FIELDS };

/* Tells of an identifier that leads nowhere, where it stands. Source of the form: RFC 6901. */
static void tell_if_missing(struct op *op, const json_t *value, const struct json_path *path,
                            const char *type_id, const struct identifier *identifier)
{
	const struct resource_kind *kind = kind_find(op, type_id);
	const struct json_path member = { path, identifier->id ? "id" : "key", 0 };
	size_t before = op->errors.count;

	if (!kind)
		fail_reference_not_found(op, type_id, identifier->id, identifier->key);
	else
		(void)reference_look(op, kind, identifier); /* recorded */
	if (op->errors.count > before)
		op->errors.items[before].pointer =
			json_path_pointer(op, json_is_string(value) ? path : &member);
}

static bool read_identifier(struct op *op, const json_t *value, const struct json_path *path,
                            const char *type_id, struct identifier *ret_identifier)
{
	const char *const expected[] = { type_id, NULL };
	const struct json_path type_path = { path, "typeId", 0 };

	if (op->strict && json_is_string(value)) {
		ret_identifier->key = json_string_value(value);
		return true;
	}
	if (!shape_decode(op, &IDENTIFIER, value, path, ret_identifier))
		return false;
	if (ret_identifier->type_id && strcmp(ret_identifier->type_id, type_id) != 0)
		return fail_at(op, &type_path, text_check_enum(op, expected, &ret_identifier->type_id));
	if (!ret_identifier->id == !ret_identifier->key)
		return fail_at(op, path, "ResourceIdentifier requires an 'id' xor a 'key'");
	return true;
}

static bool decode_into(struct op *op, const json_t *value, const struct json_path *path,
                        const char *type_id, struct identifier *ret_identifier)
{
	if (!read_identifier(op, value, path, type_id, ret_identifier))
		return false;
	if (op->thorough)
		tell_if_missing(op, value, path, type_id, ret_identifier);
	return true;
}

bool identifier_decode(struct op *op, json_t *value, const struct json_path *path,
                       const void *argument, void *target)
{
	struct identifier *identifier = arena_alloc(op->arena, sizeof *identifier);

	*(const struct identifier **)target = identifier;
	return decode_into(op, value, path, argument, identifier);
}

bool identifiers_decode(struct op *op, json_t *value, const struct json_path *path,
                        const void *argument, void *target)
{
	size_t count = json_array_size(value);

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	struct identifier *items = arena_alloc(op->arena, (count ? count : 1) * sizeof *items);

	for (size_t i = 0; i < count; i++) {
		const struct json_path here = { path, NULL, i };

		if (!decode_into(op, json_array_get(value, i), &here, argument, &items[i]))
			return false;
	}
	*(struct shape_list *)target = (struct shape_list){ items, count };
	return true;
}

/* In documents */

bool reference_decode(struct op *op, json_t *value, const struct json_path *path,
                      const void *argument, void *target)
{
	struct identifier identifier = { 0 };

	if (!decode_into(op, value, path, argument, &identifier))
		return false;
	*(json_t **)target =
		keep(op, json_pack("{s:s, s:s}", "typeId", argument, identifier.id ? "id" : "key",
	                       identifier.id ? identifier.id : identifier.key));
	return true;
}

bool references_decode(struct op *op, json_t *value, const struct json_path *path,
                       const void *argument, void *target)
{
	json_t *references = keep(op, json_array());

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	for (size_t i = 0; i < json_array_size(value); i++) {
		const struct json_path here = { path, NULL, i };
		json_t *reference;

		if (!reference_decode(op, json_array_get(value, i), &here, argument, &reference))
			return false;
		json_array_append(references, reference);
	}
	*(json_t **)target = references;
	return true;
}

/* In documents: putting references there */

/* Is this an identifier, and nothing else? */
static bool is_identifier(const json_t *json)
{
	return doc_text(json, "typeId") && json_object_size(json) == 2 &&
	       (doc_text(json, "id") || doc_text(json, "key"));
}

static bool resolve(struct op *op, json_t *json)
{
	const struct identifier identifier = { .type_id = doc_text(json, "typeId"),
		                                   .id = doc_text(json, "id"),
		                                   .key = doc_text(json, "key") };
	const struct resource_kind *kind = kind_find(op, identifier.type_id);

	if (!kind)
		return fail_reference_not_found(op, identifier.type_id, identifier.id, identifier.key);
	const json_t *doc = reference_look(op, kind, &identifier);

	if (!doc)
		return false;
	const char *name = kind->by_key ? "key" : "id";

	json_object_del(json, kind->by_key ? "id" : "key");
	return json_object_set(json, name, json_object_get(doc, name)) == 0;
}

/* Is a member a value of a type that users define: custom fields, or what has a name beside it, an attribute? What
 * looks like a reference there need not be one; who knows the type resolves it. */
static bool is_of_users(const json_t *json, const char *name)
{
	return strcmp(name, "custom") == 0 || strcmp(name, "fields") == 0 ||
	       (strcmp(name, "value") == 0 && doc_text(json, "name"));
}

/* As deep as a body may be, which is bounded where it is parsed. */
bool references_resolve(struct op *op, json_t *json)
{
	const char *name;
	json_t *member;

	if (is_identifier(json))
		return resolve(op, json);
	for (size_t i = 0; i < json_array_size(json); i++)
		if (!references_resolve(op, json_array_get(json, i)))
			return false;
	json_object_foreach(json, name, member)
		if (!is_of_users(json, name) && !references_resolve(op, member))
			return false;
	return true;
}

json_t *references_resolved(struct op *op, const json_t *json)
{
	json_t *copy = keep(op, json_deep_copy(json));

	return references_resolve(op, copy) ? copy : NULL;
}
