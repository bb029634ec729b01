/* Access tokens that a fixture chose: they never expire, and cannot be revoked. Only their hashes are
 * stored. */
#ifndef AUTH_PINNED_TOKEN_H
#define AUTH_PINNED_TOKEN_H

#include <stdbool.h>

struct caller;
struct op;

/* Pins a token to a customer or to a visitor of the project of the request; the other is NULL.
 * False: recorded, for example if the project has it already. */
bool pinned_token_insert(struct op *op, const char *token, const char *customer_id,
                         const char *anonymous_id);

/* Finds whom a token of the project of the request is pinned to. True with *ret_caller == NULL:
 * nobody. False: recorded. */
bool pinned_token_find(struct op *op, const char *token, struct caller **ret_caller);

#endif
