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

static struct pool *pool_of(const char *name, size_t threads, size_t queue_jobs, bool is_fair)
{
	return pool_create(&(struct pool_options){ name, threads, queue_jobs, 10, is_fair });
}

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
	struct pool *pool = pool_of("test", 1, 2, false);
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
	struct pool *pool = pool_of("test", 2, 0, false);
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
	struct pool *pool = pool_of("test", 1, 8, false);
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
	struct stubborn_job job = { .base.run = run_again, .pool = pool_of("test", 1, 1, false) };

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
	struct pool *pool = pool_of("a-name-that-is-too-long", 1, 1, false);
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
	struct counter counter = { .pool = pool_of("test", 3, 50, false) };
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

/* -- a fair pool -- */

static struct job job_of(struct gate *gate, char letter, uint64_t owner)
{
	struct job job = job_at(gate, letter);

	job.base.owner = owner;
	return job;
}

static void no_owner_has_all_threads_of_a_fair_pool(void **state)
{
	struct pool *pool = pool_of("test", 2, 8, true);
	struct gate gate;

	(void)state;
	gate_init(&gate);
	struct job jobs[] = { job_of(&gate, 'a', 1), job_of(&gate, 'b', 1), job_of(&gate, 'c', 2) };

	assert_true(pool_submit(pool, &jobs[0].base));
	gate_await(&gate, 1);
	assert_true(pool_submit(pool, &jobs[1].base)); /* may not take the other thread */
	assert_true(pool_submit(pool, &jobs[2].base));
	gate_await(&gate, 2);
	assert_string_equal(gate.order, "ac");
	gate_open(&gate);
	gate_await(&gate, 3);
	pool_destroy(pool);
	assert_string_equal(gate.order, "acb");
	gate_finish(&gate);
}

static void who_used_the_least_time_is_next(void **state)
{
	struct pool *pool = pool_of("test", 1, 8, true);
	struct gate first, gate;

	(void)state;
	gate_init(&first);
	gate_init(&gate);
	gate_open(&gate);
	struct job blocker = job_of(&first, 'x', 1);
	struct job jobs[] = { job_of(&gate, 'a', 1), job_of(&gate, 'b', 1), job_of(&gate, 'c', 1),
		                  job_of(&gate, 'd', 2) };

	assert_true(pool_submit(pool, &blocker.base));
	gate_await(&first, 1);
	for (size_t i = 0; i < 4; i++)
		assert_true(pool_submit(pool, &jobs[i].base));
	gate_open(&first);
	pool_destroy(pool);
	assert_string_equal(gate.order, "dabc");
	gate_finish(&first);
	gate_finish(&gate);
}

static void note_refusal(struct pool_job *base)
{
	((struct job *)(void *)base)->letter = '-';
}

static void a_place_goes_from_who_has_many_to_who_has_few(void **state)
{
	struct pool *pool = pool_of("test", 1, 3, true);
	struct gate gate;

	(void)state;
	gate_init(&gate);
	struct job jobs[] = { job_of(&gate, 'a', 1), job_of(&gate, 'b', 1), job_of(&gate, 'c', 1),
		                  job_of(&gate, 'd', 1), job_of(&gate, 'e', 1), job_of(&gate, 'f', 2),
		                  job_of(&gate, 'g', 2), job_of(&gate, 'h', 3) };

	for (size_t i = 0; i < 8; i++)
		jobs[i].base.refuse = note_refusal;
	assert_true(pool_submit(pool, &jobs[0].base));
	gate_await(&gate, 1);
	assert_int_equal(pool_waiting(pool, 1), 0);
	for (size_t i = 1; i < 4; i++)
		assert_true(pool_submit(pool, &jobs[i].base));
	assert_int_equal(pool_waiting(pool, 1), 3);
	assert_int_equal(pool_waiting(pool, 2), 0);
	assert_false(pool_submit(pool, &jobs[4].base)); /* there is nobody who has more */
	assert_true(pool_submit(pool, &jobs[5].base));  /* d gives way */
	assert_int_equal(jobs[3].letter, '-');
	assert_false(pool_submit(pool, &jobs[6].base)); /* two each would be no better */
	assert_true(pool_submit(pool, &jobs[7].base));  /* c gives way */
	assert_int_equal(jobs[2].letter, '-');
	gate_open(&gate);
	pool_destroy(pool);
	assert_int_equal(gate.arrived, 4);
	gate_finish(&gate);
}

/* -- the end -- */

static void a_pool_that_does_not_end_in_time_says_so(void **state)
{
	struct pool *pool = pool_of("test", 1, 1, false);
	struct gate gate;

	(void)state;
	gate_init(&gate);
	struct job jobs[] = { job_at(&gate, 'a'), job_at(&gate, 'b') };

	assert_true(pool_submit(pool, &jobs[0].base));
	gate_await(&gate, 1);
	assert_false(pool_stop(pool, 1));
	assert_false(pool_submit(pool, &jobs[1].base)); /* it is there, and refuses */
	gate_open(&gate);
	assert_true(pool_stop(pool, 60 * 1000));
	assert_true(pool_stop(pool, 1));
	pool_destroy(pool);
	assert_true(pool_stop(NULL, 1));
	gate_finish(&gate);
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
		cmocka_unit_test(no_owner_has_all_threads_of_a_fair_pool),
		cmocka_unit_test(who_used_the_least_time_is_next),
		cmocka_unit_test(a_place_goes_from_who_has_many_to_who_has_few),
		cmocka_unit_test(a_pool_that_does_not_end_in_time_says_so),
		cmocka_unit_test(destroy_accepts_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
