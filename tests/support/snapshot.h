/* Puts a database in memory back to what it was, without opening it anew: a hundred times quicker than making it.
 *
 * The connection is not known outside db/, so it is taken from SQLite when it opens. One database at a time, while
 * nobody uses it. */
#ifndef SUPPORT_SNAPSHOT_H
#define SUPPORT_SNAPSHOT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <sqlite3.h>

static sqlite3 *snapshot_live;

static inline int snapshot_see(sqlite3 *handle, char **message,
                               const struct sqlite3_api_routines *routines)
{
	(void)message;
	(void)routines;
	if (sqlite3_db_readonly(handle, "main") == 0)
		snapshot_live = handle;
	return SQLITE_OK;
}

/* From now on the connection that opens last to write is the one. */
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

/* Remembers in *kept what the database holds; NULL at first, sqlite3_close() frees it. */
static inline void snapshot_take(sqlite3 **kept)
{
	sqlite3 *live = snapshot_live;

	if (!*kept && sqlite3_open(":memory:", kept) != SQLITE_OK)
		abort();
	snapshot_live = live; /* the one that keeps has been seen as well */
	snapshot_copy(*kept, snapshot_live);
}

/* Makes it hold that again. */
static inline void snapshot_restore(sqlite3 *kept)
{
	snapshot_copy(snapshot_live, kept);
}

static inline uint64_t snapshot_add(uint64_t digest, const void *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		digest = (digest ^ ((const unsigned char *)bytes)[i]) * 1099511628211u; /* FNV-1a */
	return digest;
}

static inline uint64_t snapshot_add_rows(uint64_t digest, const char *table)
{
	char sql[128];
	sqlite3_stmt *rows;

	snprintf(sql, sizeof sql, "select * from \"%s\" order by 1, 2", table);
	if (sqlite3_prepare_v2(snapshot_live, sql, -1, &rows, NULL) != SQLITE_OK)
		abort();
	while (sqlite3_step(rows) == SQLITE_ROW)
		for (int i = 0; i < sqlite3_column_count(rows); i++) {
			const void *text = sqlite3_column_text(rows, i);

			digest =
				snapshot_add(digest, text ? text : "-", (size_t)sqlite3_column_bytes(rows, i) + 1);
		}
	sqlite3_finalize(rows);
	return digest;
}

static inline uint64_t snapshot_add_count(uint64_t digest, const char *table)
{
	char sql[128];
	sqlite3_stmt *rows;

	snprintf(sql, sizeof sql, "select count(*) from \"%s\"", table);
	if (sqlite3_prepare_v2(snapshot_live, sql, -1, &rows, NULL) != SQLITE_OK ||
	    sqlite3_step(rows) != SQLITE_ROW)
		abort();
	int64_t count = sqlite3_column_int64(rows, 0);

	sqlite3_finalize(rows);
	return snapshot_add(digest, &count, sizeof count);
}

static inline uint64_t snapshot_of_tables(uint64_t (*add)(uint64_t digest, const char *table))
{
	static const char SQL[] = "select name from sqlite_master where type = 'table' order by name";
	uint64_t digest = 14695981039346656037u;
	sqlite3_stmt *tables;

	if (sqlite3_prepare_v2(snapshot_live, SQL, -1, &tables, NULL) != SQLITE_OK)
		abort();
	while (sqlite3_step(tables) == SQLITE_ROW)
		digest = add(digest, (const char *)sqlite3_column_text(tables, 0));
	sqlite3_finalize(tables);
	return digest;
}

/* A number that is another one if any row is. */
static inline uint64_t snapshot_digest(void)
{
	return snapshot_of_tables(snapshot_add_rows);
}

/* A number that is another one if any table has another number of rows. */
static inline uint64_t snapshot_rows(void)
{
	return snapshot_of_tables(snapshot_add_count);
}

#endif
