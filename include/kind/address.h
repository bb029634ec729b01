/* Addresses of a customer: drafts, finding one by id or key, roles. */
#ifndef KIND_ADDRESS_H
#define KIND_ADDRESS_H

#include <stdbool.h>
#include <stddef.h>

#include "document/shape.h"

struct op;

/* What an address may hold, as a document: a BaseAddress, as customers write it, and an
 * AddressDraft, which may have custom fields. */
extern const struct shape ADDRESS_SHAPE;
extern const struct shape ADDRESS_DRAFT_SHAPE;

/* One that is kept as it comes, with its id if it has one: of a cart, an order, a delivery. */
extern const struct shape KEPT_ADDRESS_SHAPE;

/* Which address an action means. */
struct address_reference {
	const char *id;
	const char *key;
};

/* Turns drafts (an array of documents, may be NULL) into addresses with fresh ids. NULL:
 * recorded. */
json_t *addresses_create(struct op *op, const json_t *drafts);

/* Turns one draft into an address with this id (NULL: a fresh one), as the one at `index` of
 * `addresses` (its size: a new one): the key must be valid and no other's. NULL: recorded. */
json_t *address_create(struct op *op, const json_t *draft, const char *id, const json_t *addresses,
                       size_t index);

/* Turns a draft into an address that is kept as it comes; kept by the arena. NULL: there is no draft, or recorded. */
json_t *address_keep(struct op *op, const json_t *draft);

/* Finds an address of a customer. NULL: recorded. *ret_index may be NULL. */
json_t *address_find(struct op *op, const json_t *customer,
                     const struct address_reference *reference, size_t *ret_index);

/* `Shipping` and `Billing` as far as the address is one; kept by the arena. */
json_t *address_roles(struct op *op, const json_t *customer, const char *address_id);

#endif
