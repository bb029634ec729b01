/* Signing up and signing in: what happens to the session that asked. */
#ifndef DOMAIN_SIGN_IN_H
#define DOMAIN_SIGN_IN_H

struct customer_draft;
struct op;
struct resource;
struct verified;

/* Creates a customer and hands the caller's anonymous session over to it. NULL: recorded. */
struct resource *sign_up(struct op *op, const struct customer_draft *draft);

/* Gives the customer of verified credentials and hands the caller's anonymous session over to it.
 * NULL: recorded, for example as InvalidCredentials. */
struct resource *sign_in(struct op *op, const struct verified *verified, const char *email);

#endif
