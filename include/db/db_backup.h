/* Copies of a database that are kept elsewhere, and putting them back. */
#ifndef DB_DB_BACKUP_H
#define DB_DB_BACKUP_H

#include <stdbool.h>

#include "db/db.h"

struct db_driver;

/* What became of a backup or of putting one back. */
struct db_backup_result {
	enum db_open_result database; /* DB_OPENED: what was read is a database of ours */
	bool                done;
	const char         *message;  /* why not, in words; lives as long as the process */
};

/* Writes a database as it is at one moment to another file, all of it or nothing, whether a server uses it or not.
 * `replaces`: the file may be there already. What is written is durable. */
struct db_backup_result db_backup(const struct db_driver *driver, const char *path,
                                  const char *target, bool replaces);

/* Puts a copy in the place of a database that nobody uses, or where there is none: all of it, or everything stays as it
 * was. What lies beside the old one goes with it. */
struct db_backup_result db_restore(const struct db_driver *driver, const char *copy,
                                   const char *path);

#endif
