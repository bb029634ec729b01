/* Update actions that kinds share: setting a member, and the custom fields of the whole resource. */
#ifndef KIND_COMMON_ACTIONS_H
#define KIND_COMMON_ACTIONS_H

#include <jansson.h>

#include "kind/update.h"
#include "tables/message_types.h"

struct custom_draft;
struct custom_field_input;

/* The shape of an action that has one member beside its name; the rest is a shape_field's, from its
 * type on. To be used in rows of update actions. */
/* clang-format off */
#define ONE_MEMBER(...) &(const struct shape){ 0, 1, (const struct shape_field[]){ { __VA_ARGS__ } } }
/* The same for several members, each in braces of its own. */
#define MEMBERS(...) &(const struct shape){ 0, \
	sizeof((const struct shape_field[]){ __VA_ARGS__ }) / sizeof(struct shape_field), \
	(const struct shape_field[]){ __VA_ARGS__ } }
/* clang-format on */

/* A row for an action that the real API has and this server has not: a 501 that names it. */
apply_fn action_not_implemented;
/* clang-format off */
#define ACTION_LEFT_OUT(name, door) \
	{ name, door, ONE_MEMBER("action", FIELD_TEXT, REQUIRED), action_not_implemented, NULL, MESSAGE_NONE }
/* clang-format on */

/* Sets the document's member `row->field` to the member of that name in the input, a document;
 * removes it if that is absent, or "" where it is optional. References are resolved, a key is checked. Emits row->message
 * with the new value. */
apply_fn action_set_member;

/* The same for a member that every resource of the kind has: "" is an InvalidField. */
apply_fn action_change_member;

/* `setValidFromAndUntil`: sets or removes validFrom and validUntil; one change. */
apply_fn action_set_validity;

/* `setCustomType` and `setCustomField`: the custom fields of the whole resource. What they emit is
 * said by the kind's custom_messages. */
apply_fn action_set_custom_type;
apply_fn action_set_custom_field;

/* The messages about custom fields of a kind, and what their payloads call the values before. */
struct custom_messages {
	enum message_type type_set;
	enum message_type type_removed;
	enum message_type field_added;
	enum message_type field_changed;
	enum message_type field_removed;
	const char       *previous_type_id;
	const char       *previous_value;
};

/* What has custom fields: the document of a resource, or a part of it. */
struct custom_holder {
	json_t                       *doc;       /* NULL: it was not found, which is recorded */
	const char                   *type_id;   /* the resourceTypeId of types for its custom fields */
	const struct custom_messages *messages;  /* of a change; NULL: none */
	const char                   *part_name; /* `addressId`: what the messages call its id */
	const char                   *part_id;   /* NULL: they do not name it */
};

/* Change the custom fields of a holder in the resource: the type with all fields, or one field. A
 * change is counted and its message emitted; nothing happens if nothing changed. False: recorded. */
bool change_custom_type(struct op *op, struct resource *resource,
                        const struct custom_holder *holder, const struct custom_draft *draft);
bool change_custom_field(struct op *op, struct resource *resource,
                         const struct custom_holder *holder,
                         const struct custom_field_input *input);

/* Their inputs: a struct custom_draft whose type may be absent, and a struct custom_field_input. */
extern const struct shape CUSTOM_TYPE_INPUT;
extern const struct shape CUSTOM_FIELD_INPUT;

/* The payload of a `…Set` message: the new value under the field's own name, left out when it was
 * removed; kept by the arena. */
json_t *value_payload(struct op *op, const json_t *doc, const char *field);

/* The payload of a message that tells the old value, too: `name` and `oldName`, each left out where
 * the value is NULL; kept by the arena. */
json_t *change_payload(struct op *op, const char *name, json_t *value, json_t *old_value);

/* Sets the member of a part of the resource's document; NULL or "" removes it. Emits `message` with
 * the new and the old value under `name`. */
void change_member(struct op *op, struct resource *resource, json_t *part, const char *member,
                   json_t *value, const char *name, enum message_type message);

#endif
