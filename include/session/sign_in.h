/* Signing up and signing in, in steps where a session owns much: what happens to the session that asked, and to its
 * cart. */
#ifndef SESSION_SIGN_IN_H
#define SESSION_SIGN_IN_H

#include <stdbool.h>

#include <jansson.h>

struct customer_draft;
struct identifier;
struct op;
struct resource;
struct verified;

/* What a request says of carts. Under /me the token says which session it is about. */
struct cart_wishes {
	const struct identifier *anonymous_cart;     /* of a trusted client; NULL: none named */
	const char              *anonymous_cart_id;  /* the same, as it used to be named */
	const char              *anonymous_id;       /* of a trusted client; NULL: none named */
	bool                     use_as_new;         /* instead of merging */
	bool                     update_product_data;
	const char              *progress;           /* signed_in.progress of the step before; NULL: the first one */
};

struct signed_in {
	const char      *customer;  /* its text */
	struct resource *cart;      /* the customer's active cart; NULL: there is none */
	const char      *progress;  /* not NULL: only a step is done, because the session owns much */
};

/* Finds who may sign in here with this e-mail and checks the password; takes the same time when
 * there is nobody. Slow: from prepare only. False: recorded (not for a wrong password: that is
 * *ret_verified without a customer). */
bool sign_in_verify(struct op *op, const char *email, const char *password,
                    struct verified *ret_verified);

/* Looks at the customer that was verified, if the credential is still the one that was checked and
 * the customer may still sign in here with this e-mail. True with *ret_customer == NULL: not so.
 * False: recorded. */
bool sign_in_customer(struct op *op, const struct verified *verified, const char *email,
                      const json_t **ret_customer);

/* Creates a customer and hands the anonymous session over to it. Runs inside op->tx. False:
 * recorded; then nothing has happened. */
bool sign_up(struct op *op, const struct customer_draft *draft, const struct cart_wishes *wishes,
             struct signed_in *ret_signed_in);

/* Gives the customer of verified credentials and hands the anonymous session over to it; its active
 * cart is merged into that of the customer, or takes its place. False: recorded, for example as
 * InvalidCredentials. */
bool sign_in(struct op *op, const struct verified *verified, const char *email,
             const struct cart_wishes *wishes, struct signed_in *ret_signed_in);

/* Does to carts what signing in does, for a trusted client: an anonymous cart has to be named, or a
 * session, whose carts go to the customer. What cannot be merged is an InvalidOperation. False:
 * recorded. */
bool cart_merge_for_customer(struct op *op, const char *customer_id,
                             const struct cart_wishes *wishes, struct signed_in *ret_merged);

#endif
