#include "server/wire_headers.h"

#include <stdlib.h>
#include <strings.h>

/* What is kept of the headers, the shortest first. */
static const struct known_header {
	const char *name;
	size_t      name_bytes;
	size_t      offset; /* of the member in struct wire_headers */
} KNOWN[] = {
#define HEADER(name, member) { name, sizeof name - 1, offsetof(struct wire_headers, member) },
	HEADER("Host", host)
	HEADER("Expect", expect)
	HEADER("Origin", origin)
	HEADER("Authorization", authorization)
	HEADER("Content-Length", content_length)
	HEADER("X-Correlation-ID", correlation_id)
	HEADER("Transfer-Encoding", transfer_encoding)
	HEADER("X-External-User-ID", external_user_id)
	HEADER("Access-Control-Request-Headers", requested_headers)
	HEADER("Access-Control-Request-Private-Network", private_network)
#undef HEADER
};

void wire_headers_take(struct wire_headers *headers, const char *name, size_t name_bytes,
                       const char *value)
{
	/* Lengths are compared first, so that most headers cost no comparison of texts. */
	for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN && KNOWN[i].name_bytes <= name_bytes; i++) {
		if (KNOWN[i].name_bytes == name_bytes && strcasecmp(KNOWN[i].name, name) == 0)
			*(const char **)(void *)((char *)headers + KNOWN[i].offset) = value;
	}
}

uint64_t wire_headers_body_bytes(const struct wire_headers *headers)
{
	return headers->content_length ? strtoull(headers->content_length, NULL, 10) : 0;
}

bool wire_is_printable(const char *text, size_t limit_bytes)
{
	size_t bytes = 0;

	while (text[bytes] >= ' ' && text[bytes] <= '~')
		bytes++;
	return bytes > 0 && bytes <= limit_bytes && !text[bytes];
}
