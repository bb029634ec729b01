#include "db/db.h"
#include "db/db_sqlite.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <sqlite3.h>

#include <cmocka.h>

#include "../../support/file_sql.h"
#include "../../support/temp_db.h"
#include "base/arena.h"
#include "base/random.h"
#include "db_priv.h"
#include "db/schema.h"

/* -- files -- */

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
	temp_folder_destroy(*state);
	free(*state);
	return 0;
}

static void write_file(const char *path, const void *bytes, size_t count)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, count, file), count);
	assert_int_equal(fclose(file), 0);
}

/* All of a file; freed by the caller. */
static char *read_file(const char *path, size_t *ret_count)
{
	enum { ROOM = 1 << 20 };
	FILE *file = fopen(path, "rb");
	char *bytes = malloc(ROOM);

	assert_non_null(file);
	assert_non_null(bytes);
	*ret_count = fread(bytes, 1, ROOM, file);
	assert_true(feof(file));
	assert_int_equal(fclose(file), 0);
	return bytes;
}

static bool exists(const char *path, const char *suffix)
{
	char file[128];
	struct stat status;

	snprintf(file, sizeof file, "%s%s", path, suffix);
	return stat(file, &status) == 0;
}

/* -- opening -- */

static void a_file_that_is_not_there_is_created_for_its_owner_only(void **state)
{
	const struct temp_folder *folder = *state;
	struct stat status;
	struct db *db = temp_db_open(folder->file);

	assert_true(db_is_healthy(db));
	db_close(db);
	assert_int_equal(stat(folder->file, &status), 0);
	assert_int_equal(status.st_mode & 0777, 0600);
}

static void the_schema_version_is_the_number_of_schema_files(void **state)
{
	const struct temp_folder *folder = *state;

	db_close(temp_db_open(folder->file));
	assert_int_equal(file_sql_ask(folder->file, "pragma user_version"), SCHEMA_FILE_COUNT);
	assert_int_equal(file_sql_ask(folder->file,
	                     "select count(*) from sqlite_master where name = 'resources'"),
	                 1);
}

static void the_schema_files_are_sorted_by_name(void **state)
{
	(void)state;
	assert_true(SCHEMA_FILE_COUNT > 0);
	for (size_t i = 1; i < SCHEMA_FILE_COUNT; i++)
		assert_true(strcmp(SCHEMA_FILES[i - 1].name, SCHEMA_FILES[i].name) < 0);
}

static void an_older_schema_is_brought_up_to_date(void **state)
{
	const struct temp_folder *folder = *state;
	char statement[64];

	/* A file as the first schema file leaves it. */
	file_sql_run(folder->file, "pragma application_id = 1937007721"); /* "stdi" */
	file_sql_run(folder->file, SCHEMA_FILES[0].text);
	snprintf(statement, sizeof statement, "pragma user_version = 1");
	file_sql_run(folder->file, statement);
	db_close(temp_db_open(folder->file));
	assert_int_equal(file_sql_ask(folder->file, "pragma user_version"), SCHEMA_FILE_COUNT);
	assert_int_equal(file_sql_ask(folder->file,
	                     "select count(*) from sqlite_master where name = 'messages'"),
	                 1);
}

static void a_commit_is_on_disk_when_it_returns(void **state)
{
	const struct temp_folder *folder = *state;

	db_close(temp_db_open(folder->file));
	assert_int_equal(file_sql_ask(folder->file,
	                     "select count(*) from pragma_journal_mode where journal_mode = 'wal'"),
	                 1);
}

static void closing_leaves_one_file_and_the_lock(void **state)
{
	const struct temp_folder *folder = *state;

	db_close(temp_db_open(folder->file));
	assert_false(exists(folder->file, "-wal"));
	assert_false(exists(folder->file, "-shm"));
	assert_true(exists(folder->file, ""));
}

static void a_file_can_be_opened_again_and_again(void **state)
{
	const struct temp_folder *folder = *state;

	for (int i = 0; i < 5; i++)
		db_close(temp_db_open(folder->file));
}

static void an_empty_file_becomes_a_database(void **state)
{
	const struct temp_folder *folder = *state;

	write_file(folder->file, "", 0);
	db_close(temp_db_open(folder->file));
	assert_int_equal(file_sql_ask(folder->file, "pragma user_version"), SCHEMA_FILE_COUNT);
}

static void close_accepts_null(void **state)
{
	(void)state;
	db_close(NULL);
}

/* -- files that are not ours -- */

