/* API clients: who may ask for tokens, and with which scopes. */
#ifndef AUTH_CLIENT_H
#define AUTH_CLIENT_H

#include <stdbool.h>
#include <stdint.h>

struct op;

/* An authenticated client. */
struct client {
	const char *project;       /* ALL_PROJECTS: accepted everywhere */
	const char *id;
	const char *scope;         /* what it owns; NULL: it is not declared, so it owns everything */
	int64_t     access_ttl_ms;
	int64_t     refresh_ttl_ms;
};

/* What the Authorization header of a token request says. */
struct client_credentials {
	const char *id;
	const char *secret;
};

/* Reads HTTP Basic credentials (RFC 7617). False: recorded as invalid_client. */
bool client_credentials_read(struct op *op, const char *authorization,
                             struct client_credentials *ret_credentials);

/* The project a client declared with this id and secret belongs to, if it is declared in exactly
 * one. True with *ret_project == NULL: nowhere. False: recorded. */
bool client_find_project(struct op *op, const struct client_credentials *credentials,
                         const char **ret_project);

/* Authenticates a client for the project of the request: a declared one by its secret; any other if
 * the project accepts everyone. False: recorded as invalid_client. */
bool client_authenticate(struct op *op, const struct client_credentials *credentials,
                         struct client *ret_client);

/* Does the project of the request accept clients that nobody declares? False: recorded. */
bool client_may_be_anyone(struct op *op, bool *ret_may);

/* Does the client own one of the scope's names here? */
bool client_owns(const struct client *client, const char *names);

/* The scope of a token for this client: what it asked for, or all it owns. NULL: recorded as
 * invalid_scope, which lists what may be asked for if something else was. */
const char *client_grant_scope(struct op *op, const struct client *client, const char *asked);

/* What is stored of a client's secret: its hash; in the arena. */
const char *client_secret_hash(struct op *op, const char *secret);

#endif
