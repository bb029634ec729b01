#include "admin/control.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "document/doc.h"
#include "project/project_counts.h"
#include "project/project_state.h"
#include "resource/load.h"
#include "resource/project_settings.h"

enum { DEFAULT_LIMIT = 100, MOST = 1000, NAME_BYTES = 64, US_PER_MS = 1000 };

const struct shape NOTHING = { 0, 0, NULL };

/* Not from the cache, which knows nothing of what the writer has just done. */
bool control_project_exists(struct op *op, bool *ret_exists)
{
	struct resource *project = NULL;

	*ret_exists = false;
	if (project_key_is_valid(op->project) &&
	    !resource_find(op, &PROJECT_KIND, op->project, &project))
		return false;
	*ret_exists = project != NULL;
	return true;
}

bool control_project(struct op *op)
{
	bool exists;

	if (!control_project_exists(op, &exists))
		return false;
	return exists || fail_as(op, ERROR_RESOURCE_NOT_FOUND, NULL,
	                         "There is no project with key '%s'.", op->project);
}

json_t *control_ms(int64_t started_us)
{
	return json_real((double)(monotonic_us() - started_us) / US_PER_MS);
}

struct body control_did(struct op *op, int64_t started_us)
{
	json_t *counts = project_counts(op);
	json_t *ids = counts ? project_ids(op) : NULL;

	if (!ids)
		return NO_BODY;
	return body_document(keep(op, json_pack("{s:s, s:O, s:O, s:o}", "key", op->project, "counts",
	                                        counts, "ids", ids, "ms", control_ms(started_us))));
}

bool control_limit(struct op *op, const struct call *call, size_t *ret_limit)
{
	const char *text = parameters_get(&call->query, "limit");

	*ret_limit = DEFAULT_LIMIT;
	if (!text)
		return true;
	bool is_number = *text && !text[strspn(text, "0123456789")] && strlen(text) <= 4;
	long limit = is_number ? strtol(text, NULL, 10) : 0;

	if (limit < 1 || limit > MOST)
		return fail_invalid_input(op, "Malformed parameter: limit: expected a number from 1 to %d.",
		                          MOST);
	*ret_limit = (size_t)limit;
	return true;
}

void control_cut(json_t *list, size_t limit)
{
	while (json_array_size(list) > limit)
		json_array_remove(list, 0);
}

/* Snapshots */

json_t *control_snapshot(struct op *op, const struct snapshot *snapshot)
{
	return keep(op, json_pack("{s:s, s:s, s:O}", "name", snapshot->name, "createdAt",
	                          timestamp_text(op->arena, snapshot->created_ms), "counts",
	                          snapshot->counts));
}

json_t *control_snapshots(struct op *op)
{
	struct snapshot *snapshots;
	size_t count;

	if (!snapshots_all(op, &snapshots, &count))
		return NULL;
	json_t *list = keep(op, json_array());

	for (size_t i = 0; i < count; i++)
		json_array_append(list, control_snapshot(op, &snapshots[i]));
	return list;
}

bool control_check_name(struct op *op, const char *name)
{
	static const char MAY_HAVE[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

	return (*name && strlen(name) <= NAME_BYTES && !name[strspn(name, MAY_HAVE)]) ||
	       fail_invalid_input(
			   op, "Malformed name of a snapshot: expected 1 to %d letters, digits, _ or -.",
			   NAME_BYTES);
}

struct snapshot *control_find_snapshot(struct op *op, const char *name)
{
	struct snapshot *snapshot;

	if (!control_check_name(op, name) || !snapshot_find(op, name, &snapshot))
		return NULL;
	if (!snapshot)
		fail_as(op, ERROR_RESOURCE_NOT_FOUND, NULL, "There is no snapshot '%s' of project '%s'.",
		        name, op->project);
	return snapshot;
}
