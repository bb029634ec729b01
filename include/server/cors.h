/* Cross-origin requests: what tells a browser that a page may read our answers. Source: Fetch
 * standard, "CORS protocol". */
#ifndef SERVER_CORS_H
#define SERVER_CORS_H

#include <stdbool.h>

struct MHD_Response;
struct wire_headers;

/* The methods of the API, as Allow lists them. */
#define CORS_METHODS "GET, HEAD, POST, PUT, DELETE, OPTIONS"

struct cors_policy {
	bool        enabled;
	const char *origin; /* the only one allowed; NULL: whichever asks */
};

/* Adds to any answer what its reader's page needs. */
void cors_add_headers(const struct cors_policy *policy, const struct wire_headers *headers,
                      struct MHD_Response *response);

/* Adds what the answer to OPTIONS has besides. */
void cors_add_preflight_headers(const struct cors_policy *policy,
                                const struct wire_headers *headers, struct MHD_Response *response);

#endif
