/* The log on stderr: one line per event. Lines are written by a thread of their own, so that no request waits for a
 * terminal. When the reader of stderr is too slow and 1 MiB is pending, the writers wait for a moment; after that lines
 * are dropped, and counted in a line of their own once there is room again: nobody who does not read the log can stop
 * the program. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_format { LOG_FORMAT_TEXT, LOG_FORMAT_JSON, LOG_FORMAT_OFF };
enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARNING, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

/* What one answered request leaves behind. Texts may be NULL; none may carry a secret. */
struct log_request {
	int64_t     time_ms;
	int         status;
	const char *method;
	const char *path;        /* without the query; secrets in it already replaced */
	int64_t     duration_us;
	const char *project;
	const char *who;         /* `customer:…`, `anonymous:…`, `client:…` */
	const char *correlation_id;
	const char *fault;       /* the rule that made it so; NULL: none */
	const char *clock;       /* how far the project's clock is ahead, `+P2D`; NULL: it is not */
	const char *reason;      /* why it failed; NULL if it did not */
};

/* Starts the log. Without it (or with LOG_FORMAT_OFF) everything below does nothing. */
void log_open(enum log_format format, enum log_level level);

/* Writes out what is pending, unless nobody reads it, and stops the log. Takes a few seconds at most. */
void log_close(void);

/* Would a line of this level be written? */
bool log_wants(enum log_level level);

/* Writes one line: time, level, event, and a formatted remark. Control characters are escaped. Any
 * thread. */
void log_event(enum log_level level, const char *event, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Writes the line of a request, at level info; a 5xx at level error. Any thread. */
void log_write_request(const struct log_request *request);

#endif
