#include "db/db_writer.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../support/temp_db.h"
#include "base/arena.h"
#include "base/random.h"

/* A database with its writer, and a gate at which a job can be made to wait. */
struct fixture {
	struct temp_folder folder;
	struct env         env;
	struct db         *db;
	struct db_writer  *writer;
	pthread_mutex_t    mutex;   /* guards what follows */
	pthread_cond_t     changed;
	bool               at_gate;
	bool               gate_is_open;
	int                done;    /* calls of done() */
};

/* Inserts a name into `meta`, then succeeds or fails. */
struct insert {
	struct db_job   job;
	struct fixture *fixture;
	const char     *name;
	bool            fails;
	bool            waits;       /* at the gate */
	int             runs;
	int             dones;
	bool            durable;
	bool            visible_when_done; /* to a reader of another thread */
};

static struct op op_of(struct fixture *fixture, struct arena *arena)
{
	return (struct op){ .arena = arena, .env = &fixture->env, .project = "demo" };
}

/* Does a transaction see the name? */
static bool sees(struct fixture *fixture, struct db_tx *tx, const char *name)
{
	struct arena *arena = arena_create();
	struct op op = op_of(fixture, arena);
	struct db_row *row = NULL;

	op_begin(&op, tx, TEST_START_MS);
	bool found = db_one(&op, QUERY_META_GET, DB_VALUES(db_text(name)), &row) && row;

	arena_destroy(arena);
	return found;
}

/* Does a transaction that begins now see the name? */
static bool is_stored(struct fixture *fixture, const char *name)
{
	struct db_tx *tx = db_read_begin(fixture->db);
	bool found = sees(fixture, tx, name);

	db_read_end(tx);
	return found;
}

static void wait_at_gate(struct fixture *fixture)
{
	pthread_mutex_lock(&fixture->mutex);
	fixture->at_gate = true;
	pthread_cond_broadcast(&fixture->changed);
	while (!fixture->gate_is_open)
		pthread_cond_wait(&fixture->changed, &fixture->mutex);
	pthread_mutex_unlock(&fixture->mutex);
}

static void await_gate(struct fixture *fixture)
{
	pthread_mutex_lock(&fixture->mutex);
	while (!fixture->at_gate)
		pthread_cond_wait(&fixture->changed, &fixture->mutex);
	pthread_mutex_unlock(&fixture->mutex);
}

static void open_gate(struct fixture *fixture)
{
	pthread_mutex_lock(&fixture->mutex);
	fixture->gate_is_open = true;
	pthread_cond_broadcast(&fixture->changed);
	pthread_mutex_unlock(&fixture->mutex);
}

static bool run_insert(struct db_job *job, struct db_tx *tx)
{
	struct insert *insert = (struct insert *)(void *)job;
	struct arena *arena = arena_create();
	struct op op = op_of(insert->fixture, arena);

	insert->runs++;
	op_begin(&op, tx, TEST_START_MS);
	bool done =
		db_exec(&op, QUERY_META_INSERT, DB_VALUES(db_text(insert->name), db_text("v")), NULL);

	arena_destroy(arena);
	if (insert->waits)
		wait_at_gate(insert->fixture);
	return done && !insert->fails;
}

static void insert_done(struct db_job *job, bool durable)
{
	struct insert *insert = (struct insert *)(void *)job;
	struct fixture *fixture = insert->fixture;
	bool visible = is_stored(fixture, insert->name);

	pthread_mutex_lock(&fixture->mutex);
	insert->dones++;
	insert->durable = durable;
	insert->visible_when_done = visible;
	fixture->done++;
	pthread_cond_broadcast(&fixture->changed);
	pthread_mutex_unlock(&fixture->mutex);
}

static struct insert insert_of(struct fixture *fixture, const char *name)
{
	return (struct insert){ .job = { .run = run_insert, .done = insert_done },
		                    .fixture = fixture,
		                    .name = name };
}

