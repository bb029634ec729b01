/* Copying a database of SQLite. */
#ifndef DB_SQLITE_SQLITE_COPY_PRIV_H
#define DB_SQLITE_SQLITE_COPY_PRIV_H

#include "../db_driver_priv.h"

/* Writes what a database holds at one moment into an empty file, which then is a database of its own: without a log,
 * and with an identity that no log knows. The source may be in use; it is only read. What is written is not durable. */
enum db_open_result sqlite_copy(const char *from, const char *to, const char **ret_message);

#endif
