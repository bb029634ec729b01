/* The file of a database and what lies beside it: who may use it, and whether it is what it was. */
#ifndef DB_DB_FILE_PRIV_H
#define DB_DB_FILE_PRIV_H

#include <stdbool.h>

#include "db/db.h"

enum { IDENTITY_BYTES = 64 };

/* Held while a database is open. All members are the file's own. */
struct db_file {
	int  lock_fd;   /* of FILE.lock: keeps away who names the same path; -1: none */
	int  inode_fd;  /* of the database itself: keeps away who names it otherwise; -1: none */
	bool made_lock; /* there was no FILE.lock */
	char identity
		[IDENTITY_BYTES]; /* of the database that was here last, as FILE.lock has it; "": none */
};

/* Takes a database for this process, making an empty file if there is none. Refuses what is in use, an empty file where
 * a database was, and a log without its database. The caller releases it in any case. */
enum db_open_result db_file_take(struct db_file *file, const char *path, const char **ret_message);

/* Notes which database is here now. */
void db_file_sign(struct db_file *file, const char *identity);

/* Lets go of it, after every connection was closed. */
void db_file_release(struct db_file *file);

/* `path` with a suffix; freed by the caller. */
char *db_path_with(const char *path, const char *suffix);

#endif
