#include "admin/fixtures.h"

#include <string.h>

#include "admin/control.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/env.h"
#include "base/error.h"
#include "base/op.h"
#include "base/text.h"
#include "base/text_file.h"
#include "document/doc.h"
#include "project/fixture.h"
#include "project/project_reset.h"
#include "project/project_state.h"
#include "project/seed.h"
#include "fixture_errors_priv.h"

/* Hashing takes a while, and not on the writer. What cannot be right is left for the loader to say. */
static bool hash_password(struct op *op, json_t *customer)
{
	const char *password = doc_text(customer, "password");

	if (!password || !*password || doc_has(customer, "passwordHash") ||
	    strncmp(password, "****", 4) == 0 || password_hash_is_valid(password))
		return true;
	const char *hash = password_hash(op, password);

	doc_put(customer, "passwordHash", hash ? json_string(hash) : NULL);
	json_object_del(customer, "password");
	return hash != NULL;
}

/* Leaves the text of the document, or nothing if it is none; what is wrong with it is said by the loader. */
bool fixtures_prepare(struct op *op, struct call *call)
{
	json_t *root = keep(op, json_loadb(call->body, call->body_bytes, JSON_REJECT_DUPLICATES, NULL));
	json_t *customer;
	size_t i;

	if (!json_is_object(root))
		return true;
	json_object_del(json_object_get(root, "project"), "key"); /* the path says it */
	json_array_foreach(json_object_get(root, "customers"), i, customer)
		if (!hash_password(op, customer))
			return false;
	call->prepared = (void *)(uintptr_t)json_text(op, root);
	return true;
}

/* Makes room for the document: nothing for merging, everything that there is for replacing. False: recorded. */
static bool begin(struct op *op, const struct call *call)
{
	const char *mode = parameters_get(&call->query, "mode");

	if (!mode || strcmp(mode, "merge") == 0)
		return true;
	if (strcmp(mode, "replace") == 0)
		return project_clear(op, false);
	return fail_invalid_input(op, "Malformed parameter: mode: expected merge or replace.");
}

struct body fixtures_load(struct op *op, const struct call *call)
{
	const char *text = call->prepared              ? call->prepared
	                   : text_is_blank(call->body) ? "{}"
	                                               : call->body;
	const struct text_file file = { .name = "body", .text = text, .bytes = strlen(text) };
	const struct fixture_set fixture = { .files = &file,
		                                 .count = 1,
		                                 .localities = seed_fixture(op)->localities };
	int64_t started_us = monotonic_us();
	struct fixture_mistake *mistakes;

	if (!control_project(op) || !begin(op, call))
		return NO_BODY;
	if (!fixture_load(op, &fixture, &mistakes)) {
		control_fail_fixture(op, mistakes);
		return NO_BODY;
	}
	return control_did(op, started_us);
}
