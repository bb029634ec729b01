/* Reads the head of a request as it comes from the wire, before anything else does, and refuses what is malformed, too
 * long, or could be understood differently by two readers. Sources: RFC 9110 §5, RFC 9112 §2, §3, §5, §6. Knows neither
 * sockets nor libmicrohttpd. */
#ifndef SERVER_GATE_H
#define SERVER_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	TARGET_LIMIT_BYTES = 24 * 1024,
	/* Of a head, where each header counts HEADER_COST_BYTES more. What libmicrohttpd then has left of a connection's
	 * memory (http_server.c) is enough for the headers of an answer. */
	HEAD_LIMIT_BYTES = 28 * 1024,
	HEADER_COST_BYTES = 80,
};

/* A place in a head. */
struct span {
	uint32_t at;
	uint32_t bytes;
};

enum framing { NO_BODY_FOLLOWS, FRAMED_BY_LENGTH, FRAMED_BY_CHUNKS };

/* A head as far as it has been read. Starts as { 0 }. */
struct head {
	size_t       bytes;      /* of its lines that have been read */
	size_t       headers;
	unsigned     seen;       /* those that may come only once */
	bool         has_request_line;
	bool         is_http_1_0;
	enum framing framing;
	uint64_t     body_bytes; /* if framed by length */
	struct span  method, target, host, origin, correlation_id;
	int          status;     /* of the refusal */
	const char  *fault;      /* static text; NULL: none so far */
};

enum head_state { HEAD_INCOMPLETE, HEAD_COMPLETE, HEAD_FAULTY };

/* Reads on in a head. `text` holds all that has come of it, `bytes` bytes, and perhaps what follows it; once it is
 * complete, head->bytes of them are the head. Changes the names of headers that libmicrohttpd would waste its memory
 * on (Cookie). */
enum head_state gate_read(struct head *head, char *text, size_t bytes);

/* Is this line, without its end, a header? */
bool gate_is_header(const char *line, size_t bytes);

/* Could these bytes be part of the extension of a chunk? */
bool gate_is_chunk_extension(const char *text, size_t bytes);

/* The path and query of a target that the gate has let pass, which may have scheme and host before them. */
const char *gate_path(const char *target);

#endif
