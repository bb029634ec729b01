/* Keeps the index in step with what the kinds declare, when a database was written by a version of
 * the server whose kinds declared something else. */
#ifndef RESOURCE_REINDEX_H
#define RESOURCE_REINDEX_H

#include <stdbool.h>

struct op;

/* To be raised whenever a kind's index rows, or the functions behind them, change: what a search
 * does not find in the index does not exist for it. */
enum { INDEX_VERSION = 3 };

/* Writes the index of every resource anew, unless it is of this version already. Runs inside op->tx
 * of the writer, at the start. False: recorded. */
bool reindex(struct op *op);

#endif
