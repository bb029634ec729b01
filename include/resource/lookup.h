/* The door for looking: documents that are not to be changed, each read once, however often it is asked for. */
#ifndef RESOURCE_LOOKUP_H
#define RESOURCE_LOOKUP_H

#include <stdbool.h>

#include <jansson.h>

struct op;
struct resource_kind;

/* The document of a resource as it is stored, also if the run stored it; not to be changed. One that was looked up
 * ahead of the transaction is still good if its version is. True with *ret_doc == NULL: there is none. False:
 * recorded. */
bool lookup(struct op *op, const struct resource_kind *kind, const char *id,
            const json_t **ret_doc);

/* The same by the value of a unique index field. */
bool lookup_by(struct op *op, const struct resource_kind *kind, const char *field,
               const char *value, const json_t **ret_doc);

/* The same by the kind's typeId; of a kind that does not exist here there is none. */
bool lookup_by_type(struct op *op, const char *type_id, const char *id, const json_t **ret_doc);

/* The document that a reference `{typeId, id}` points to; none for NULL. */
bool lookup_reference(struct op *op, const json_t *reference, const json_t **ret_doc);

/* The documents of a kind that have a value under a shared index field, or (field NULL) all of them,
 * in the order in which they were created; an array kept by the arena. None for a NULL kind. NULL:
 * recorded. */
json_t *lookup_all(struct op *op, const struct resource_kind *kind, const char *field,
                   const char *value);

/* Forgets what is known of a resource, which is stored anew or deleted. */
void lookup_forget(struct op *op, const struct resource_kind *kind, const char *id);

#endif
