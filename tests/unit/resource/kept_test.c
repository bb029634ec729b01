/* Documents that are kept parsed: shared by all who look, never changed, and on the writer never older than what its
 * batch did. */
#include "resource/kept.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/json_memory.h"
#include "base/random.h"
#include "base/sanitizer.h"
#include "db/db_writer.h"
#include "document/doc.h"
#include "resource/index.h"
#include "resource/load.h"
#include "resource/lookup.h"
#include "resource/save.h"
#include "../../support/faulty_db.h"
#include "../../support/test_domain.h"

static const struct index_field INDEX[] = {
	{ .name = "key", .unique = true },
	{ 0 },
};
static const struct resource_kind THING = { .name = "thing", .index = INDEX };

/* A database with its writer, and a gate at which a job waits. */
struct fixture {
	struct temp_folder folder;
	struct env         env;
	struct db         *db;
	struct db_writer  *writer;
	pthread_mutex_t    mutex;   /* guards what follows */
	pthread_cond_t     changed;
	bool               at_gate;
	bool               gate_is_open;
	int                done;    /* jobs */
};

/* Something that a job does to the thing. */
enum deed { WAIT, CREATE, CHANGE, DELETE, LOOK };

struct work {
	struct db_job   job;
	struct fixture *fixture;
	enum deed       deed;
	const char     *key;     /* that it gets */
	bool            fails;   /* after it did it */
	struct op       op;
	char            seen[8]; /* the key that it looked at; "" if there was no thing */
	bool            durable;
};

static void begin(struct fixture *fixture, struct op *op, struct db_tx *tx)
{
	*op = (struct op){
		.arena = arena_create(), .env = &fixture->env, .project = "demo", .caller = &TEST_CALLER
	};
	op_begin(op, tx, TEST_START_MS);
}

static const json_t *look(struct op *op)
{
	const json_t *doc;

	assert_true(lookup(op, &THING, "t", &doc));
	return doc;
}

