/* Access tokens that a fixture chose: they never expire, and cannot be revoked. Only their hashes are
 * stored. */
#ifndef AUTH_PINNED_TOKEN_H
#define AUTH_PINNED_TOKEN_H

#include <stdbool.h>

struct caller;
struct op;

/* Pins a token to who is given, in the project of the request: to a customer or a visitor by its id, who may do what a
 * storefront may, or to a client by its id and scope. What does not matter is NULL. False: recorded, for example if the
 * project has the token already. */
bool pinned_token_insert(struct op *op, const char *token, const struct caller *caller);

/* Ends the tokens that are pinned to a client. False: recorded. */
bool pinned_tokens_revoke_of_client(struct op *op, const char *client_id);

/* Finds whom a token of the project of the request is pinned to. True with *ret_caller == NULL:
 * nobody. False: recorded. */
bool pinned_token_find(struct op *op, const char *token, struct caller **ret_caller);

#endif
