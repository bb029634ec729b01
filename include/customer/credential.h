/* A customer's password record. */
#ifndef CUSTOMER_CREDENTIAL_H
#define CUSTOMER_CREDENTIAL_H

#include <stdbool.h>

struct op;
struct resource;

/* What the slow check of an e-mail and a password found. */
struct verified {
	const char *customer_id;    /* NULL: nobody */
	const char *password_hash;  /* the hash that was checked */
};

/* Finds who may sign in here with this e-mail and checks the password; takes the same time when
 * there is nobody. Slow: from prepare only. False: recorded (not for a wrong password: that is
 * *ret_verified without a customer). */
bool credential_verify(struct op *op, const char *email, const char *password,
                       struct verified *ret_verified);

/* The same for a customer whose id is known. */
bool credential_verify_customer(struct op *op, const char *customer_id, const char *password,
                                struct verified *ret_verified);

/* Loads the customer that was verified, if the credential is still the one that was checked and the
 * customer may still sign in here with this e-mail. True with *ret_customer == NULL: not so. False:
 * recorded. */
bool credential_customer(struct op *op, const struct verified *verified, const char *email,
                         struct resource **ret_customer);

/* Is the stored hash still the one that was checked? False: recorded; *ret_is says so. */
bool credential_is_current(struct op *op, const char *customer_id, const struct verified *verified,
                           bool *ret_is);

/* Stores, replaces and deletes the hash of a customer. False: recorded. */
bool credential_insert(struct op *op, const char *customer_id, const char *hash);
bool credential_replace(struct op *op, const char *customer_id, const char *hash);
bool credential_delete(struct op *op, const char *customer_id);

#endif
