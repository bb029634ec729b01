/* Carts: what a draft makes of one, who owns it, which one is active, what a change has to do. */
#ifndef CART_CART_H
#define CART_CART_H

#include <stdbool.h>

#include "document/shape.h"
#include "kind/update.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind CART_KIND;

/* What a cart is made from, and how it is changed: as /me shows it, and as a trusted client sees
 * it. The drafts are documents. */
extern const struct shape MY_CART_DRAFT;
extern const struct shape CART_DRAFT;
extern const struct shape MY_CART_UPDATE;
extern const struct shape CART_UPDATE;

/* {reference: {typeId: cart or order, id}, key?} */
extern const struct shape MY_REPLICA_DRAFT;
extern const struct shape REPLICA_DRAFT;

/* Makes a cart from a decoded draft, up to date, without storing it. Under /me it is the caller's;
 * in a store it is of that store. NULL: recorded. */
struct resource *cart_start(struct op *op, const json_t *draft);

/* Makes a cart that holds what a cart or an order holds, as far as it can still be bought, without
 * storing it. `key` may be NULL. NULL: recorded. */
struct resource *cart_replicate(struct op *op, const json_t *source, const char *key);

/* Loads a cart for change, as far as it exists for who asks: else a 404. NULL: recorded. */
struct resource *cart_get(struct op *op, const char *id);

/* Checks version and state, runs the actions, brings the cart up to date. Does not store it.
 * False: recorded. */
bool cart_update(struct op *op, struct resource *cart, const struct update_input *input);

/* Brings a cart up to date; if nothing has changed it yet, a difference counts as one change.
 * False: recorded. */
struct cart_refresh;
bool cart_refresh_counted(struct op *op, struct resource *cart, const struct cart_refresh *options);

/* Is the cart one that may still be changed and ordered: Active? */
bool cart_is_active(const json_t *cart);

/* The id of the active cart: that of the carts with cartState Active and origin Customer which was
 * written last. `store_key` NULL: in any store or none. *ret_id is NULL if there is none. False:
 * recorded. */
bool cart_active_of_customer(struct op *op, const char *customer_id, const char *store_key,
                             const char **ret_id);
bool cart_active_of_anonymous(struct op *op, const char *anonymous_id, const char *store_key,
                              const char **ret_id);

/* That of the caller, in the store of the path. */
bool cart_active_of_caller(struct op *op, const char **ret_id);

/* Gives a cart (or an order) to a customer: customerId, no anonymousId, the customer's group. Does
 * not touch its version. */
void cart_give_to_customer(json_t *cart, const json_t *customer);

/* May the cart be of this country, where its store is concerned? False: recorded. */
bool cart_check_country(struct op *op, const json_t *cart, const char *country);

/* Sets after how many days without a change a cart is deleted: the draft's member of that name, else
 * the project's setting. False: recorded. */
bool cart_set_delete_days(struct op *op, json_t *cart, const json_t *draft);

/* Adds an address with a key that no other one of the array has. False: recorded. */
bool cart_add_item_address(struct op *op, json_t *addresses, json_t *address);

/* Puts a discount code into the cart. The next refresh says what it does. False: recorded. */
bool cart_add_discount_code(struct op *op, json_t *cart, const char *code);

/* Names the shipping method (a resolved reference, NULL: none) that the next refresh has to find
 * fitting. False: recorded. */
bool cart_set_shipping_method(struct op *op, json_t *cart, json_t *reference, const json_t *rate);

#endif
