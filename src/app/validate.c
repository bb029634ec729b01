#include "app/validate.h"

#include <stdlib.h>
#include <string.h>

#include "app/commands.h"
#include "app/seeds.h"
#include "base/arena.h"
#include "base/cache.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/json_memory.h"
#include "base/op.h"
#include "base/random.h"
#include "db/db.h"
#include "db/db_sqlite.h"
#include "db/db_writer.h"
#include "project/fixture.h"
#include "project/kinds.h"
#include "project/seed.h"

enum { CACHE_BYTES = 1024 * 1024 };

struct check_job {
	struct db_job         job; /* first, so that a pointer to it is one to the whole */
	const struct fixture_set *fixture;
	const char           *project; /* of the documents that name none */
	struct env            env;
	FILE                 *out;
	size_t                mistakes;
	bool                  has_failed; /* for another reason than a mistake */
};

void mistakes_write(const struct fixture_mistake *mistakes, FILE *out)
{
	for (const struct fixture_mistake *one = mistakes; one; one = one->next)
		fprintf(out, "%s: %s%s%s%s%s\n", one->file, one->pointer, *one->pointer ? ": " : "",
		        one->expected, one->found ? ", found " : "", one->found ? one->found : "");
}

/* Was the same said of the same place for another project before? */
static bool is_known(const struct fixture_mistake *known, const struct fixture_mistake *mistake)
{
	for (; known; known = known->next)
		if (strcmp(known->file, mistake->file) == 0 &&
		    strcmp(known->pointer, mistake->pointer) == 0)
			return true;
	return false;
}

/* Loads the documents of one project; adds the mistakes that are new to the list. */
static void check_project(struct op *op, struct check_job *check, const char *project,
                          struct fixture_mistake **mistakes)
{
	struct fixture_mistake *found, *next;

	op->project = project;
	op->errors = (struct api_errors){ 0 };
	if (fixture_load(op, check->fixture, &found))
		return;
	check->has_failed = check->has_failed || !found;
	for (; found; found = next) {
		next = found->next;
		if (is_known(*mistakes, found))
			continue;
		found->next = NULL;
		while (*mistakes)
			mistakes = &(*mistakes)->next;
		*mistakes = found;
		check->mistakes++;
	}
}

/* Always false: nothing of it is to stay. */
static bool run_check(struct db_job *job, struct db_tx *tx)
{
	struct check_job *check = (struct check_job *)job;
	struct op op = { .arena = arena_create(), .env = &check->env, .project = check->project };
	struct fixture_mistake *mistakes = NULL;

	op_begin(&op, tx, system_now_ms());
	const json_t *keys = fixture_projects(&op, check->fixture);

	check_project(&op, check, check->project, &mistakes);
	for (size_t i = 0; i < json_array_size(keys); i++)
		if (strcmp(json_string_value(json_array_get(keys, i)), check->project) != 0)
			check_project(&op, check, json_string_value(json_array_get(keys, i)), &mistakes);
	mistakes_write(mistakes, check->out);
	arena_destroy(op.arena);
	return false;
}

static bool run_in_memory(struct check_job *check)
{
	const char *message = "";
	struct db *db = NULL;

	if (db_open(&DB_SQLITE, NULL, &db, &message) != DB_OPENED) {
		fprintf(stderr, "standin: %s\n", message);
		return false;
	}
	struct db_writer *writer = db_writer_create(db, 1);

	if (writer)
		(void)db_writer_run(writer, &check->job); /* what it says is in the job */
	db_writer_destroy(writer);
	db_close(db);
	return writer && !check->has_failed;
}

int seeds_check(const struct seeds *seeds, const char *project, FILE *out)
{
	struct check_job check = {
		.job = { .run = run_check },
		.fixture = seeds_fixture(seeds),
		.project = project,
		.env = { .password_cost = PASSWORD_COST_MIN,
		         .kinds = KINDS,
		         .cache = cache_create(CACHE_BYTES) },
		.out = out,
	};
	bool done = run_in_memory(&check);

	cache_destroy(check.env.cache);
	if (!done)
		return EXIT_RUNNING_FAILED;
	return check.mistakes ? EXIT_FIXTURE : EXIT_OK;
}

int validate(char **arguments)
{
	if (!arguments[0] || arguments[0][0] == '-') {
		fprintf(stderr, "standin: validate takes one or more files or folders\n");
		return EXIT_USAGE;
	}
	random_init();
	json_memory_init();
	struct seeds *seeds = seeds_read((const char *const *)arguments, &(struct localities){ 0 });

	if (!seeds)
		return EXIT_FIXTURE;
	int code = seeds_check(seeds, DEMO_PROJECT, stdout);

	if (code == EXIT_OK)
		printf("no mistake in %zu %s\n", seeds_fixture(seeds)->count,
		       seeds_fixture(seeds)->count == 1 ? "document" : "documents");
	seeds_destroy(seeds);
	return code;
}
