/* Refuses what libmicrohttpd lets pass: requests that two readers could understand differently,
 * and malformed ones. Sources: RFC 9110 §5, RFC 9112 §2, §3, §6. Knows nothing of libmicrohttpd. */
#ifndef SERVER_GATE_H
#define SERVER_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the headers of a request said, collected in one pass. Texts are borrowed; NULL if the
 * header was not sent. */
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
	const char *fault;              /* why the first unacceptable header is one; NULL: none is */
};

/* Takes one header in; notes why it cannot be accepted. */
void gate_take_header(struct wire_headers *headers, const char *name, size_t name_bytes,
                      const char *value, size_t value_bytes);

/* Says why a request must be refused, NULL if it need not be. Call once all headers are taken
 * in. Static text. */
const char *gate_fault(const struct wire_headers *headers, const char *method, const char *target,
                       const char *version);

/* The announced size of the body; 0 if none was, UINT64_MAX if it is beyond all bounds. */
uint64_t gate_content_length(const struct wire_headers *headers);

/* Is the text made of 1 to `limit_bytes` printable ASCII characters? */
bool gate_is_printable(const char *text, size_t limit_bytes);

#endif
