/* A customer's password record. */
#ifndef CUSTOMER_CREDENTIAL_H
#define CUSTOMER_CREDENTIAL_H

#include <stdbool.h>

struct op;

/* What the slow check of an e-mail and a password found. */
struct verified {
	const char *customer_id;    /* NULL: nobody */
	const char *password_hash;  /* the hash that was checked */
};

/* Checks the password of a customer (NULL: nobody's, which takes the same time). Slow: from prepare
 * only. False: recorded (not for a wrong password: that is *ret_verified without a customer). */
bool credential_verify(struct op *op, const char *customer_id, const char *password,
                                struct verified *ret_verified);

/* Is the stored hash still the one that was checked? False: recorded; *ret_is says so. */
bool credential_is_current(struct op *op, const char *customer_id, const struct verified *verified,
                           bool *ret_is);

/* Stores, replaces and deletes the hash of a customer. False: recorded. */
bool credential_insert(struct op *op, const char *customer_id, const char *hash);
bool credential_replace(struct op *op, const char *customer_id, const char *hash);
bool credential_delete(struct op *op, const char *customer_id);

#endif
