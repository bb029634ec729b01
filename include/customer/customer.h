/* The customer as a kind: who may see whom, whose e-mail is whose, finding and changing one as a whole. */
#ifndef CUSTOMER_CUSTOMER_H
#define CUSTOMER_CUSTOMER_H

#include <stdbool.h>

#include <jansson.h>

#include "customer/customer_token.h"
#include "resource/resource.h"

struct op;

extern const struct resource_kind CUSTOMER_KIND;

/* Checks an e-mail's syntax. False: recorded. */
bool customer_check_email(struct op *op, const char *email);

/* Is the e-mail free for a customer of these stores (array of key references; empty: a global
 * customer)? `self_id` (may be NULL) is not counted. False: recorded. */
bool customer_email_is_free(struct op *op, const char *email, const json_t *stores,
                            const char *self_id);

/* Checks a locale against the project's languages. False: recorded. */
bool customer_check_locale(struct op *op, const char *locale);

/* Looks at the customer who may sign in with this e-mail here: in a store, a global customer or one of
 * that store; otherwise a global one. True with *ret_customer == NULL: nobody. False: recorded. */
bool customer_find_by_email(struct op *op, const char *email, const json_t **ret_customer);

/* Finds whose password a token for this e-mail resets, for change: as above; outside a store also a
 * customer of any store. */
bool customer_find_by_any_email(struct op *op, const char *email, struct resource **ret_customer);

/* Does the customer sign in with a password of this server? */
bool customer_has_password(const struct resource *customer);

/* May the caller make somebody a customer of these stores (array of key references)? Of those in `joined`
 * (may be NULL) it is one. False: recorded. */
bool customer_may_join(struct op *op, const json_t *stores, const json_t *joined);

/* Does the customer exist for the store of the path? True where the path names none. */
bool customer_is_in_store(struct op *op, const json_t *customer);

/* The customer with this id or key, for change, as far as it exists for the store of the path. Else
 * 404. NULL: recorded. */
struct resource *customer_get(struct op *op, const char *id);
struct resource *customer_get_by_key(struct op *op, const char *key);

/* The customer of a live token, for change, as far as it exists for the store of the path. An unknown,
 * used or invalidated token is a 404, an expired one its own error. NULL: recorded. */
struct resource *customer_get_by_token(struct op *op, const char *value,
                                       enum token_purpose purpose);

/* The customer of the caller's token, for change: the one way to it under /me. A deleted one, or
 * one that does not exist for the store of the path, is a 404. NULL: recorded. */
struct resource *my_customer(struct op *op);

/* The stored text of a customer, under the same rules. False: recorded. */
bool customer_text(struct op *op, const char *id, const char **ret_text, size_t *ret_bytes);
bool customer_text_by_key(struct op *op, const char *key, const char **ret_text, size_t *ret_bytes);
bool my_customer_text(struct op *op, const char **ret_text, size_t *ret_bytes);

/* Stores a new password: hash, mask, message; ends the customer's sessions. False: recorded. */
bool customer_set_password(struct op *op, struct resource *customer, const char *hash,
                           bool is_reset);

/* Notes that the e-mail address is the customer's own. */
void customer_verify_email(struct op *op, struct resource *customer);

#endif
