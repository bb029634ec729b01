#include "base/pool.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cmocka.h>

/* A door that jobs wait at, so that a test decides when they go on. */
struct gate {
	pthread_mutex_t mutex;
	pthread_cond_t  changed;
	int             arrived;
	bool            open;
	char            order[16]; /* the letters of the jobs in the order they ran */
};

struct job {
	struct pool_job base;
	struct gate    *gate;
	char            letter;
};

static void gate_init(struct gate *gate)
{
	*gate = (struct gate){ .open = false };
	(void)pthread_mutex_init(&gate->mutex, NULL);
	(void)pthread_cond_init(&gate->changed, NULL);
}

static void gate_open(struct gate *gate)
{
	(void)pthread_mutex_lock(&gate->mutex);
	gate->open = true;
	(void)pthread_cond_broadcast(&gate->changed);
	(void)pthread_mutex_unlock(&gate->mutex);
}

/* Waits until so many jobs stand at the gate or have passed it. */
static void gate_await(struct gate *gate, int jobs)
{
	(void)pthread_mutex_lock(&gate->mutex);
	while (gate->arrived < jobs)
		(void)pthread_cond_wait(&gate->changed, &gate->mutex);
	(void)pthread_mutex_unlock(&gate->mutex);
}

static void gate_finish(struct gate *gate)
{
	(void)pthread_cond_destroy(&gate->changed);
	(void)pthread_mutex_destroy(&gate->mutex);
}

static void pass_gate(struct pool_job *base)
{
	struct job *job = (struct job *)(void *)base;
	struct gate *gate = job->gate;

	(void)pthread_mutex_lock(&gate->mutex);
	gate->order[gate->arrived++] = job->letter;
	(void)pthread_cond_broadcast(&gate->changed);
	while (!gate->open)
		(void)pthread_cond_wait(&gate->changed, &gate->mutex);
	(void)pthread_mutex_unlock(&gate->mutex);
}

static struct job job_at(struct gate *gate, char letter)
{
	return (struct job){ .base.run = pass_gate, .gate = gate, .letter = letter };
}

static void a_pool_refuses_when_full(void **state)
{
	struct pool *pool = pool_create("test", 1, 2);
	struct gate gate;
	struct job jobs[4];
	size_t i;

	(void)state;
	gate_init(&gate);
	for (i = 0; i < 4; i++)
		jobs[i] = job_at(&gate, (char)('a' + i));
	assert_true(pool_submit(pool, &jobs[0].base));
	gate_await(&gate, 1);
	assert_true(pool_submit(pool, &jobs[1].base));
	assert_true(pool_submit(pool, &jobs[2].base));
	assert_false(pool_submit(pool, &jobs[3].base));
	gate_open(&gate);
	gate_await(&gate, 3);
	pool_destroy(pool);
	assert_string_equal(gate.order, "abc");
	gate_finish(&gate);
}

static void a_free_thread_is_room_without_a_queue(void **state)
{
	struct pool *pool = pool_create("test", 2, 0);
	struct gate gate;
	struct job jobs[3];
	size_t i;

	(void)state;
	gate_init(&gate);
	for (i = 0; i < 3; i++)
		jobs[i] = job_at(&gate, 'x');
	assert_true(pool_submit(pool, &jobs[0].base));
	assert_true(pool_submit(pool, &jobs[1].base));
	assert_false(pool_submit(pool, &jobs[2].base));
	gate_await(&gate, 2);
	assert_false(pool_submit(pool, &jobs[2].base));
	gate_open(&gate);
	pool_destroy(pool);
	assert_int_equal(gate.arrived, 2);
	gate_finish(&gate);
}

static void jobs_run_in_order_and_destroy_runs_what_is_queued(void **state)
{
	struct pool *pool = pool_create("test", 1, 8);
	struct gate gate;
	struct job jobs[8];
	size_t i;

	(void)state;
	gate_init(&gate);
	gate_open(&gate);
	for (i = 0; i < 8; i++) {
		jobs[i] = job_at(&gate, (char)('a' + i));
		assert_true(pool_submit(pool, &jobs[i].base));
	}
	pool_destroy(pool);
	assert_string_equal(gate.order, "abcdefgh");
	gate_finish(&gate);
}