/* Opening the file must fail like this, and leave every byte and no file behind. */
static void assert_refused(const char *path, enum db_open_result expected)
{
	struct db *db = NULL;
	const char *message = NULL;
	size_t before_count, after_count;
	char *before = read_file(path, &before_count);

	assert_int_equal(db_open(&DB_SQLITE, path, &db, &message), expected);
	assert_null(db);
	assert_non_null(message);
	assert_true(strlen(message) > 0);
	char *after = read_file(path, &after_count);

	assert_int_equal(after_count, before_count);
	assert_memory_equal(after, before, before_count);
	assert_false(exists(path, "-wal"));
	assert_false(exists(path, "-shm"));
	assert_false(exists(path, "-journal"));
	free(before);
	free(after);
}

static void a_database_of_somebody_else_is_left_alone(void **state)
{
	const struct temp_folder *folder = *state;

	file_sql_run(folder->file, "create table theirs (x); insert into theirs values (1)");
	assert_refused(folder->file, DB_FOREIGN);
	file_sql_run(folder->file, "pragma application_id = 7");
	assert_refused(folder->file, DB_FOREIGN);
}

static void a_file_that_is_no_database_is_left_alone(void **state)
{
	const struct temp_folder *folder = *state;
	char garbage[5000];

	write_file(folder->file, "x", 1);
	assert_refused(folder->file, DB_FOREIGN);
	write_file(folder->file, "SQLite format 3", 16);
	assert_refused(folder->file, DB_FOREIGN);
	random_bytes(garbage, sizeof garbage);
	write_file(folder->file, garbage, sizeof garbage);
	assert_refused(folder->file, DB_FOREIGN);
}

static void a_newer_database_is_left_alone(void **state)
{
	const struct temp_folder *folder = *state;
	char statement[64];

	db_close(temp_db_open(folder->file));
	snprintf(statement, sizeof statement, "pragma user_version = %zu", SCHEMA_FILE_COUNT + 1);
	file_sql_run(folder->file, statement);
	assert_refused(folder->file, DB_NEWER);
	file_sql_run(folder->file, "pragma user_version = -1");
	assert_refused(folder->file, DB_NEWER);
}

static void a_damaged_database_is_not_opened(void **state)
{
	const struct temp_folder *folder = *state;
	struct db *db = NULL;
	const char *message;
	size_t count;

	db_close(temp_db_open(folder->file));
	char *bytes = read_file(folder->file, &count);

	memset(bytes + 100, 0xff,
	       3000); /* behind the header that says whose it is: the table of tables */
	write_file(folder->file, bytes, count);
	assert_int_equal(db_open(&DB_SQLITE, folder->file, &db, &message), DB_CANNOT_OPEN);
	assert_null(db);
	free(bytes);
}

static void a_path_that_cannot_be_is_said_so(void **state)
{
	const struct temp_folder *folder = *state;
	char path[160];
	struct db *db = NULL;
	const char *message = NULL;

	snprintf(path, sizeof path, "%s/no/such/folder/test.db", folder->path);
	assert_int_equal(db_open(&DB_SQLITE, path, &db, &message), DB_CANNOT_OPEN);
	assert_non_null(message);
	assert_null(db);
}

static void a_file_in_use_is_refused_and_its_user_goes_on(void **state)
{
	const struct temp_folder *folder = *state;
	struct db *first = temp_db_open(folder->file);
	struct db *second = NULL;
	const char *message;

	assert_int_equal(db_open(&DB_SQLITE, folder->file, &second, &message), DB_LOCKED);
	assert_null(second);
	assert_true(db_is_healthy(first));
	db_close(first);
	db_close(temp_db_open(folder->file));
}

/* -- memory -- */

static void databases_in_memory_know_nothing_of_each_other(void **state)
{
	struct test_op *one = test_op_create();
	struct test_op *other = test_op_create();
	struct db_row *row;

	(void)state;
	assert_true(db_exec(&one->op, QUERY_META_INSERT, DB_VALUES(db_text("a"), db_text("1")), NULL));
	assert_true(db_one(&other->op, QUERY_META_GET, DB_VALUES(db_text("a")), &row));
	assert_null(row);
	test_op_destroy(one);
	test_op_destroy(other);
}

/* -- queries -- */

static void insert_meta(struct op *op, const char *name, struct db_value value)
{
	assert_true(db_exec(op, QUERY_META_INSERT, DB_VALUES(db_text(name), value), NULL));
}

static void texts_come_back_byte_for_byte(void **state)
{
	static const char *const TEXTS[] = { "", "a", "M\xc3\xbcnchen \xf0\x9f\x98\x80", "a'b\"c;--",
		                                 "line\nline\t\x01" };
	struct test_op *test = test_op_create();
	struct db_row *row;

	(void)state;
	for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
		insert_meta(&test->op, TEXTS[i], db_text(TEXTS[i]));
		assert_true(db_one(&test->op, QUERY_META_GET, DB_VALUES(db_text(TEXTS[i])), &row));
		assert_int_equal(row->columns[0].type, DB_TEXT);
		assert_int_equal(row->columns[0].bytes, strlen(TEXTS[i]));
		assert_string_equal(row->columns[0].text, TEXTS[i]);
	}
	test_op_destroy(test);
}

