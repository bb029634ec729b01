#include "server/gate.h"

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

static bool name_is(const char *name, const char *wanted)
{
	return !strcasecmp(name, wanted);
}

/* Keeps a header of which one request may have only one. */
static void keep_single(struct wire_headers *headers, const char **slot, const char *value,
                        const char *fault)
{
	if (*slot)
		headers->fault = fault;
	*slot = value;
}

/* Sorts by length first, so that most headers cost no comparison. */
static void sort_in(struct wire_headers *headers, const char *name, size_t name_bytes,
                    const char *value, size_t value_bytes)
{
	switch (name_bytes) {
	case 4:
		if (name_is(name, "Host")) {
			keep_single(headers, &headers->host, value, "Host header sent twice.");
			if (!is_made_of(value, value_bytes, HOST))
				headers->fault = "Malformed Host header.";
		}
		break;
	case 6:
		if (name_is(name, "Origin"))
			headers->origin = value;
		break;
	case 13:
		if (name_is(name, "Authorization"))
			keep_single(headers, &headers->authorization, value,
			            "Authorization header sent twice.");
		break;
	case 14:
		if (name_is(name, "Content-Length"))
			keep_single(headers, &headers->content_length, value,
			            "Content-Length header sent twice.");
		break;
	case 16:
		if (name_is(name, "X-Correlation-ID"))
			headers->correlation_id = value;
		break;
	case 17:
		if (name_is(name, "Transfer-Encoding"))
			keep_single(headers, &headers->transfer_encoding, value,
			            "Transfer-Encoding header sent twice.");
		break;
	case 18:
		if (name_is(name, "X-External-User-ID"))
			headers->external_user_id = value;
		break;
	case 30:
		if (name_is(name, "Access-Control-Request-Headers"))
			headers->requested_headers = value;
		break;
	case 38:
		if (name_is(name, "Access-Control-Request-Private-Network"))
			headers->private_network = name_is(value, "true");
		break;
	default:
		break;
	}
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
