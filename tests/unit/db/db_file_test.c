/* Which files belong together, and who may use them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../support/faulty_db.h"
#include "../../support/temp_db.h"
#include "base/arena.h"
#include "base/log.h"
#include "base/random.h"

enum { PATH_BYTES = 160 };

static int setup(void **state)
{
	struct temp_folder *folder = malloc(sizeof *folder);

	assert_non_null(folder);
	temp_folder_create(folder);
	*state = folder;
	return 0;
}

static int teardown(void **state)
{
	faulty_db_disarm();
	temp_folder_destroy(*state);
	free(*state);
	return 0;
}

/* -- files -- */

static void copy_file(const char *from, const char *from_suffix, const char *to,
                      const char *to_suffix)
{
	char name[PATH_BYTES + 16], bytes[65536];
	size_t count;

	snprintf(name, sizeof name, "%s%s", from, from_suffix);
	FILE *source = fopen(name, "rb");

	snprintf(name, sizeof name, "%s%s", to, to_suffix);
	FILE *target = fopen(name, "wb");

	assert_non_null(source);
	assert_non_null(target);
	while ((count = fread(bytes, 1, sizeof bytes, source)) > 0)
		assert_int_equal(fwrite(bytes, 1, count, target), count);
	assert_int_equal(fclose(source), 0);
	assert_int_equal(fclose(target), 0);
}

static int64_t size_of(const char *path, const char *suffix)
{
	char name[PATH_BYTES + 16];
	struct stat status;

	snprintf(name, sizeof name, "%s%s", path, suffix);
	return stat(name, &status) == 0 ? (int64_t)status.st_size : -1;
}

static void remove_file(const char *path, const char *suffix)
{
	char name[PATH_BYTES + 16];

	snprintf(name, sizeof name, "%s%s", path, suffix);
	(void)unlink(name); /* it need not be there */
}

static const char *beside(const struct temp_folder *folder, const char *name, char path[PATH_BYTES])
{
	snprintf(path, PATH_BYTES, "%s/%s", folder->path, name);
	return path;
}

/* -- processes -- */

struct insert {
	struct db_job job;
	struct env   *env;
	const char   *name;
};

static bool run_insert(struct db_job *job, struct db_tx *tx)
{
	struct insert *insert = (struct insert *)(void *)job;
	struct op op = { .arena = arena_create(), .env = insert->env, .project = "demo" };

	op_begin(&op, tx, TEST_START_MS);
	bool done =
		db_exec(&op, QUERY_META_INSERT, DB_VALUES(db_text(insert->name), db_text("v")), NULL);

	arena_destroy(op.arena);
	return done;
}

/* Opens a database, stores names and says of each on `fd` that it is stored. */
static struct db *store(const char *path, const char *const *names, int fd,
                        struct db_writer **ret_writer)
{
	struct env env = test_env();
	struct db *db = NULL;
	const char *message = "";

	if (db_open(faulty_db_driver(), path, &db, &message) != DB_OPENED)
		_exit(1);
	*ret_writer = db_writer_create(db, 8);
	for (; *names; names++) {
		struct insert insert = { .job = { .run = run_insert }, .env = &env, .name = *names };

		if (!db_writer_run(*ret_writer, &insert.job))
			_exit(2);
		if (write(fd, *names, 1) != 1)
			_exit(3);
	}
	cache_destroy(env.cache);
	return db;
}

/* Stores names, of a letter each, in a process of its own that ends without closing, or is killed by a fault. Gives its
 * exit code; ret_stored: the letters of those that were told to be stored. */
