/* Parts of a document: the elements of a list in it that have an id, and perhaps a key and custom
 * fields. */
#ifndef KIND_PART_H
#define KIND_PART_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "kind/custom_fields.h"
#include "resource/reference.h"

struct op;
struct resource;

/* A list of parts. */
struct part_list {
	const char *member;       /* of the document */
	const char *name;         /* what an error calls one */
	const char *custom_type;  /* the resourceTypeId of types for its custom fields */
};

/* Which part an action means: exactly one of both. The head of the input of such an action. */
struct part_reference {
	const char *id;
	const char *key;
};

/* Makes a part from its draft, a document: with a fresh id, references resolved, custom fields
 * checked; kept by the arena. NULL: recorded. */
json_t *part_create(struct op *op, const struct part_list *list, const json_t *draft);

/* Puts custom fields in the place of the custom draft that `part` has from `draft`. False:
 * recorded. */
bool part_start_custom(struct op *op, json_t *part, const char *custom_type, const json_t *draft);

/* Is the key of a part well formed, and that of no other part of the array? A missing one is. False:
 * recorded. */
bool part_key_is_free(struct op *op, const json_t *parts, const json_t *part);

/* Finds a part of a document. NULL: recorded. *ret_index may be NULL. */
json_t *part_find(struct op *op, const json_t *doc, const struct part_list *list,
                  const struct part_reference *reference, size_t *ret_index);

/* May there be so many of something? `what` is what they are called. False: recorded. */
bool part_check_count(struct op *op, size_t count, size_t limit, const char *what);

/* Brings the parts into the order of the ids in the array `order`, which names each once. False:
 * recorded. */
bool part_reorder(struct op *op, struct resource *resource, const struct part_list *list,
                  const json_t *order);

/* The inputs of the actions that set the custom type of a part or one of its custom fields. */
struct part_custom_type {
	struct part_reference part;
	struct custom_draft   draft;
};
struct part_custom_field {
	struct part_reference     part;
	struct custom_field_input field;
};

bool part_set_custom_type(struct op *op, struct resource *resource, const struct part_list *list,
                          const struct part_custom_type *input);
bool part_set_custom_field(struct op *op, struct resource *resource, const struct part_list *list,
                           const struct part_custom_field *input);

/* Members of an input that begins with a part_reference, and whole inputs; `part` is what its
 * members are called after: "lineItem" for lineItemId and lineItemKey. */
#define PART_MEMBERS(part) \
	{ part "Id",  FIELD_TEXT, OPTIONAL, offsetof(struct part_reference, id) }, \
	{ part "Key", FIELD_TEXT, OPTIONAL, offsetof(struct part_reference, key) }
#define PART_SHAPE(type, count, ...) \
	&(const struct shape){ sizeof(type), 2 + (count), (const struct shape_field[]){ __VA_ARGS__ } }
#define PART_CUSTOM_TYPE(part) PART_SHAPE(struct part_custom_type, 2, PART_MEMBERS(part), \
	{ "type",   FIELD_CUSTOM, OPTIONAL, offsetof(struct part_custom_type, draft.type), .argument = "type", \
	  .decode = identifier_decode }, \
	{ "fields", FIELD_MAP,    OPTIONAL, offsetof(struct part_custom_type, draft.fields) })
#define PART_CUSTOM_FIELD(part) PART_SHAPE(struct part_custom_field, 2, PART_MEMBERS(part), \
	{ "name",  FIELD_TEXT, REQUIRED, offsetof(struct part_custom_field, field.name) }, \
	{ "value", FIELD_RAW,  OPTIONAL, offsetof(struct part_custom_field, field.value) })

#endif
