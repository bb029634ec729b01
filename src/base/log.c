#include "base/log.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/guard.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/timestamp.h"

enum {
	PENDING_BYTES = 1024 * 1024,
	NOTHING = -1,
	MOMENT_MS = 200,       /* for which writers wait for room, once each time that there is none */
	CLOSE_MS = 2000,       /* for what is pending when the log closes, if it is read at all */
	POLL_MS = 50,
};

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
	pthread_cond_t  room;     /* lines were taken, or the log has closed; made when it opens */
	struct pending  pending;
	size_t          dropped;       /* lines since those that are pending */
	int64_t         full_since_ms; /* as long as nothing was taken; 0: there is room */
	bool            running;
	atomic_bool     closing;
	bool            idle;     /* the flusher waits for work */
	bool            colour;   /* this and the format are constant while the log runs */
	enum log_format format;
	pthread_t       flusher;
	atomic_int      level;    /* the chattiest level that is written, or NOTHING */
} the_log = {
	.mutex = PTHREAD_MUTEX_INITIALIZER,
	.work = PTHREAD_COND_INITIALIZER,
	.level = NOTHING,
};

static const char *const LEVELS[] = { "error", "warning", "info", "debug" };

/* -- the thread that writes -- */

/* Writes everything, and never more at once than a pipe that has any room takes without making us wait. Gives up on a
 * reader that has gone away, as there is nobody to tell; and when the log closes, on one that does not read. */
static bool write_out(const char *text, size_t bytes)
{
	int64_t closing_ms = 0, moved_ms = monotonic_ms();

	while (bytes) {
		struct pollfd out = { .fd = STDERR_FILENO, .events = POLLOUT };
		bool is_ready = poll(&out, 1, POLL_MS) > 0;
		ssize_t count =
			is_ready ? write(STDERR_FILENO, text, bytes < PIPE_BUF ? bytes : PIPE_BUF) : 0;
		int64_t now_ms = monotonic_ms();

		if (count < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR)
			return true;
		if (count > 0) {
			text += count;
			bytes -= (size_t)count;
			moved_ms = now_ms;
		}
		if (!atomic_load(&the_log.closing))
			continue;
		closing_ms = closing_ms ? closing_ms : now_ms;
		if (now_ms - closing_ms > CLOSE_MS ||
		    (now_ms - closing_ms > MOMENT_MS && now_ms - moved_ms > MOMENT_MS))
			return false;
	}
	return true;
}

/* False: there is no memory. */
static bool append_pending(struct pending *pending, const char *text, size_t bytes)
{
	size_t room = 2 * pending->room + bytes;

	if (bytes > pending->room - pending->bytes) {
		char *moved = memory_try_grow(pending->text, room);

		if (!moved)
			return false;
		pending->text = moved;
		pending->room = room;
	}
	memcpy(pending->text + pending->bytes, text, bytes);
	pending->bytes += bytes;
	return true;
}

/* Notes behind the lines that could be kept how many could not. */
static void append_note(struct pending *taken, size_t dropped)
{
	static const char JSON[] =
		"{\"time\":\"%s\",\"level\":\"warning\",\"event\":\"log\",\"remark\":\"%zu lines dropped\"}\n";
	char time[TIMESTAMP_TEXT_BYTES];
	char line[160];

	if (!dropped)
		return;
	timestamp_write(system_now_ms(), time);
	if (the_log.format == LOG_FORMAT_JSON)
		(void)snprintf(line, sizeof line, JSON, time, dropped);
	else
		(void)snprintf(line, sizeof line, "%s warning log: %zu lines dropped\n", time, dropped);
	(void)append_pending(taken, line,
	                     strlen(line)); /* there is room, but for when there is no memory */
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
		size_t dropped = the_log.dropped;
		bool can_go_on;

		if (!taken.bytes && atomic_load(&the_log.closing))
			break;
		if (!taken.bytes) {
			the_log.idle = true;
			(void)pthread_cond_wait(&the_log.work, &the_log.mutex);
			the_log.idle = false;
			continue;
		}
		the_log.pending = mine;
		the_log.dropped = 0;
		the_log.full_since_ms = 0;
		(void)pthread_cond_broadcast(&the_log.room);
		(void)pthread_mutex_unlock(&the_log.mutex);
		append_note(&taken, dropped);
		can_go_on = write_out(taken.text, taken.bytes);
		mine = taken;
		mine.bytes = 0;
		(void)pthread_mutex_lock(&the_log.mutex);
		if (!can_go_on)
			break;
	}
	the_log.running = false;
	(void)pthread_cond_broadcast(&the_log.room);
	(void)pthread_mutex_unlock(&the_log.mutex);
	free(mine.text);
	return unused;
}