static int store_and_die(const char *path, const char *const *names, const struct fault *fault,
                         bool closes, char ret_stored[16])
{
	int pipes[2], status = 0;

	assert_int_equal(pipe(pipes), 0);
	pid_t child = fork();

	if (child == 0) {
		struct db_writer *writer;

		close(pipes[0]);
		faulty_db_arm(fault);
		struct db *db = store(path, names, pipes[1], &writer);

		if (closes) {
			db_writer_destroy(writer);
			db_close(db);
		}
		_exit(0);
	}
	close(pipes[1]);
	ssize_t count = 0;

	for (ssize_t more; (more = read(pipes[0], ret_stored + count, (size_t)(15 - count))) > 0;)
		count += more;
	ret_stored[count] = '\0';
	close(pipes[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* Leaves a database with a log, as a kill does. */
static void leave(const char *path, const char *const *names)
{
	char stored[16];

	assert_int_equal(store_and_die(path, names, &(struct fault){ .nth = 0 }, false, stored), 0);
	assert_true(size_of(path, "-wal") > 0);
}

static void leave_one(const char *path, const char *name)
{
	leave(path, (const char *const[]){ name, NULL });
}

static enum db_open_result open_and_close(const char *path)
{
	struct db *db = NULL;
	const char *message = NULL;
	enum db_open_result result = db_open(&DB_SQLITE, path, &db, &message);

	assert_int_equal(result == DB_OPENED, db != NULL);
	assert_true(result == DB_OPENED || (message && *message));
	if (result != DB_OPENED && getenv("LOUD"))
		fprintf(stderr, "%s: %s\n", path, message);
	db_close(db);
	return result;
}

/* Which of these letters does the database hold? */
static bool holds(const char *path, const char *letters)
{
	struct env env = test_env();
	struct db *db = temp_db_open(path);
	struct op op = { .arena = arena_create(), .env = &env, .project = "demo" };
	struct db_row *row;
	bool all = true;

	op_begin(&op, db_read_begin(db), TEST_START_MS);
	for (; *letters; letters++)
		all = db_one(&op, QUERY_META_GET, DB_VALUES(db_bytes(letters, 1)), &row) && row && all;
	db_read_end(op.tx);
	arena_destroy(op.arena);
	db_close(db);
	cache_destroy(env.cache);
	return all;
}

/* -- one server a database -- */

static void a_link_to_a_database_in_use_is_refused(void **state)
{
	const struct temp_folder *folder = *state;
	char symbolic[PATH_BYTES], hard[PATH_BYTES];
	struct db *db = temp_db_open(folder->file);

	assert_int_equal(symlink(folder->file, beside(folder, "symbolic.db", symbolic)), 0);
	assert_int_equal(link(folder->file, beside(folder, "hard.db", hard)), 0);
	assert_int_equal(open_and_close(folder->file), DB_LOCKED);
	assert_int_equal(open_and_close(symbolic), DB_LOCKED);
	assert_int_equal(open_and_close(hard), DB_LOCKED);
	db_close(db);
	assert_int_equal(open_and_close(symbolic), DB_OPENED);
	assert_int_equal(open_and_close(hard), DB_OPENED);
}

static void what_is_no_file_is_refused(void **state)
{
	const struct temp_folder *folder = *state;
	char path[PATH_BYTES];

	assert_int_equal(open_and_close(folder->path), DB_CANNOT_OPEN);
	assert_int_equal(mkfifo(beside(folder, "fifo", path), 0600), 0);
	assert_int_equal(open_and_close(path), DB_CANNOT_OPEN);
}

/* -- logs -- */

/* Opening must fail like this and change neither the database nor its log. */
static void assert_kept(const char *path, enum db_open_result expected)
{
	char kept[PATH_BYTES], command[3 * PATH_BYTES];
	bool has_index = size_of(path, "-shm") >= 0;

	snprintf(kept, sizeof kept, "%s.kept", path);
	copy_file(path, "", kept, "");
	copy_file(path, "-wal", kept, "-wal");
	assert_int_equal(open_and_close(path), expected);
	assert_int_equal(size_of(path, "-shm") >= 0, has_index);
	snprintf(command, sizeof command, "cmp -s %s %s && cmp -s %s-wal %s-wal", path, kept, path,
	         kept);
	assert_int_equal(system(command), 0);
	remove_file(kept, "");
	remove_file(kept, "-wal");
}

static void the_log_of_another_database_is_refused(void **state)
{
	const struct temp_folder *folder = *state;
	char other[PATH_BYTES];

	beside(folder, "other.db", other);
	leave_one(other, "a");
	leave_one(folder->file, "b");
	assert_true(holds(folder->file, "b")); /* and its log is gone */
	copy_file(other, "-wal", folder->file, "-wal");
	assert_kept(folder->file, DB_STRAY_LOG);
	remove_file(folder->file, "-wal");
	assert_true(holds(folder->file, "b"));
	assert_true(holds(other, "a"));
}

static void the_log_of_another_time_is_refused(void **state)
{
	const struct temp_folder *folder = *state;
	char old[PATH_BYTES];

	beside(folder, "old.db", old);
	assert_int_equal(open_and_close(folder->file), DB_OPENED);
	copy_file(folder->file, "", old, "");
	leave_one(folder->file, "a");
	copy_file(folder->file, "-wal", old, "-early");
	leave_one(folder->file,
	          "b"); /* in a log of its own, since the start has moved the one before */
	copy_file(folder->file, "-wal", old, "-wal");
	assert_kept(old, DB_STRAY_LOG); /* a newer log beside an older database */
	assert_true(holds(folder->file, "ab"));
	copy_file(old, "-early", folder->file, "-wal");
	assert_kept(folder->file, DB_STRAY_LOG); /* and the reverse */
	remove_file(folder->file, "-wal");
	assert_true(holds(folder->file, "ab"));
}

static void a_copy_with_its_log_is_the_database(void **state)
{
	const struct temp_folder *folder = *state;
	char copy[PATH_BYTES];

	assert_int_equal(open_and_close(folder->file), DB_OPENED);
	leave_one(folder->file, "a");
	copy_file(folder->file, "", beside(folder, "copy.db", copy), "");
	copy_file(folder->file, "-wal", copy, "-wal");
	assert_true(holds(copy, "a"));
	remove_file(copy, "");
	copy_file(folder->file, "", copy, "");
	copy_file(folder->file, "-wal", copy, "-wal");
	copy_file(folder->file, ".lock", copy, ".lock");
	assert_true(holds(copy, "a"));
	assert_true(holds(folder->file, "a"));
}

static void a_log_that_says_nothing_is_no_obstacle(void **state)
{
	const struct temp_folder *folder = *state;
	char garbage[5000], path[PATH_BYTES];

	leave_one(folder->file, "a");
	assert_true(holds(folder->file, "a"));
	snprintf(path, sizeof path, "%s-wal", folder->file);
	FILE *file = fopen(path, "wb");

	random_bytes(garbage, sizeof garbage);
	assert_non_null(file);
	assert_int_equal(fwrite(garbage, 1, sizeof garbage, file), sizeof garbage);
	assert_int_equal(fclose(file), 0);
	assert_true(holds(folder->file, "a"));
}

static void the_journal_of_somebody_else_is_refused(void **state)
{
	const struct temp_folder *folder = *state;

	leave_one(folder->file, "a");
	copy_file(folder->file, "-wal", folder->file, "-journal");
	assert_kept(folder->file, DB_STRAY_LOG);
	remove_file(folder->file, "-journal");
	assert_true(holds(folder->file, "a"));
}

/* -- nothing where something was -- */

static void empty_file(const char *path, const char *suffix)
{
	char name[PATH_BYTES + 16];

	snprintf(name, sizeof name, "%s%s", path, suffix);
	FILE *file = fopen(name, "wb");

	assert_non_null(file);
	assert_int_equal(fclose(file), 0);
}

static void an_empty_file_is_a_new_database_unless_there_was_one(void **state)
{
	const struct temp_folder *folder = *state;

	empty_file(folder->file, ""); /* as mktemp makes it */
	assert_int_equal(open_and_close(folder->file), DB_OPENED);
	empty_file(folder->file, "");
	assert_int_equal(open_and_close(folder->file), DB_EMPTIED);
	assert_int_equal(size_of(folder->file, ""), 0);
	remove_file(folder->file, ""); /* begins anew */
	assert_int_equal(open_and_close(folder->file), DB_OPENED);
	empty_file(folder->file, "");
	empty_file(folder->file, ".lock"); /* as a first start leaves it that was killed early */
	assert_int_equal(open_and_close(folder->file), DB_OPENED);
}

static void a_log_without_its_database_is_refused(void **state)
{
	const struct temp_folder *folder = *state;

	leave_one(folder->file, "a");
	remove_file(folder->file, "");
	assert_int_equal(open_and_close(folder->file), DB_STRAY_LOG);
	assert_int_equal(size_of(folder->file, ""), -1);
	empty_file(folder->file, "");
	assert_kept(folder->file, DB_STRAY_LOG);
}

/* -- kills -- */

/* At every call that a process makes, from its first start to its end, it is killed: what was told to be stored is
 * there, and the files still belong together. */
static void a_kill_at_any_call_leaves_files_that_belong_together(void **state)
{
	static const char *const FIRST[] = { "a", "b", NULL }, *const SECOND[] = { "c", "d", NULL };
	const struct temp_folder *folder = *state;
	char stored[32];
	int killed = 0;

	for (int is_late = 0; is_late < 2; is_late++) {
		for (uint64_t nth = 1;; nth += 1 + nth / 16) {
			const struct fault fault = { .nth = nth, .late = is_late, .kills = true };

			temp_folder_destroy(folder);
			temp_folder_create((struct temp_folder *)(uintptr_t)folder);
			int code = store_and_die(folder->file, FIRST, &fault, true, stored);

			assert_true(code == 0 || code == FAULTY_EXIT);
			bool ends = code == 0;

			killed += !ends;
			assert_true(holds(folder->file, stored));
			code = store_and_die(folder->file, SECOND, &fault, false, stored + strlen(stored));
			assert_true(code == 0 || code == FAULTY_EXIT);
			assert_true(holds(folder->file, stored));
			if (ends)
				break;
		}
	}
	assert_true(killed > 50);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_link_to_a_database_in_use_is_refused),
		TEST(what_is_no_file_is_refused),
		TEST(the_log_of_another_database_is_refused),
		TEST(the_log_of_another_time_is_refused),
		TEST(a_copy_with_its_log_is_the_database),
		TEST(a_log_that_says_nothing_is_no_obstacle),
		TEST(the_journal_of_somebody_else_is_refused),
		TEST(an_empty_file_is_a_new_database_unless_there_was_one),
		TEST(a_log_without_its_database_is_refused),
		TEST(a_kill_at_any_call_leaves_files_that_belong_together),
	};

	random_init();
	log_open(getenv("LOUD") ? LOG_FORMAT_TEXT : LOG_FORMAT_OFF, LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
