/* The driver for SQLite. */
#ifndef DB_DB_SQLITE_H
#define DB_DB_SQLITE_H

struct db_driver;

/* One file, or memory; to be handed to db_open(). */
extern const struct db_driver DB_SQLITE;

#endif
