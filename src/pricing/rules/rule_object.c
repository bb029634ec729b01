/* Looking up the values of fields. */
#include "rule_object_priv.h"

#include <string.h>

#include "base/arena.h"
#include "base/op.h"
#include "document/doc.h"
#include "resource/lookup.h"

/* One look-up: along the fields of a path, then along its tail. */
struct walk {
	struct rule_documents  *documents;
	const struct rule_path *path;
	struct rule_scratch    *scratch;
};

static bool follow_tail(struct walk *walk, const json_t *value, size_t used);

static void add(struct walk *walk, struct rule_value value)
{
	struct rule_scratch *scratch = walk->scratch;

	if (scratch->count == scratch->room) {
		size_t room = scratch->room ? 2 * scratch->room : 16;
		struct rule_value *items = arena_take(walk->documents->op->arena, room * sizeof *items);

		if (scratch->count > 0)
			memcpy(items, scratch->items, scratch->count * sizeof *items);
		scratch->items = items;
		scratch->room = room;
	}
	scratch->items[scratch->count++] = value;
}

static bool found(struct walk *walk, const json_t *json)
{
	struct rule_value value = rule_value_of_json(json);

	if (rule_path_field(walk->path)->is_amount && value.kind == RULE_VALUE_MONEY)
		value.kind = RULE_VALUE_NUMBER;
	add(walk, value);
	return true;
}

/* -- the tail: names of custom fields, of attributes, and of what is in them -- */

static const json_t *attribute(const json_t *holder, const char *name)
{
	return json_object_get(doc_find(json_object_get(holder, "attributes"), "name", name, NULL),
	                       "value");
}

/* *ret_used: how many names of the tail it took. */
static bool start_in_attributes(struct walk *walk, const json_t **ret_value)
{
	struct rule_documents *documents = walk->documents;

	*ret_value = attribute(documents->variant, walk->path->tail[0]);
	if (*ret_value)
		return true;
	if (!rule_need_product(documents))
		return false;
	*ret_value = attribute(documents->data, walk->path->tail[0]);
	return true;
}

/* `custom.type.key` is that of the type, unless there is a field with the name `type`. */
static const json_t *start_in_custom(const json_t *custom, const char *name)
{
	const json_t *value = json_object_get(json_object_get(custom, "fields"), name);

	return value || strcmp(name, "type") != 0 ? value : json_object_get(custom, "type");
}

static bool start_tail(struct walk *walk, const json_t *value)
{
	enum rule_type type = rule_path_field(walk->path)->type;

	if (walk->path->tail_count == 0)
		return found(walk, value);
	if (type == RULE_TYPE_LOCALIZED)
		return follow_tail(walk, value, 0);
	if (type == RULE_TYPE_CUSTOM)
		value = start_in_custom(value, walk->path->tail[0]);
	else if (!start_in_attributes(walk, &value))
		return false;
	return !value || follow_tail(walk, value, 1);
}

/* A reference leads on to what it names. */
static bool follow_tail(struct walk *walk, const json_t *value, size_t used)
{
	const char *name = used < walk->path->tail_count ? walk->path->tail[used] : NULL;
	const json_t *target = NULL;

	for (size_t i = 0; i < json_array_size(value); i++)
		if (!follow_tail(walk, json_array_get(value, i), used))
			return false;
	if (json_is_array(value))
		return true;
	if (!name)
		return found(walk, value);
	const json_t *member = json_object_get(value, name);

	if (!member && doc_has(value, "typeId")) {
		if (!lookup_reference(walk->documents->op, value, &target))
			return false;
		member = json_object_get(target, name);
	}
	return !member || follow_tail(walk, member, used + 1);
}

/* -- fields -- */

/* As deep as a path has names and a document has arrays, which is bounded. */
static bool follow(struct walk *walk, const json_t *base, size_t used)
{
	if (used == walk->path->field_count)
		return start_tail(walk, base);
	const struct rule_field *field = walk->path->fields[used];
	const json_t *value = json_object_get(base, field->member ? field->member : field->name);

	if (field->type == RULE_TYPE_ATTRIBUTES)
		return start_tail(walk, walk->documents->variant);
	if (field->read && !field->read(walk->documents, base, &value))
		return false;
	if (!json_is_array(value))
		return !value || follow(walk, value, used + 1);
	for (size_t i = 0; i < json_array_size(value); i++)
		if (!follow(walk, json_array_get(value, i), used + 1))
			return false;
	return true;
}

/* -- values that are kept -- */

static const struct rule_values *kept(const struct rule_object *object,
                                      const struct rule_path *path)
{
	return path->has_slot && path->slot < object->slot_count ? object->slots[path->slot] : NULL;
}

/* Keeps what was found, and makes room for all slots that there are by now. */
static void keep_values(struct rule_object *object, const struct rule_paths *paths,
                        const struct rule_path *path, const struct rule_scratch *scratch)
{
	struct arena *arena = object->documents.op->arena;
	struct rule_values *values = arena_take(arena, sizeof *values);
	struct rule_value *items = arena_take(arena, (scratch->count + 1) * sizeof *items);

	if (path->slot >= object->slot_count) {
		size_t count = paths->slot_counts[object->subject];
		const struct rule_values **slots = arena_alloc(arena, count * sizeof(struct rule_values *));

		if (object->slot_count > 0)
			memcpy(slots, object->slots, object->slot_count * sizeof(struct rule_values *));
		object->slots = slots;
		object->slot_count = count;
	}
	if (scratch->count > 0)
		memcpy(items, scratch->items, scratch->count * sizeof *items);
	*values = (struct rule_values){ items, scratch->count };
	object->slots[path->slot] = values;
}

bool rule_object_values(struct rule_object *object, const struct rule_paths *paths,
                        const struct rule_path *path, struct rule_scratch *scratch,
                        struct rule_values *ret_values)
{
	const struct rule_values *known = kept(object, path);
	struct walk walk = { &object->documents, path, scratch };

	if (known) {
		*ret_values = *known;
		return true;
	}
	scratch->count = 0;
	if (!follow(&walk, rule_base_of(&object->documents, object->subject), 0))
		return false;
	*ret_values = (struct rule_values){ scratch->items, scratch->count };
	/* An object goes from price to price of its variant. */
	if (path->has_slot && !path->fields[0]->is_of_price)
		keep_values(object, paths, path, scratch);
	return true;
}
