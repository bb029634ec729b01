#include "kind/update.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/nearest.h"
#include "base/op.h"
#include "document/doc.h"
#include "resource/load.h"
#include "resource/save.h"

enum { MAX_ACTIONS = 500 };

/* The first row that the door shows: a name may have one for trusted clients before that for all. */
static const struct update_action *find_action(const struct update_actions *actions,
                                               const char *name)
{
	for (size_t i = 0; i < actions->count; i++)
		if (strcmp(actions->rows[i].name, name) == 0 &&
		    (actions->rows[i].door == DOOR_ANY || actions->trusted))
			return &actions->rows[i];
	return NULL;
}

/* The name that may have been meant. NULL: none. */
static const char *nearest_action(const struct update_actions *actions, const char *name)
{
	struct nearest nearest = nearest_to(name);

	for (size_t i = 0; i < actions->count; i++)
		if (actions->rows[i].door == DOOR_ANY || actions->trusted)
			nearest_try(&nearest, actions->rows[i].name);
	return nearest.name;
}

/* Why an action is not known, for the log. A word that resembles none of ours is not repeated: nobody knows
 * what it is. */
static const char *unknown_action(struct op *op, const struct update_actions *actions,
                                  const char *name)
{
	const char *nearest = nearest_action(actions, name);

	return nearest ? arena_printf(op->arena, "unknown action '%s'; did you mean %s?", name, nearest)
	               : "unknown action";
}

/* The client gets its action back; the log does not, because it may hold a secret. */
static bool fail_action(struct op *op, const struct json_path *path, const char *text,
                        const char *reason)
{
	fail_at(op, path, text);
	return fail_reason(op, "%s", reason);
}

static bool decode_action(struct op *op, json_t *value, const struct json_path *path,
                          const struct update_actions *actions, struct action *ret_action)
{
	if (!json_is_object(value))
		return fail_misfit(op, path, MISFIT_OBJECT);
	const char *name = doc_text(value, "action");

	if (!name)
		return fail_action(op, path,
		                   arena_printf(op->arena, "Missing type field 'action' in '%s'",
		                                json_text(op, value)),
		                   "actions: the field 'action' is missing");
	ret_action->row = find_action(actions, name);
	if (!ret_action->row)
		return fail_action(op, path,
		                   arena_printf(op->arena, "Invalid type value '%s' in '%s'", name,
		                                json_text(op, value)),
		                   unknown_action(op, actions, name));
	struct shape shape = *ret_action->row->input;
	void *input;

	shape.tag =
		"action"; /* which is no member of its own, and nothing that somebody may have meant otherwise */
	if (!shape_decode_input(op, &shape, value, path, &input))
		return false;
	ret_action->input = input;
	ret_action->sent = value;
	return true;
}

bool update_decode_actions(struct op *op, json_t *value, const struct json_path *path,
                           const void *argument, void *target)
{
	size_t count = json_array_size(value);

	if (!json_is_array(value))
		return fail_misfit(op, path, MISFIT_ARRAY);
	if (count > MAX_ACTIONS)
		return fail_invalid_input(op, "The number of update actions must not exceed %d.",
		                          MAX_ACTIONS);
	struct action *items = arena_alloc(op->arena, (count ? count : 1) * sizeof *items);

	for (size_t i = 0; i < count; i++)
		if (!decode_action(op, json_array_get(value, i), path, argument, &items[i]))
			return false;
	*(struct shape_list *)target = (struct shape_list){ items, count };
	return true;
}

/* As deep as a body may be. */
static void drop_nulls(json_t *json)
{
	const char *name;
	json_t *member;
	void *next;

	for (size_t i = 0; i < json_array_size(json); i++)
		drop_nulls(json_array_get(json, i));
	json_object_foreach_safe(json, next, name, member) {
		if (json_is_null(member))
			json_object_del(json, name);
		else
			drop_nulls(member);
	}
}

void update_blame(struct op *op, const struct update_input *input, size_t index)
{
	const struct action *actions = input->actions.items;
	json_t *copy = keep(op, json_deep_copy(actions[index].sent));

	drop_nulls(copy);
	errors_name_action(op, copy, index + 1);
}

/* The place of the action that the error is about, from the last one on; their number: none. */
static size_t find_blamed(const struct update_input *input, const struct api_error *error)
{
	const struct action *actions = input->actions.items;
	const char *field = doc_text(error->extra, "field");

	for (size_t i = input->actions.count; field && i > 0; i--)
		if (doc_has(actions[i - 1].sent, field))
			return i - 1;
	return input->actions.count == 1 ? 0 : input->actions.count;
}

bool update_blame_outcome(struct op *op, const struct update_input *input)
{
	size_t index = find_blamed(input, &op->errors.items[0]);

	if (index < input->actions.count)
		update_blame(op, input, index);
	return false;
}

bool resource_update(struct op *op, struct resource *resource, const struct update_input *input)
{
	const struct action *actions = input->actions.items;

	if (!resource_at_version(op, resource, input->version))
		return false;
	for (size_t i = 0; i < input->actions.count; i++)
		if (!actions[i].row->apply(op, resource, actions[i].row, actions[i].input)) {
			update_blame(op, input, i);
			return false;
		}
	return true;
}

bool resource_save_updated(struct op *op, struct resource *resource,
                           const struct update_input *input)
{
	rule_fn *finish = resource->changed ? resource->kind->finish : NULL;

	return ((!finish || finish(op, resource)) && resource_save(op, resource)) ||
	       update_blame_outcome(op, input);
}
