#include "base/log.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/timestamp.h"

enum { PENDING_BYTES = 1024 * 1024, NOTHING = -1 };

/* Lines that wait to be written. */
struct pending {
	char  *text;
	size_t bytes;
	size_t room;
};

/* The log is the process's own, as stderr is, so its state is global. */
static struct {
	pthread_mutex_t mutex;
	pthread_cond_t  work;     /* there is something to write, or the log closes */
	pthread_cond_t  room;     /* lines were taken, or the log has closed */
	struct pending  pending;
	bool            running;
	bool            closing;
	bool            idle;     /* the flusher waits for work */
	bool            colour;   /* this and the format are constant while the log runs */
	enum log_format format;
	pthread_t       flusher;
	atomic_int      level;    /* the chattiest level that is written, or NOTHING */
} the_log = {
	.mutex = PTHREAD_MUTEX_INITIALIZER,
	.work = PTHREAD_COND_INITIALIZER,
	.room = PTHREAD_COND_INITIALIZER,
	.level = NOTHING,
};

static const char *const LEVELS[] = { "error", "warning", "info", "debug" };

/* -- the thread that writes -- */

/* Writes everything. Gives up on a reader that has gone away: there is nobody to tell. */
static void write_out(const char *text, size_t bytes)
{
	while (bytes) {
		ssize_t count = write(STDERR_FILENO, text, bytes);

		if (count >= 0) {
			text += count;
			bytes -= (size_t)count;
		} else if (errno == EAGAIN || errno == EWOULDBLOCK) {
			struct pollfd slow = { .fd = STDERR_FILENO, .events = POLLOUT };

			(void)poll(&slow, 1, 1000); /* whatever it says, the next write knows better */
		} else if (errno != EINTR) {
			return;
		}
	}
}

static void *flush(void *unused)
{
	struct pending mine = { 0 };
	sigset_t signals;

	/* No signal is for this thread; above all not the SIGPIPE of its own writing. */
	(void)sigfillset(&signals);
	(void)pthread_sigmask(SIG_BLOCK, &signals, NULL); /* cannot fail with these arguments */
	(void)pthread_mutex_lock(&the_log.mutex);
	for (;;) {
		struct pending taken = the_log.pending;

		if (!taken.bytes && the_log.closing)
			break;
		if (!taken.bytes) {
			the_log.idle = true;
			(void)pthread_cond_wait(&the_log.work, &the_log.mutex);
			the_log.idle = false;
			continue;
		}
		the_log.pending = mine;
		(void)pthread_cond_broadcast(&the_log.room);
		(void)pthread_mutex_unlock(&the_log.mutex);
		write_out(taken.text, taken.bytes);
		mine = taken;
		mine.bytes = 0;
		(void)pthread_mutex_lock(&the_log.mutex);
	}
	the_log.running = false;
	(void)pthread_cond_broadcast(&the_log.room);
	(void)pthread_mutex_unlock(&the_log.mutex);
	free(mine.text);
	return unused;
}

/* False: there is no memory, and the line is lost. */
static bool make_room(struct pending *pending, size_t bytes)
{
	size_t room = 2 * pending->room + bytes;
	char *text;

	if (bytes <= pending->room - pending->bytes)
		return true;
	text = memory_try_grow(pending->text, room);
	if (!text)
		return false;
	pending->text = text;
	pending->room = room;
	return true;
}

/* Hands a line over to the thread. Waits while too much is pending. */
static void submit(const char *line, size_t bytes)
{
	struct pending *pending = &the_log.pending;

	(void)pthread_mutex_lock(&the_log.mutex);
	while (the_log.running && pending->bytes >= PENDING_BYTES)
		(void)pthread_cond_wait(&the_log.room, &the_log.mutex);
	if (the_log.running) {
		if (make_room(pending, bytes)) {
			memcpy(pending->text + pending->bytes, line, bytes);
			pending->bytes += bytes;
		}
		if (the_log.idle)
			(void)pthread_cond_signal(&the_log.work);
	}
	(void)pthread_mutex_unlock(&the_log.mutex);
}

static bool wants_colour(void)
{
	const char *no_color = getenv("NO_COLOR"); /* https://no-color.org: set and not empty */
	const char *term = getenv("TERM");

	return isatty(STDERR_FILENO) && !(no_color && *no_color) && term && *term &&
	       strcmp(term, "dumb") != 0;
}

