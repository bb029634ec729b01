/* The state of a project as a whole: everything that the database holds of it, walked table by table. Emptied, copied
 * into a snapshot, and brought back. */
#ifndef PROJECT_PROJECT_STATE_H
#define PROJECT_PROJECT_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

struct op;

/* A state that is kept under a name. */
struct snapshot {
	int64_t     number;
	const char *name;       /* "": what the project was made of */
	int64_t     created_ms;
	int64_t     index_version;
	json_t     *counts;     /* how many of what is in it, by section of a fixture; kept by the arena */
};

/* The name of the state that a project was made of. */
extern const char SNAPSHOT_AS_MADE[];

/* Deletes everything that there is of the project of the request; with its snapshots if `forever`. Inside op->tx
 * of the writer, as all that changes something here. False: recorded. */
bool project_clear(struct op *op, bool forever);

/* Replaces what the project of the request was made of, for its resets, by its present state. False: recorded. */
bool project_keep_as_made(struct op *op);

/* Keeps the state of the project of the request under a name, in the place of what had it. False: recorded. */
bool snapshot_take(struct op *op, const char *name);

/* Puts the project of the request into the state of a snapshot. False: recorded. */
bool snapshot_restore(struct op *op, const struct snapshot *snapshot);

/* Finds a snapshot of the project of the request. True with *ret_snapshot == NULL: there is none. False: recorded. */
bool snapshot_find(struct op *op, const char *name, struct snapshot **ret_snapshot);

/* The named snapshots of the project of the request, the newest last: *ret_count of them in the arena. False:
 * recorded. */
bool snapshots_all(struct op *op, struct snapshot **ret_snapshots, size_t *ret_count);

/* False: recorded. */
bool snapshot_delete(struct op *op, const struct snapshot *snapshot);

#endif
