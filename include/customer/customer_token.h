/* The tokens that reset a password or verify an e-mail. */
#ifndef CUSTOMER_CUSTOMER_TOKEN_H
#define CUSTOMER_CUSTOMER_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct op;
struct resource;

enum token_purpose { TOKEN_OF_EMAIL, TOKEN_OF_PASSWORD };

/* What is stored of a token, beside its hash. */
struct customer_token {
	const char *customer_id;
	int64_t     expires_ms;
};

/* Mints a token for a customer and gives its representation (CustomerToken), with the value that is
 * never stored. Stores the message. NULL: recorded. */
json_t *customer_token_mint(struct op *op, const struct resource *customer,
                            enum token_purpose purpose, int64_t ttl_minutes, bool invalidate_older);

/* Finds a token by its value, whether it has expired or not. True with ret_token->customer_id ==
 * NULL: it is unknown, used or invalidated. False: recorded. */
bool customer_token_find(struct op *op, const char *value, enum token_purpose purpose,
                         struct customer_token *ret_token);

/* Forgets every token of a customer and purpose: one that is redeemed takes all others with it, also
 * those that were made after it. False: recorded. */
bool customer_tokens_drop(struct op *op, const char *customer_id, enum token_purpose purpose);

#endif
