/* What a database does that fails: at the start, for readers, in the writer's batches. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "../../../src/db/db_priv.h"
#include "../../support/faulty_db.h"
#include "../../support/file_sql.h"
#include "../../support/temp_db.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/random.h"
#include "db/schema.h"

struct fixture {
	struct temp_folder folder;
	struct env         env;
	struct db         *db;
	struct db_writer  *writer;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	assert_non_null(fixture);
	temp_folder_create(&fixture->folder);
	fixture->env = test_env();
	*state = fixture;
	return 0;
}

static int setup_open(void **state)
{
	(void)setup(state);
	struct fixture *fixture = *state;

	fixture->db = faulty_db_open(fixture->folder.file);
	fixture->writer = db_writer_create(fixture->db, 8);
	assert_non_null(fixture->writer);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	faulty_db_disarm();
	db_writer_destroy(fixture->writer);
	db_close(fixture->db);
	cache_destroy(fixture->env.cache);
	temp_folder_destroy(&fixture->folder);
	free(fixture);
	return 0;
}

/* -- asking and writing -- */

/* How a unit of work ended. */
enum outcome { FOUND, NOT_FOUND, FAILED };

struct ask {
	struct fixture *fixture;
	const char     *name;
	enum db_query   query;    /* 0: by the name in `meta`; else one that takes a project and a name */
	char            code[32]; /* of the error */
};

static enum outcome look(struct ask *ask, struct db_tx *tx)
{
	struct op op = { .arena = arena_create(), .env = &ask->fixture->env, .project = "demo" };
	struct db_row *row = NULL;

	op_begin(&op, tx, TEST_START_MS);
	bool done = ask->query
	                ? db_one(&op, ask->query, DB_VALUES(db_text("demo"), db_text(ask->name)), &row)
	                       : db_one(&op, QUERY_META_GET, DB_VALUES(db_text(ask->name)), &row);

	assert_int_equal(done, !op_failed(&op));
	snprintf(ask->code, sizeof ask->code, "%s", test_error_code(&op));
	arena_destroy(op.arena);
	return !done ? FAILED : row ? FOUND : NOT_FOUND;
}

/* Looks for a name in `meta` as a request would, on this thread's connection. */
static enum outcome read_one(struct ask *ask)
{
	struct db_tx *tx = db_read_begin(ask->fixture->db);
	enum outcome outcome = look(ask, tx);

	db_read_end(tx);
	return outcome;
}

static enum outcome find(struct fixture *fixture, const char *name)
{
	struct ask ask = { .fixture = fixture, .name = name };

	return read_one(&ask);
}

/* A job that looks for a name or inserts it. */
struct job {
	struct db_job job;
	struct ask    ask;
	bool          only_looks;
	bool          fails;      /* what it did is rolled back */
	enum outcome  outcome;
};

static bool run_job(struct db_job *base, struct db_tx *tx)
{
	struct job *job = (struct job *)(void *)base;
	struct op op = { .arena = arena_create(), .env = &job->ask.fixture->env, .project = "demo" };

	if (job->only_looks) {
		job->outcome = look(&job->ask, tx);
		arena_destroy(op.arena);
		return job->outcome != FAILED;
	}
	op_begin(&op, tx, TEST_START_MS);
	bool done =
		db_exec(&op, QUERY_META_INSERT, DB_VALUES(db_text(job->ask.name), db_text("v")), NULL);

	snprintf(job->ask.code, sizeof job->ask.code, "%s", test_error_code(&op));
	arena_destroy(op.arena);
	return done && !job->fails;
}

/* Inserts a name. True: it is durable. */
static bool insert(struct fixture *fixture, const char *name)
{
	struct job job = { .job = { .run = run_job }, .ask = { .fixture = fixture, .name = name } };

	return db_writer_run(fixture->writer, &job.job);
}

static void arm(unsigned calls, unsigned sides, const char *sql, enum db_result result)
{
	faulty_db_arm(
		&(struct fault){ .calls = calls, .sides = sides, .sql = sql, .nth = 1, .result = result });
}

/* -- at the start -- */

static enum db_open_result try_to_open(const char *path)
{
	struct db *db = NULL;
	const char *message = NULL;
	enum db_open_result result = db_open(faulty_db_driver(), path, &db, &message);

	assert_int_equal(result == DB_OPENED, db != NULL);
	assert_true(result == DB_OPENED || (message && *message));
	db_close(db);
	return result;
}

