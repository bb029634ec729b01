#include "admin/faults.h"

#include <stddef.h>
#include <string.h>

#include "admin/control.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "document/doc.h"
#include "document/stored_json.h"
#include "engine/faults.h"

enum { LEAST_STATUS = 200, MOST_STATUS = 599, LONGEST_DELAY_MS = 10 * 60 * 1000, PERMYRIAD = 10000 };

struct effect_input {
	const char         *error;
	struct optional_int status;
	json_t             *body;
	json_t             *headers;
	const char         *delay;
	bool                reset;
	const char         *after;
	struct optional_int truncate;
	bool                expire_token;
};

struct fault_input {
	const struct fault_match  *match;
	struct optional_int        skip;
	struct optional_int        times;
	json_t                    *probability;
	struct optional_int        seed;
	const struct effect_input *effect;
};

static const char *const AFTER[] = { "reset", NULL };

#define AT(member) offsetof(struct fault_match, member)
static const struct shape_field MATCH_FIELDS[] = {
	{ "method",      FIELD_TEXT, OPTIONAL, AT(method) },
	{ "path",        FIELD_TEXT, OPTIONAL, AT(path) },
	{ "customerId",  FIELD_TEXT, OPTIONAL, AT(customer_id) },
	{ "anonymousId", FIELD_TEXT, OPTIONAL, AT(anonymous_id) },
	{ "clientId",    FIELD_TEXT, OPTIONAL, AT(client_id) },
};
#undef AT
static const struct shape MATCH = { sizeof(struct fault_match), 5, MATCH_FIELDS };

#define AT(member) offsetof(struct effect_input, member)
static const struct shape_field EFFECT_FIELDS[] = {
	{ "error",       FIELD_TEXT,     OPTIONAL, AT(error) },
	{ "status",      FIELD_INT,      OPTIONAL, AT(status) },
	{ "body",        FIELD_RAW,      OPTIONAL, AT(body) },
	{ "headers",     FIELD_TEXT_MAP, OPTIONAL, AT(headers) },
	{ "delay",       FIELD_TEXT,     OPTIONAL, AT(delay) },
	{ "reset",       FIELD_BOOL,     OPTIONAL, AT(reset) },
	{ "after",       FIELD_TEXT,     OPTIONAL, AT(after), text_check_enum, AFTER },
	{ "truncate",    FIELD_INT,      OPTIONAL, AT(truncate) },
	{ "expireToken", FIELD_BOOL,     OPTIONAL, AT(expire_token) },
};
#undef AT
static const struct shape EFFECT = { sizeof(struct effect_input), 9, EFFECT_FIELDS };

#define AT(member) offsetof(struct fault_input, member)
static const struct shape_field FAULT_FIELDS[] = {
	{ "match",       FIELD_OBJECT, OPTIONAL, AT(match), .inner = &MATCH },
	{ "skip",        FIELD_INT,    OPTIONAL, AT(skip) },
	{ "times",       FIELD_INT,    OPTIONAL, AT(times) },
	{ "probability", FIELD_RAW,    OPTIONAL, AT(probability) },
	{ "seed",        FIELD_INT,    OPTIONAL, AT(seed) },
	{ "do",          FIELD_OBJECT, REQUIRED, AT(effect), .inner = &EFFECT },
};
#undef AT
const struct shape FAULT_POST = { sizeof(struct fault_input), 6, FAULT_FIELDS };

/* Reading a rule */

static bool refuse_number(struct op *op, const char *field, int64_t value)
{
	return fail_invalid_field(op, field, keep(op, json_integer(value)), NULL);
}

