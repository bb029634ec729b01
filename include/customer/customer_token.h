/* The tokens that reset a password or verify an e-mail. */
#ifndef CUSTOMER_CUSTOMER_TOKEN_H
#define CUSTOMER_CUSTOMER_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct op;
struct resource;

enum token_purpose { TOKEN_OF_EMAIL, TOKEN_OF_PASSWORD };

/* Mints a token for a customer and gives its representation (CustomerToken), with the value that is
 * never stored. Stores the message. NULL: recorded. */
json_t *customer_token_mint(struct op *op, const struct resource *customer,
                            enum token_purpose purpose, int64_t ttl_minutes, bool invalidate_older);

/* Finds the customer of a live token, for change, as far as it exists for the store of the path. An
 * unknown, used or invalidated token is a 404, an expired one its own error. *ret_position (may be
 * NULL) is the token's age. NULL: recorded. */
struct resource *customer_token_customer(struct op *op, const char *value,
                                         enum token_purpose purpose, int64_t *ret_position);

/* Forgets a redeemed token and every earlier one of its customer and purpose. False: recorded. */
bool customer_tokens_redeem(struct op *op, const char *customer_id, enum token_purpose purpose,
                            int64_t position);

/* Forgets every token of a customer and purpose. False: recorded. */
bool customer_tokens_drop(struct op *op, const char *customer_id, enum token_purpose purpose);

#endif
