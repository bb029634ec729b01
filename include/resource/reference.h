/* References in requests: ResourceIdentifiers by id or key. */
#ifndef RESOURCE_REFERENCE_H
#define RESOURCE_REFERENCE_H

#include <stdbool.h>

#include "document/shape.h"

struct op;
struct resource;
struct resource_kind;

/* A ResourceIdentifier: exactly one of id and key. */
struct identifier {
	const char *type_id;
	const char *id;
	const char *key;
};

/* A fixture that waits for what is not there is looked through once more (op->thorough): then decoding records each
 * identifier that leads nowhere, where it stands, and goes on, so that all of them are told at once. */

/* Decode a member into a const struct identifier *, or an array of them into a struct shape_list of
 * struct identifier. Argument: the expected typeId (const char *). */
custom_decode_fn identifier_decode;
custom_decode_fn identifiers_decode;

/* Decode a member of a document (FIELD_CONVERTED) into `{"typeId": …, "id" or "key": …}`, or an array
 * of such. Argument: the expected typeId. references_resolve() makes references of them. */
custom_decode_fn reference_decode;
custom_decode_fn references_decode;

/* Puts into the place of every identifier in a value, at any depth, the reference to what it names:
 * by id, or by key for a kind that is referred to by key; not in custom fields and attributes. What
 * does not exist for who asks is a ReferencedResourceNotFound. Changes `json`. False: recorded. */
bool references_resolve(struct op *op, json_t *json);

/* The same in a copy, as the input of an action stays as it is: a handler may run twice. NULL:
 * recorded. */
json_t *references_resolved(struct op *op, const json_t *json);

/* The document that an identifier names, to be looked at only; what does not exist for who asks is a
 * ReferencedResourceNotFound. NULL: recorded. */
const json_t *reference_look(struct op *op, const struct resource_kind *kind,
                             const struct identifier *identifier);

/* The same, loaded to be changed. */
struct resource *reference_load(struct op *op, const struct resource_kind *kind,
                                const struct identifier *identifier);

#endif
