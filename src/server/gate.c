#include "server/gate.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What a character may be part of. */
enum {
	TOKEN = 1,  /* RFC 9110 §5.6.2: methods, header names */
	VALUE = 2,  /* header values: visible, space, tab, bytes of other encodings */
	HOST = 4,   /* RFC 3986 §3.2.2 and §3.2.3: host and port */
	TARGET = 8, /* paths and queries; raw bytes of other encodings pass, the engine decodes them */
};

#define WORD (TOKEN | VALUE | HOST | TARGET)
#define MARK (VALUE | HOST | TARGET)
#define OTHER (VALUE | TARGET)

static const unsigned char CLASS[256] = {
	['\t'] = VALUE,
	[' '] = VALUE,
	['0' ... '9'] = WORD,
	['A' ... 'Z'] = WORD,
	['a' ... 'z'] = WORD,
	['!'] = WORD,
	['$'] = WORD,
	['%'] = WORD,
	['&'] = WORD,
	['\''] = WORD,
	['*'] = WORD,
	['+'] = WORD,
	['-'] = WORD,
	['.'] = WORD,
	['_'] = WORD,
	['~'] = WORD,
	['#'] = TOKEN | OTHER,
	['^'] = TOKEN | OTHER,
	['`'] = TOKEN | OTHER,
	['|'] = TOKEN | OTHER,
	['('] = MARK,
	[')'] = MARK,
	[','] = MARK,
	[':'] = MARK,
	[';'] = MARK,
	['='] = MARK,
	['['] = MARK,
	[']'] = MARK,
	['"'] = OTHER,
	['/'] = OTHER,
	['<'] = OTHER,
	['>'] = OTHER,
	['?'] = OTHER,
	['@'] = OTHER,
	['\\'] = OTHER,
	['{'] = OTHER,
	['}'] = OTHER,
	[0x80 ... 0xff] = OTHER,
};

#undef WORD
#undef MARK
#undef OTHER

static bool is_made_of(const char *text, size_t bytes, unsigned char class)
{
	unsigned char common = class;

	for (size_t i = 0; i < bytes; i++)
		common &= CLASS[(unsigned char)text[i]];
	return common == class;
}

/* What is kept of the headers, the shortest first. */
static const struct known_header {
	const char   *name;
	size_t        name_bytes;
	size_t        offset;     /* of the member in struct wire_headers */
	bool          is_single;  /* it may come only once; of others the last one counts */
	unsigned char holds;      /* the class of all characters of its value */
	const char   *twice;
	const char   *malformed;
} KNOWN[] = {
#define HEADER(name, member, is_single, holds) \
	{ name, sizeof name - 1, offsetof(struct wire_headers, member), is_single, holds, \
	  name " header sent twice.", "Malformed " name " header." },
	HEADER("Host", host, true, HOST)
	HEADER("Expect", expect, false, 0)
	HEADER("Origin", origin, false, 0)
	HEADER("Authorization", authorization, true, 0)
	HEADER("Content-Length", content_length, true, 0)
	HEADER("X-Correlation-ID", correlation_id, false, 0)
	HEADER("Transfer-Encoding", transfer_encoding, true, 0)
	HEADER("X-External-User-ID", external_user_id, false, 0)
	HEADER("Access-Control-Request-Headers", requested_headers, false, 0)
	HEADER("Access-Control-Request-Private-Network", private_network, false, 0)
#undef HEADER
};

/* Lengths are compared first, so that most headers cost no comparison of texts. */
static const struct known_header *find_known(const char *name, size_t name_bytes)
{
	for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN && KNOWN[i].name_bytes <= name_bytes; i++)
		if (KNOWN[i].name_bytes == name_bytes && strcasecmp(KNOWN[i].name, name) == 0)
			return &KNOWN[i];
	return NULL;
}

static void sort_in(struct wire_headers *headers, const char *name, size_t name_bytes,
                    const char *value, size_t value_bytes)
{
	const struct known_header *known = find_known(name, name_bytes);

	if (!known)
		return;
	const char **member = (const char **)(void *)((char *)headers + known->offset);

	if (*member && known->is_single)
		headers->fault = known->twice;
	if (!is_made_of(value, value_bytes, known->holds))
		headers->fault = known->malformed;
	*member = value;
}

void gate_take_header(struct wire_headers *headers, const char *name, size_t name_bytes,
                      const char *value, size_t value_bytes)
{
	if (headers->fault)
		return;
	while (value_bytes && (value[value_bytes - 1] == ' ' || value[value_bytes - 1] == '\t'))
		value_bytes--;
	if (!name_bytes || !is_made_of(name, name_bytes, TOKEN))
		headers->fault = "Malformed header name.";
	else if (!is_made_of(value, value_bytes, VALUE))
		headers->fault = "Control character in a header.";
	else
		sort_in(headers, name, name_bytes, value, value_bytes);
}

/* How the body is framed: the part on which a proxy before us may disagree. */
static const char *framing_fault(const struct wire_headers *headers, bool is_http_1_0)
{
	if (!headers->transfer_encoding)
		return NULL;
	if (headers->content_length)
		return "Both Content-Length and Transfer-Encoding sent.";
	if (is_http_1_0)
		return "Transfer-Encoding sent with HTTP/1.0.";
	if (strcasecmp(headers->transfer_encoding, "chunked") != 0)
		return "Transfer-Encoding other than chunked.";
	return NULL;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The query is left to the engine, because clients send it in several broken ways that used to
 * work. */
static const char *escape_fault(const char *target)
{
	const char *end = target + strcspn(target, "?");
	const char *at = target;

	while ((at = memchr(at, '%', (size_t)(end - at)))) {
		if (end - at < 3 || !is_hex(at[1]) || !is_hex(at[2]))
			return "Broken percent-encoding in the path.";
		if (at[1] == '0' && at[2] == '0')
			return "Encoded NUL in the path.";
		at += 3;
	}
	return NULL;
}

static const char *target_fault(const char *method, const char *target)
{
	if (!is_made_of(target, strlen(target), TARGET))
		return "Space or control character in the request target.";
	if (!strcmp(target, "*") && !strcmp(method, "OPTIONS"))
		return NULL;
	if (target[0] != '/')
		return "The request target must be a path.";
	return escape_fault(target);
}

const char *gate_fault(const struct wire_headers *headers, const char *method, const char *target,
                       const char *version)
{
	bool is_http_1_0 = !strcmp(version, "HTTP/1.0");
	const char *fault;

	if (headers->fault)
		return headers->fault;
	if (!is_http_1_0 && strcmp(version, "HTTP/1.1") != 0)
		return "Unknown HTTP version.";
	if (!*method || !is_made_of(method, strlen(method), TOKEN))
		return "Malformed method.";
	if (!headers->host && !is_http_1_0)
		return "Host header missing.";
	fault = framing_fault(headers, is_http_1_0);
	return fault ? fault : target_fault(method, target);
}

uint64_t gate_content_length(const struct wire_headers *headers)
{
	/* libmicrohttpd has already made sure that it is a number. strtoull gives ULLONG_MAX when it
	 * is too large. */
	return headers->content_length ? strtoull(headers->content_length, NULL, 10) : 0;
}

bool gate_is_printable(const char *text, size_t limit_bytes)
{
	size_t bytes = 0;

	while (text[bytes] >= ' ' && text[bytes] <= '~')
		bytes++;
	return bytes > 0 && bytes <= limit_bytes && !text[bytes];
}