static bool save_key(struct op *op, struct resource *thing, const char *key)
{
	doc_set_text(thing->doc, "key", key);
	resource_touch(thing);
	return resource_save(op, thing);
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

static bool do_it(struct work *work)
{
	struct op *op = &work->op;
	const char *key;

	switch (work->deed) {
	case WAIT: wait_at_gate(work->fixture); break;
	case CREATE: return save_key(op, resource_start(op, &THING, "t"), work->key);
	case CHANGE: return save_key(op, resource_get(op, &THING, "t"), work->key);
	case DELETE: return resource_delete(op, resource_get(op, &THING, "t"));
	case LOOK:
		key = doc_text(look(op), "key");
		snprintf(work->seen, sizeof work->seen, "%s", key ? key : "");
		break;
	}
	return true;
}

static bool run(struct db_job *job, struct db_tx *tx)
{
	struct work *work = (struct work *)(void *)job;

	arena_destroy(work->op.arena); /* of an earlier run */
	begin(work->fixture, &work->op, tx);
	return do_it(work) && !work->fails;
}

/* As the engine does. */
static void done(struct db_job *job, bool durable)
{
	struct work *work = (struct work *)(void *)job;
	struct fixture *fixture = work->fixture;

	op_drop_stale(&work->op);
	arena_destroy(work->op.arena);
	pthread_mutex_lock(&fixture->mutex);
	work->durable = durable;
	fixture->done++;
	pthread_cond_broadcast(&fixture->changed);
	pthread_mutex_unlock(&fixture->mutex);
}

static struct work work_of(struct fixture *fixture, enum deed deed, const char *key)
{
	return (struct work){
		.job = { .run = run, .done = done }, .fixture = fixture, .deed = deed, .key = key
	};
}

static void submit(struct work *work)
{
	struct fixture *fixture = work->fixture;

	pthread_mutex_lock(&fixture->mutex);
	fixture->done = 0;
	pthread_mutex_unlock(&fixture->mutex);
	assert_true(db_writer_submit(fixture->writer, &work->job));
}

static void await_done(struct fixture *fixture, int count)
{
	pthread_mutex_lock(&fixture->mutex);
	while (fixture->done < count)
		pthread_cond_wait(&fixture->changed, &fixture->mutex);
	pthread_mutex_unlock(&fixture->mutex);
}

static struct work run_alone(struct fixture *fixture, enum deed deed, const char *key)
{
	struct work work = work_of(fixture, deed, key);

	submit(&work);
	await_done(fixture, 1);
	return work;
}

/* While the writer waits at the gate, the others come: they are one batch. */
static void run_as_batch(struct fixture *fixture, struct work *works, int count)
{
	struct work gate = work_of(fixture, WAIT, NULL);

	fixture->at_gate = fixture->gate_is_open = false;
	submit(&gate);
	pthread_mutex_lock(&fixture->mutex);
	while (!fixture->at_gate)
		pthread_cond_wait(&fixture->changed, &fixture->mutex);
	pthread_mutex_unlock(&fixture->mutex);
	for (int i = 0; i < count; i++)
		assert_true(db_writer_submit(fixture->writer, &works[i].job));
	pthread_mutex_lock(&fixture->mutex);
	fixture->gate_is_open = true;
	pthread_cond_broadcast(&fixture->changed);
	pthread_mutex_unlock(&fixture->mutex);
	await_done(fixture, count + 1);
}

/* What a reader sees that begins now; it keeps it. */
static const json_t *read_now(struct fixture *fixture, struct op *op)
{
	begin(fixture, op, db_read_begin(fixture->db));
	return look(op);
}

static void read_end(struct op *op)
{
	struct db_tx *tx = op->tx;

	db_read_end(tx);
	arena_destroy(op->arena);
}

static void check_read(struct fixture *fixture, const char *key)
{
	struct op op;
	const char *seen = doc_text(read_now(fixture, &op), "key");

	assert_string_equal(seen ? seen : "", key);
	read_end(&op);
}

static struct fixture *fixture_create(struct db *(*open)(const char *path))
{
	struct fixture *fixture = calloc(1, sizeof *fixture);

	assert_non_null(fixture);
	temp_folder_create(&fixture->folder);
	fixture->env = test_env();
	fixture->env.kinds = KINDS;
	fixture->env.documents = cache_create(1024 * 1024);
	fixture->db = open(fixture->folder.file);
	fixture->writer = db_writer_create(fixture->db, 16);
	pthread_mutex_init(&fixture->mutex, NULL);
	pthread_cond_init(&fixture->changed, NULL);
	assert_non_null(fixture->writer);
	run_alone(fixture, CREATE, "k1");
	check_read(fixture, "k1"); /* and is kept */
	return fixture;
}

static int setup(void **state)
{
	*state = fixture_create(temp_db_open);
	return 0;
}

static int setup_faulty(void **state)
{
	*state = fixture_create(faulty_db_open);
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	db_writer_destroy(fixture->writer);
	db_close(fixture->db);
	cache_destroy(fixture->env.cache);
	cache_destroy(fixture->env.documents);
	pthread_cond_destroy(&fixture->changed);
	pthread_mutex_destroy(&fixture->mutex);
	temp_folder_destroy(&fixture->folder);
	free(fixture);
	return 0;
}

/* -- the tests -- */

static void all_who_look_share_one_document(void **state)
{
	struct fixture *fixture = *state;
	struct op op, other;
	const json_t *doc = read_now(fixture, &op);

	read_end(&op);
	assert_ptr_equal(read_now(fixture, &other), doc);
	read_end(&other);
	assert_string_equal(run_alone(fixture, LOOK, NULL).seen, "k1");
}

static void what_is_told_is_what_is_seen(void **state)
{
	struct fixture *fixture = *state;

	assert_true(run_alone(fixture, CHANGE, "k2").durable);
	check_read(fixture, "k2");
	assert_string_equal(run_alone(fixture, LOOK, NULL).seen, "k2");
	assert_true(run_alone(fixture, DELETE, NULL).durable);
	check_read(fixture, "");
	assert_string_equal(run_alone(fixture, LOOK, NULL).seen, "");
}

static void a_batch_sees_what_it_did_before(void **state)
{
	struct fixture *fixture = *state;
	struct work works[] = {
		work_of(fixture, LOOK, NULL),   work_of(fixture, CHANGE, "k2"), work_of(fixture, LOOK, NULL),
		work_of(fixture, CHANGE, "k3"), work_of(fixture, LOOK, NULL),   work_of(fixture, DELETE, NULL),
		work_of(fixture, LOOK, NULL),   work_of(fixture, CREATE, "k4"), work_of(fixture, LOOK, NULL),
	};
	static const char *const SEEN[] = { "k1", "k2", "k3", "", "k4" };

	run_as_batch(fixture, works, 9);
	for (size_t i = 0; i < 5; i++)
		assert_string_equal(works[2 * i].seen, SEEN[i]);
	check_read(fixture, "k4");
}

static void what_a_failed_job_did_is_not_seen(void **state)
{
	struct fixture *fixture = *state;
	struct work works[] = { work_of(fixture, CHANGE, "k2"), work_of(fixture, LOOK, NULL) };

	works[0].fails = true;
	run_as_batch(fixture, works, 2);
	assert_false(works[0].durable);
	assert_string_equal(works[1].seen, "k1");
	check_read(fixture, "k1");
	assert_string_equal(run_alone(fixture, LOOK, NULL).seen, "k1");
}

static void what_was_not_committed_is_not_seen(void **state)
{
	struct fixture *fixture = *state;
	struct work works[] = { work_of(fixture, CHANGE, "k2"), work_of(fixture, LOOK, NULL) };

	faulty_db_arm(
		&(struct fault){ .sql = "commit", .nth = 2, .for_ever = true, .result = DB_FULL });
	run_as_batch(fixture, works, 2); /* the gate's commit is the first one */
	faulty_db_disarm();
	assert_false(works[0].durable);
	assert_string_equal(works[1].seen, "k2"); /* which it cannot tell anyone */
	check_read(fixture, "k1");
	assert_string_equal(run_alone(fixture, LOOK, NULL).seen, "k1");
}

static void what_was_read_before_a_change_is_not_kept_after_it(void **state)
{
	struct fixture *fixture = *state;
	struct op op;

	run_alone(fixture, CHANGE, "k2"); /* now nothing is kept */
	begin(fixture, &op, db_read_begin(fixture->db));
	assert_true(resource_count(&op, &THING, NULL, NULL, &(int64_t){ 0 })); /* the snapshot begins */
	run_alone(fixture, CHANGE, "k3");
	assert_string_equal(doc_text(look(&op), "key"), "k2");
	read_end(&op);
	check_read(fixture, "k3");
	assert_string_equal(run_alone(fixture, LOOK, NULL).seen, "k3");
}

static void a_document_lives_as_long_as_somebody_looks_at_it(void **state)
{
	struct fixture *fixture = *state;
	struct op op;
	const json_t *doc = read_now(fixture, &op);
	json_t *own = keep(&op, json_object()); /* goes before what it refers to */

	json_object_set(own, "thing", (json_t *)(uintptr_t)doc);
	run_alone(fixture, CHANGE, "k2");
	check_read(fixture, "k2");
	assert_string_equal(doc_text(doc, "key"), "k1");
	read_end(&op);
}

static void who_writes_to_a_kept_document_is_stopped_under_asan(void **state)
{
#ifdef UNDER_ASAN
	struct fixture *fixture = *state;
	struct op op;
	json_t *doc = (json_t *)(uintptr_t)read_now(fixture, &op);
	pid_t child = fork();
	int status = 0;

	if (child == 0) {
		(void)signal(SIGSEGV, SIG_DFL); /* not that of the test's framework */
		(void)json_object_set(doc, "key", json_null());
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
	read_end(&op);
#else
	(void)state;
	skip();
#endif
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(all_who_look_share_one_document),
		TEST(what_is_told_is_what_is_seen),
		TEST(a_batch_sees_what_it_did_before),
		TEST(what_a_failed_job_did_is_not_seen),
		cmocka_unit_test_setup_teardown(what_was_not_committed_is_not_seen, setup_faulty, teardown),
		TEST(what_was_read_before_a_change_is_not_kept_after_it),
		TEST(a_document_lives_as_long_as_somebody_looks_at_it),
		TEST(who_writes_to_a_kept_document_is_stopped_under_asan),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
