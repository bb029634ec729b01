#include "sqlite_copy_priv.h"

#include <stddef.h>

#include <sqlite3.h>

enum { BUSY_MS = 5000, ALL_PAGES = -1, TRIES = 100, TRY_MS = 50 };

/* In one step, so that it is one moment; a writer may be in the way of its beginning. */
static int copy_pages(sqlite3 *source, sqlite3 *target)
{
	sqlite3_backup *copy = sqlite3_backup_init(target, "main", source, "main");
	int code = SQLITE_BUSY;

	if (!copy)
		return sqlite3_errcode(target);
	for (int i = 0; i < TRIES && (code == SQLITE_BUSY || code == SQLITE_LOCKED); i++) {
		if (i > 0)
			sqlite3_sleep(TRY_MS);
		code = sqlite3_backup_step(copy, ALL_PAGES);
	}
	int finished = sqlite3_backup_finish(copy);

	return code == SQLITE_DONE ? finished : code;
}

static int close_both(sqlite3 *source, sqlite3 *target, int code)
{
	int closed = sqlite3_close(target);

	sqlite3_close(source);
	return code == SQLITE_OK ? closed : code;
}

static int open_both(const char *from, const char *to, sqlite3 **ret_source, sqlite3 **ret_target)
{
	int code = sqlite3_open_v2(from, ret_source, SQLITE_OPEN_READONLY, NULL);

	if (code == SQLITE_OK)
		code = sqlite3_open_v2(to, ret_target, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(*ret_source, BUSY_MS);
	return code == SQLITE_OK
	           ? sqlite3_exec(*ret_target, "pragma journal_mode = off; pragma synchronous = off",
	                          NULL, NULL, NULL)
	           : code;
}

enum db_open_result sqlite_copy(const char *from, const char *to, const char **ret_message)
{
	/* Databases of older versions have no identity. */
	static const char IDENTIFY[] =
		"pragma journal_mode = off; "
		"update meta set value = lower(hex(randomblob(16))) where name = 'identity'; "
		"update meta set value = '0' where name = 'log_generation'";
	sqlite3 *source = NULL, *target = NULL;
	int code = open_both(from, to, &source, &target);

	if (code == SQLITE_OK)
		code = copy_pages(source, target);
	if (code == SQLITE_OK)
		code = sqlite3_exec(target, IDENTIFY, NULL, NULL, NULL);
	code = close_both(source, target, code);
	if (code == SQLITE_OK)
		return DB_OPENED;
	*ret_message = sqlite3_errstr(code);
	return DB_CANNOT_OPEN;
}
