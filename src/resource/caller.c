#include "resource/caller.h"

#include <string.h>

#include "base/op.h"

const char ALL_PROJECTS[] = "*";

static json_t *reference_to_customer(const char *id)
{
	json_t *reference = json_object();

	json_object_set_new_nocheck(reference, "typeId", json_string_nocheck("customer"));
	json_object_set_new_nocheck(reference, "id", json_string(id));
	return reference;
}

/* Without json_pack(), as each change has it twice: in the document and in its message. */
json_t *client_logging(struct op *op)
{
	const struct caller *caller = op->caller;
	json_t *logging = keep(op, json_object());

	if (caller && caller->client_id)
		json_object_set_new_nocheck(logging, "clientId", json_string(caller->client_id));
	json_object_set_new_nocheck(logging, "isPlatformClient", json_false());
	if (caller && caller->external_user_id)
		json_object_set_new_nocheck(logging, "externalUserId",
		                            json_string(caller->external_user_id));
	if (caller && caller->customer_id)
		json_object_set_new_nocheck(logging, "customer",
		                            reference_to_customer(caller->customer_id));
	if (caller && caller->anonymous_id)
		json_object_set_new_nocheck(logging, "anonymousId", json_string(caller->anonymous_id));
	return logging;
}

bool caller_is_of_project(const struct op *op)
{
	return strcmp(op->caller->project, op->project) == 0 ||
	       strcmp(op->caller->project, ALL_PROJECTS) == 0;
}