static bool read_headers(struct op *op, const json_t *headers, struct fault_effect *effect)
{
	static const char TOKEN[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *name;
	json_t *value;
	size_t count = 0;

	json_object_foreach((json_t *)(uintptr_t)headers, name, value) {
		const char *text = json_string_value(value);

		if (count == MAX_FAULT_HEADERS || !*name || name[strspn(name, TOKEN)] ||
		    strpbrk(text, "\r\n"))
			return fail_invalid_field(op, "headers", keep(op, json_string(name)), NULL);
		effect->headers[count++] = (struct reply_header){ name, text };
	}
	return true;
}

static bool read_answer(struct op *op, const struct effect_input *input,
                        struct fault_effect *effect)
{
	if ((input->body || input->headers) && !input->status.given)
		return fail_required_field(op, "status");
	if (!input->status.given)
		return true;
	if (input->status.value < LEAST_STATUS || input->status.value > MOST_STATUS)
		return refuse_number(op, "status", input->status.value);
	effect->status = (int)input->status.value;
	effect->body = json_is_string(input->body) ? json_string_value(input->body)
	               : input->body               ? json_text(op, input->body)
	                                           : "";
	effect->body_bytes = strlen(effect->body);
	return read_headers(op, input->headers, effect);
}

static bool read_effect(struct op *op, const struct effect_input *input,
                        struct fault_effect *effect)
{
	*effect = (struct fault_effect){
		.error = input->error,
		.resets = input->reset,
		.resets_after = input->after != NULL,
		.truncates = input->truncate.given,
		.truncate = input->truncate.value,
		.expires_token = input->expire_token,
	};
	if (input->error && error_code_of(input->error) == ERROR_COUNT)
		return fail_invalid_field(op, "error", keep(op, json_string(input->error)), NULL);
	if (input->delay && (!delay_parse(input->delay, &effect->delay) ||
	                     effect->delay.ms + effect->delay.jitter_ms > LONGEST_DELAY_MS))
		return fail_invalid_field(op, "delay", keep(op, json_string(input->delay)), NULL);
	if (input->truncate.given && input->truncate.value < 0)
		return refuse_number(op, "truncate", input->truncate.value);
	if (!input->error && !input->status.given && !input->delay && !input->reset && !input->after &&
	    !input->truncate.given && !input->expire_token)
		return fail_required_field(op, "do");
	return read_answer(op, input, effect);
}

static bool read_rule(struct op *op, const struct fault_input *input, struct fault_rule *rule)
{
	double probability = input->probability ? json_number_value(input->probability) : 1;

	*rule = (struct fault_rule){ .skip = input->skip.value,
		                         .times = input->times.given ? input->times.value : -1,
		                         .permyriad = (int64_t)(probability * PERMYRIAD),
		                         .seed = (uint64_t)input->seed.value,
		                         .has_seed = input->seed.given };
	if (input->match)
		rule->match = *input->match;
	if (input->skip.value < 0)
		return refuse_number(op, "skip", input->skip.value);
	if (input->times.given && input->times.value < 0)
		return refuse_number(op, "times", input->times.value);
	if ((input->probability && !json_is_number(input->probability)) || probability < 0 ||
	    probability > 1)
		return fail_invalid_field(op, "probability", input->probability, NULL);
	if (rule->match.path && *rule->match.path != '/')
		return fail_invalid_field(op, "path", keep(op, json_string(rule->match.path)), NULL);
	return read_effect(op, input->effect, &rule->effect);
}

/* The handlers */

struct body control_faults_list(struct op *op, const struct call *call)
{
	json_t *list = keep(op, json_array());
	size_t count, limit;

	if (!control_project(op) || !control_limit(op, call, &limit))
		return NO_BODY;
	const struct fault_shown *shown = faults_list(op->env->faults, op->project, op->arena, &count);

	for (size_t i = 0; i < count; i++) {
		json_t *fault = keep(op, json_pack("{s:s}", "id", shown[i].id));

		json_object_update(fault, keep(op, json_loads(shown[i].definition, 0, NULL)));
		doc_put(fault, "hits", json_integer(shown[i].hits));
		json_array_append(list, fault);
	}
	control_cut(list, limit);
	return body_document(keep(op, json_pack("{s:O}", "faults", list)));
}

struct body control_faults_add(struct op *op, const struct call *call)
{
	struct fault_rule rule;
	char id[FAULT_ID_BYTES];

	if (!control_project(op) || !read_rule(op, call->input, &rule))
		return NO_BODY;
	rule.definition = json_text(op, keep(op, json_loadb(call->body, call->body_bytes, 0, NULL)));
	if (!faults_add(op->env->faults, op->project, &rule, id)) {
		fail_invalid_operation(op, "A project has at most %d faults.", MAX_FAULTS);
		return NO_BODY;
	}
	struct body body = body_document(keep(op, json_pack("{s:s}", "id", id)));

	body.status = 201;
	return body;
}

static struct body removed(struct op *op, size_t count)
{
	return body_document(keep(op, json_pack("{s:{s:I}}", "counts", "faults", (json_int_t)count)));
}

struct body control_faults_clear(struct op *op, const struct call *call)
{
	(void)call;
	return control_project(op) ? removed(op, faults_remove(op->env->faults, op->project, NULL))
	                           : NO_BODY;
}

struct body control_faults_remove(struct op *op, const struct call *call)
{
	if (!control_project(op))
		return NO_BODY;
	size_t count = faults_remove(op->env->faults, op->project, call->argument);

	if (!count)
		fail_as(op, ERROR_RESOURCE_NOT_FOUND, NULL, "There is no fault '%s' of project '%s'.",
		        call->argument, op->project);
	return count ? removed(op, count) : NO_BODY;
}