void log_open(enum log_format format, enum log_level level)
{
	if (format == LOG_FORMAT_OFF || the_log.running)
		return;
	the_log.format = format;
	the_log.colour = format == LOG_FORMAT_TEXT && wants_colour();
	the_log.closing = false;
	the_log.running = true;
	if (pthread_create(&the_log.flusher, NULL, flush, NULL) != 0) {
		(void)fputs("standin: the thread of the log cannot be started\n", stderr);
		abort();
	}
	atomic_store(&the_log.level, (int)level);
}

void log_close(void)
{
	bool running;

	atomic_store(&the_log.level, NOTHING);
	(void)pthread_mutex_lock(&the_log.mutex);
	running = the_log.running;
	the_log.closing = true;
	(void)pthread_cond_signal(&the_log.work);
	(void)pthread_mutex_unlock(&the_log.mutex);
	if (!running)
		return;
	(void)pthread_join(the_log.flusher, NULL);
	free(the_log.pending.text);
	the_log.pending = (struct pending){ 0 };
}

bool log_wants(enum log_level level)
{
	return (int)level <= atomic_load_explicit(&the_log.level, memory_order_acquire);
}

/* -- lines -- */

/* Is it a control character (C0, DEL or C1)? A terminal would obey it. */
static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code <= 0x9F);
}

/* Appends a text so that it can neither end the line nor steer a terminal. `special`: what gets a
 * backslash. */
static void append_escaped(struct text_buffer *line, const char *text, const char *special)
{
	size_t left = strlen(text);

	while (left) {
		uint32_t code;
		size_t bytes = text_utf8_char(text, left, &code);
		size_t i;

		if (bytes && !is_control(code)) {
			if (code < 0x80 && strchr(special, *text))
				text_append(line, "\\");
			text_append_bytes(line, text, bytes);
		} else {
			bytes = bytes ? bytes : 1;
			for (i = 0; i < bytes; i++)
				text_appendf(line, "\\x%02x", (unsigned)(unsigned char)text[i]);
		}
		text += bytes;
		left -= bytes;
	}
}

/* Appends ` name=value`, with quotes if they are asked for or the value would be read wrongly
 * without them. NULL appends nothing. */
static void append_pair(struct text_buffer *line, const char *name, const char *value, bool quote)
{
	if (!value)
		return;
	text_appendf(line, " %s=", name);
	if (!quote && *value && !strpbrk(value, " \"\\=")) {
		append_escaped(line, value, "");
		return;
	}
	text_append(line, "\"");
	append_escaped(line, value, "\"\\");
	text_append(line, "\"");
}

/* Appends a JSON string. What is not UTF-8 becomes U+FFFD. */
static void append_json_text(struct text_buffer *line, const char *text)
{
	size_t left = strlen(text);

	text_append(line, "\"");
	while (left) {
		uint32_t code;
		size_t bytes = text_utf8_char(text, left, &code);

		if (!bytes)
			text_append(line, "\\ufffd");
		else if (is_control(code))
			text_appendf(line, "\\u%04x", (unsigned)code);
		else if (code == '"' || code == '\\')
			text_appendf(line, "\\%c", *text);
		else
			text_append_bytes(line, text, bytes);
		text += bytes ? bytes : 1;
		left -= bytes ? bytes : 1;
	}
	text_append(line, "\"");
}

/* Appends `,"name":"value"`. NULL appends nothing. */
static void append_json_pair(struct text_buffer *line, const char *name, const char *value)
{
	if (!value)
		return;
	text_appendf(line, ",\"%s\":", name);
	append_json_text(line, value);
}

/* Appends a word in a colour (ECMA-48, "select graphic rendition"), if the terminal can. */
static void append_coloured(struct text_buffer *line, int colour, const char *word)
{
	if (the_log.colour && colour)
		text_appendf(line, "\033[%dm%s\033[0m", colour, word);
	else
		text_append(line, word);
}

enum { RED = 31, GREEN = 32, YELLOW = 33, CYAN = 36, PLAIN = 0 };

static int colour_of_status(int status)
{
	return status >= 500 ? RED : status >= 400 ? YELLOW : status >= 300 ? CYAN : GREEN;
}

static int colour_of_level(enum log_level level)
{
	return level == LOG_LEVEL_ERROR ? RED : level == LOG_LEVEL_WARNING ? YELLOW : PLAIN;
}

/* Appends milliseconds with one decimal, in integers. */
static void append_duration(struct text_buffer *line, int64_t duration_us)
{
	int64_t tenths = ((duration_us < 0 ? 0 : duration_us) + 50) / 100;

	text_appendf(line, "%lld.%d", (long long)(tenths / 10), (int)(tenths % 10));
}

