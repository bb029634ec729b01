/* Whose a cart, an order, a payment or a shopping list is: a customer's, an anonymous session's, or
 * nobody's; and of which store. */
#ifndef KIND_OWNERSHIP_H
#define KIND_OWNERSHIP_H

#include <stdbool.h>

#include "kind/update.h"
#include "resource/resource.h"

struct op;

/* Is the document the caller's, if the path is one under /me, and of the store of the path, if it
 * names one? To be the is_visible of owned kinds. */
visible_fn owned_is_visible;

/* The same for a kind that is of no store. */
visible_fn owned_by_caller;

/* Makes the customer the owner, as `customer`, in place of an anonymous session. */
give_fn owner_give_by_reference;

/* Predicates of an owned kind: how it names its customer. */
#define OWNED_BY_ID \
	.of_customer = "customerId = :owner", .of_anonymous = "anonymousId = :owner", \
	.of_store = "store(key = :store)"
#define OWNED_BY_REFERENCE \
	.of_customer = "customer(id = :owner)", .of_anonymous = "anonymousId = :owner", \
	.give = owner_give_by_reference

/* The id of the customer who owns it: `customerId`, or that of `customer`. NULL: no customer does. */
const char *owner_customer_id(const json_t *doc);

/* Index rows of an owned kind: `customer_path` is what predicates call the customer's id. */
#define OWNER_INDEX(customer_path) \
	{ .name = "anonymousId", .path = "anonymousId" }, \
	{ .name = "customerId", .values = owner_customer_values, .path = customer_path }, \
	{ .name = "storeKey", .values = owner_store_values, .path = "store.key" }

index_values_fn owner_customer_values;
index_values_fn owner_store_values;

/* Makes the caller's customer or anonymous session the owner of a new document, as `customerId` or
 * `anonymousId`. The token names one of them: the route's session is OWNER. */
void owner_set_from_caller(struct op *op, json_t *doc);

/* The same for a kind that names its customer in a reference, `customer`. */
void owner_refer_to_caller(struct op *op, json_t *doc);

/* Has a new document of that kind one owner at most, the caller under /me? In an in-store path it
 * becomes one of that store. False: recorded. */
bool owner_start(struct op *op, json_t *doc);

/* `setAnonymousId` and `setCustomer` of that kind. */
apply_fn action_set_anonymous_id;
apply_fn action_set_customer;

/* The reference to a customer; kept by the arena. */
json_t *owner_reference(struct op *op, const char *customer_id);

#endif
