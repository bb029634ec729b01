/* Update actions that change custom fields, of a whole resource or of a part of it. */
#ifndef KIND_CUSTOM_ACTIONS_H
#define KIND_CUSTOM_ACTIONS_H

#include <jansson.h>

#include "kind/update.h"
#include "tables/message_types.h"

struct custom_draft;
struct custom_field_input;

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

#endif
