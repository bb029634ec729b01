/* Access and refresh tokens: issue, refresh, look up, introspect, revoke. Only hashes are
 * stored. */
#ifndef AUTH_TOKEN_H
#define AUTH_TOKEN_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

struct caller;
struct client;
struct op;

/* Whom a token is for. */
struct token_request {
	const struct client *client;
	const char          *scope;         /* granted */
	const char          *customer_id;   /* password flow; else NULL */
	const char          *anonymous_id;  /* anonymous flow; else NULL */
	bool                 with_refresh;
};

/* Issues tokens and gives the body of the answer. NULL: recorded, also when the client was deleted
 * meanwhile. */
json_t *token_issue(struct op *op, const struct token_request *request);

/* A new access token for a refresh token of this client, whose clock restarts. NULL: recorded as
 * invalid_grant. */
json_t *token_refresh(struct op *op, const struct client *client, const char *refresh_token);

/* Finds who an access token belongs to. An unknown, revoked or expired one is an invalid_token.
 * NULL: recorded. */
struct caller *token_caller(struct op *op, const char *access_token);

/* What introspection says of a token of the project of the request. NULL: recorded. */
json_t *token_introspect(struct op *op, const char *token);

/* Revokes a token if it is one of this client; any other is left alone. False: recorded. */
bool token_revoke(struct op *op, const struct client *client, const char *token);

/* The project of a token: the prefix of a refresh token, or that of the grant of an access token.
 * True with *ret_project == NULL: it says nothing. False: recorded. */
bool token_project(struct op *op, const char *token, const char **ret_project);

#endif