static void await_done(struct fixture *fixture, int count)
{
	pthread_mutex_lock(&fixture->mutex);
	while (fixture->done < count)
		pthread_cond_wait(&fixture->changed, &fixture->mutex);
	pthread_mutex_unlock(&fixture->mutex);
}

enum { ROOM = 8 };

static struct fixture *fixture_create(bool in_memory)
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	assert_non_null(fixture);
	temp_folder_create(&fixture->folder);
	fixture->env = test_env();
	fixture->db = temp_db_open(in_memory ? NULL : fixture->folder.file);
	fixture->writer = db_writer_create(fixture->db, ROOM);
	pthread_mutex_init(&fixture->mutex, NULL);
	pthread_cond_init(&fixture->changed, NULL);
	assert_non_null(fixture->writer);
	return fixture;
}

static int setup_file(void **state)
{
	*state = fixture_create(false);
	return 0;
}

static int setup_memory(void **state)
{
	*state = fixture_create(true);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	db_writer_destroy(fixture->writer);
	db_close(fixture->db);
	cache_destroy(fixture->env.cache);
	pthread_cond_destroy(&fixture->changed);
	pthread_mutex_destroy(&fixture->mutex);
	temp_folder_destroy(&fixture->folder);
	free(fixture);
	return 0;
}

/* Keeps the writer busy with `blocker`, hands it the jobs, and lets it go: they are one batch. */
static void run_as_batch(struct fixture *fixture, struct insert *blocker,
                         struct insert *const *inserts, int count)
{
	blocker->waits = true;
	assert_true(db_writer_submit(fixture->writer, &blocker->job));
	await_gate(fixture);
	for (int i = 0; i < count; i++)
		assert_true(db_writer_submit(fixture->writer, &inserts[i]->job));
	open_gate(fixture);
	await_done(fixture, count + 1);
}

/* -- the tests -- */

static void what_a_job_did_is_stored_and_told_once(void **state)
{
	struct fixture *fixture = *state;
	struct insert insert = insert_of(fixture, "a");

	assert_true(db_writer_submit(fixture->writer, &insert.job));
	await_done(fixture, 1);
	assert_int_equal(insert.dones, 1);
	assert_int_equal(insert.runs, 1);
	assert_true(insert.durable);
	assert_true(insert.visible_when_done);
	assert_true(is_stored(fixture, "a"));
}

static void a_failed_job_is_rolled_back_and_the_others_stay(void **state)
{
	struct fixture *fixture = *state;
	struct insert blocker = insert_of(fixture, "blocker");
	struct insert before = insert_of(fixture, "before");
	struct insert failing = insert_of(fixture, "failing");
	struct insert after = insert_of(fixture, "after");
	struct insert *const batch[] = { &before, &failing, &after };

	failing.fails = true;
	run_as_batch(fixture, &blocker, batch, 3);
	assert_true(before.durable && after.durable && blocker.durable);
	assert_false(failing.durable);
	assert_int_equal(failing.dones, 1);
	assert_true(is_stored(fixture, "before"));
	assert_false(is_stored(fixture, "failing"));
	assert_true(is_stored(fixture, "after"));
}

static void a_job_sees_what_the_one_before_it_did(void **state)
{
	struct fixture *fixture = *state;
	struct insert blocker = insert_of(fixture, "blocker");
	struct insert first = insert_of(fixture, "same");
	struct insert second = insert_of(fixture, "same");
	struct insert *const batch[] = { &first, &second };

	run_as_batch(fixture, &blocker, batch, 2);
	assert_true(first.durable &&
	            second.durable); /* the second found it there: `on conflict do nothing` */
	assert_true(is_stored(fixture, "same"));
}

static void nothing_is_told_before_the_whole_batch_is_durable(void **state)
{
	struct fixture *fixture = *state;
	struct insert blocker = insert_of(fixture, "blocker");
	struct insert first = insert_of(fixture, "first");
	struct insert last = insert_of(fixture, "last");
	struct insert *const batch[] = { &first, &last };

	run_as_batch(fixture, &blocker, batch, 2);
	assert_true(first.visible_when_done && last.visible_when_done);
}

