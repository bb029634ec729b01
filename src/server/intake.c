#include "server/intake.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sys/socket.h>
#include <sys/types.h>

#include "base/clock.h"
#include "base/memory.h"
#include "server/gate.h"
#include "server/watch.h"

enum {
	FIRST_HOLD_BYTES = 4 * 1024,
	CHUNK_LINE_LIMIT_BYTES = 256, /* a size and its extension */
	TRAILER_LIMIT_BYTES = 1024,   /* all trailers of a request */
	TRAILER_LIMIT = 8,
	SHOWN_LIMIT_BYTES = 1024,     /* of the target of a refused request */
	METHOD_LIMIT_BYTES = 16,      /* likewise */
	ECHO_LIMIT_BYTES = 256,       /* of each of its headers that its answer needs */
	TLS_HANDSHAKE = 0x16,         /* RFC 8446 §5.1: the first byte */
};

/* What comes next. */
enum stage { AT_HEAD, IN_BODY, AT_CHUNK, IN_CHUNK, AFTER_CHUNK, AT_TRAILER, REFUSED, DEAF };

struct intake {
	struct peer *peer;
	enum stage   stage;
	struct head  head;     /* the one that comes in */
	uint64_t     left;     /* of the body or chunk */
	size_t       trailer_bytes, trailers;
	bool         is_drained; /* the last read left nothing in the socket */

	/* What has been read but not handed on: first what may be, then what has to become complete. */
	char  *held;
	size_t held_bytes, held_room, ready_bytes;

	size_t      passed;  /* requests whose head has been let pass, or replaced */
	size_t      started; /* those that are worked on, or have been */
	int         status;  /* of the refusal of the last one that has passed */
	const char *fault;   /* NULL: it is not refused */
};

/* By number of the socket. The function that libmicrohttpd calls gets nothing else, so these have to be static. */
static struct {
	_Atomic(struct intake *) *of;
	size_t                    count;
} the_intakes;

void intake_init(size_t sockets)
{
	if (the_intakes.of)
		return;
	the_intakes.of = xcalloc(sockets, sizeof *the_intakes.of);
	the_intakes.count = sockets;
}

struct intake *intake_of(int fd)
{
	if (fd < 0 || (size_t)fd >= the_intakes.count)
		return NULL;
	return atomic_load_explicit(&the_intakes.of[fd], memory_order_acquire);
}

bool intake_open(int fd, struct peer *peer)
{
	struct intake *intake;

	if (fd < 0 || (size_t)fd >= the_intakes.count)
		return false;
	intake = memory_try_zeroed(sizeof *intake);
	if (!intake)
		return false;
	intake->peer = peer;
	atomic_store_explicit(&the_intakes.of[fd], intake, memory_order_release);
	return true;
}

void intake_close(int fd)
{
	struct intake *intake = intake_of(fd);

	if (!intake)
		return;
	atomic_store_explicit(&the_intakes.of[fd], NULL, memory_order_release);
	free(intake->held);
	free(intake);
}

struct peer *intake_peer(const struct intake *intake)
{
	return intake->peer;
}

size_t intake_next_request(struct intake *intake)
{
	return ++intake->started;
}

const char *intake_fault(const struct intake *intake, size_t request, int *ret_status)
{
	*ret_status = intake->status;
	return request == intake->passed ? intake->fault : NULL;
}

/* -- what is held back -- */

/* Makes room for `bytes` more; what is held is less than a head may be and one read. False: there is no memory. */
static bool make_room(struct intake *intake, size_t bytes)
{
	size_t room = intake->held_room ? intake->held_room : FIRST_HOLD_BYTES;
	char *moved;

	while (room < intake->held_bytes + bytes)
		room *= 2;
	if (room == intake->held_room)
		return true;
	moved = memory_try_grow(intake->held, room);
	if (!moved)
		return false;
	intake->held = moved;
	intake->held_room = room;
	return true;
}

static bool hold(struct intake *intake, const char *text, size_t bytes)
{
	if (!make_room(intake, bytes))
		return false;
	memcpy(intake->held + intake->held_bytes, text, bytes);
	intake->held_bytes += bytes;
	return true;
}

