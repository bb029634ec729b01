#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/memory.h"

/* Stderr turned into a pipe for the length of a test. */
struct capture {
	int       reader;
	int       real_stderr;
	pthread_t thread;
	char     *text;
	size_t    bytes;
};

static void *read_all(void *argument)
{
	struct capture *capture = argument;
	size_t room = 0;
	ssize_t count;

	do {
		if (room - capture->bytes < 65536) {
			room += 1048576;
			capture->text = xrealloc(capture->text, room);
		}
		count = read(capture->reader, capture->text + capture->bytes, 65535);
		if (count > 0)
			capture->bytes += (size_t)count;
	} while (count > 0);
	capture->text[capture->bytes] = '\0';
	return NULL;
}

static void capture_open(struct capture *capture, int flags)
{
	int ends[2];

	*capture = (struct capture){ 0 };
	assert_int_equal(pipe(ends), 0);
	capture->reader = ends[0];
	capture->real_stderr = dup(STDERR_FILENO);
	(void)fcntl(ends[1], F_SETFL, flags);
	(void)dup2(ends[1], STDERR_FILENO);
	(void)close(ends[1]);
}

static void capture_read(struct capture *capture)
{
	(void)pthread_create(&capture->thread, NULL, read_all, capture);
}

static void capture_close(struct capture *capture)
{
	(void)dup2(capture->real_stderr, STDERR_FILENO);
	(void)close(capture->real_stderr);
	(void)pthread_join(capture->thread, NULL);
	(void)close(capture->reader);
}

static struct log_request request(void)
{
	return (struct log_request){
		.time_ms = 1795433400123,
		.status = 401,
		.method = "GET",
		.path = "/demo/me",
		.duration_us = 312,
		.project = "demo",
		.who = "client:x",
		.correlation_id = "projects-1",
		.reason = "the token has \"expired\"",
	};
}

/* Logs one request; the caller frees the line. */
static char *line_of(enum log_format format, enum log_level level,
                     const struct log_request *written)
{
	struct capture capture;

	capture_open(&capture, 0);
	capture_read(&capture);
	log_open(format, level);
	log_write_request(written);
	log_close();
	capture_close(&capture);
	return capture.text;
}

/* Logs one event with a text as its remark; the caller frees the line. */
static char *line_of_event(enum log_format format, const char *remark)
{
	struct capture capture;

	capture_open(&capture, 0);
	capture_read(&capture);
	log_open(format, LOG_LEVEL_INFO);
	log_event(LOG_LEVEL_WARNING, "test", "%s", remark);
	log_event(LOG_LEVEL_DEBUG, "unwanted", "%s", remark);
	log_close();
	capture_close(&capture);
	return capture.text;
}

static void a_request_is_one_line_of_text(void **state)
{
	const struct log_request written = request();
	char *line = line_of(LOG_FORMAT_TEXT, LOG_LEVEL_INFO, &written);

	(void)state;
	assert_string_equal(line, "2026-11-23T11:30:00.123Z 401 GET /demo/me 0.3ms project=demo "
	                          "who=client:x correlation=projects-1 "
	                          "reason=\"the token has \\\"expired\\\"\"\n");
	free(line);
}

static void missing_texts_are_left_out(void **state)
{
	const struct log_request written = { .time_ms = 0, .status = 200, .duration_us = 1049950 };
	char *line = line_of(LOG_FORMAT_TEXT, LOG_LEVEL_INFO, &written);

	(void)state;
	assert_string_equal(line, "1970-01-01T00:00:00.000Z 200 - - 1050.0ms\n");
	free(line);
}

static void a_line_cannot_be_forged(void **state)
{
	struct log_request written = request();
	char *line;

	(void)state;
	written.path = "/a\nb\033[2J\xC2\x9B\x7F\xFF\xC3\xA4\\";
	written.who = "client:x project=other";
	line = line_of(LOG_FORMAT_TEXT, LOG_LEVEL_INFO, &written);
	assert_string_equal(line, "2026-11-23T11:30:00.123Z 401 GET "
	                          "/a\\x0ab\\x1b[2J\\xc2\\x9b\\x7f\\xff\xC3\xA4\\\\ 0.3ms project=demo "
	                          "who=\"client:x project=other\" correlation=projects-1 "
	                          "reason=\"the token has \\\"expired\\\"\"\n");
	free(line);
}