static void a_reader_sees_its_snapshot_to_the_end(void **state)
{
	struct fixture *fixture = *state;
	struct insert one = insert_of(fixture, "one");
	struct insert two = insert_of(fixture, "two");
	struct db_tx *reader = db_read_begin(fixture->db);

	assert_true(db_writer_run(fixture->writer, &one.job));
	assert_true(
		sees(fixture, reader, "one")); /* the snapshot is taken at the first query, not before */
	assert_true(db_writer_run(fixture->writer, &two.job));
	assert_false(sees(fixture, reader, "two"));
	db_read_end(reader);
	assert_true(is_stored(fixture, "two"));
}

/* Before something that takes long. */
static void a_reader_that_rests_holds_no_snapshot(void **state)
{
	struct fixture *fixture = *state;
	struct insert one = insert_of(fixture, "one");
	struct arena *arena = arena_create();
	struct op op = op_of(fixture, arena);

	op_begin(&op, db_read_begin(fixture->db), TEST_START_MS);
	assert_false(sees(fixture, op.tx, "one"));
	unsigned run = op.run;

	db_read_rest(&op);
	assert_true(op.run != run); /* what was looked at is looked at again */
	assert_true(db_writer_run(fixture->writer, &one.job));
	assert_true(sees(fixture, op.tx, "one"));
	db_read_end(op.tx);
	arena_destroy(arena);
}

static void a_reader_does_not_see_what_is_not_committed(void **state)
{
	struct fixture *fixture = *state;
	struct insert insert = insert_of(fixture, "a");

	insert.waits = true;
	assert_true(db_writer_submit(fixture->writer, &insert.job));
	await_gate(fixture);
	assert_false(is_stored(fixture, "a"));
	open_gate(fixture);
	await_done(fixture, 1);
	assert_true(is_stored(fixture, "a"));
}

static void a_full_queue_refuses_and_nothing_happens(void **state)
{
	struct fixture *fixture = *state;
	struct insert blocker = insert_of(fixture, "blocker");
	struct insert waiting[ROOM];
	struct insert refused = insert_of(fixture, "refused");

	blocker.waits = true;
	assert_true(db_writer_submit(fixture->writer, &blocker.job));
	await_gate(fixture);
	for (int i = 0; i < ROOM; i++) {
		waiting[i] = insert_of(fixture, "waiting");
		assert_true(db_writer_submit(fixture->writer, &waiting[i].job));
	}
	assert_false(db_writer_submit(fixture->writer, &refused.job));
	assert_false(db_writer_run(fixture->writer, &refused.job));
	open_gate(fixture);
	await_done(fixture, ROOM + 1);
	assert_int_equal(refused.runs, 0);
	assert_int_equal(refused.dones, 0);
	assert_true(db_writer_run(fixture->writer, &refused.job)); /* there is room again */
}

static void run_says_whether_the_job_succeeded(void **state)
{
	struct fixture *fixture = *state;
	struct insert good = insert_of(fixture, "good");
	struct insert bad = insert_of(fixture, "bad");

	bad.fails = true;
	assert_true(db_writer_run(fixture->writer, &good.job));
	assert_false(db_writer_run(fixture->writer, &bad.job));
	assert_true(is_stored(fixture, "good"));
	assert_false(is_stored(fixture, "bad"));
}

static void destroy_runs_what_is_queued(void **state)
{
	struct fixture *fixture = *state;
	struct insert inserts[ROOM];
	static const char *const NAMES[ROOM] = { "0", "1", "2", "3", "4", "5", "6", "7" };

	for (int i = 0; i < ROOM; i++) {
		inserts[i] = insert_of(fixture, NAMES[i]);
		assert_true(db_writer_submit(fixture->writer, &inserts[i].job));
	}
	db_writer_destroy(fixture->writer);
	fixture->writer = NULL;
	for (int i = 0; i < ROOM; i++) {
		assert_int_equal(inserts[i].dones, 1);
		assert_true(inserts[i].durable);
		assert_true(is_stored(fixture, NAMES[i]));
	}
}

