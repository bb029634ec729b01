/* Whether what lies beside a database file of SQLite belongs to it. */
#ifndef DB_SQLITE_SQLITE_IDENTITY_PRIV_H
#define DB_SQLITE_SQLITE_IDENTITY_PRIV_H

#include <stdbool.h>

#include "../db_driver_priv.h"

/* Does the file belong to somebody else? One that is empty or not there does not. */
bool sqlite_is_foreign(const char *path);

/* Does the log beside a database continue it? See schema/0011_identity.sql. `signature`: the identity that the database
 * had when it was last open; "": unknown. Changes nothing but the -shm file. */
enum db_open_result sqlite_check_log(const char *path, const char *signature,
                                     const char **ret_message);

#endif
