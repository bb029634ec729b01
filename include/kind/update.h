/* Update actions: decoding a list of them, running them in order, all or nothing. Shared by every
 * kind. */
#ifndef KIND_UPDATE_H
#define KIND_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "document/shape.h"
#include "tables/message_types.h"

struct op;
struct resource;
struct update_action;

/* Changes the resource as the action says: on an effect it calls resource_touch() once, then emits.
 * An action that changes nothing leaves everything alone and succeeds. False: recorded. */
typedef bool apply_fn(struct op *op, struct resource *resource, const struct update_action *row,
                      const void *input);

/* Who may use an action. */
enum update_door { DOOR_ANY, DOOR_TRUSTED };

struct update_action {
	const char         *name;
	enum update_door    door;
	const struct shape *input;
	apply_fn           *apply;
	const char         *field;    /* argument of apply */
	enum message_type   message;
	const void         *argument; /* another one, of what type apply wants; mostly NULL */
};

/* The actions of a kind as one door shows them; the argument of the decoder. */
struct update_actions {
	const struct update_action *rows;
	size_t                      count;
	bool                        trusted;
};

/* One decoded action. */
struct action {
	const struct update_action *row;
	const void                 *input;
	json_t                     *sent;   /* as the client wrote it */
};

/* The body of an update request. */
struct update_input {
	int64_t           version;
	struct shape_list actions;  /* of struct action */
};

/* Decodes the member `actions` into a struct shape_list; argument: struct update_actions. */
custom_decode_fn update_decode_actions;

/* The rows of an update body's shape, given the actions. */
#define UPDATE_FIELDS(update_actions) { \
	{ "version", FIELD_LONG,   REQUIRED, offsetof(struct update_input, version) }, \
	{ "actions", FIELD_CUSTOM, REQUIRED, offsetof(struct update_input, actions), NULL, &(update_actions), NULL, \
	  update_decode_actions } }

/* Defines the shape of a kind's update bodies, given its actions. */
#define UPDATE_SHAPE(name, update_actions) \
	static const struct shape_field name##_FIELDS[] = UPDATE_FIELDS(update_actions); \
	const struct shape name = { sizeof(struct update_input), 2, name##_FIELDS }

/* Says in the errors that were recorded that the action at an index raised them: its place, and the
 * action as it was sent, where null is absence. */
void update_blame(struct op *op, const struct update_input *input, size_t index);

/* The same of errors that came up after all actions, in what follows from them, such as a value that is
 * taken: they come from the action that names the field which the error is about, or from the only one.
 * Returns false. */
bool update_blame_outcome(struct op *op, const struct update_input *input);

/* Checks the version, then runs the actions in order on the resource in memory. False: recorded;
 * nothing is stored. */
bool resource_update(struct op *op, struct resource *resource, const struct update_input *input);

/* Does what the kind does after an update, and stores the resource; says of an error which action it
 * comes from. False: recorded. */
bool resource_save_updated(struct op *op, struct resource *resource,
                           const struct update_input *input);

#endif
