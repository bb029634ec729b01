/* What is constant for the process: handed down from the settings, read by everyone. */
#ifndef BASE_ENV_H
#define BASE_ENV_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/secret.h"

struct buckets;
struct cache;
struct faults;
struct clock;
struct fixture_set;
struct op;
struct replacements;
struct waiting;
struct resource_kind;

/* What a password costs to check. */
enum password_cost {
	PASSWORD_COST_MIN,       /* libsodium's minimum: for data that never leaves the process */
	PASSWORD_COST_STANDARD,  /* Argon2id, 19 MiB, t=2, p=1 */
};

/* Whose client credentials are accepted. */
enum client_policy {
	CLIENTS_AUTO,            /* declared ones where a project declares any, else anyone */
	CLIENTS_ANY,
	CLIENTS_DECLARED,
};

struct env {
	enum password_cost password_cost;
	enum client_policy clients;
	bool               auto_projects;         /* create a project when its key is first used */
	int64_t            access_token_ttl_ms;
	int64_t            refresh_token_ttl_ms;
	bool               has_admin;             /* are the paths under /_admin served? */
	const char        *admin_token;           /* that they ask for; NULL: they are for this machine only */
	const char        *public_url;            /* where clients reach the server; NULL: unknown */
	const struct fixture_set *seed;               /* of new projects; NULL: the built-in one */
	const struct resource_kind *const *kinds; /* all, ends with NULL; NULL: there are none */
	/* Completes a document that an answer shows in the place of a reference, which is the answer's to change; NULL:
	 * nothing has to be. False: recorded. */
	bool             (*show)(struct op *op, const struct resource_kind *kind, json_t *doc);
	struct cache      *cache;                 /* serialized profiles and callers */
	struct cache      *documents;             /* parsed ones that are looked at; NULL: none are kept */
	struct buckets
		*attempts; /* wrong passwords and secrets: auth/attempts.h; NULL: nobody is slowed */
	struct buckets
		*project_makers; /* who made projects by asking for them; NULL: nobody is slowed */
	struct clock      *clock;                 /* of all projects; NULL: op->now_ms is all there is */
	struct faults     *faults;                /* failures on demand; NULL: none */
	struct waiting    *waiting;               /* for news of a project; NULL: nobody does */
	bool               has_outbox;            /* are letters kept? */
	bool               verify_on_signup;      /* does whoever signs up get one? */
	const char *const *link_templates;        /* of letters: TYPE=URL, ends with NULL; NULL: none */
	struct replacements *replacements;        /* of projects as a whole; NULL: nobody asks */
	unsigned char      token_key[SECRET_KEY_BYTES]; /* of the hashes of tokens; kept in the database */
};

#endif
