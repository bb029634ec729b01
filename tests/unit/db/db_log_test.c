/* The write-ahead log stays short whatever readers do, and a disk without room is written to again when it has some. */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "../../support/faulty_db.h"
#include "../../support/temp_db.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"

enum { MEGABYTE = 1000 * 1000, PROMISED_BYTES = 64 * MEGABYTE, VALUE_BYTES = MEGABYTE };

struct fixture {
	struct temp_folder folder;
	struct env         env;
	struct db         *db;
	struct db_writer  *writer;
	char              *value;   /* VALUE_BYTES */
	int64_t            longest; /* the log was ever */
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	assert_non_null(fixture);
	temp_folder_create(&fixture->folder);
	fixture->env = test_env();
	fixture->db = faulty_db_open(fixture->folder.file);
	fixture->writer = db_writer_create(fixture->db, 8);
	fixture->value = calloc(1, VALUE_BYTES + 1);
	assert_non_null(fixture->writer);
	assert_non_null(fixture->value);
	memset(fixture->value, 'x', VALUE_BYTES);
	*state = fixture;
	return 0;
}

static void set_file_limit(rlim_t bytes)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
	limit.rlim_cur = bytes;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	set_file_limit(RLIM_INFINITY);
	faulty_db_disarm();
	db_writer_destroy(fixture->writer);
	db_close(fixture->db);
	cache_destroy(fixture->env.cache);
	temp_folder_destroy(&fixture->folder);
	free(fixture->value);
	free(fixture);
	return 0;
}

/* -- writing -- */

struct job {
	struct db_job   job;
	struct fixture *fixture;
	char            name[32];
	char            code[32];
};

/* Stores a value of a megabyte, in the place of the one before it. */
static bool run_job(struct db_job *base, struct db_tx *tx)
{
	struct job *job = (struct job *)(void *)base;
	struct op op = { .arena = arena_create(), .env = &job->fixture->env, .project = "demo" };

	op_begin(&op, tx, TEST_START_MS);
	bool done = db_exec(&op, QUERY_META_DELETE, DB_VALUES(db_text(job->name)), NULL) &&
	            db_exec(&op, QUERY_META_INSERT,
	                    DB_VALUES(db_text(job->name), db_bytes(job->fixture->value, VALUE_BYTES)), NULL);

	snprintf(job->code, sizeof job->code, "%s", test_error_code(&op));
	arena_destroy(op.arena);
	return done;
}

static int64_t log_bytes(struct fixture *fixture)
{
	char path[128];
	struct stat status;

	snprintf(path, sizeof path, "%s-wal", fixture->folder.file);
	return stat(path, &status) == 0 ? (int64_t)status.st_size : 0;
}

/* Stores the value under one of a few names. */
static bool write_value(struct fixture *fixture, int number)
{
	struct job job = { .job = { .run = run_job }, .fixture = fixture };

	snprintf(job.name, sizeof job.name, "value %d", number % 4);
	bool done = db_writer_run(fixture->writer, &job.job);
	int64_t bytes = log_bytes(fixture);

	fixture->longest = bytes > fixture->longest ? bytes : fixture->longest;
	return done;
}

/* -- reading -- */

static bool read_name(struct fixture *fixture, struct db_tx *tx, const char *name, char code[32])
{
	struct op op = { .arena = arena_create(), .env = &fixture->env, .project = "demo" };
	struct db_row *row;

	op_begin(&op, tx, TEST_START_MS);
	bool done = db_one(&op, QUERY_META_GET, DB_VALUES(db_text(name)), &row);

	snprintf(code, 32, "%s", test_error_code(&op));
	arena_destroy(op.arena);
	return done;
}

struct crowd {
	struct fixture *fixture;
	pthread_t       threads[3];
	_Atomic bool    ends;
	_Atomic int     reads;
	_Atomic int     failures;
};

/* One read after the other; with others like it there is always one that has not ended. */
static void *read_on(void *argument)
{
	struct crowd *crowd = argument;
	char code[32];

	while (!atomic_load(&crowd->ends)) {
		struct db_tx *tx = db_read_begin(crowd->fixture->db);

		for (int i = 0; i < 50; i++)
			if (!read_name(crowd->fixture, tx, "value 1", code))
				atomic_fetch_add(&crowd->failures, 1);
		db_read_end(tx);
		atomic_fetch_add(&crowd->reads, 1);
	}
	return NULL;
}

/* -- the tests -- */

