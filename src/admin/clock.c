#include "admin/clock.h"

#include <stddef.h>
#include <string.h>

#include "admin/control.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/timestamp.h"
#include "db/db.h"
#include "resource/project_settings.h"

/* 9999-12-31T23:59:59.999Z: later times have no text. */
#define LATEST_MS INT64_C(253402300799999)

struct put_input {
	const char *now;
	bool        frozen;
	bool        force;
};

struct advance_input {
	const char *by;
};

static const struct shape_field PUT_FIELDS[] = {
	{ "now",    FIELD_TEXT, OPTIONAL, offsetof(struct put_input, now) },
	{ "frozen", FIELD_BOOL, OPTIONAL, offsetof(struct put_input, frozen) },
	{ "force",  FIELD_BOOL, OPTIONAL, offsetof(struct put_input, force) },
};
static const struct shape_field ADVANCE_FIELDS[] = {
	{ "by", FIELD_TEXT, OPTIONAL, offsetof(struct advance_input, by) },
};
const struct shape CLOCK_PUT = { sizeof(struct put_input), 3, PUT_FIELDS };
const struct shape CLOCK_ADVANCE = { sizeof(struct advance_input), 1, ADVANCE_FIELDS };

json_t *control_clock(struct op *op)
{
	const struct clock_setting setting = clock_get(op->env->clock, op->project);

	return keep(op, json_pack("{s:s, s:s, s:b}", "now", timestamp_text(op->arena, setting.now_ms),
	                          "offset", duration_text(op->arena, setting.offset_ms), "frozen",
	                          setting.is_frozen));
}

/* What is stored may not be of the future, unless it is forced to. False: recorded. */
static bool may_go_back_to(struct op *op, int64_t now_ms, bool force)
{
	struct db_row *row;

	if (force)
		return true;
	if (!db_one(op, QUERY_PROJECT_NEWEST, DB_VALUES(db_text(op->project)), &row))
		return false;
	if (!row || row->columns[0].type != DB_INTEGER || row->columns[0].integer <= now_ms)
		return true;
	return fail_as(
		op, ERROR_CONCURRENT_MODIFICATION, NULL,
		"Something was modified at %s, which is later; \"force\": true sets the clock all the same.",
		timestamp_text(op->arena, row->columns[0].integer));
}

static bool is_in_range(struct op *op, int64_t now_ms)
{
	return (now_ms > 0 && now_ms <= LATEST_MS) ||
	       fail_invalid_input(op, "The clock cannot be set to before 1970 or after the year 9999.");
}

static struct body answer(struct op *op)
{
	return body_document(control_clock(op));
}

struct body control_clock_show(struct op *op, const struct call *call)
{
	(void)call;
	return control_project(op) ? answer(op) : NO_BODY;
}

static bool wants_force(const struct call *call)
{
	const char *force = parameters_get(&call->query, "force");

	return force && strcmp(force, "true") == 0;
}

struct body control_clock_put(struct op *op, const struct call *call)
{
	const struct put_input *input = call->input;

	if (!control_project(op))
		return NO_BODY;
	int64_t now_ms = clock_now_ms(op->env->clock, op->project);

	if (input->now && !timestamp_parse(input->now, &now_ms)) {
		fail_invalid_field(op, "now", keep(op, json_string(input->now)), NULL);
		return NO_BODY;
	}
	if (!is_in_range(op, now_ms) ||
	    (input->now && !may_go_back_to(op, now_ms, input->force || wants_force(call))))
		return NO_BODY;
	clock_set(op->env->clock, op->project, now_ms, input->frozen);
	return answer(op);
}

struct body control_clock_advance(struct op *op, const struct call *call)
{
	const struct advance_input *input = call->input;
	int64_t by_ms = 0;

	if (!control_project(op))
		return NO_BODY;
	const struct clock_setting setting = clock_get(op->env->clock, op->project);

	if (input->by && (!duration_parse(input->by, &by_ms) || by_ms > LATEST_MS)) {
		fail_invalid_field(op, "by", keep(op, json_string(input->by)), NULL);
		return NO_BODY;
	}
	if (!is_in_range(op, setting.now_ms + by_ms))
		return NO_BODY;
	if (by_ms)
		clock_set(op->env->clock, op->project, setting.now_ms + by_ms, setting.is_frozen);
	return answer(op);
}

struct body control_clock_remove(struct op *op, const struct call *call)
{
	if (!control_project(op) ||
	    !may_go_back_to(op, clock_now_ms(op->env->clock, NULL), wants_force(call)))
		return NO_BODY;
	clock_clear(op->env->clock, op->project);
	return answer(op);
}
