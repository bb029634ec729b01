/* Addresses: the one shape that all drafts have, and those of a customer: found by id or key, with their roles. */
#ifndef KIND_ADDRESS_H
#define KIND_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "document/shape.h"

struct op;

/* What the draft of an address may hold, as a document, wherever it is. */
extern const struct shape ADDRESS_SHAPE;

/* The index row of a kind that has an address, or a list of them, at a path: its types must not be
 * deleted. */
#define ADDRESS_TYPE_INDEX(row_name, address_path) \
	{ .name = row_name, .path = address_path ".custom.type.id", .references = "type" }

/* Which address an action means. */
struct address_reference {
	const char *id;
	const char *key;
};

/* Turns a draft into an address that is kept as it comes, with its id if it has one, as in carts and orders: the
 * key must be valid, and custom fields are those of a type for addresses; kept by the arena. NULL: there is
 * no draft, or recorded. */
json_t *address_keep(struct op *op, const json_t *draft);

/* Turns drafts (an array of documents, may be NULL) into addresses with fresh ids. NULL:
 * recorded. */
json_t *addresses_create(struct op *op, const json_t *drafts);

/* Turns one draft into an address with this id (NULL: a fresh one), whatever the draft says, as the one at
 * `index` of `addresses` (its size: a new one), whose key no other may have. NULL: recorded. */
json_t *address_create(struct op *op, const json_t *draft, const char *id, const json_t *addresses,
                       size_t index);

/* Finds an address of a customer. NULL: recorded. *ret_index may be NULL. */
json_t *address_find(struct op *op, const json_t *customer,
                     const struct address_reference *reference, size_t *ret_index);

/* `Shipping` and `Billing` as far as the address is one; kept by the arena. */
json_t *address_roles(struct op *op, const json_t *customer, const char *address_id);

#endif
