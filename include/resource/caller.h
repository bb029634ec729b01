/* Who asks. */
#ifndef RESOURCE_CALLER_H
#define RESOURCE_CALLER_H

#include <stdbool.h>

#include <jansson.h>

struct op;

/* What an access token says; immutable after admission. */
struct caller {
	const char *project;          /* ALL_PROJECTS: a client that is accepted everywhere */
	const char *client_id;
	const char *scope;            /* granted, space-separated, without the identity at its end */
	const char *customer_id;      /* password flow; else NULL */
	const char *anonymous_id;     /* anonymous flow; else NULL */
	const char *external_user_id; /* X-External-User-ID of this request; else NULL */
};

extern const char ALL_PROJECTS[];

/* What createdBy and lastModifiedBy say of this request; kept by the arena. */
json_t *client_logging(struct op *op);

/* Was this token issued for the project of the request? */
bool caller_is_of_project(const struct op *op);

#endif
