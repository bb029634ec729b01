/* SQL on a database file behind the back of what is tested. */
#ifndef TESTS_SUPPORT_FILE_SQL_H
#define TESTS_SUPPORT_FILE_SQL_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <sqlite3.h>

#include <cmocka.h>

/* Runs statements. */
static inline void file_sql_run(const char *path, const char *text)
{
	sqlite3 *handle;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_exec(handle, text, NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_close(handle), SQLITE_OK);
}

/* The number that a query gives. */
static inline int64_t file_sql_ask(const char *path, const char *text)
{
	sqlite3 *handle;
	sqlite3_stmt *statement;

	assert_int_equal(sqlite3_open(path, &handle), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(handle, text, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	int64_t value = sqlite3_column_int64(statement, 0);

	sqlite3_finalize(statement);
	sqlite3_close(handle);
	return value;
}

#endif
