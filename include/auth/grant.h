/* Grants: what a client was granted for whom, with the hashes of its tokens. The part that access
 * tokens ask for is kept in the cache. */
#ifndef AUTH_GRANT_H
#define AUTH_GRANT_H

#include <stdbool.h>
#include <stdint.h>

struct op;

struct grant {
	int64_t     number;
	const char *project;
	const char *client_id;
	const char *scope;
	const char *customer_id;        /* NULL: no customer's */
	const char *anonymous_id;       /* NULL: no visitor's */
	const char *access_hash;        /* "": revoked */
	int64_t     access_expires_ms;
	const char *refresh_hash;       /* "": there is no refresh token, or it was revoked */
	int64_t     refresh_expires_ms;
	int64_t     refresh_ttl_ms;
};

/* Stores a new grant. False: recorded. */
bool grant_insert(struct op *op, const struct grant *grant);

/* Loads a grant. True with *ret_grant == NULL: there is none. False: recorded. */
bool grant_find(struct op *op, int64_t number, struct grant **ret_grant);

/* The same as far as an access token asks, without the refresh token; from the cache if it is
 * there. */
bool grant_find_access(struct op *op, int64_t number, struct grant **ret_grant);

/* Restarts the clock of a grant's refresh token. False: recorded. */
bool grant_prolong(struct op *op, const struct grant *grant);

/* Ends a grant's refresh token or its access token. False: recorded. */
bool grant_drop_refresh(struct op *op, const struct grant *grant);
bool grant_drop_access(struct op *op, const struct grant *grant);

/* Ends every session of a customer: its tokens are unknown from then on. False: recorded. */
bool grants_revoke_of_customer(struct op *op, const char *customer_id);

/* Ends every session of a client, in the same way. False: recorded. */
bool grants_revoke_of_client(struct op *op, const char *client_id);

/* After a customer was deleted: refresh tokens end, access tokens stay valid for a customer that is
 * not there. */
bool grants_orphan(struct op *op, const char *customer_id);

/* Is an anonymous id one that no session has and no customer came from? False: recorded, also when it is
 * not. */
bool anonymous_id_is_free(struct op *op, const char *anonymous_id);

/* Notes that the visitor of an anonymous id became a customer. False: recorded. */
bool anonymous_id_claim(struct op *op, const char *anonymous_id);

#endif