struct stubborn_job {
	struct pool_job base;
	struct pool    *pool;
	bool            refused;
};

static void run_again(struct pool_job *base)
{
	struct stubborn_job *job = (struct stubborn_job *)(void *)base;

	job->refused = !pool_submit(job->pool, base);
}

static void a_closing_pool_refuses(void **state)
{
	struct stubborn_job job = { .base.run = run_again, .pool = pool_create("test", 1, 1) };

	(void)state;
	assert_true(pool_submit(job.pool, &job.base));
	pool_destroy(job.pool); /* would not return if the job could go on for ever */
	assert_true(job.refused);
}

struct curious_job {
	struct pool_job base;
	int             nice;
	char            name[17];
};

static void look_around(struct pool_job *base)
{
	struct curious_job *job = (struct curious_job *)(void *)base;

	job->nice = getpriority(PRIO_PROCESS, 0); /* on Linux: of the thread */
	(void)prctl(PR_GET_NAME, job->name);
}

static void a_thread_has_the_name_of_the_pool_and_low_priority(void **state)
{
	struct pool *pool = pool_create("a-name-that-is-too-long", 1, 1);
	struct curious_job job = { .base.run = look_around };
	int nice = getpriority(PRIO_PROCESS, 0);

	(void)state;
	assert_true(pool_submit(pool, &job.base));
	pool_destroy(pool);
	assert_string_equal(job.name, "a-name-that-is-");
	assert_int_equal(job.nice, nice + 10 > 19 ? 19 : nice + 10);
	assert_int_equal(getpriority(PRIO_PROCESS, 0), nice);
}

enum { SUBMITTERS = 4, JOBS_EACH = 2000 };

struct counter {
	struct pool    *pool;
	pthread_mutex_t mutex;
	int             ran;
	int             accepted;
};

struct counting_job {
	struct pool_job base;
	struct counter *counter;
};

static void count_up(struct pool_job *base)
{
	struct counter *counter = ((struct counting_job *)(void *)base)->counter;

	(void)pthread_mutex_lock(&counter->mutex);
	counter->ran++;
	(void)pthread_mutex_unlock(&counter->mutex);
}

static struct counting_job counting_jobs[SUBMITTERS][JOBS_EACH];

struct submitter {
	struct counter      *counter;
	struct counting_job *jobs;
};

static void *submit_jobs(void *argument)
{
	const struct submitter *submitter = argument;
	int accepted = 0;
	int i;

	for (i = 0; i < JOBS_EACH; i++) {
		submitter->jobs[i] = (struct counting_job){ { .run = count_up }, submitter->counter };
		accepted += pool_submit(submitter->counter->pool, &submitter->jobs[i].base);
	}
	(void)pthread_mutex_lock(&submitter->counter->mutex);
	submitter->counter->accepted += accepted;
	(void)pthread_mutex_unlock(&submitter->counter->mutex);
	return NULL;
}

static void each_accepted_job_runs_once(void **state)
{
	struct counter counter = { .pool = pool_create("test", 3, 50) };
	struct submitter submitters[SUBMITTERS];
	pthread_t threads[SUBMITTERS];
	size_t i;

	(void)state;
	(void)pthread_mutex_init(&counter.mutex, NULL);
	for (i = 0; i < SUBMITTERS; i++) {
		submitters[i] = (struct submitter){ &counter, counting_jobs[i] };
		(void)pthread_create(&threads[i], NULL, submit_jobs, &submitters[i]);
	}
	for (i = 0; i < SUBMITTERS; i++)
		(void)pthread_join(threads[i], NULL);
	pool_destroy(counter.pool);
	assert_true(counter.accepted >= 50);
	assert_int_equal(counter.ran, counter.accepted);
	(void)pthread_mutex_destroy(&counter.mutex);
}

static void destroy_accepts_null(void **state)
{
	(void)state;
	pool_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pool_refuses_when_full),
		cmocka_unit_test(a_free_thread_is_room_without_a_queue),
		cmocka_unit_test(jobs_run_in_order_and_destroy_runs_what_is_queued),
		cmocka_unit_test(a_closing_pool_refuses),
		cmocka_unit_test(a_thread_has_the_name_of_the_pool_and_low_priority),
		cmocka_unit_test(each_accepted_job_runs_once),
		cmocka_unit_test(destroy_accepts_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
