/* A lack of memory at every place where there can be one: each file of tests/cases/torture is a text of world.h, whose
 * last request is sent again and again, where first its first allocation fails, then its second, until none does; and
 * once more with all of them from there on. Whatever is answered is a success or an error of the API's shape, an error
 * changed nothing, and the same request works when there is memory again. Only where memory ends after the commit,
 * when the answer is written, all of the change was made.
 *
 * Under sanitizers there are thousands of allocations, as each piece of an arena counts. Some of them are tried, by
 * chance: TORTURE_SEED=N chooses others, TORTURE=all takes all, which takes minutes. */
#include "engine/engine.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "../../support/world.h"

enum { MAX_FILE_BYTES = 16 * 1024, TRIES = 25 };

struct torture {
	const char  *name;
	const char  *last;     /* the request that suffers */
	const char  *end;
	struct arena *arena;
	sqlite3     *before;   /* what it begins with */
	uint64_t     digest;
	uint64_t     rows_after;
	uint64_t     count;    /* of allocations */
	int          status;   /* of its answer when there is memory */
	size_t       late;     /* errors after the commit */
};

static struct {
	bool     takes_all;
	uint64_t chance;
} choice;

static struct exchange *last_request(const struct torture *torture)
{
	const char *cursor = torture->last;

	return next_request(torture->arena, &cursor, torture->end);
}

static int status_of(struct exchange *exchange)
{
	int status = exchange->reply.status;

	exchange_destroy(exchange);
	return status;
}

static int answer_in_peace(const struct torture *torture)
{
	struct exchange *exchange = last_request(torture);

	loopback_answer(world.loopback, exchange);
	return status_of(exchange);
}

/* Answers while the allocations from `first` to `last` fail. */
static void suffer(struct torture *torture, uint64_t first, uint64_t last)
{
	struct exchange *exchange = last_request(torture);

	memory_fail(first, last);
	loopback_answer(world.loopback, exchange);
	memory_fail(0, 0);
	int status = exchange->reply.status;

	if (status != torture->status)
		fuzz_check_error_body(exchange->reply.text, status);
	exchange_destroy(exchange);
	if (status == torture->status)
		return;
	if (status != 503)
		print_error("%s: allocation %llu fails: %d\n", torture->name, (unsigned long long)first,
		            status);
	assert_int_equal(status, 503);
	if (snapshot_digest() != torture->digest && snapshot_rows() == torture->rows_after) {
		torture->late++;
		return;
	}
	/* A project that is made for a request stays; what it was made for is done the next time, and once. */
	assert_int_equal(answer_in_peace(torture), torture->status);
	if (snapshot_rows() != torture->rows_after)
		print_error("%s: allocation %llu fails, and half of it happened\n", torture->name,
		            (unsigned long long)first);
	assert_true(snapshot_rows() == torture->rows_after);
}

/* How far to go to the next one: some number, and TRIES of them are enough on average. */
static uint64_t stride(const struct torture *torture)
{
	if (choice.takes_all || torture->count <= TRIES)
		return 1;
	choice.chance = choice.chance * 6364136223846793005u + 1442695040888963407u; /* Knuth's MMIX */
	return 1 + (choice.chance >> 33) % (2 * torture->count / TRIES);
}

static size_t fail_some(struct torture *torture, bool and_all_after)
{
	size_t tried = 0;

	for (uint64_t number = 1; number <= torture->count; number += stride(torture), tried++) {
		world_restore(torture->before);
		suffer(torture, number, and_all_after ? UINT64_MAX : number);
	}
	return tried;
}

/* Does what comes before the last request. */
static void begin(struct torture *torture, const char *text, size_t bytes)
{
	const char *cursor = text;

	torture->end = text + bytes;
	for (torture->last = text; strstr(torture->last, "\n----\n"); torture->last = cursor) {
		struct exchange *exchange = next_request(torture->arena, &cursor, torture->end);
		json_t *body;

		loopback_answer(world.loopback, exchange);
		body = json_loadb(exchange->reply.text, exchange->reply.bytes, 0, NULL);
		remember(body);
		json_decref(body);
		assert_in_range(status_of(exchange), 200, 299);
	}
	snapshot_take(&torture->before);
	torture->digest = snapshot_digest();
	world_restore(torture->before);
	memory_fail(UINT64_MAX, UINT64_MAX);
	struct exchange *exchange = last_request(torture);

	loopback_answer(world.loopback, exchange);
	torture->count = memory_count();
	memory_fail(0, 0);
	torture->rows_after = snapshot_rows();
	torture->status = status_of(exchange);
}

static void torture_file(const char *name)
{
	char path[512];
	char text[MAX_FILE_BYTES];
	struct torture torture = { .name = name, .arena = arena_create() };

	snprintf(path, sizeof path, "%s/torture/%s", TEST_CASES, name);
	FILE *file = fopen(path, "r");

	assert_non_null(file);
	size_t bytes = fread(text, 1, sizeof text - 1, file);

	text[bytes] = '\0';
	(void)fclose(file);
	world_clean();
	begin(&torture, text, bytes);
	size_t tried = fail_some(&torture, false) + fail_some(&torture, true);

	print_message("%s: %d, %llu allocations, %zu failed, %zu of them after the commit\n", name,
	              torture.status, (unsigned long long)torture.count, tried, torture.late);
	sqlite3_close(torture.before);
	arena_destroy(torture.arena);
}

static void without_memory_nothing_happens_and_nobody_falls(void **state)
{
	DIR *folder = opendir(TEST_CASES "/torture");
	size_t count = 0;

	(void)state;
	assert_non_null(folder);
	for (const struct dirent *entry; (entry = readdir(folder)); count += entry->d_name[0] != '.')
		if (entry->d_name[0] != '.')
			torture_file(entry->d_name);
	(void)closedir(folder);
	assert_in_range(count, 40, SIZE_MAX);
}

static int setup(void **state)
{
	const char *which = getenv("TORTURE");
	const char *seed = getenv("TORTURE_SEED");

	(void)state;
	choice.takes_all = which && strcmp(which, "all") == 0;
	choice.chance = seed ? strtoull(seed, NULL, 10) : 1;
	memory_count_pieces();
	snapshot_watch();
	world_create();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	loopback_destroy(world.loopback);
	sqlite3_close(world.pristine);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(without_memory_nothing_happens_and_nobody_falls) };

	random_init();
	json_memory_init();
	return cmocka_run_group_tests(tests, setup, teardown);
}