/* Every call that opening makes fails once: it is refused, keeps nobody out, and the next opening finishes. */
static void a_start_that_fails_anywhere_can_be_tried_again(void **state)
{
	const struct fixture *fixture = *state;
	uint64_t calls;

	faulty_db_disarm();
	assert_int_equal(try_to_open(fixture->folder.file), DB_OPENED);
	calls = faulty_db_seen();
	assert_true(calls > 2 * SCHEMA_FILE_COUNT);
	for (uint64_t nth = 1; nth <= calls; nth++) {
		temp_folder_destroy(&fixture->folder);
		temp_folder_create((struct temp_folder *)(uintptr_t)&fixture->folder);
		faulty_db_arm(&(struct fault){ .nth = nth, .result = DB_FULL });
		assert_int_equal(try_to_open(fixture->folder.file), DB_CANNOT_OPEN);
		assert_int_equal(faulty_db_failed(), 1);
		faulty_db_disarm();
		assert_int_equal(try_to_open(fixture->folder.file), DB_OPENED);
		assert_int_equal(file_sql_ask(fixture->folder.file, "pragma user_version"),
		                 SCHEMA_FILE_COUNT);
	}
}

/* A migration is one transaction a file: what failed has left nothing behind. */
static void a_failed_migration_leaves_the_database_as_it_was(void **state)
{
	/* calls, SQL */
	static const struct { unsigned calls; const char *sql; } FAULTS[] = {
		{ FAULTY_RUN, "begin" },
		{ FAULTY_RUN, "-- What happened" }, /* 0003 */
		{ FAULTY_SET_VERSION, NULL },
		{ FAULTY_RUN, "commit" },
	};
	const struct fixture *fixture = *state;
	const char *path = fixture->folder.file;

	for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
		uint64_t third = i == 1 ? 1 : 3;

		temp_folder_destroy(&fixture->folder);
		temp_folder_create((struct temp_folder *)(uintptr_t)&fixture->folder);
		faulty_db_arm(&(struct fault){
			.calls = FAULTS[i].calls, .sql = FAULTS[i].sql, .nth = third, .result = DB_FULL });
		assert_int_equal(try_to_open(path), DB_CANNOT_OPEN);
		assert_int_equal(faulty_db_failed(), 1);
		faulty_db_disarm();
		assert_int_equal(file_sql_ask(path, "pragma user_version"), 2);
		assert_int_equal(file_sql_ask(path,
		                          "select count(*) from sqlite_master where name = 'messages'"),
		                 0);
		assert_int_equal(file_sql_ask(path,
		                              "select count(*) from sqlite_master where name = 'meta'"),
		                 1);
		assert_int_equal(try_to_open(path), DB_OPENED);
	}
}

/* -- readers -- */

static void what_cannot_be_read_fails_who_asked_and_nobody_else(void **state)
{
	static const enum db_result RESULTS[] = { DB_BROKEN, DB_ERROR };
	static const unsigned CALLS[] = { FAULTY_PREPARE, FAULTY_BIND, FAULTY_STEP };
	struct fixture *fixture = *state;
	struct ask ask = { .fixture = fixture, .name = "kept" };

	assert_true(insert(fixture, "kept"));
	for (size_t i = 0; i < sizeof RESULTS / sizeof *RESULTS; i++) {
		for (size_t k = 0; k < sizeof CALLS / sizeof *CALLS; k++) {
			arm(CALLS[k], FAULTY_READER, "select", RESULTS[i]);
			enum outcome outcome = read_one(&ask);

			/* A statement is prepared once. */
			assert_true(outcome == FAILED || (CALLS[k] == FAULTY_PREPARE && i > 0));
			if (outcome == FAILED)
				assert_string_equal(ask.code, "General");
			faulty_db_disarm();
			assert_true(db_is_healthy(fixture->db));
			assert_int_equal(find(fixture, "kept"), FOUND);
		}
	}
	assert_true(insert(fixture, "later"));
}

static void a_busy_or_full_database_is_over_capacity(void **state)
{
	static const enum db_result RESULTS[] = { DB_BUSY, DB_FULL };
	struct fixture *fixture = *state;
	struct ask ask = { .fixture = fixture, .name = "kept" };

	for (size_t i = 0; i < sizeof RESULTS / sizeof *RESULTS; i++) {
		arm(FAULTY_STEP, FAULTY_READER, "select", RESULTS[i]);
		assert_int_equal(read_one(&ask), FAILED);
		assert_string_equal(ask.code, "OverCapacity");
		assert_true(db_is_healthy(fixture->db));
	}
}

static void a_snapshot_that_cannot_begin_fails_one_request(void **state)
{
	struct fixture *fixture = *state;

	assert_true(insert(fixture, "kept"));
	arm(FAULTY_STEP, FAULTY_READER, "begin", DB_BROKEN);
	assert_int_equal(find(fixture, "kept"), FAILED);
	assert_int_equal(find(fixture, "kept"), FOUND);
	assert_true(db_is_healthy(fixture->db));
}

