/* One request and its reply: a baton that exactly one thread holds at a time. */
#ifndef ENGINE_EXCHANGE_H
#define ENGINE_EXCHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/allowance.h"
#include "base/op.h"
#include "base/pool.h"
#include "base/waiting.h"
#include "db/db_writer.h"
#include "engine/body.h"

struct call;
struct exchange;
struct engine;
struct fault;
struct reply_header;
struct route;
struct route_table;

/* What the wire said. Every text is in the exchange's arena or NULL. Filled by server/ before
 * engine_admit(). */
struct exchange_request {
	const char *method;           /* as sent: `GET`, `POST`, … */
	const char *target;           /* raw path and query, still percent-encoded, as sent */
	const char *authorization;
	const char *correlation_id;   /* as the client sent it; NULL if it sent none or nonsense */
	const char *external_user_id; /* X-External-User-ID */
	uint64_t    network;          /* see op.network */
	const char *host;             /* of what the server itself is asked: Host, */
	const char *origin;           /* Origin, */
	bool        is_from_loopback; /* and whether the peer is on this machine */
	const char *body;             /* NUL-terminated copy; may hold further NULs */
	size_t      body_bytes;
	void (*drop_body)(
		struct exchange *exchange); /* of JSON that is decoded; NULL: it stays */
};

/* What the engine answers. Texts live as long as the exchange. */
struct exchange_reply {
	int         status;
	const char *text;             /* the body; server/ leaves it out for HEAD and 204 */
	size_t      bytes;
	const char *allow;            /* Allow header with a 405; else NULL */
	const char *authenticate;     /* WWW-Authenticate; else NULL */
	bool        is_picture;       /* image/svg+xml that may be cached; else JSON */
	bool        no_store;         /* Cache-Control: no-store */
	bool        retry_later;      /* Retry-After: 1 */
	const char *project;          /* X-Standin-Project; NULL if no project is known */
	const char *correlation_id;   /* X-Correlation-ID; never NULL once concluded */
	const char *reason;           /* for the log: why it failed; NULL if it did not */
	const struct reply_header
		*headers; /* further ones, which end with one without a name; NULL: none */
	bool        breaks;           /* nothing is sent: the connection is reset */
	bool        is_cut;           /* the body ends after cut_bytes, though the headers promise all of it */
	size_t      cut_bytes;
	const char *fault;            /* for the log: the rule that made it so; NULL: none */
	const char *clock;            /* for the log: how the project's clock is set; NULL: it is not */
	const char *who;              /* for the log: the caller; NULL if unknown */
	const char *log_path;         /* for the log: no query, no secrets; never NULL once concluded */
};

/* Owned by server/; the engine only borrows it while it works on it. */
struct exchange {
	struct exchange_request request;
	struct exchange_reply   reply;
	int64_t                 started_us; /* monotonic; when the request line was seen */

	/* The engine's part. */
	struct engine          *engine;
	struct op               op;
	struct allowance        allowance;     /* how much that and all others of its work may take */
	bool                    is_over_limit; /* it wanted more */
	const struct route     *route;
	const struct route_table *table;       /* that the route is of */
	struct call            *call;          /* what the handler is called with */
	struct body             body;          /* what the handler gave back */
	bool                    want_project;  /* the project must be created before anything else */
	bool                    makes_project; /* it was, by this exchange */
	struct arena           *request_arena; /* as long as the exchange; op.arena, but for later steps */
	struct arena           *step_arena;    /* of the last of several steps; NULL: there was one */
	bool                    is_met;        /* the route is known */
	bool                    is_decoded;    /* call->input is there */
	struct fault           *fault;         /* what a rule does to it; NULL: none was asked, or none fits */
	bool                    fault_expired_token;
	bool                    is_delayed;    /* it waits for nothing but time */
	uint64_t                replacements;  /* of projects, when it was admitted: base/replacements.h */

	/* Hand-over between lanes. */
	struct pool_job         pool_job;
	int64_t                 queued_us;  /* monotonic; when it was handed to a pool */
	struct db_job           db_job;
	struct waiter           waiter;
	void (*handed_back)(struct exchange *exchange); /* called once by the last lane */
	void                   *owner;                  /* whatever server/ needs to find its way */
};

/* Makes an exchange with an arena of its own. NULL: there is no memory. The caller destroys it. */
struct exchange *exchange_create(void);

/* Frees everything made during the request. Accepts NULL. */
void exchange_destroy(struct exchange *exchange);

#endif
