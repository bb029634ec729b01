#include "resource/caller.h"

#include <string.h>

#include "base/op.h"

const char ALL_PROJECTS[] = "*";

json_t *client_logging(struct op *op)
{
	const struct caller *caller = op->caller;
	json_t *logging = keep(op, json_object());

	if (caller && caller->client_id)
		json_object_set_new(logging, "clientId", json_string(caller->client_id));
	json_object_set_new(logging, "isPlatformClient", json_false());
	if (caller && caller->external_user_id)
		json_object_set_new(logging, "externalUserId", json_string(caller->external_user_id));
	if (caller && caller->customer_id)
		json_object_set_new(logging, "customer",
		                    json_pack("{s:s, s:s}", "typeId", "customer", "id",
		                              caller->customer_id));
	if (caller && caller->anonymous_id)
		json_object_set_new(logging, "anonymousId", json_string(caller->anonymous_id));
	return logging;
}

bool caller_is_of_project(const struct op *op)
{
	return strcmp(op->caller->project, op->project) == 0 ||
	       strcmp(op->caller->project, ALL_PROJECTS) == 0;
}