static void readers_that_overlap_without_end_do_not_let_the_log_grow(void **state)
{
	struct fixture *fixture = *state;
	struct crowd crowd = { .fixture = fixture };

	for (int i = 0; i < 3; i++)
		assert_int_equal(pthread_create(&crowd.threads[i], NULL, read_on, &crowd), 0);
	for (int i = 0; i < 150; i++)
		assert_true(write_value(fixture, i));
	atomic_store(&crowd.ends, true);
	for (int i = 0; i < 3; i++)
		pthread_join(crowd.threads[i], NULL);
	assert_true(atomic_load(&crowd.reads) > 3);
	assert_true(fixture->longest > 10 * MEGABYTE);
	assert_true(fixture->longest <= PROMISED_BYTES);
	assert_null(db_trouble(fixture->db));
}

static void a_snapshot_that_is_held_too_long_is_given_up(void **state)
{
	struct fixture *fixture = *state;
	struct db_tx *tx = db_read_begin(fixture->db);
	char code[32];

	assert_true(read_name(fixture, tx, "nothing", code));
	while (log_bytes(fixture) < 20 * MEGABYTE)
		assert_true(write_value(fixture, 1));
	assert_true(read_name(fixture, tx, "nothing", code)); /* nobody is in a hurry yet */
	/* Then the writer waits for a reader that sleeps in its snapshot, and gives up. */
	while (write_value(fixture, 1))
		assert_true(log_bytes(fixture) <= PROMISED_BYTES);
	assert_non_null(db_trouble(fixture->db));
	assert_false(read_name(fixture, tx, "nothing", code));
	assert_string_equal(code, "OverCapacity");
	db_read_end(tx);
	assert_true(write_value(fixture, 0));
	assert_null(db_trouble(fixture->db));
	assert_true(read_name(fixture, db_read_begin(fixture->db), "nothing", code));
	db_read_end(tx);
	assert_true(db_is_healthy(fixture->db));
	assert_true(fixture->longest <= PROMISED_BYTES);
}

/* Waits until writes work again, or do not any more, for a few seconds at most. */
static bool becomes(struct fixture *fixture, bool works)
{
	int64_t end_ms = monotonic_ms() + 10 * 1000;

	while (!db_trouble(fixture->db) != works && monotonic_ms() < end_ms)
		(void)sched_yield();
	return !db_trouble(fixture->db) == works;
}

/* With a limit of the size of files in the place of a small disk. */
static void a_log_without_room_is_moved_and_begun_anew(void **state)
{
	struct fixture *fixture = *state;

	for (int i = 0; i < 4; i++)
		assert_true(write_value(fixture, i));
	set_file_limit((rlim_t)log_bytes(fixture) + MEGABYTE / 2);
	for (int i = 0; i < 20; i++)
		assert_true(write_value(fixture, i));
	set_file_limit(RLIM_INFINITY);
	assert_true(fixture->longest < 12 * MEGABYTE);
	assert_null(db_trouble(fixture->db));
}

static void a_disk_without_room_refuses_writes_until_it_has_some(void **state)
{
	struct fixture *fixture = *state;
	char code[32];

	assert_true(write_value(fixture, 1));
	set_file_limit(MEGABYTE / 2); /* less than there is already */
	assert_false(write_value(fixture, 2));
	assert_true(db_is_healthy(fixture->db));
	assert_non_null(strstr(db_trouble(fixture->db), "no room"));
	assert_true(read_name(fixture, db_read_begin(fixture->db), "value 1", code));
	db_read_end(db_read_begin(fixture->db));
	assert_false(write_value(fixture, 3));
	set_file_limit(RLIM_INFINITY);
	assert_true(becomes(fixture, true)); /* nobody writes, so it is tried */
	assert_true(write_value(fixture, 2));
}

static void while_writes_fail_one_is_tried_now_and_then(void **state)
{
	struct fixture *fixture = *state;

	faulty_db_arm(&(struct fault){ .calls = FAULTY_RUN, .sql = "commit", .nth = 1, .for_ever = true,
	                               .result = DB_BUSY });
	assert_false(write_value(fixture, 1));
	assert_non_null(strstr(db_trouble(fixture->db), "somebody else"));
	faulty_db_arm(
		&(struct fault){ .calls = FAULTY_RUN, .sql = "commit", .nth = 1, .result = DB_FULL });
	assert_true(becomes(fixture, true));
	assert_int_equal(faulty_db_failed(), 1);
	assert_true(faulty_db_seen() >= 2);
	assert_true(write_value(fixture, 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(readers_that_overlap_without_end_do_not_let_the_log_grow),
		TEST(a_snapshot_that_is_held_too_long_is_given_up),
		TEST(a_log_without_room_is_moved_and_begun_anew),
		TEST(a_disk_without_room_refuses_writes_until_it_has_some),
		TEST(while_writes_fail_one_is_tried_now_and_then),
	};
	const struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigaction(SIGXFSZ, &ignore, NULL);
	random_init();
	log_open(getenv("LOUD") ? LOG_FORMAT_TEXT : LOG_FORMAT_OFF, LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