static void destroy_accepts_null(void **state)
{
	(void)state;
	db_writer_destroy(NULL);
}

static void what_is_durable_is_there_after_reopening(void **state)
{
	struct fixture *fixture = *state;
	struct insert insert = insert_of(fixture, "kept");

	assert_true(db_writer_run(fixture->writer, &insert.job));
	db_writer_destroy(fixture->writer);
	db_close(fixture->db);
	fixture->db = temp_db_open(fixture->folder.file);
	fixture->writer = db_writer_create(fixture->db, ROOM);
	assert_true(is_stored(fixture, "kept"));
}

/* Hands in jobs from several threads at once. */
struct producer {
	pthread_t       thread;
	struct fixture *fixture;
	char            names[50][32];
	bool            all_durable;
};

static void *produce(void *argument)
{
	struct producer *producer = argument;

	producer->all_durable = true;
	for (int i = 0; i < 50; i++) {
		struct insert insert = insert_of(producer->fixture, producer->names[i]);

		if (!db_writer_run(producer->fixture->writer, &insert.job))
			producer->all_durable = false;
	}
	return NULL;
}

static void jobs_of_many_threads_are_all_stored(void **state)
{
	enum { PRODUCERS = 4 };
	struct fixture *fixture = *state;
	struct producer producers[PRODUCERS];

	for (int i = 0; i < PRODUCERS; i++) {
		producers[i].fixture = fixture;
		for (int name = 0; name < 50; name++)
			snprintf(producers[i].names[name], sizeof producers[i].names[name], "%d/%d", i, name);
		assert_int_equal(pthread_create(&producers[i].thread, NULL, produce, &producers[i]), 0);
	}
	for (int i = 0; i < PRODUCERS; i++) {
		pthread_join(producers[i].thread, NULL);
		assert_true(producers[i].all_durable);
		for (int name = 0; name < 50; name++)
			assert_true(is_stored(fixture, producers[i].names[name]));
	}
}

/* In a file, and in memory, which is the same but for what is there afterwards. */
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup_file, teardown)
#define TEST_IN_MEMORY(name) \
	{ \
#name "_in_memory", name, setup_memory, teardown, NULL \
	}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_job_did_is_stored_and_told_once),
		TEST(a_failed_job_is_rolled_back_and_the_others_stay),
		TEST(a_job_sees_what_the_one_before_it_did),
		TEST(nothing_is_told_before_the_whole_batch_is_durable),
		TEST(a_reader_sees_its_snapshot_to_the_end),
		TEST(a_reader_that_rests_holds_no_snapshot),
		TEST(a_reader_does_not_see_what_is_not_committed),
		TEST(a_full_queue_refuses_and_nothing_happens),
		TEST(run_says_whether_the_job_succeeded),
		TEST(destroy_runs_what_is_queued),
		TEST(destroy_accepts_null),
		TEST(what_is_durable_is_there_after_reopening),
		TEST(jobs_of_many_threads_are_all_stored),
		TEST_IN_MEMORY(what_a_job_did_is_stored_and_told_once),
		TEST_IN_MEMORY(a_failed_job_is_rolled_back_and_the_others_stay),
		TEST_IN_MEMORY(a_job_sees_what_the_one_before_it_did),
		TEST_IN_MEMORY(nothing_is_told_before_the_whole_batch_is_durable),
		TEST_IN_MEMORY(a_reader_sees_its_snapshot_to_the_end),
		TEST_IN_MEMORY(a_reader_that_rests_holds_no_snapshot),
		TEST_IN_MEMORY(a_reader_does_not_see_what_is_not_committed),
		TEST_IN_MEMORY(a_full_queue_refuses_and_nothing_happens),
		TEST_IN_MEMORY(run_says_whether_the_job_succeeded),
		TEST_IN_MEMORY(destroy_runs_what_is_queued),
		TEST_IN_MEMORY(jobs_of_many_threads_are_all_stored),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
