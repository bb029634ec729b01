/* Messages: what happened, stored in the same transaction as the change, numbered per resource
 * without gaps. */
#ifndef RESOURCE_MESSAGE_H
#define RESOURCE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "resource/resource.h"
#include "tables/message_types.h"

struct op;

/* What a message says of its resource. */
struct message_subject {
	const char *type_id;          /* `customer`, `customer-email-token`, … */
	const char *id;
	int64_t     version;
	int64_t     sequence_number;
	const char *at;               /* when it happened; NULL: now */
	json_t     *identifiers;      /* resourceUserProvidedIdentifiers; NULL or empty: left out */
};

/* Does the project of the request store messages? False: recorded. */
bool messages_are_stored(struct op *op, bool *ret_are);

/* Stores a message, whatever the project's settings say. `payload` may be NULL. False: recorded. */
bool message_store(struct op *op, enum message_type type, const struct message_subject *subject,
                   const json_t *payload);

/* Messages as query_run() knows them. They are no resources: only looked at, and only here. */
extern const struct resource_kind MESSAGE_KIND;

/* The stored text of a message by its id; an unknown one is a 404. False: recorded. */
bool message_text(struct op *op, const char *id, const char **ret_text, size_t *ret_bytes);

#endif
