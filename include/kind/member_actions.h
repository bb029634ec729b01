/* Update actions that set a member of a document, the shapes of their inputs and the payloads of their messages. */
#ifndef KIND_MEMBER_ACTIONS_H
#define KIND_MEMBER_ACTIONS_H

#include <jansson.h>

#include "kind/update.h"
#include "tables/message_types.h"

/* The shape of an action that has one member beside its name; the rest is a shape_field's, from its
 * type on. To be used in rows of update actions. */
#define ONE_MEMBER(...) &(const struct shape){ 0, 1, (const struct shape_field[]){ { __VA_ARGS__ } } }
/* The same for several members, each in braces of its own. */
#define MEMBERS(...) &(const struct shape){ 0, \
	sizeof((const struct shape_field[]){ __VA_ARGS__ }) / sizeof(struct shape_field), \
	(const struct shape_field[]){ __VA_ARGS__ } }

/* A row for an action that the real API has and this server has not: a 501 that names it. */
apply_fn action_not_implemented;
#define ACTION_LEFT_OUT(name, door) \
	{ name, door, ONE_MEMBER("action", FIELD_TEXT, REQUIRED), action_not_implemented, NULL, MESSAGE_NONE }

/* An action that names a resource of a kind that there are none of, a state or a product selection: refused as every
 * reference to what is not there. */
apply_fn action_name_missing;

/* Sets the document's member `row->field` to the member of that name in the input, a document;
 * removes it if that is absent, or "" where it is optional. References are resolved, a key is
 * checked. Emits row->message with the new value. */
apply_fn action_set_member;

/* The same for a member that every resource of the kind has: "" and {} are an InvalidField. */
apply_fn action_change_member;

/* `setValidFromAndUntil`: sets or removes validFrom and validUntil; one change. */
apply_fn action_set_validity;

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