/* Starts a line with room for most, so that it rarely grows. */
static struct text_buffer start_line(struct arena *arena)
{
	enum { USUAL_BYTES = 1024 };
	struct text_buffer line = {
		.arena = arena, .text = arena_alloc(arena, USUAL_BYTES), .room = USUAL_BYTES
	};

	return line;
}

static void end_line(struct text_buffer *line)
{
	text_append(line, "\n");
	submit(line->text, line->bytes);
	arena_destroy(line->arena);
}

/* A line without memory is lost, and whoever wrote it goes on. */
static void write_line(void (*write)(void *what), void *what)
{
	(void)guard_run(NULL, write, what);
}

/* -- events -- */

static void write_event(struct text_buffer *line, enum log_level level, const char *event,
                        const char *remark)
{
	char time[TIMESTAMP_TEXT_BYTES];

	timestamp_write(system_now_ms(), time);
	if (the_log.format == LOG_FORMAT_JSON) {
		text_appendf(line, "{\"time\":\"%s\",\"level\":\"%s\"", time, LEVELS[level]);
		append_json_pair(line, "event", event);
		append_json_pair(line, "remark", remark);
		text_append(line, "}");
		return;
	}
	text_appendf(line, "%s ", time);
	append_coloured(line, colour_of_level(level), LEVELS[level]);
	text_append(line, " ");
	append_escaped(line, event, "");
	if (*remark)
		text_append(line, " ");
	append_escaped(line, remark, "");
}

struct event {
	enum log_level level;
	const char    *name;
	const char    *format;
	va_list       *arguments;
};

/* The format is that of log_event(), whose attribute has it checked against what it is given. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void write_any_event(void *what)
{
	const struct event *event = what;
	struct text_buffer line = start_line(arena_create());
	char *remark = arena_vprintf(line.arena, event->format, *event->arguments);

	write_event(&line, event->level, event->name, remark);
	end_line(&line);
}
#pragma GCC diagnostic pop

void log_event(enum log_level level, const char *event, const char *format, ...)
{
	va_list arguments;

	if (!log_wants(level))
		return;
	va_start(arguments, format);
	write_line(write_any_event, &(struct event){ level, event, format, &arguments });
	va_end(arguments);
}

/* -- requests -- */

static enum log_level level_of(const struct log_request *request)
{
	return request->status >= 500 ? LOG_LEVEL_ERROR : LOG_LEVEL_INFO;
}

static void write_request_json(struct text_buffer *line, enum log_level level,
                               const struct log_request *request)
{
	char time[TIMESTAMP_TEXT_BYTES];

	timestamp_write(request->time_ms, time);
	text_appendf(line, "{\"time\":\"%s\",\"level\":\"%s\"", time, LEVELS[level]);
	text_appendf(line, ",\"event\":\"request\",\"status\":%d", request->status);
	append_json_pair(line, "method", request->method);
	append_json_pair(line, "path", request->path);
	text_append(line, ",\"durationMs\":");
	append_duration(line, request->duration_us);
	append_json_pair(line, "project", request->project);
	append_json_pair(line, "who", request->who);
	append_json_pair(line, "correlationId", request->correlation_id);
	append_json_pair(line, "clock", request->clock);
	append_json_pair(line, "reason", request->reason);
	text_append(line, "}");
}

static void write_request_text(struct text_buffer *line, const struct log_request *request)
{
	char time[TIMESTAMP_TEXT_BYTES];
	char status[16];

	timestamp_write(request->time_ms, time);
	(void)snprintf(status, sizeof(status), "%d", request->status);
	text_appendf(line, "%s ", time);
	append_coloured(line, colour_of_status(request->status), status);
	text_append(line, " ");
	append_escaped(line, request->method ? request->method : "-", "");
	text_append(line, " ");
	append_escaped(line, request->path ? request->path : "-", "\\");
	text_append(line, " ");
	append_duration(line, request->duration_us);
	text_append(line, "ms");
	append_pair(line, "project", request->project, false);
	append_pair(line, "who", request->who, false);
	append_pair(line, "correlation", request->correlation_id, false);
	append_pair(line, "clock", request->clock, false);
	append_pair(line, "reason", request->reason, true);
}

static void write_request(void *what)
{
	const struct log_request *request = what;
	struct text_buffer line = start_line(arena_create());

	if (the_log.format == LOG_FORMAT_JSON)
		write_request_json(&line, level_of(request), request);
	else
		write_request_text(&line, request);
	end_line(&line);
}

void log_write_request(const struct log_request *request)
{
	struct log_request copy = *request;

	if (log_wants(level_of(request)))
		write_line(write_request, &copy);
}
