#include "server/cors.h"

#include <strings.h>

#include <microhttpd.h>

#include "server/wire_headers.h"

enum { REQUESTED_HEADERS_BYTES = 1024 };

static void add(struct MHD_Response *response, const char *name, const char *value)
{
	/* Refused are only values with control characters, and then the header is better left out. */
	(void)MHD_add_response_header(response, name, value);
}

void cors_add_headers(const struct cors_policy *policy, const struct wire_headers *headers,
                      struct MHD_Response *response)
{
	const char *origin = policy->origin ? policy->origin : headers->origin;

	if (!policy->enabled)
		return;
	if (!origin) {
		add(response, "Access-Control-Allow-Origin", "*");
		return;
	}
	/* With credentials a browser accepts no `*`, and caches must not mix up origins. */
	add(response, "Access-Control-Allow-Origin", origin);
	add(response, "Access-Control-Allow-Credentials", "true");
	add(response, "Access-Control-Expose-Headers", "X-Correlation-ID");
	add(response, "Vary", "Origin");
}

void cors_add_preflight_headers(const struct cors_policy *policy,
                                const struct wire_headers *headers, struct MHD_Response *response)
{
	const char *requested = headers->requested_headers;

	if (!policy->enabled)
		return;
	if (!requested || !wire_is_printable(requested, REQUESTED_HEADERS_BYTES))
		requested =
			"Accept, Authorization, Content-Type, Origin, X-Correlation-ID, X-External-User-ID, "
			"X-Requested-With, User-Agent";
	add(response, "Access-Control-Allow-Methods", CORS_METHODS);
	add(response, "Access-Control-Allow-Headers", requested);
	add(response, "Access-Control-Max-Age", "7200");
	if (headers->private_network && strcasecmp(headers->private_network, "true") == 0)
		add(response, "Access-Control-Allow-Private-Network", "true");
}
