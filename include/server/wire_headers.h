/* What the headers of a request say to us, collected in one pass over what libmicrohttpd has made of them. Whether they
 * are well-formed the gate has seen to (gate.h). */
#ifndef SERVER_WIRE_HEADERS_H
#define SERVER_WIRE_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Texts are borrowed; NULL if the header was not sent. */
struct wire_headers {
	const char *authorization;
	const char *correlation_id;     /* X-Correlation-ID */
	const char *external_user_id;   /* X-External-User-ID */
	const char *expect;
	const char *host;
	const char *content_length;
	const char *transfer_encoding;
	const char *origin;
	const char *requested_headers;  /* Access-Control-Request-Headers */
	const char *private_network;    /* Access-Control-Request-Private-Network */
};

/* Takes one header in; of one that comes twice the last counts. */
void wire_headers_take(struct wire_headers *headers, const char *name, size_t name_bytes,
                       const char *value);

/* The announced size of the body; 0 if none was. */
uint64_t wire_headers_body_bytes(const struct wire_headers *headers);

/* Is the text made of 1 to `limit_bytes` printable ASCII characters? */
bool wire_is_printable(const char *text, size_t limit_bytes);

#endif
