/* Custom types and fields: of any object that has a member `custom`, whatever resource it is or is
 * part of. */
#ifndef KIND_CUSTOM_FIELDS_H
#define KIND_CUSTOM_FIELDS_H

#include <stdbool.h>

#include <jansson.h>

#include "document/shape.h"

struct identifier;
struct op;

/* A type identifier (NULL: none) and the fields that go with it. */
struct custom_draft {
	const struct identifier *type;
	json_t                  *fields;
};

/* The input of an action that sets one field. */
struct custom_field_input {
	const char *name;
	json_t     *value;  /* NULL: remove it */
};

/* `custom` in a draft: the type is required. */
extern const struct shape CUSTOM_DRAFT_SHAPE;

/* Decodes `custom` in the draft of a document (FIELD_CONVERTED): `{"type": identifier, "fields": {}}`
 * as it came, for custom_from_draft(). */
custom_decode_fn custom_draft_decode;

/* The index row of a kind that has custom fields: its types must not be deleted. */
#define CUSTOM_TYPE_INDEX { .name = "customTypeId", .path = "custom.type.id", .references = "type" }

/* What a change of custom fields was. */
enum custom_event {
	CUSTOM_UNCHANGED,
	CUSTOM_TYPE_SET,
	CUSTOM_TYPE_REMOVED,
	CUSTOM_FIELD_ADDED,
	CUSTOM_FIELD_CHANGED,
	CUSTOM_FIELD_REMOVED,
};

struct custom_change {
	enum custom_event event;
	const char       *name;              /* of the field; else NULL */
	json_t           *value;             /* the new one, borrowed from the holder; else NULL */
	json_t           *previous_value;    /* the old one, kept by the arena; else NULL */
	const char       *previous_type_id;  /* of the type that was replaced or removed; else NULL */
};

/* Gives `holder` a type and these fields, or removes both if the draft names no type; its old fields
 * go. The type must be one for `resource_type_id` (`customer`, `address`, …). False: recorded. */
bool custom_set_type(struct op *op, json_t *holder, const char *resource_type_id,
                     const struct custom_draft *draft, struct custom_change *ret_change);

/* Sets one field of `holder`, whose type was checked when it was set; a NULL value removes it. False: recorded. */
bool custom_set_field(struct op *op, json_t *holder, const struct custom_field_input *input,
                      struct custom_change *ret_change);

/* The same as custom_set_type() for what custom_draft_decode() made of a draft. */
bool custom_from_draft(struct op *op, json_t *holder, const char *resource_type_id,
                       const json_t *draft);

#endif
