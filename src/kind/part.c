#include "kind/part.h"

#include "base/check.h"
#include "base/error.h"
#include "base/op.h"
#include "base/random.h"
#include "document/doc.h"
#include "kind/custom_actions.h"
#include "resource/save.h"

bool part_start_custom(struct op *op, json_t *part, const char *custom_type, const json_t *draft)
{
	const json_t *custom = json_object_get(draft, "custom");

	json_object_del(part, "custom");
	return !custom || custom_from_draft(op, part, custom_type, custom);
}

json_t *part_create(struct op *op, const struct part_list *list, const json_t *draft)
{
	char id[UUID_TEXT_BYTES];

	random_uuid(id);
	json_t *part = keep(op, json_pack("{s:s}", "id", id));
	json_t *copy = keep(op, json_deep_copy(draft));

	if (!references_resolve(op, copy))
		return NULL;
	json_object_update(part, copy);
	return part_start_custom(op, part, list->custom_type, draft) ? part : NULL;
}

bool part_key_is_free(struct op *op, const json_t *parts, const json_t *part)
{
	const char *key = doc_text(part, "key");

	if (!key)
		return true;
	if (!check_key(key))
		return fail_invalid_field(op, "key", json_object_get(part, "key"), NULL);
	const json_t *other = doc_find(parts, "key", key, NULL);

	return !other || other == part || fail_duplicate_field(op, "key", key);
}

json_t *part_find(struct op *op, const json_t *doc, const struct part_list *list,
                  const struct part_reference *reference, size_t *ret_index)
{
	const json_t *parts = json_object_get(doc, list->member);
	const char *name = reference->id ? "id" : "key";
	const char *value = reference->id ? reference->id : reference->key;

	if (!reference->id == !reference->key) {
		fail_invalid_operation(op, "Exactly one of the id and the key of the %s is required.",
		                       list->name);
		return NULL;
	}
	json_t *part = doc_find(parts, name, value, ret_index);

	if (!part)
		fail_invalid_operation(op, "The %s with %s '%s' was not found.", list->name, name, value);
	return part;
}

bool part_check_count(struct op *op, size_t count, size_t limit, const char *what)
{
	return count <= limit ||
	       fail_invalid_operation(op, "There can be at most %zu %s.", limit, what);
}

static bool fail_order(struct op *op, const struct part_list *list)
{
	return fail_invalid_operation(op, "The order must contain the id of every %s once.",
	                              list->name);
}

bool part_reorder(struct op *op, struct resource *resource, const struct part_list *list,
                  const json_t *order)
{
	json_t *parts = json_object_get(resource->doc, list->member);
	json_t *ordered = keep(op, json_array());

	/* First, as every id is looked for. */
	if (json_array_size(order) != json_array_size(parts))
		return fail_order(op, list);
	for (size_t i = 0; i < json_array_size(order); i++) {
		const char *id = json_string_value(json_array_get(order, i));
		json_t *part = doc_find(parts, "id", id, NULL);

		if (part && !doc_find(ordered, "id", id, NULL))
			json_array_append(ordered, part);
	}
	if (json_array_size(ordered) != json_array_size(parts))
		return fail_order(op, list);
	if (doc_set(resource->doc, list->member, ordered))
		resource_touch(resource);
	return true;
}

bool part_set_custom_type(struct op *op, struct resource *resource, const struct part_list *list,
                          const struct part_custom_type *input)
{
	struct custom_holder holder = {
		.doc = part_find(op, resource->doc, list, &input->part, NULL),
		.type_id = list->custom_type,
	};

	return change_custom_type(op, resource, &holder, &input->draft);
}

bool part_set_custom_field(struct op *op, struct resource *resource, const struct part_list *list,
                           const struct part_custom_field *input)
{
	struct custom_holder holder = {
		.doc = part_find(op, resource->doc, list, &input->part, NULL),
		.type_id = list->custom_type,
	};

	return change_custom_field(op, resource, &holder, &input->field);
}
