/* One endpoint: a row of a route table, and what its handler is called with. */
#ifndef ENGINE_ROUTE_H
#define ENGINE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/body.h"
#include "engine/parameters.h"

struct exchange;
struct op;
struct resource_kind;
struct shape;

/* What the client asked, cut into words of the domain. */
struct call {
	const void              *input;          /* decoded by the route's shape */
	void                    *prepared;       /* what prepare left for handle */
	const char              *progress;       /* from the step before, which is on disk: see body_unfinished() */
	bool                     is_quick;       /* fetch saw that there is nothing to prepare */
	const struct resource_kind *kind;        /* of the route; NULL: the handler knows */
	const char              *argument;       /* captured in the path: an id, a key, a value */
	struct parameters        query;
	struct parameters        form;           /* of token endpoints */
	const char              *authorization;
	const char              *body;           /* as it was sent, ended by NUL */
	size_t                   body_bytes;
	bool                     is_head;
	bool                     has_waited;     /* long enough: what there is has to do */
};

/* Answers a request. May run twice; on the writer it may do so in steps. */
typedef struct body handler_fn(struct op *op, const struct call *call);

/* The slow part before it, outside any transaction that writes. False: recorded. */
typedef bool prepare_fn(struct op *op, struct call *call);

/* Reads, on the thread that admits the request, what handle will need. False: recorded. */
typedef bool fetch_fn(struct op *op, struct call *call);

/* Decides, when a request is admitted, whether and for whom it goes on. False: recorded. */
typedef bool door_fn(struct exchange *exchange);

enum session {
	ANYONE,    /* no token needed: only where the table has no guard */
	ANY,       /* any access token */
	CUSTOMER,  /* an access token of the password flow */
	OWNER,     /* an access token of the password flow or of an anonymous session */
};

enum lane { READ, WRITE };

enum route_flag {
	IN_STORE = 1,  /* has a twin under /in-store/key={storeKey} */
	FORM = 2,      /* its body is a form of query parameters */
	NO_DATA = 4,   /* answered without a database; op->tx is NULL */
};

/* A segment of a path is a literal, `{name}`, or `literal{name}`; the first one is a literal. */
struct route {
	const char         *method;
	const char         *path;     /* relative to /{projectKey}, unless the table is rooted */
	unsigned            flags;
	const char         *scope;    /* any of these, with blanks between them; NULL with ANYONE */
	enum session        session;
	int                 status;
	enum lane           lane;
	handler_fn         *handle;
	const struct resource_kind *kind;  /* of handlers that serve every kind; else NULL */
	const struct shape *input;    /* of the body; NULL: the body is ignored */
	prepare_fn         *prepare;  /* NULL: nothing slow */
	fetch_fn           *fetch;    /* NULL: the writer loads everything itself */
};

/* An endpoint that clients may expect and that is not there: answered with 501 by its name. */
struct left_out {
	const char *methods;  /* with blanks between them */
	const char *path;     /* as that of a route; `*` at the end takes any rest */
};

/* Endpoints that belong together: they are entered through the same door. */
struct route_table {
	const struct route    *routes;
	size_t                 count;
	const struct left_out *left_out;
	size_t                 left_out_count;
	bool                   is_rooted;  /* paths do not begin with a project */
	bool                   is_control; /* of the server itself: bodies may be empty and are read strictly */
	bool                   is_oauth;   /* errors of RFC 6749, and queries that need not be encoded */
	door_fn               *locate;     /* finds project and caller; NULL: there are none to find */
	door_fn               *enter;      /* would a project that was just made let it in? NULL: whoever was guarded */
	door_fn               *guard;      /* may this caller do this? NULL: whoever was located may */
};

#endif