/* Waits while too much is pending, as long as that has lasted less than a moment. */
static void wait_for_room(void)
{
	int64_t now_ms;
	struct timespec until;

	while (the_log.running && the_log.pending.bytes >= PENDING_BYTES) {
		now_ms = monotonic_ms();
		if (!the_log.full_since_ms)
			the_log.full_since_ms = now_ms;
		if (now_ms - the_log.full_since_ms >= MOMENT_MS)
			return;
		until.tv_sec = (time_t)((the_log.full_since_ms + MOMENT_MS) / 1000);
		until.tv_nsec = (long)((the_log.full_since_ms + MOMENT_MS) % 1000 * 1000000);
		(void)pthread_cond_timedwait(&the_log.room, &the_log.mutex, &until);
	}
}

/* Hands a line over to the thread, or drops it if that has too many already. */
static void submit(const char *line, size_t bytes)
{
	(void)pthread_mutex_lock(&the_log.mutex);
	wait_for_room();
	if (the_log.running && the_log.pending.bytes >= PENDING_BYTES) {
		the_log.dropped++;
	} else if (the_log.running && !append_pending(&the_log.pending, line, bytes)) {
		the_log.dropped++;
	} else if (the_log.running) {
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

/* Times that are waited for are monotonic. */
static void make_condition(pthread_cond_t *condition)
{
	pthread_condattr_t attributes;

	/* None of it can fail with these arguments. */
	(void)pthread_condattr_init(&attributes);
	(void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
	(void)pthread_cond_init(condition, &attributes);
	(void)pthread_condattr_destroy(&attributes);
}

void log_open(enum log_format format, enum log_level level)
{
	if (format == LOG_FORMAT_OFF || the_log.running)
		return;
	make_condition(&the_log.room);
	the_log.format = format;
	the_log.colour = format == LOG_FORMAT_TEXT && wants_colour();
	the_log.dropped = 0;
	the_log.full_since_ms = 0;
	atomic_store(&the_log.closing, false);
	the_log.running = true;
	if (pthread_create(&the_log.flusher, NULL, flush, NULL) != 0) {
		(void)fputs("standin: the thread of the log cannot be started\n", stderr);
		abort();
	}
	atomic_store(&the_log.level, (int)level);
}

/* Waits until the thread has ended; not for ever, as another process may take the last room of a pipe that both of us
 * write to, after we were told of it. False: it has not. */
static bool await_flusher(void)
{
	int64_t end_ms = monotonic_ms() + 2 * CLOSE_MS;
	struct timespec until = { .tv_sec = (time_t)(end_ms / 1000),
		                      .tv_nsec = (long)(end_ms % 1000 * 1000000) };
	bool has_ended;

	(void)pthread_mutex_lock(&the_log.mutex);
	while (the_log.running && monotonic_ms() < end_ms)
		(void)pthread_cond_timedwait(&the_log.room, &the_log.mutex, &until);
	has_ended = !the_log.running;
	(void)pthread_mutex_unlock(&the_log.mutex);
	return has_ended;
}

void log_close(void)
{
	bool running;

	atomic_store(&the_log.level, NOTHING);
	(void)pthread_mutex_lock(&the_log.mutex);
	running = the_log.running;
	atomic_store(&the_log.closing, true);
	(void)pthread_cond_signal(&the_log.work);
	(void)pthread_mutex_unlock(&the_log.mutex);
	if (!running || !await_flusher())
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
	append_json_pair(line, "fault", request->fault);
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
	append_pair(line, "fault", request->fault, false);
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
