/* One endpoint: a row of the route table, and what its handler is called with. */
#ifndef ENGINE_ROUTE_H
#define ENGINE_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/body.h"
#include "engine/parameters.h"

struct op;
struct resource_kind;
struct shape;

/* What the client asked, cut into words of the domain. */
struct call {
	const void              *input;          /* decoded by the route's shape */
	void                    *prepared;       /* what prepare left for handle */
	bool                     is_quick;       /* fetch saw that there is nothing to prepare */
	const struct resource_kind *kind;        /* of the route; NULL: the handler knows */
	const char              *argument;       /* captured in the path: an id, a key, a value */
	struct parameters        query;
	struct parameters        form;           /* of token endpoints */
	const char              *authorization;
	bool                     is_head;
};

/* Answers a request. May run twice. */
typedef struct body handler_fn(struct op *op, const struct call *call);

/* The slow part before it, outside any transaction that writes. False: recorded. */
typedef bool prepare_fn(struct op *op, struct call *call);

/* Reads, on the thread that admits the request, what handle will need. False: recorded. */
typedef bool fetch_fn(struct op *op, struct call *call);

enum session {
	ANYONE,    /* no token needed: the row must say PUBLIC or OAUTH */
	ANY,       /* any access token */
	CUSTOMER,  /* an access token of the password flow */
	OWNER,     /* an access token of the password flow or of an anonymous session */
};

enum lane { READ, WRITE };

enum route_flag {
	PUBLIC = 1,    /* no scope, no token; the path does not start with a project */
	OAUTH = 2,     /* a token endpoint: HTTP Basic, forms, errors of RFC 6749; such a path too */
	IN_STORE = 4,  /* has a twin under /in-store/key={storeKey} */
	FORM = 8,      /* its body is a form of query parameters */
};

struct route {
	const char         *method;
	const char         *path;     /* relative to /{projectKey}, unless PUBLIC or OAUTH */
	unsigned            flags;
	const char         *scope;    /* any of these; NULL only if PUBLIC or OAUTH */
	enum session        session;
	const struct shape *input;    /* of the body; NULL: the body is ignored */
	prepare_fn         *prepare;  /* NULL: nothing slow */
	handler_fn         *handle;
	int                 status;
	enum lane           lane;
	fetch_fn           *fetch;    /* NULL: the writer loads everything itself */
	const struct resource_kind *kind;  /* of handlers that serve every kind; else NULL */
};

extern const struct route ROUTES[];
extern const size_t ROUTE_COUNT;

/* Refuses to go on (abort) with a row that cannot be right: no scope and not public, an unknown
 * scope, two rows for the same request, a GET that writes. */
void routes_check(void);

#endif