static void a_snapshot_whose_end_fails_is_not_kept(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(find(fixture, "new"), NOT_FOUND);
	arm(FAULTY_STEP, FAULTY_READER, "commit", DB_BROKEN);
	assert_int_equal(find(fixture, "new"), NOT_FOUND);
	assert_int_equal(faulty_db_failed(), 1);
	assert_true(insert(fixture, "new"));
	assert_int_equal(find(fixture, "new"), FOUND);
	assert_true(db_is_healthy(fixture->db));
}

static void without_a_connection_a_reader_is_refused_until_there_is_one(void **state)
{
	struct fixture *fixture = *state;
	struct ask ask = { .fixture = fixture, .name = "kept" };

	assert_true(insert(fixture, "kept"));
	faulty_db_arm(&(struct fault){ .calls = FAULTY_OPEN, .nth = 1, .for_ever = true });
	assert_int_equal(read_one(&ask), FAILED);
	assert_string_equal(ask.code, "OverCapacity");
	assert_int_equal(find(fixture, "kept"), FAILED);
	faulty_db_disarm();
	assert_int_equal(find(fixture, "kept"), FOUND);
}

/* -- the writer -- */

static void a_batch_that_cannot_begin_or_end_is_not_told_as_done(void **state)
{
	static const char *const STATEMENTS[] = { "begin", "commit" };
	static const enum db_result RESULTS[] = { DB_FULL, DB_BUSY, DB_ERROR };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof STATEMENTS / sizeof *STATEMENTS; i++) {
		for (size_t k = 0; k < sizeof RESULTS / sizeof *RESULTS; k++) {
			faulty_db_arm(&(struct fault){ .calls = FAULTY_RUN,
			                               .sides = FAULTY_WRITER,
			                               .sql = STATEMENTS[i],
			                               .nth = 1,
			                               .for_ever = true,
			                               .result = RESULTS[k] });
			assert_false(insert(fixture, "lost"));
			assert_true(faulty_db_failed() > 0);
			faulty_db_disarm();
			assert_int_equal(find(fixture, "lost"), NOT_FOUND);
			assert_true(db_is_healthy(fixture->db));
		}
	}
	assert_true(insert(fixture, "lost"));
}

static void a_savepoint_that_fails_takes_its_batch_with_it(void **state)
{
	static const char *const STATEMENTS[] = { "savepoint", "release" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof STATEMENTS / sizeof *STATEMENTS; i++) {
		faulty_db_arm(&(struct fault){ .sides = FAULTY_WRITER, .sql = STATEMENTS[i], .nth = 1,
		                               .for_ever = true, .result = DB_ERROR });
		assert_false(insert(fixture, "lost"));
		faulty_db_disarm();
		assert_int_equal(find(fixture, "lost"), NOT_FOUND);
		assert_true(db_is_healthy(fixture->db));
	}
	assert_true(insert(fixture, "lost"));
	struct job failing = { .job = { .run = run_job },
		                   .ask = { .fixture = fixture, .name = "other" },
		                   .fails = true };

	arm(0, FAULTY_WRITER, "rollback to", DB_BROKEN);
	assert_false(db_writer_run(fixture->writer, &failing.job));
	assert_int_equal(faulty_db_failed(), 1);
	assert_int_equal(find(fixture, "other"), NOT_FOUND);
	assert_false(db_is_healthy(fixture->db));
}

static void a_disk_that_failed_a_write_is_written_to_no_more(void **state)
{
	/* calls, statement, late */
	static const struct { unsigned calls; const char *sql; bool late; } FAULTS[] = {
		{ FAULTY_RUN, "begin", false },
		{ FAULTY_RUN, "commit", false },
		{ FAULTY_RUN, "commit", true },
		{ FAULTY_STEP, "savepoint", false },
		{ FAULTY_STEP, "insert into meta", false },
	};
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof FAULTS / sizeof *FAULTS; i++) {
		faulty_db_arm(&(struct fault){ .calls = FAULTS[i].calls,
		                               .sides = FAULTY_WRITER,
		                               .sql = FAULTS[i].sql,
		                               .nth = 1,
		                               .late = FAULTS[i].late,
		                               .result = DB_BROKEN });
		assert_false(insert(fixture, "unknown"));
		assert_false(db_is_healthy(fixture->db));
		faulty_db_disarm();
		assert_false(insert(fixture, "after"));
		/* Whether it is there nobody knows, but reads go on. */
		assert_int_equal(find(fixture, "unknown"), FAULTS[i].late ? FOUND : NOT_FOUND);
		assert_int_equal(find(fixture, "after"), NOT_FOUND);
		assert_int_equal(teardown(state), 0);
		assert_int_equal(setup_open(state), 0);
		fixture = *state;
	}
}