static void a_request_is_one_json_object(void **state)
{
	struct log_request written = request();
	json_t *json, *expected;
	char *line;

	(void)state;
	written.path = "/\"\\\n\xFF\xC3\xA4";
	line = line_of(LOG_FORMAT_JSON, LOG_LEVEL_INFO, &written);
	json = json_loads(line, 0, NULL);
	expected = json_pack("{s:s, s:s, s:s, s:i, s:s, s:s, s:f, s:s, s:s, s:s, s:s}", "time",
	                     "2026-11-23T11:30:00.123Z", "level", "info", "event", "request", "status",
	                     401, "method", "GET", "path", "/\"\\\n\xEF\xBF\xBD\xC3\xA4", "durationMs",
	                     0.3, "project", "demo", "who", "client:x", "correlationId", "projects-1",
	                     "reason", "the token has \"expired\"");
	assert_non_null(expected);
	assert_true(json_equal(json, expected));
	assert_ptr_equal(strchr(line, '\n'), line + strlen(line) - 1);
	json_decref(json);
	json_decref(expected);
	free(line);
}

static void an_event_is_one_line_of_text(void **state)
{
	char *line = line_of_event(LOG_FORMAT_TEXT, "two\nlines");

	(void)state;
	assert_string_equal(line + strlen("2026-11-23T11:30:00.123Z"), " warning test two\\x0alines\n");
	free(line);
}

static void an_event_is_one_json_object(void **state)
{
	char *line = line_of_event(LOG_FORMAT_JSON, "two\nlines");
	json_t *json = json_loads(line, 0, NULL);

	(void)state;
	assert_string_equal(json_string_value(json_object_get(json, "level")), "warning");
	assert_string_equal(json_string_value(json_object_get(json, "event")), "test");
	assert_string_equal(json_string_value(json_object_get(json, "remark")), "two\nlines");
	assert_int_equal(json_object_size(json), 4);
	json_decref(json);
	free(line);
}

static void only_failures_of_ours_pass_level_error(void **state)
{
	struct log_request written = request();
	char *line = line_of(LOG_FORMAT_TEXT, LOG_LEVEL_ERROR, &written);

	(void)state;
	assert_string_equal(line, "");
	free(line);
	written.status = 503;
	line = line_of(LOG_FORMAT_TEXT, LOG_LEVEL_ERROR, &written);
	assert_non_null(strstr(line, " 503 "));
	free(line);
}

static void a_closed_log_wants_nothing(void **state)
{
	(void)state;
	log_open(LOG_FORMAT_OFF, LOG_LEVEL_DEBUG);
	assert_false(log_wants(LOG_LEVEL_ERROR));
	log_event(LOG_LEVEL_ERROR, "nothing", "%s", "");
	log_close();
	log_open(LOG_FORMAT_TEXT, LOG_LEVEL_WARNING);
	assert_true(log_wants(LOG_LEVEL_ERROR));
	assert_true(log_wants(LOG_LEVEL_WARNING));
	assert_false(log_wants(LOG_LEVEL_INFO));
	log_close();
	assert_false(log_wants(LOG_LEVEL_ERROR));
}

