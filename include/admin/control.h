/* What the handlers of the control side share. */
#ifndef ADMIN_CONTROL_H
#define ADMIN_CONTROL_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "document/shape.h"
#include "engine/route.h"

struct op;
struct snapshot;

/* The body of an action that asks for nothing. */
extern const struct shape NOTHING;

/* Does the project of the request exist? A missing one is a 404. False: recorded. */
bool control_project(struct op *op);

/* The same without a word. False: recorded, a failure of the server. */
bool control_project_exists(struct op *op, bool *ret_exists);

/* The answer of what changed the project of the request since `started_us`: counts, ids and how long it took. Failed
 * if it cannot be read. */
struct body control_did(struct op *op, int64_t started_us);

/* Milliseconds since `started_us`. */
json_t *control_ms(int64_t started_us);

/* How many things of a list are asked for: `limit`, 100 unless told, at most 1 000. False: recorded. */
bool control_limit(struct op *op, const struct call *call, size_t *ret_limit);

/* Leaves the last ones of an array. */
void control_cut(json_t *list, size_t limit);

/* A snapshot as a list shows it; kept by the arena. */
json_t *control_snapshot(struct op *op, const struct snapshot *snapshot);

/* The named snapshots of the project of the request, as a list shows them; kept by the arena. NULL: recorded. */
json_t *control_snapshots(struct op *op);

/* Finds the snapshot of a name; an unknown one is a 404, what is no name a 400. NULL: recorded. */
struct snapshot *control_find_snapshot(struct op *op, const char *name);

/* May a snapshot have this name? False: recorded. */
bool control_check_name(struct op *op, const char *name);

#endif
