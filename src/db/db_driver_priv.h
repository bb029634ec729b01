/* What a database must be able to do. One table per backend. All functions are called by one thread
 * at a time per connection. */
#ifndef DB_DB_DRIVER_PRIV_H
#define DB_DB_DRIVER_PRIV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "db/db.h"

struct budget;
struct db_connection;
struct db_statement;

enum db_result {
	DB_ROW,      /* a row is there to be read */
	DB_DONE,     /* no more rows */
	DB_FULL,     /* no space, or read-only: nothing happened, reads go on */
	DB_BUSY,     /* somebody else is in the way, or somebody said that it shall end */
	DB_BROKEN,   /* what is on disk is unknown; only a restart helps */
	DB_ERROR,    /* a mistake of ours */
};

struct db_driver {
	const char *name;
	/* Before the first connection: does what an earlier process left beside a file belong to it? `signature`: which
	 * database was there; "": unknown. */
	enum db_open_result (*check_log)(const char *path, const char *signature,
	                                 const char **ret_message);
	/* Writes what a database holds at one moment, in use or not, into an empty file: a database of its own. */
	enum db_open_result (*copy)(const char *from, const char *to, const char **ret_message);
	/* Opens a file for reading and writing, or for reading only; NULL: memory of its own, which is gone when this
	 * connection is closed, the last one to it. */
	enum db_open_result (*open)(const char *path, bool writable,
	                            struct db_connection **ret_connection, const char **ret_message);
	/* Opens a further connection to the database of another one that stays open, for reading only. */
	enum db_open_result (*open_beside)(struct db_connection *other, const char *path,
	                                   struct db_connection **ret_connection,
	                                   const char **ret_message);
	void (*close)(struct db_connection *connection);
	/* Lets a long step spend a budget, which ends it with DB_BUSY; NULL: none. Only while statements run that do
	 * nothing but read: the end of another one would be the end of its transaction. */
	void (*spend)(struct db_connection *connection, struct budget *budget);
	/* Runs statements that take no parameters and give no rows. */
	enum db_result (*run)(struct db_connection *connection, const char *sql);
	enum db_result (*prepare)(struct db_connection *connection, const char *sql,
	                          struct db_statement **ret_statement);
	/* Binds and rewinds; the values must live until the statement is reset. */
	enum db_result (*bind)(struct db_statement *statement, const struct db_value *values,
	                       size_t count);
	enum db_result (*step)(struct db_statement *statement);
	size_t (*columns)(struct db_statement *statement);
	/* Borrowed until the next step or reset. */
	struct db_value (*column)(struct db_statement *statement, size_t index);
	int64_t (*affected)(struct db_connection *connection);
	/* Does it change nothing, whatever happens? */
	bool (*only_reads)(struct db_statement *statement);
	void (*reset)(struct db_statement *statement);
	void (*finalize)(struct db_statement *statement);
	/* Is a transaction open? A backend may end one by itself when it fails. */
	bool (*in_transaction)(struct db_connection *connection);
	/* What went wrong last, for the log. */
	const char *(*message)(struct db_connection *connection);
	/* Do its parts belong together? Reads all of it. */
	bool (*is_whole)(struct db_connection *connection);
	/* Does the database hold nothing, and which schema version has it? */
	bool (*identify)(struct db_connection *connection, bool *ret_empty, int64_t *ret_version);
	/* Marks an empty database as ours. */
	bool (*adopt)(struct db_connection *connection);
	/* Puts the writing connection into the mode in which a commit that returns is on disk. */
	bool (*make_durable)(struct db_connection *connection);
	bool (*set_version)(struct db_connection *connection, int64_t version);
	/* How much has been written since the log of the writing connection last began anew; 0 if there is none. */
	int64_t (*log_bytes)(struct db_connection *connection);
	/* Moves what is in the log to its place, as far as readers let it, waiting for them up to `wait_ms`. *ret_drained:
	 * all of it is there, so that the next write may begin the log anew. */
	enum db_result (*checkpoint)(struct db_connection *connection, int64_t wait_ms,
	                             bool *ret_drained);
	/* Lets what runs on the connection end with DB_BUSY. Any thread. */
	void (*interrupt)(struct db_connection *connection);
};

#endif