static void a_text_of_known_length_may_hold_nul(void **state)
{
	struct test_op *test = test_op_create();
	struct db_row *row;

	(void)state;
	insert_meta(&test->op, "nul", db_bytes("a\0b", 3));
	assert_true(db_one(&test->op, QUERY_META_GET, DB_VALUES(db_text("nul")), &row));
	assert_int_equal(row->columns[0].bytes, 3);
	assert_memory_equal(row->columns[0].text, "a\0b", 4);
	test_op_destroy(test);
}

static void a_long_text_comes_back_whole(void **state)
{
	enum { BYTES = 3 * 1000 * 1000 };
	struct test_op *test = test_op_create();
	char *text = arena_alloc(test->op.arena, BYTES + 1);
	struct db_row *row;

	(void)state;
	memset(text, 'x', BYTES);
	insert_meta(&test->op, "long", db_text(text));
	assert_true(db_one(&test->op, QUERY_META_GET, DB_VALUES(db_text("long")), &row));
	assert_int_equal(row->columns[0].bytes, BYTES);
	assert_string_equal(row->columns[0].text, text);
	test_op_destroy(test);
}

static bool insert_grant(struct op *op, int64_t id, const char *customer_id,
                         const char *anonymous_id, int64_t expires_ms)
{
	return db_exec(op, QUERY_GRANT_INSERT,
	               DB_VALUES(db_integer(id), db_text("demo"), db_text("client"), db_text("scope"),
	                         db_text(customer_id), db_text(anonymous_id), db_text("hash"),
	                         db_integer(expires_ms), db_text(""), db_integer(0),
	                         db_integer(INT64_MIN)),
	               NULL);
}

static void null_and_integers_come_back_as_what_they_are(void **state)
{
	struct test_op *test = test_op_create();
	struct db_row *row;

	(void)state;
	assert_true(insert_grant(&test->op, 1, NULL, "visitor", INT64_MAX));
	assert_true(db_one(&test->op, QUERY_GRANT_GET, DB_VALUES(db_integer(1)), &row));
	assert_int_equal(row->columns[3].type, DB_NULL);
	assert_null(row->columns[3].text);
	assert_string_equal(row->columns[4].text, "visitor");
	assert_int_equal(row->columns[6].type, DB_INTEGER);
	assert_true(row->columns[6].integer == INT64_MAX);
	assert_true(row->columns[9].integer == INT64_MIN);
	assert_string_equal(row->columns[7].text, "");
	test_op_destroy(test);
}

static void no_row_is_no_failure(void **state)
{
	struct test_op *test = test_op_create();
	struct db_row *row = (struct db_row *)1;

	(void)state;
	assert_true(db_one(&test->op, QUERY_META_GET, DB_VALUES(db_text("nobody")), &row));
	assert_null(row);
	assert_false(op_failed(&test->op));
	test_op_destroy(test);
}

static void all_rows_come_in_order(void **state)
{
	struct test_op *test = test_op_create();
	struct db_row *rows;

	(void)state;
	for (int64_t i = 1; i <= 3; i++)
		assert_true(insert_grant(&test->op, i, "c", NULL, i));
	assert_true(db_all(&test->op, QUERY_GRANTS_BY_CUSTOMER,
	                   DB_VALUES(db_text("demo"), db_text("c")), &rows));
	for (int64_t i = 1; i <= 3; i++, rows = rows->next)
		assert_int_equal(rows->columns[0].integer, i);
	assert_null(rows);
	test_op_destroy(test);
}

static void exec_says_how_many_rows_it_changed(void **state)
{
	struct test_op *test = test_op_create();
	int64_t affected = -1;

	(void)state;
	assert_true(
		db_exec(&test->op, QUERY_META_INSERT, DB_VALUES(db_text("a"), db_text("1")), &affected));
	assert_int_equal(affected, 1);
	assert_true(
		db_exec(&test->op, QUERY_META_INSERT, DB_VALUES(db_text("a"), db_text("2")), &affected));
	assert_int_equal(affected, 0); /* a duplicate is no failure either */
	for (int64_t i = 1; i <= 3; i++)
		assert_true(insert_grant(&test->op, i, "c", NULL, i));
	assert_true(db_exec(&test->op, QUERY_GRANTS_DELETE_BY_CUSTOMER,
	                    DB_VALUES(db_text("demo"), db_text("c")), &affected));
	assert_int_equal(affected, 3);
	test_op_destroy(test);
}

