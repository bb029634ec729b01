/* Puts a database in memory back to what it was, without opening it anew: a hundred times quicker than making it.
 *
 * The connection is not known outside db/, so it is taken from SQLite when it opens. One database at a time, while
 * nobody uses it. */
#ifndef SUPPORT_SNAPSHOT_H
#define SUPPORT_SNAPSHOT_H

#include <stdbool.h>
#include <stdlib.h>

#include <sqlite3.h>

static sqlite3 *snapshot_live;
static sqlite3 *snapshot_kept;

static inline int snapshot_see(sqlite3 *handle, char **message,
                               const struct sqlite3_api_routines *routines)
{
	(void)message;
	(void)routines;
	snapshot_live = handle;
	return SQLITE_OK;
}

/* From now on the connection that opens last is the one. */
static inline void snapshot_watch(void)
{
	(void)sqlite3_auto_extension((void (*)(void))snapshot_see); /* fails for want of memory only */
}

static inline void snapshot_copy(sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *backup = sqlite3_backup_init(to, "main", from, "main");

	if (!backup || sqlite3_backup_step(backup, -1) != SQLITE_DONE ||
	    sqlite3_backup_finish(backup) != SQLITE_OK)
		abort();
}

/* Remembers what the database holds. */
static inline void snapshot_take(void)
{
	sqlite3 *live = snapshot_live;

	if (!snapshot_kept && sqlite3_open(":memory:", &snapshot_kept) != SQLITE_OK)
		abort();
	snapshot_live = live; /* the one that keeps has been seen as well */
	snapshot_copy(snapshot_kept, snapshot_live);
}

/* Makes it hold that again. */
static inline void snapshot_restore(void)
{
	snapshot_copy(snapshot_live, snapshot_kept);
}

#endif