static void what_a_job_cannot_read_fails_that_job_only(void **state)
{
	struct fixture *fixture = *state;
	struct job job = { .job = { .run = run_job },
		               .ask = { .fixture = fixture, .name = "kept" },
		               .only_looks = true };

	assert_true(insert(fixture, "kept"));
	arm(FAULTY_STEP, FAULTY_WRITER, "select", DB_BROKEN);
	assert_false(db_writer_run(fixture->writer, &job.job));
	assert_int_equal(job.outcome, FAILED);
	assert_string_equal(job.ask.code, "General");
	assert_true(db_is_healthy(fixture->db));
	assert_true(db_writer_run(fixture->writer, &job.job));
	assert_int_equal(job.outcome, FOUND);
	assert_true(insert(fixture, "later"));
}

/* -- what a disk really says -- */

/* Destroys every page but the first few of a file behind the back of whoever uses it. */
static void destroy_pages(const char *path)
{
	enum { PAGE = 4096 };
	char garbage[PAGE];
	FILE *file = fopen(path, "r+b");

	assert_non_null(file);
	memset(garbage, 0xa5, sizeof garbage);
	assert_int_equal(fseek(file, 0, SEEK_END), 0);
	long bytes = ftell(file);

	for (long at = 2L * PAGE; at < bytes; at += PAGE) {
		assert_int_equal(fseek(file, at, SEEK_SET), 0);
		assert_int_equal(fwrite(garbage, 1, PAGE, file), PAGE);
	}
	assert_int_equal(fclose(file), 0);
}

static void a_page_that_is_damaged_fails_who_reads_it(void **state)
{
	struct fixture *fixture = *state;
	struct ask ask = { .fixture = fixture, .name = "kept" };

	assert_true(insert(fixture, "kept"));
	db_writer_destroy(fixture->writer);
	db_close(fixture->db);
	fixture->writer = NULL;
	fixture->db = faulty_db_open(fixture->folder.file);
	assert_int_equal(read_one(&ask), FOUND); /* and is in memory from now on */
	destroy_pages(fixture->folder.file);
	assert_int_equal(read_one(&ask), FOUND);
	ask.query = QUERY_CLAIMED_ID_GET;
	assert_int_equal(read_one(&ask), FAILED);
	assert_string_equal(ask.code, "General");
	assert_true(db_is_healthy(fixture->db));
	assert_null(db_trouble(fixture->db));
}

static void a_database_that_may_not_grow_has_no_room(void **state)
{
	struct fixture *fixture = *state;
	char name[4 * 4096];

	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	assert_true(insert(fixture, "kept"));
	assert_int_equal(fixture->db->driver->run(fixture->db->writing.connection,
	                                          "pragma max_page_count = 1"),
	                 DB_DONE);
	assert_false(insert(fixture, name));
	assert_non_null(strstr(db_trouble(fixture->db), "no room"));
	assert_true(db_is_healthy(fixture->db));
	assert_int_equal(find(fixture, "kept"), FOUND);
	assert_int_equal(fixture->db->driver->run(fixture->db->writing.connection,
	                                          "pragma max_page_count = 100000"),
	                 DB_DONE);
	assert_true(insert(fixture, name));
	assert_null(db_trouble(fixture->db));
}

/* What another program holds is waited for, but not for ever: that takes as long as the timeout of the driver. */
static void a_lock_that_somebody_holds_is_busy(void **state)
{
	struct fixture *fixture = *state;
	sqlite3 *other;

	assert_int_equal(sqlite3_open(fixture->folder.file, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "begin immediate", NULL, NULL, NULL), SQLITE_OK);
	assert_false(insert(fixture, "late"));
	assert_non_null(strstr(db_trouble(fixture->db), "somebody else"));
	assert_true(db_is_healthy(fixture->db));
	assert_int_equal(sqlite3_exec(other, "rollback", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(other), SQLITE_OK);
	assert_true(insert(fixture, "late"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_open, teardown)
#define TEST_CLOSED(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_CLOSED(a_start_that_fails_anywhere_can_be_tried_again),
		TEST_CLOSED(a_failed_migration_leaves_the_database_as_it_was),
		TEST(what_cannot_be_read_fails_who_asked_and_nobody_else),
		TEST(a_busy_or_full_database_is_over_capacity),
		TEST(a_snapshot_that_cannot_begin_fails_one_request),
		TEST(a_snapshot_whose_end_fails_is_not_kept),
		TEST(without_a_connection_a_reader_is_refused_until_there_is_one),
		TEST(a_batch_that_cannot_begin_or_end_is_not_told_as_done),
		TEST(a_savepoint_that_fails_takes_its_batch_with_it),
		TEST(a_disk_that_failed_a_write_is_written_to_no_more),
		TEST(what_a_job_cannot_read_fails_that_job_only),
		TEST(a_page_that_is_damaged_fails_who_reads_it),
		TEST(a_database_that_may_not_grow_has_no_room),
		TEST(a_lock_that_somebody_holds_is_busy),
	};

	random_init();
	log_open(LOG_FORMAT_OFF, LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