static size_t hand_out(struct intake *intake, char *buffer, size_t room)
{
	size_t bytes = intake->ready_bytes < room ? intake->ready_bytes : room;

	if (!bytes)
		return 0;
	memcpy(buffer, intake->held, bytes);
	intake->ready_bytes -= bytes;
	intake->held_bytes -= bytes;
	memmove(intake->held, intake->held + bytes, intake->held_bytes);
	if (!intake->held_bytes) {
		free(intake->held);
		intake->held = NULL;
		intake->held_room = 0;
	}
	return bytes;
}

/* -- refusing -- */

struct substitute {
	char   text[SHOWN_LIMIT_BYTES + 4 * ECHO_LIMIT_BYTES];
	size_t bytes;
};

static void append(struct substitute *to, const char *before, const char *text, struct span span,
                   const char *after)
{
	/* All limits together are less than the room. */
	to->bytes += (size_t)snprintf(to->text + to->bytes, sizeof to->text - to->bytes, "%s%.*s%s",
	                              before, (int)span.bytes, text + span.at, after);
}

/* A request in place of one whose head is refused: what of it is good, so that the answer fits the question. */
static void replace_head(const struct head *head, const char *text, struct substitute *to)
{
	struct span method = head->method, target = head->target;
	bool has_method = method.bytes && method.bytes <= METHOD_LIMIT_BYTES;
	bool has_path = target.bytes && text[target.at] == '/';

	if (target.bytes > SHOWN_LIMIT_BYTES)
		target.bytes = SHOWN_LIMIT_BYTES;
	append(to, "", has_method ? text : "GET", has_method ? method : (struct span){ 0, 3 }, " ");
	append(to, "", has_path ? text : "/", has_path ? target : (struct span){ 0, 1 },
	       " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
	if (head->origin.bytes && head->origin.bytes <= ECHO_LIMIT_BYTES)
		append(to, "Origin: ", text, head->origin, "\r\n");
	if (head->correlation_id.bytes && head->correlation_id.bytes <= ECHO_LIMIT_BYTES)
		append(to, "X-Correlation-ID: ", text, head->correlation_id, "\r\n");
	append(to, "\r\n", text, (struct span){ 0 }, "");
}

static void note_fault(struct intake *intake, int status, const char *fault)
{
	intake->stage = REFUSED;
	intake->status = status;
	intake->fault = fault;
}

/* Ends the body that comes in where libmicrohttpd thinks it is. */
static void refuse_body(struct intake *intake, int status, const char *fault, struct substitute *to)
{
	const char *end = intake->stage == AFTER_CHUNK ? "\r\n0\r\n\r\n" :
	                  intake->stage == AT_TRAILER  ? "\r\n" :
	                                                 "0\r\n\r\n";

	to->bytes = strlen(end);
	memcpy(to->text, end, to->bytes);
	note_fault(intake, status, fault);
}

/* -- the framing; each takes what it can of `bytes` bytes, or nothing if it needs more -- */

static size_t take_head(struct intake *intake, char *text, size_t bytes, struct substitute *instead)
{
	struct head *head = &intake->head;
	enum head_state state = gate_read(head, text, bytes);
	size_t taken;

	if (state == HEAD_INCOMPLETE)
		return 0;
	intake->passed++;
	if (state == HEAD_FAULTY) {
		replace_head(head, text, instead);
		note_fault(intake, head->status, head->fault);
		return 0;
	}
	taken = head->bytes;
	intake->left = head->body_bytes;
	if (head->framing == FRAMED_BY_CHUNKS)
		intake->stage = AT_CHUNK;
	else if (intake->left)
		intake->stage = IN_BODY;
	intake->trailers = intake->trailer_bytes = 0;
	*head = (struct head){ 0 };
	return taken;
}

static size_t take_body(struct intake *intake, size_t bytes, enum stage next)
{
	size_t taken = intake->left < bytes ? (size_t)intake->left : bytes;

	intake->left -= taken;
	if (!intake->left)
		intake->stage = next;
	return taken;
}

/* The length of a line with its CR LF; 0: not complete; SIZE_MAX: it is none, or longer than `limit_bytes`. */
static size_t line_bytes(const char *text, size_t bytes, size_t limit_bytes)
{
	const char *end = memchr(text, '\n', bytes < limit_bytes ? bytes : limit_bytes);

	if (!end)
		return bytes < limit_bytes ? 0 : SIZE_MAX;
	return end > text && end[-1] == '\r' ? (size_t)(end + 1 - text) : SIZE_MAX;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* RFC 9112 §7.1: a size and perhaps extensions. False: it is malformed. */
static bool read_size(const char *line, size_t bytes, uint64_t *ret_size)
{
	enum { MOST_DIGITS = 15 };
	size_t at = 0;
	uint64_t size = 0;

	while (at < bytes && at < MOST_DIGITS && hex_digit(line[at]) >= 0)
		size = size << 4 | (uint64_t)hex_digit(line[at++]);
	*ret_size = size;
	if (!at)
		return false;
	return at == bytes || (line[at] == ';' && gate_is_chunk_extension(line + at, bytes - at));
}

static size_t take_chunk_line(struct intake *intake, const char *text, size_t bytes,
                              struct substitute *instead)
{
	size_t taken = line_bytes(text, bytes, CHUNK_LINE_LIMIT_BYTES);

	if (!taken)
		return 0;
	if (taken == SIZE_MAX || !read_size(text, taken - 2, &intake->left)) {
		refuse_body(intake, 400, "Malformed chunk.", instead);
		return 0;
	}
	intake->stage = intake->left ? IN_CHUNK : AT_TRAILER;
	return taken;
}

static size_t take_chunk_end(struct intake *intake, const char *text, size_t bytes,
                             struct substitute *instead)
{
	if (text[0] != '\r' || (bytes > 1 && text[1] != '\n')) {
		refuse_body(intake, 400, "Malformed chunk.", instead);
		return 0;
	}
	if (bytes < 2)
		return 0;
	intake->stage = AT_CHUNK;
	return 2;
}

static size_t take_trailer(struct intake *intake, const char *text, size_t bytes,
                           struct substitute *instead)
{
	size_t taken = line_bytes(text, bytes, TRAILER_LIMIT_BYTES);

	if (!taken)
		return 0;
	if (taken == 2) {
		intake->stage = AT_HEAD;
		return taken;
	}
	if (taken == SIZE_MAX ? bytes < TRAILER_LIMIT_BYTES : !gate_is_header(text, taken - 2)) {
		refuse_body(intake, 400, "Malformed trailer.", instead);
		return 0;
	}
	if (taken == SIZE_MAX || ++intake->trailers > TRAILER_LIMIT ||
	    (intake->trailer_bytes += taken) > TRAILER_LIMIT_BYTES) {
		refuse_body(intake, 431, "The trailers are too long.", instead);
		return 0;
	}
	return taken;
}

static size_t take(struct intake *intake, char *text, size_t bytes, struct substitute *instead)
{
	switch (intake->stage) {
	case AT_HEAD: return take_head(intake, text, bytes, instead);
	case IN_BODY: return take_body(intake, bytes, AT_HEAD);
	case AT_CHUNK: return take_chunk_line(intake, text, bytes, instead);
	case IN_CHUNK: return take_body(intake, bytes, AFTER_CHUNK);
	case AFTER_CHUNK: return take_chunk_end(intake, text, bytes, instead);
	case AT_TRAILER: return take_trailer(intake, text, bytes, instead);
	case REFUSED:
	case DEAF: break;
	}
	return 0;
}

/* How many of these bytes may be handed on. What is put in place of the rest, if that must be replaced, is in
 * *instead. */
static size_t look_through(struct intake *intake, char *text, size_t bytes,
                           struct substitute *instead)
{
	size_t passed = 0;
	size_t taken;

	while (passed < bytes && (taken = take(intake, text + passed, bytes - passed, instead)))
		passed += taken;
	return passed;
}

/* -- reading -- */

/* A request has begun to come in, but libmicrohttpd has seen nothing of it: its time runs all the same. */
static void note_beginning(struct intake *intake)
{
	if (intake->stage == AT_HEAD && intake->held_bytes > intake->ready_bytes)
		peer_begins_request(intake->peer, monotonic_ms());
}

/* Nothing of TLS can be answered. It is treated as if the client had gone, which is noted in the log (wordless.h). */
static bool is_tls(const struct intake *intake, const char *text)
{
	return !intake->passed && text[0] == TLS_HANDSHAKE;
}

/* Holds what may not be handed on yet, or what takes its place. */
static bool hold_rest(struct intake *intake, const char *rest, size_t bytes,
                      const struct substitute *instead)
{
	if (intake->stage != REFUSED)
		return hold(intake, rest, bytes);
	intake->ready_bytes = instead->bytes;
	return hold(intake, instead->text, instead->bytes);
}

/* Reads into libmicrohttpd's buffer, and leaves there what may be handed on: *ret_passed bytes. Returns what recv
 * did. */
static ssize_t read_through(struct intake *intake, int fd, char *buffer, size_t room,
                            size_t *ret_passed)
{
	struct substitute instead;
	ssize_t got = recvfrom(fd, buffer, room, 0, NULL, NULL);
	size_t bytes = (size_t)got;
	size_t passed;

	if (got <= 0)
		return got;
	intake->is_drained = bytes < room;
	if (is_tls(intake, buffer)) {
		intake->stage = DEAF;
		return 0;
	}
	instead.bytes = 0;
	passed = look_through(intake, buffer, bytes, &instead);
	*ret_passed = passed;
	if (passed < bytes && !hold_rest(intake, buffer + passed, bytes - passed, &instead))
		return -1;
	note_beginning(intake);
	return got;
}

/* Reads what follows what is held. Returns what recv did. */
static ssize_t read_on(struct intake *intake, int fd)
{
	struct substitute instead = { .bytes = 0 };
	ssize_t got;
	size_t room;

	if (!make_room(intake, FIRST_HOLD_BYTES / 2))
		return -1;
	room = intake->held_room - intake->held_bytes;
	got = recvfrom(fd, intake->held + intake->held_bytes, room, 0, NULL, NULL);
	if (got <= 0)
		return got;
	intake->is_drained = (size_t)got < room;
	intake->held_bytes += (size_t)got;
	intake->ready_bytes = look_through(intake, intake->held, intake->held_bytes, &instead);
	if (intake->stage == REFUSED) {
		intake->held_bytes = intake->ready_bytes;
		intake->ready_bytes += instead.bytes;
		if (!hold(intake, instead.text, instead.bytes))
			return -1;
	}
	note_beginning(intake);
	return got;
}

/* Throws away what follows a refused request. The connection ends with its answer, so nobody waits for more. */
static ssize_t read_off(int fd, char *buffer, size_t room)
{
	ssize_t got = recvfrom(fd, buffer, room, 0, NULL, NULL);

	if (got <= 0)
		return got;
	errno = EAGAIN;
	return -1;
}

/* As recv(2). libmicrohttpd takes a short read as a sign that the socket is empty, and waits for the system to tell it
 * of more; so nothing short is given before that is true. */
static ssize_t intake_read(struct intake *intake, int fd, char *buffer, size_t room)
{
	size_t given = hand_out(intake, buffer, room);
	ssize_t got = 1;

	if (intake->stage == DEAF)
		return 0;
	if (intake->stage == REFUSED)
		return given ? (ssize_t)given : read_off(fd, buffer, room);
	intake->is_drained = false;
	while (given < room && got > 0 && !intake->is_drained && intake->stage != REFUSED) {
		size_t passed = 0;

		if (intake->held_bytes)
			got = read_on(intake, fd);
		else
			got = read_through(intake, fd, buffer + given, room - given, &passed);
		given += passed;
		given += hand_out(intake, buffer + given, room - given);
	}
	if (given)
		return (ssize_t)given; /* an end or an error will be met again */
	if (got > 0)
		errno = EAGAIN;
	return got > 0 ? -1 : got;
}

/* What the rest of the program, and above all libmicrohttpd, calls as recv(). */
ssize_t intake_recv(int fd, void *buffer, size_t bytes, int flags) __asm__("recv");

ssize_t intake_recv(int fd, void *buffer, size_t bytes, int flags)
{
	struct intake *intake = flags ? NULL : intake_of(fd);

	if (intake && bytes)
		return intake_read(intake, fd, buffer, bytes);
	return recvfrom(fd, buffer, bytes, flags, NULL, NULL);
}
