#include "admin/snapshots.h"

#include "admin/control.h"
#include "base/clock.h"
#include "base/op.h"
#include "document/doc.h"
#include "project/project_state.h"

struct body snapshots_list(struct op *op, const struct call *call)
{
	size_t limit;

	if (!control_project(op) || !control_limit(op, call, &limit))
		return NO_BODY;
	json_t *list = control_snapshots(op);

	if (!list)
		return NO_BODY;
	control_cut(list, limit);
	return body_document(keep(op, json_pack("{s:O}", "snapshots", list)));
}

/* The snapshot that the path names. NULL: recorded. */
static struct snapshot *named(struct op *op, const struct call *call)
{
	return control_project(op) ? control_find_snapshot(op, call->argument) : NULL;
}

struct body snapshot_show(struct op *op, const struct call *call)
{
	const struct snapshot *snapshot = named(op, call);

	return snapshot ? body_document(control_snapshot(op, snapshot)) : NO_BODY;
}

struct body snapshot_make(struct op *op, const struct call *call)
{
	int64_t started_us = monotonic_us();
	struct snapshot *snapshot;

	if (!control_project(op) || !control_check_name(op, call->argument) ||
	    !snapshot_find(op, call->argument, &snapshot))
		return NO_BODY;
	int status = snapshot ? 200 : 201;

	if (!snapshot_take(op, call->argument) || !snapshot_find(op, call->argument, &snapshot))
		return NO_BODY;
	struct body body = body_document(control_snapshot(op, snapshot));

	doc_put(body.document, "ms", control_ms(started_us));
	body.status = status;
	return body;
}

struct body snapshot_remove(struct op *op, const struct call *call)
{
	const struct snapshot *snapshot = named(op, call);

	if (!snapshot || !snapshot_delete(op, snapshot))
		return NO_BODY;
	return body_document(control_snapshot(op, snapshot));
}

struct body snapshot_go_back(struct op *op, const struct call *call)
{
	int64_t started_us = monotonic_us();
	const struct snapshot *snapshot = named(op, call);

	return snapshot && snapshot_restore(op, snapshot) ? control_did(op, started_us) : NO_BODY;
}
