#include "admin/projects.h"

#include <string.h>

#include "admin/clock.h"
#include "admin/control.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text_file.h"
#include "base/timestamp.h"
#include "db/db.h"
#include "document/doc.h"
#include "engine/faults.h"
#include "project/fixture.h"
#include "project/project_counts.h"
#include "project/project_reset.h"
#include "project/project_state.h"
#include "project/seed.h"
#include "resource/project_settings.h"
#include "fixture_errors_priv.h"

/* Columns of QUERY_PROJECTS_ALL. */
enum { KEY, CREATED_MS };

struct put_input {
	json_t *seed;
};

struct reset_input {
	const char *to;
	json_t     *keep; /* names of KEPT; NULL: none */
};

/* What a project has in memory, and a reset takes back unless it is to be kept. */
static const char *const KEPT[] = { "clock", "faults", "journal", NULL };

static const struct shape_field PUT_FIELDS[] = {
	{ "seed", FIELD_RAW, OPTIONAL, offsetof(struct put_input, seed) },
};
static const struct shape_field RESET_FIELDS[] = {
	{ "to",   FIELD_TEXT,   OPTIONAL, offsetof(struct reset_input, to) },
	{ "keep", FIELD_CUSTOM, OPTIONAL, offsetof(struct reset_input, keep), NULL, KEPT, NULL, decode_texts_of_enum },
};
const struct shape PROJECT_PUT = { sizeof(struct put_input), 1, PUT_FIELDS };
const struct shape PROJECT_RESET = { sizeof(struct reset_input), 2, RESET_FIELDS };

/* Showing */

static json_t *summary(struct op *op, int64_t created_ms)
{
	json_t *counts = project_counts(op);

	return counts ? keep(op, json_pack("{s:s, s:s, s:O}", "key", op->project, "createdAt",
	                                   timestamp_text(op->arena, created_ms), "counts", counts))
	              : NULL;
}

static bool all_projects(struct op *op, struct db_row **ret_rows)
{
	return db_all(op, QUERY_PROJECTS_ALL, NULL, 0, ret_rows);
}

struct body projects_list(struct op *op, const struct call *call)
{
	json_t *list = keep(op, json_array());
	struct db_row *row;
	size_t limit, count = 0;

	if (!control_limit(op, call, &limit) || !all_projects(op, &row))
		return NO_BODY;
	for (const struct db_row *one = row; one; one = one->next)
		count++;
	for (; row; row = row->next, count--) {
		op->project = row->columns[KEY].text;
		json_t *project = count <= limit ? summary(op, row->columns[CREATED_MS].integer) : NULL;

		if (count <= limit && !project)
			return NO_BODY;
		if (project)
			json_array_append(list, project);
	}
	op->project = NULL;
	return body_document(keep(op, json_pack("{s:O}", "projects", list)));
}

/* When the project of the request was made. *ret_created_ms: -1, it does not exist. False: recorded. */
static bool created_at(struct op *op, int64_t *ret_created_ms)
{
	struct db_row *row;

	*ret_created_ms = -1;
	if (!db_one(op, QUERY_RESOURCE_CREATED,
	            DB_VALUES(db_text(op->project), db_text(PROJECT_KIND.name), db_text(op->project)),
	            &row))
		return false;
	if (row)
		*ret_created_ms = row->columns[0].integer;
	return true;
}

static size_t fault_count(struct op *op)
{
	size_t count;

	(void)faults_list(op->env->faults, op->project, op->arena, &count);
	return count;
}

struct body project_show(struct op *op, const struct call *call)
{
	int64_t created_ms;

	(void)call;
	if (!control_project(op) || !created_at(op, &created_ms))
		return NO_BODY;
	json_t *shown = summary(op, created_ms);
	json_t *snapshots = shown ? control_snapshots(op) : NULL;

	if (!snapshots)
		return NO_BODY;
	doc_set(shown, "snapshots", snapshots);
	doc_set(shown, "clock", control_clock(op));
	doc_put(shown, "faults", json_integer((json_int_t)fault_count(op)));
	return body_document(shown);
}

/* Making and deleting */