static void a_query_with_the_wrong_number_of_values_fails(void **state)
{
	struct test_op *test = test_op_create();
	struct db_row *row;

	(void)state;
	assert_false(db_one(&test->op, QUERY_META_GET, NULL, 0, &row));
	assert_int_equal(errors_status(&test->op.errors), 500);
	assert_null(row);
	test_op_destroy(test);
}

static void a_reader_of_a_file_cannot_write(void **state)
{
	const struct temp_folder *folder = *state;
	struct env env = test_env();
	struct db *db = temp_db_open(folder->file);
	struct op op = { .arena = arena_create(), .env = &env };

	op_begin(&op, db_read_begin(db), TEST_START_MS);
	assert_false(db_exec(&op, QUERY_META_INSERT, DB_VALUES(db_text("a"), db_text("1")), NULL));
	assert_true(op_failed(&op));
	assert_true(db_is_healthy(db));
	db_read_end(op.tx);
	arena_destroy(op.arena);
	db_close(db);
	cache_destroy(env.cache);
}

static void read_end_accepts_null(void **state)
{
	(void)state;
	db_read_end(NULL);
}

/* -- positions -- */

static void positions_only_grow(void **state)
{
	struct test_op *test = test_op_create();
	int64_t last = 0;

	(void)state;
	for (int i = 0; i < 100; i++) {
		int64_t next = db_next_position(test->op.tx);

		assert_true(next > last);
		last = next;
	}
	test_op_destroy(test);
}

static void positions_go_on_where_the_last_process_ended(void **state)
{
	static const char *const INSERTS[] = {
		"insert into messages values (50, 'p', 'i', 't', 'r', '{}')",
		"insert into grants values (60, 'p', 'c', 's', null, null, '', 0, '', 0, 0)",
		"insert into resources values ('p', 'k', 'i', 1, 0, 0, 70, '{}', 70)",
		"insert into customer_tokens values ('h', 'p', 'email', 'c', 80, 0)",
	};
	const struct temp_folder *folder = *state;

	for (size_t i = 0; i < sizeof INSERTS / sizeof *INSERTS; i++) {
		db_close(temp_db_open(folder->file));
		file_sql_run(folder->file, INSERTS[i]);
		struct db *db = temp_db_open(folder->file);

		assert_int_equal(db_next_position(db_read_begin(db)), 50 + 10 * (int64_t)i + 1);
		db_close(db);
	}
}

/* An update writes a position into a row that has another one, where nobody looks for the largest. */
static void positions_of_updates_are_not_given_out_again(void **state)
{
	const struct temp_folder *folder = *state;
	int64_t last = 0;

	for (int i = 0; i < 3; i++) {
		struct db *db = temp_db_open(folder->file);
		struct db_tx *tx = db_read_begin(db);
		int64_t first = db_next_position(tx);

		assert_true(first > last);
		for (int n = 0; n < 1000; n++)
			last = db_next_position(tx);
		assert_int_equal(db_write_begin(db), DB_DONE);
		assert_int_equal(db_write_commit(db), DB_DONE);
		db_close(db);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_is_not_there_is_created_for_its_owner_only),
		TEST(the_schema_version_is_the_number_of_schema_files),
		TEST(the_schema_files_are_sorted_by_name),
		TEST(an_older_schema_is_brought_up_to_date),
		TEST(a_commit_is_on_disk_when_it_returns),
		TEST(closing_leaves_one_file_and_the_lock),
		TEST(a_file_can_be_opened_again_and_again),
		TEST(an_empty_file_becomes_a_database),
		TEST(close_accepts_null),
		TEST(a_database_of_somebody_else_is_left_alone),
		TEST(a_file_that_is_no_database_is_left_alone),
		TEST(a_newer_database_is_left_alone),
		TEST(a_damaged_database_is_not_opened),
		TEST(a_path_that_cannot_be_is_said_so),
		TEST(a_file_in_use_is_refused_and_its_user_goes_on),
		TEST(databases_in_memory_know_nothing_of_each_other),
		TEST(texts_come_back_byte_for_byte),
		TEST(a_text_of_known_length_may_hold_nul),
		TEST(a_long_text_comes_back_whole),
		TEST(null_and_integers_come_back_as_what_they_are),
		TEST(no_row_is_no_failure),
		TEST(all_rows_come_in_order),
		TEST(exec_says_how_many_rows_it_changed),
		TEST(a_query_with_the_wrong_number_of_values_fails),
		TEST(a_reader_of_a_file_cannot_write),
		TEST(read_end_accepts_null),
		TEST(positions_only_grow),
		TEST(positions_go_on_where_the_last_process_ended),
		TEST(positions_of_updates_are_not_given_out_again),
	};

	random_init();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
