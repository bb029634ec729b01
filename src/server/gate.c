#include "server/gate.h"

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

static bool refuse(struct head *head, int status, const char *fault)
{
	head->status = status;
	head->fault = fault;
	return false;
}

static struct span span_of(const char *head_text, const char *from, size_t bytes)
{
	return (struct span){ (uint32_t)(from - head_text), (uint32_t)bytes };
}

/* -- the request line -- */

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* The query is left to the engine, because clients send it in several broken ways that used to work. */
static const char *escape_fault(const char *target, size_t bytes)
{
	const char *query = memchr(target, '?', bytes);
	const char *end = query ? query : target + bytes;
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

/* How many bytes of a target are its scheme; 0: it is in another form. */
static size_t scheme_bytes(const char *target, size_t bytes)
{
	if (bytes >= 7 && !strncasecmp(target, "http://", 7))
		return 7;
	return bytes >= 8 && !strncasecmp(target, "https://", 8) ? 8 : 0;
}

static const char *form_fault(const char *method, size_t method_bytes, const char *target,
                              size_t bytes)
{
	size_t scheme = scheme_bytes(target, bytes);

	if (bytes == 1 && target[0] == '*' && method_bytes == 7 && !memcmp(method, "OPTIONS", 7))
		return NULL;
	if (scheme)
		return escape_fault(target + scheme, bytes - scheme);
	return target[0] == '/' ? escape_fault(target, bytes) : "The request target must be a path.";
}

/* Notes the target if it can be shown. */
static bool take_target(struct head *head, const char *text, const char *target, size_t bytes)
{
	if (!bytes || !is_made_of(target, bytes, TARGET))
		return refuse(head, 400, "Space or control character in the request target.");
	head->target = span_of(text, target, bytes);
	if (bytes > TARGET_LIMIT_BYTES)
		return refuse(head, 414, "The request target is too long.");
	return true;
}

/* RFC 9112 §2.3. */
static bool take_version(struct head *head, const char *version, size_t bytes)
{
	if (bytes != 8 || memcmp(version, "HTTP/", 5) != 0 || version[6] != '.' || version[5] < '0' ||
	    version[5] > '9' || version[7] < '0' || version[7] > '9')
		return refuse(head, 400, "Malformed request line.");
	if (version[5] != '1' || version[7] > '1')
		return refuse(head, 505, "Unknown HTTP version.");
	head->is_http_1_0 = version[7] == '0';
	return true;
}

/* What comes after the last space is the version, so that a space in the target is found to be one. */
static bool take_request_line(struct head *head, const char *text, const char *line, size_t bytes)
{
	const char *end = line + bytes;
	const char *method_end = memchr(line, ' ', bytes);
	const char *target = method_end ? method_end + 1 : end;
	const char *target_end = end;
	const char *fault;
	size_t method_bytes;

	while (target_end > target && target_end[-1] != ' ')
		target_end--;
	if (target_end == target)
		return refuse(head, 400, "Malformed request line.");
	method_bytes = (size_t)(method_end - line);
	if (!method_bytes || !is_made_of(line, method_bytes, TOKEN))
		return refuse(head, 400, "Malformed method.");
	head->method = span_of(text, line, method_bytes);
	head->has_request_line = true;
	if (!take_target(head, text, target, (size_t)(target_end - 1 - target)) ||
	    !take_version(head, target_end, (size_t)(end - target_end)))
		return false;
	fault = form_fault(line, method_bytes, target, head->target.bytes);
	return !fault || refuse(head, 400, fault);
}

/* -- headers -- */

enum known { UNKNOWN, HOST_NAME, LENGTH, ENCODING, CREDENTIALS, ORIGIN, CORRELATION_ID, COOKIE };

static const struct known_header {
	const char *name;
	size_t      name_bytes;
	enum known  known;
	const char *twice; /* the fault of sending it twice; NULL: it is none */
} KNOWN[] = {
#define ANY(name, known) { name, sizeof name - 1, known, NULL },
#define ONE(name, known) { name, sizeof name - 1, known, name " header sent twice." },
	ONE("Host", HOST_NAME)
	ANY("Origin", ORIGIN)
	ANY("Cookie", COOKIE)
	ONE("Authorization", CREDENTIALS)
	ONE("Content-Length", LENGTH)
	ANY("X-Correlation-ID", CORRELATION_ID)
	ONE("Transfer-Encoding", ENCODING)
#undef ANY
#undef ONE
};

static const struct known_header *find_known(const char *name, size_t bytes)
{
	for (size_t i = 0; i < sizeof KNOWN / sizeof *KNOWN; i++) {
		if (KNOWN[i].name_bytes == bytes && strncasecmp(KNOWN[i].name, name, bytes) == 0)
			return &KNOWN[i];
	}
	return NULL;
}

static bool take_length(struct head *head, const char *value, size_t bytes)
{
	enum { MOST_DIGITS = 19 }; /* of what a uint64_t holds in any case */
	uint64_t length = 0;

	for (size_t i = 0; i < bytes; i++) {
		if (value[i] < '0' || value[i] > '9')
			return refuse(head, 400, "Malformed Content-Length header.");
	}
	if (!bytes)
		return refuse(head, 400, "Malformed Content-Length header.");
	if (bytes > MOST_DIGITS)
		return refuse(head, 413, "The request body is too large.");
	for (size_t i = 0; i < bytes; i++)
		length = 10 * length + (uint64_t)(value[i] - '0');
	if (head->framing == FRAMED_BY_CHUNKS)
		return refuse(head, 400, "Both Content-Length and Transfer-Encoding sent.");
	head->framing = FRAMED_BY_LENGTH;
	head->body_bytes = length;
	return true;
}

static bool take_encoding(struct head *head, const char *value, size_t bytes)
{
	if (head->framing == FRAMED_BY_LENGTH)
		return refuse(head, 400, "Both Content-Length and Transfer-Encoding sent.");
	if (head->is_http_1_0)
		return refuse(head, 400, "Transfer-Encoding sent with HTTP/1.0.");
	if (bytes != 7 || strncasecmp(value, "chunked", 7) != 0)
		return refuse(head, 400, "Transfer-Encoding other than chunked.");
	head->framing = FRAMED_BY_CHUNKS;
	return true;
}

static bool take_known(struct head *head, const struct known_header *header, char *text, char *name,
                       struct span value)
{
	unsigned bit = 1u << header->known;

	if (header->twice && (head->seen & bit))
		return refuse(head, 400, header->twice);
	head->seen |= bit;
	switch (header->known) {
	case HOST_NAME:
		head->host = value;
		return is_made_of(text + value.at, value.bytes, HOST) ||
		       refuse(head, 400, "Malformed Host header.");
	case LENGTH: return take_length(head, text + value.at, value.bytes);
	case ENCODING: return take_encoding(head, text + value.at, value.bytes);
	case ORIGIN: head->origin = value; break;
	case CORRELATION_ID: head->correlation_id = value; break;
	case COOKIE: *name = 'X'; break; /* a name that nobody knows, so that it is not taken apart */
	case CREDENTIALS:
	case UNKNOWN: break;
	}
	return true;
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

static const char *header_fault(const char *line, size_t name_bytes, size_t bytes)
{
	if (is_space(*line))
		return "Header continued on another line.";
	if (!name_bytes || !is_made_of(line, name_bytes, TOKEN))
		return "Malformed header name.";
	if (!is_made_of(line + name_bytes + 1, bytes - name_bytes - 1, VALUE))
		return "Control character in a header.";
	return NULL;
}

static bool take_header(struct head *head, char *text, char *line, size_t bytes)
{
	const char *colon = memchr(line, ':', bytes);
	size_t name_bytes = colon ? (size_t)(colon - line) : 0;
	const char *fault = header_fault(line, name_bytes, bytes);
	const char *value = line + name_bytes + 1;
	const char *end = line + bytes;
	const struct known_header *known;

	head->headers++;
	if (fault)
		return refuse(head, 400, fault);
	known = find_known(line, name_bytes);
	if (!known)
		return true;
	while (value < end && is_space(*value))
		value++;
	while (end > value && is_space(end[-1]))
		end--;
	return take_known(head, known, text, line, span_of(text, value, (size_t)(end - value)));
}

/* -- the whole -- */

/* RFC 9112 §3.2.2: a target in absolute form is for us if it names whom the Host header names, or this machine. */
static bool is_for_us(const struct head *head, const char *text)
{
	static const char *const LOOPBACK[] = { "localhost", "127.0.0.1", "[::1]" };
	const char *target = text + head->target.at;
	const char *authority = target + scheme_bytes(target, head->target.bytes);
	size_t bytes = 0;

	while (authority + bytes < target + head->target.bytes && authority[bytes] != '/' &&
	       authority[bytes] != '?')
		bytes++;
	if (!bytes || !is_made_of(authority, bytes, HOST))
		return false;
	if (bytes == head->host.bytes && !strncasecmp(authority, text + head->host.at, bytes))
		return true;
	for (size_t i = 0; i < sizeof LOOPBACK / sizeof *LOOPBACK; i++) {
		size_t name_bytes = strlen(LOOPBACK[i]);

		if (bytes >= name_bytes && !strncasecmp(authority, LOOPBACK[i], name_bytes) &&
		    (bytes == name_bytes || authority[name_bytes] == ':'))
			return true;
	}
	return false;
}

static bool conclude(struct head *head, const char *text)
{
	if (!head->has_request_line)
		return refuse(head, 400, "Malformed request line.");
	if (!head->is_http_1_0 && !(head->seen & 1u << HOST_NAME))
		return refuse(head, 400, "Host header missing.");
	if (scheme_bytes(text + head->target.at, head->target.bytes) && !is_for_us(head, text))
		return refuse(head, 400, "The request target names another host.");
	return true;
}

static bool is_too_long(struct head *head, size_t bytes)
{
	enum { METHOD_AND_VERSION_BYTES = 64 };

	if (!head->has_request_line && bytes > TARGET_LIMIT_BYTES + METHOD_AND_VERSION_BYTES)
		return !refuse(head, 414, "The request target is too long.");
	if (head->has_request_line && bytes + head->headers * HEADER_COST_BYTES > HEAD_LIMIT_BYTES)
		return !refuse(head, 431, "The headers are too long.");
	return false;
}

/* Looks at a line that is not complete yet: is it worth waiting for? */
static bool is_hopeless(struct head *head, const char *text, size_t bytes)
{
	const char *line = text + head->bytes;

	if (is_too_long(head, bytes))
		return true;
	if (!head->has_request_line && bytes > head->bytes && *line != '\r' &&
	    !is_made_of(line, 1, TOKEN))
		return !refuse(head, 400, "Malformed request line.");
	return false;
}

/* Takes a line without its end. An empty one may come before the request line (RFC 9112 §2.2). */
static bool take_line(struct head *head, char *text, char *line, size_t bytes)
{
	if (head->has_request_line)
		return take_header(head, text, line, bytes);
	if (!bytes && line == text)
		return true;
	return take_request_line(head, text, line, bytes);
}

enum head_state gate_read(struct head *head, char *text, size_t bytes)
{
	char *end;

	while ((end = memchr(text + head->bytes, '\n', bytes - head->bytes))) {
		char *line = text + head->bytes;
		size_t line_bytes = (size_t)(end - line);

		if (is_too_long(head, head->bytes + line_bytes))
			return HEAD_FAULTY;
		if (!line_bytes || end[-1] != '\r') {
			(void)refuse(head, 400, "A line does not end with CR LF.");
			return HEAD_FAULTY;
		}
		head->bytes += line_bytes + 1;
		if (line_bytes == 1 && head->has_request_line)
			return conclude(head, text) ? HEAD_COMPLETE : HEAD_FAULTY;
		if (!take_line(head, text, line, line_bytes - 1))
			return HEAD_FAULTY;
	}
	return is_hopeless(head, text, bytes) ? HEAD_FAULTY : HEAD_INCOMPLETE;
}

bool gate_is_header(const char *line, size_t bytes)
{
	const char *colon = memchr(line, ':', bytes);

	return colon && !header_fault(line, (size_t)(colon - line), bytes);
}

bool gate_is_chunk_extension(const char *text, size_t bytes)
{
	return is_made_of(text, bytes, VALUE);
}

const char *gate_path(const char *target)
{
	size_t scheme = scheme_bytes(target, strlen(target));

	if (!scheme)
		return target;
	target += scheme + strcspn(target + scheme, "/?");
	return *target ? target : "/";
}
