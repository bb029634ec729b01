/* The customer: draft to document, e-mail uniqueness, who may see whom. */
#ifndef CUSTOMER_CUSTOMER_H
#define CUSTOMER_CUSTOMER_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

#include "document/shape.h"
#include "kind/update.h"
#include "resource/resource.h"

struct custom_draft;
struct fields;
struct identifier;
struct op;

extern const struct resource_kind CUSTOMER_KIND;
extern const struct fields CUSTOMER_FIELDS;

/* `Password` and `ExternalAuth`; ends with NULL. */
extern const char *const AUTHENTICATION_MODES[];

/* What a customer is made from. The members after `custom` can only be given by a trusted
 * client. */
struct customer_draft {
	const char               *email;
	const char               *password;
	const char               *first_name;
	const char               *last_name;
	const char               *middle_name;
	const char               *title;
	const char               *salutation;
	const char               *date_of_birth;
	const char               *company_name;
	const char               *vat_id;
	json_t                   *addresses;
	struct optional_int       default_shipping_address;
	struct optional_int       default_billing_address;
	struct shape_list         shipping_addresses;
	struct shape_list         billing_addresses;
	const char               *locale;
	struct shape_list         stores;
	const char               *key;
	const struct custom_draft *custom;
	const char               *customer_number;
	const char               *external_id;
	const char               *authentication_mode;
	const struct identifier  *anonymous_cart;
	const char               *anonymous_cart_id;
	const char               *anonymous_id;
	json_t                   *customer_group;              /* as reference_decode() makes it */
	json_t                   *customer_group_assignments;  /* array of documents with such */
	bool                      is_email_verified;
	const char               *password_hash;  /* not on the wire: made by prepare, or NULL */
};

extern const struct shape MY_CUSTOMER_DRAFT_SHAPE;
extern const struct shape CUSTOMER_DRAFT_SHAPE;

/* Makes a customer from a draft, without storing it: in an in-store path the draft's stores default to
 * the path's. `id` NULL: a random one. NULL: recorded. */
struct resource *customer_start(struct op *op, const struct customer_draft *draft, const char *id);

/* Creates a customer and its credential; in an in-store path the draft's stores default to the
 * path's. Emits CustomerCreated. Runs inside op->tx. NULL: recorded. */
struct resource *customer_create(struct op *op, const struct customer_draft *draft);

/* Checks an e-mail's syntax. False: recorded. */
bool customer_check_email(struct op *op, const char *email);

/* Is the e-mail free for a customer of these stores (array of key references; empty: a global
 * customer)? `self_id` (may be NULL) is not counted. False: recorded. */
bool customer_email_is_free(struct op *op, const char *email, const json_t *stores,
                            const char *self_id);

/* Checks a locale against the project's languages. False: recorded. */
bool customer_check_locale(struct op *op, const char *locale);

/* Finds the customer who may sign in with this e-mail here: in a store, a global customer or one of
 * that store; otherwise a global one. True with *ret_customer == NULL: nobody. False: recorded. */
bool customer_find_by_email(struct op *op, const char *email, struct resource **ret_customer);

/* Finds whose password a token for this e-mail resets: as above; outside a store also a customer of
 * any store. */
bool customer_find_by_any_email(struct op *op, const char *email, struct resource **ret_customer);

/* Does the customer sign in with a password of this server? */
bool customer_has_password(const struct resource *customer);

/* Does the customer exist for the store of the path? True where the path names none. */
bool customer_is_in_store(struct op *op, const json_t *customer);

/* The customer with this id or key, for change, as far as it exists for the store of the path. Else
 * 404. NULL: recorded. */
struct resource *customer_get(struct op *op, const char *id);
struct resource *customer_get_by_key(struct op *op, const char *key);

/* The customer of the caller's token, for change: the one way to it under /me. A deleted one, or
 * one that does not exist for the store of the path, is a 404. NULL: recorded. */
struct resource *my_customer(struct op *op);

/* The stored text of a customer, under the same rules. False: recorded. */
bool customer_text(struct op *op, const char *id, const char **ret_text, size_t *ret_bytes);
bool my_customer_text(struct op *op, const char **ret_text, size_t *ret_bytes);

/* Stores a new password: hash, mask, message; ends the customer's sessions. False: recorded. */
bool customer_set_password(struct op *op, struct resource *customer, const char *hash,
                           bool is_reset);

/* Notes that the e-mail address is the customer's own. */
void customer_verify_email(struct op *op, struct resource *customer);

/* The update actions of a customer: as /me shows them, and as a trusted client sees them. */
extern const struct update_actions MY_CUSTOMER_ACTIONS;
extern const struct update_actions TRUSTED_CUSTOMER_ACTIONS;

/* Is there a password in the actions that has to be hashed? */
bool customer_update_is_slow(const struct update_input *input);

/* A copy of the input that has the hashes of its passwords. Slow: from prepare only. NULL:
 * recorded. */
struct update_input *customer_update_prepare(struct op *op, const struct update_input *input);

#endif