static bool make_of_document(struct op *op, const json_t *document)
{
	json_t *copy = keep(op, json_deep_copy(document));

	json_object_del(json_object_get(copy, "project"), "key"); /* the path says it */
	const char *text = json_text(op, copy);
	const struct text_file file = { .name = "seed", .text = text, .bytes = strlen(text) };
	const struct fixture_set fixture = { .files = &file,
		                                 .count = 1,
		                                 .localities = seed_fixture(op)->localities };
	struct fixture_mistake *mistakes;

	return project_make(op, &fixture, &mistakes) || control_fail_fixture(op, mistakes);
}

static bool make(struct op *op, const json_t *seed)
{
	const char *word = seed ? json_string_value(seed) : "default";

	if (!project_clear(op, true)) /* what another one of this key has left behind */
		return false;
	if (json_is_object(seed))
		return make_of_document(op, seed);
	if (word && strcmp(word, "default") == 0)
		return seed_project(op);
	if (word && strcmp(word, "empty") == 0)
		return project_empty(op) && project_keep_as_made(op);
	return fail_invalid_field(op, "seed", (json_t *)(uintptr_t)seed,
	                          keep(op, json_pack("[s, s]", "default", "empty")));
}

struct body project_put(struct op *op, const struct call *call)
{
	const struct put_input *input = call->input;
	int64_t started_us = monotonic_us();
	bool exists;

	if (!project_key_is_valid(op->project)) {
		fail_invalid_input(
			op,
			"Malformed key of a project: expected 2 to 256 letters, digits, - or _, and none of "
			"the server's own paths.");
		return NO_BODY;
	}
	if (!control_project_exists(op, &exists) || (!exists && !make(op, input->seed)))
		return NO_BODY;
	struct body body = control_did(op, started_us);

	body.status = exists ? 200 : 201;
	return body;
}

struct body project_remove(struct op *op, const struct call *call)
{
	int64_t started_us = monotonic_us();

	(void)call;
	if (!control_project(op))
		return NO_BODY;
	json_t *counts = project_counts(op);

	if (!counts || !project_clear(op, true))
		return NO_BODY;
	clock_clear(op->env->clock, op->project);
	faults_reset(op->env->faults, op->project);
	return body_document(keep(op, json_pack("{s:s, s:O, s:o}", "key", op->project, "counts", counts,
	                                        "ms", control_ms(started_us))));
}

/* Resetting */

static bool keeps(const struct reset_input *input, const char *name)
{
	for (size_t i = 0; i < json_array_size(input->keep); i++)
		if (strcmp(json_string_value(json_array_get(input->keep, i)), name) == 0)
			return true;
	return false;
}

static bool reset_to(struct op *op, const char *to)
{
	static const char SNAPSHOT[] = "snapshot:";

	if (!to || strcmp(to, "seed") == 0)
		return project_reset(op);
	if (strcmp(to, "empty") == 0)
		return project_empty(op);
	if (strncmp(to, SNAPSHOT, strlen(SNAPSHOT)) != 0)
		return fail_invalid_field(op, "to", keep(op, json_string(to)),
		                          keep(op,
		                               json_pack("[s, s, s]", "seed", "empty", "snapshot:NAME")));
	const struct snapshot *snapshot = control_find_snapshot(op, to + strlen(SNAPSHOT));

	return snapshot && snapshot_restore(op, snapshot);
}

static bool reset(struct op *op, const struct reset_input *input)
{
	if (!reset_to(op, input->to))
		return false;
	if (!keeps(input, "clock"))
		clock_clear(op->env->clock, op->project);
	if (!keeps(input, "faults"))
		faults_reset(op->env->faults, op->project);
	return true;
}

struct body project_do_reset(struct op *op, const struct call *call)
{
	const struct reset_input *input = call->input;
	int64_t started_us = monotonic_us();

	return control_project(op) && reset(op, input) ? control_did(op, started_us) : NO_BODY;
}

struct body projects_reset_all(struct op *op, const struct call *call)
{
	const struct reset_input *input = call->input;
	int64_t started_us = monotonic_us();
	json_t *list = keep(op, json_array());
	struct db_row *row;

	if (!all_projects(op, &row))
		return NO_BODY;
	for (; row; row = row->next) {
		int64_t one_us = monotonic_us();

		op->project = row->columns[KEY].text;
		struct body body = reset(op, input) ? control_did(op, one_us) : NO_BODY;

		if (body.kind == BODY_FAILED)
			return NO_BODY;
		json_array_append(list, body.document);
	}
	op->project = NULL;
	return body_document(
		keep(op, json_pack("{s:O, s:o}", "projects", list, "ms", control_ms(started_us))));
}
