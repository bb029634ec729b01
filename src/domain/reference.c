#include "domain/reference.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/op.h"
#include "domain/resource.h"

static const struct shape_field IDENTIFIER_FIELDS[] = {
	{ "typeId", FIELD_TEXT, OPTIONAL, offsetof(struct identifier, type_id) },
	{ "id", FIELD_TEXT, OPTIONAL, offsetof(struct identifier, id), text_check_uuid },
	{ "key", FIELD_TEXT, OPTIONAL, offsetof(struct identifier, key) },
};
static const struct shape IDENTIFIER = { sizeof(struct identifier), 3, IDENTIFIER_FIELDS };

static bool decode_into(struct op *op, const json_t *value, const struct json_path *path,
                        const char *type_id, struct identifier *ret_identifier)
{
	const char *const expected[] = { type_id, NULL };
	const struct json_path type_path = { path, "typeId" };

	if (!shape_decode(op, &IDENTIFIER, value, path, ret_identifier))
		return false;
	if (ret_identifier->type_id && strcmp(ret_identifier->type_id, type_id) != 0)
		return fail_at(op, &type_path, text_check_enum(op, expected, &ret_identifier->type_id));
	if (!ret_identifier->id == !ret_identifier->key)
		return fail_at(op, path, "ResourceIdentifier requires an 'id' xor a 'key'");
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
		return fail_at(op, path, "JSON Array expected.");
	struct identifier *items = arena_alloc(op->arena, (count ? count : 1) * sizeof *items);

	for (size_t i = 0; i < count; i++)
		if (!decode_into(op, json_array_get(value, i), path, argument, &items[i]))
			return false;
	*(struct shape_list *)target = (struct shape_list){ items, count };
	return true;
}

struct resource *reference_resolve(struct op *op, const struct resource_kind *kind,
                                   const struct identifier *identifier)
{
	struct resource *resource;
	bool done = identifier->id ? resource_find(op, kind, identifier->id, &resource)
	                           : resource_find_by(op, kind, "key", identifier->key, &resource);

	if (!done)
		return NULL;
	if (!resource)
		fail_reference_not_found(op, kind->name, identifier->id, identifier->key);
	return resource;
}
