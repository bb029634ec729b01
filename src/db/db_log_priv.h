/* The write-ahead log has a bound, and a disk without room is written to again as soon as there is some. All of it is
 * the writer's thread's. */
#ifndef DB_DB_LOG_PRIV_H
#define DB_DB_LOG_PRIV_H

#include <stdbool.h>

#include "db_priv.h"

/* Moves what an earlier process has left in the log to its place. Before anybody reads. */
void db_log_begin(struct db *db);

/* Keeps the log short after a batch, when those who wait for it have been told. */
void db_log_tend(struct db *db);

/* Is there room in the log for a batch? Waits for it; readers who are in the way are ended. False: no. */
bool db_log_has_room(struct db *db);

/* Makes room after a write found none, if it can. */
void db_log_make_room(struct db *db);

/* Notes how a batch ended, for those who ask whether the server is ready. */
void db_log_note(struct db *db, enum db_result result);

/* Writes something and tells by db_log_note() whether it went well. */
void db_log_probe(struct db *db);

#endif