static void a_reader_that_left_is_survived(void **state)
{
	struct capture capture;

	(void)state;
	capture_open(&capture, 0);
	(void)close(capture.reader);
	log_open(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
	log_event(LOG_LEVEL_INFO, "test", "%s", "nobody reads this");
	log_close();
	(void)dup2(capture.real_stderr, STDERR_FILENO);
	(void)close(capture.real_stderr);
}

static size_t lines_in(const struct capture *capture)
{
	size_t lines = 0;
	size_t i;

	for (i = 0; i < capture->bytes; i++)
		lines += capture->text[i] == '\n';
	return lines;
}

static void nothing_is_lost_if_stderr_does_not_block(void **state)
{
	enum { LINES = 3000 };
	struct capture capture;
	int i;

	(void)state;
	capture_open(&capture, O_NONBLOCK);
	log_open(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
	/* More than a pipe holds and less than may be pending, so that the reader can come later. */
	for (i = 0; i < LINES; i++)
		log_event(LOG_LEVEL_INFO, "test", "line %d", i);
	capture_read(&capture);
	log_close();
	capture_close(&capture);
	assert_int_equal(lines_in(&capture), LINES);
	free(capture.text);
}

enum { WRITERS = 4, LINES_EACH = 10000 };

static void *write_lines(void *unused)
{
	int i;

	for (i = 0; i < LINES_EACH; i++)
		log_event(LOG_LEVEL_INFO, "test", "%0*d", 100, i);
	return unused;
}

/* How many lines were dropped, by what the log says; the notes themselves are added to *notes. */
static size_t dropped_in(const struct capture *capture, size_t *notes)
{
	static const char NOTE[] = " warning log: ";
	size_t dropped = 0;

	for (const char *at = capture->text; (at = strstr(at, NOTE)); at++) {
		dropped += strtoul(at + sizeof NOTE - 1, NULL, 10);
		++*notes;
	}
	return dropped;
}

static void many_writers_lose_nothing_that_is_not_counted(void **state)
{
	struct capture capture;
	pthread_t writers[WRITERS];
	size_t notes = 0, dropped;

	(void)state;
	capture_open(&capture, 0);
	log_open(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
	for (size_t i = 0; i < WRITERS; i++)
		(void)pthread_create(&writers[i], NULL, write_lines, NULL);
	capture_read(&capture);
	for (size_t i = 0; i < WRITERS; i++)
		(void)pthread_join(writers[i], NULL);
	log_close();
	capture_close(&capture);
	dropped = dropped_in(&capture, &notes);
	assert_int_equal(lines_in(&capture) - notes + dropped, WRITERS * LINES_EACH);
	free(capture.text);
}

static void a_reader_that_sleeps_costs_lines_and_is_told_how_many(void **state)
{
	struct capture capture;
	size_t notes = 0, dropped;

	(void)state;
	capture_open(&capture, 0);
	log_open(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
	write_lines(NULL);
	write_lines(NULL); /* twice what a pipe and the log hold; it comes back although nobody reads */
	capture_read(&capture);
	log_close();
	capture_close(&capture);
	dropped = dropped_in(&capture, &notes);
	assert_true(dropped > 0);
	assert_int_equal(notes, 1);
	assert_int_equal(lines_in(&capture) - 1 + dropped, 2 * LINES_EACH);
	assert_non_null(strstr(capture.text, " lines dropped\n"));
	free(capture.text);
}

static void a_reader_that_never_reads_does_not_keep_the_log_from_closing(void **state)
{
	struct capture capture;

	(void)state;
	capture_open(&capture, 0);
	log_open(LOG_FORMAT_TEXT, LOG_LEVEL_INFO);
	write_lines(NULL);
	log_close();
	(void)dup2(capture.real_stderr, STDERR_FILENO);
	(void)close(capture.real_stderr);
	(void)close(capture.reader);
	assert_false(log_wants(LOG_LEVEL_ERROR));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_is_one_line_of_text),
		cmocka_unit_test(missing_texts_are_left_out),
		cmocka_unit_test(a_line_cannot_be_forged),
		cmocka_unit_test(a_request_is_one_json_object),
		cmocka_unit_test(an_event_is_one_line_of_text),
		cmocka_unit_test(an_event_is_one_json_object),
		cmocka_unit_test(only_failures_of_ours_pass_level_error),
		cmocka_unit_test(a_closed_log_wants_nothing),
		cmocka_unit_test(a_reader_that_left_is_survived),
		cmocka_unit_test(nothing_is_lost_if_stderr_does_not_block),
		cmocka_unit_test(many_writers_lose_nothing_that_is_not_counted),
		cmocka_unit_test(a_reader_that_sleeps_costs_lines_and_is_told_how_many),
		cmocka_unit_test(a_reader_that_never_reads_does_not_keep_the_log_from_closing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
