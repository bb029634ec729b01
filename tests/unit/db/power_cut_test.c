/* The power goes at any moment: what was told to be durable is there, whole, and the files belong together. And where
 * nothing is synced something is lost, which shows that the test would see it.
 *
 * POWER_CUTS is how often; the normal run is short. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../../src/db/db_priv.h"
#include "../../support/power_cut.h"
#include "../../support/temp_db.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/random.h"

enum { JOBS = 40, JOBS_A_CHECKPOINT = 7, VALUE_BYTES = 1500, CUTS = 150, CONTROL_CUTS = 30 };

/* What happens until the power goes. */
struct life {
	struct temp_folder folder, after;
	struct env         env;
	struct db         *db;
	_Atomic int        acknowledged;      /* jobs */
	int                acknowledged_then; /* when the power went */
	int                lost;
};

struct job {
	struct db_job job;
	struct life  *life;
	int           number;
};

static void remember(void *context)
{
	struct life *life = context;

	life->acknowledged_then = atomic_load(&life->acknowledged);
}

/* Stores two values that belong together. */
static bool run_job(struct db_job *base, struct db_tx *tx)
{
	struct job *job = (struct job *)(void *)base;
	struct op op = { .arena = arena_create(), .env = &job->life->env, .project = "demo" };
	char *value = arena_alloc(op.arena, VALUE_BYTES + 1);

	memset(value, 'a' + job->number % 26, VALUE_BYTES);
	value[VALUE_BYTES] = '\0';
	op_begin(&op, tx, TEST_START_MS);
	bool done =
		db_exec(&op, QUERY_META_INSERT,
	            DB_VALUES(db_text(arena_printf(op.arena, "a%d", job->number)), db_text(value)),
	            NULL) &&
		db_exec(&op, QUERY_META_INSERT,
	            DB_VALUES(db_text(arena_printf(op.arena, "b%d", job->number)), db_text(value)),
	            NULL);

	arena_destroy(op.arena);
	return done;
}

/* On the writer's thread, where the log is moved to its place as well; it would take long to be so long by itself. */
static void job_done(struct db_job *base, bool durable)
{
	struct job *job = (struct job *)(void *)base;
	struct db *db = job->life->db;

	assert_true(durable);
	atomic_fetch_add(&job->life->acknowledged, 1);
	if (job->number % JOBS_A_CHECKPOINT == JOBS_A_CHECKPOINT - 1)
		(void)db->driver->checkpoint(db->writing.connection, job->number % 2, &db->log_is_drained);
	free(job);
}

static void live(struct life *life, bool is_durable)
{
	atomic_store(&life->acknowledged, 0);
	life->db = temp_db_open(life->folder.file);
	if (!is_durable)
		assert_int_equal(life->db->driver->run(life->db->writing.connection,
		                                       "pragma synchronous = off"),
		                 DB_DONE);
	struct db_writer *writer = db_writer_create(life->db, JOBS);

	for (int i = 0; i < JOBS && !power.is_cut; i++) {
		struct job *job = calloc(1, sizeof *job);

		assert_non_null(job);
		*job =
			(struct job){ .job = { .run = run_job, .done = job_done }, .life = life, .number = i };
		assert_true(db_writer_submit(writer, &job->job));
		while (i % 4 != 0 &&
		       atomic_load(&life->acknowledged) <= i) /* some come together, most alone */
			(void)sched_yield();
	}
	db_writer_destroy(writer);
	db_close(life->db);
}

static bool is_stored(struct op *op, char letter, int number)
{
	struct db_row *row = NULL;
	const char *name = arena_printf(op->arena, "%c%d", letter, number);

	return db_one(op, QUERY_META_GET, DB_VALUES(db_text(name)), &row) && row &&
	       row->columns[0].bytes == VALUE_BYTES && row->columns[0].text[0] == 'a' + number % 26 &&
	       row->columns[0].text[VALUE_BYTES - 1] == 'a' + number % 26;
}

/* Opens what the disk holds and looks for what was told to be stored. */
static void audit(struct life *life, bool is_durable)
{
	struct db *db = NULL;
	const char *message = "";
	enum db_open_result result = db_open(&DB_SQLITE, life->after.file, &db, &message);
	struct op op = { .arena = arena_create(), .env = &life->env, .project = "demo" };

	if (result != DB_OPENED && is_durable)
		fail_msg("after a cut at operation %llu: %s", (unsigned long long)power.cut_at, message);
	if (result == DB_OPENED) {
		op_begin(&op, db_read_begin(db), TEST_START_MS);
		for (int i = 0; i < JOBS; i++) {
			bool is_whole = is_stored(&op, 'a', i);

			if (is_durable)
				assert_int_equal(is_stored(&op, 'b', i), is_whole);
			life->lost += i < life->acknowledged_then && !is_whole;
		}
		db_read_end(op.tx);
		if (is_durable)
			assert_true(db->driver->is_whole(db->writing.connection));
	} else {
		life->lost += life->acknowledged_then;
	}
	db_close(db);
	arena_destroy(op.arena);
}

static void cut_once(struct life *life, uint64_t seed, uint64_t operations, bool is_durable)
{
	power.random = seed * 0x2545F4914F6CDD1Du + 7;
	uint64_t cut_at = 1 + power_random() % operations;

	temp_folder_create(&life->folder);
	temp_folder_create(&life->after);
	power_on(seed, cut_at, remember, life);
	life->acknowledged_then = 0;
	live(life, is_durable);
	(void)power_off();
	power_recover(life->folder.file, life->after.file);
	audit(life, is_durable);
	temp_folder_destroy(&life->folder);
	temp_folder_destroy(&life->after);
}

/* How many operations a whole life takes. */
static uint64_t measure(struct life *life, bool is_durable)
{
	temp_folder_create(&life->folder);
	power_on(1, 0, NULL, NULL);
	live(life, is_durable);
	temp_folder_destroy(&life->folder);
	return power_off();
}

static int cut_often(int cuts, bool is_durable)
{
	const char *wanted = getenv("POWER_CUTS");
	struct life life = { .env = test_env() };
	uint64_t operations = measure(&life, is_durable);
	int count = wanted ? atoi(wanted) : cuts;

	assert_true(operations > 3 * JOBS);
	for (int seed = 1; seed <= count; seed++)
		cut_once(&life, (uint64_t)seed, operations, is_durable);
	cache_destroy(life.env.cache);
	printf("%d cuts among %llu operations%s: %d acknowledged jobs lost\n", count,
	       (unsigned long long)operations, is_durable ? "" : " that nobody syncs", life.lost);
	return life.lost;
}

static void nothing_that_was_acknowledged_is_lost(void **state)
{
	(void)state;
	assert_int_equal(cut_often(CUTS, true), 0);
}

static void without_syncing_something_is_lost(void **state)
{
	(void)state;
	assert_true(cut_often(CONTROL_CUTS, false) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_that_was_acknowledged_is_lost),
		cmocka_unit_test(without_syncing_something_is_lost),
	};

	random_init();
	log_open(getenv("LOUD") ? LOG_FORMAT_TEXT : LOG_FORMAT_OFF, LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
