#include "base/error_oauth.h"

#include "base/arena.h"
#include "base/op.h"
#include "error_priv.h"

bool fail_invalid_client(struct op *op, const char *reason)
{
	return error_record_because(
		op, ERROR_INVALID_CLIENT,
		"Please provide valid client credentials using HTTP Basic Authentication.", reason);
}

bool fail_unknown_client(struct op *op, const char *id)
{
	return error_record(op, ERROR_INVALID_CLIENT,
	                    arena_printf(op->arena, "The client '%s' is not declared in any project.",
	                                 id),
	                    NULL);
}

bool fail_customer_account(struct op *op, const char *reason)
{
	return error_record_because(op, ERROR_INVALID_CUSTOMER_ACCOUNT,
	                            "Customer account with the given credentials not found.", reason);
}

bool fail_invalid_scope(struct op *op, const char *reason)
{
	return error_record_because(op, ERROR_INVALID_SCOPE,
	                            "Malformed parameter: scope: Invalid scope.", reason);
}

bool fail_scope_exceeded(struct op *op, const char *names)
{
	return error_record(
		op, ERROR_INVALID_SCOPE,
		arena_printf(op->arena,
	                 "Permissions exceeded. Only the following permissions can be requested: %s",
	                 names),
		NULL);
}

bool fail_invalid_grant(struct op *op, const char *reason)
{
	return error_record_because(op, ERROR_INVALID_GRANT,
	                            "The refresh token was not found. It may have expired.", reason);
}

bool fail_missing_parameter(struct op *op, const char *name)
{
	return error_record(op, ERROR_INVALID_REQUEST,
	                    arena_printf(op->arena, "Missing required parameter: %s.", name), NULL);
}

bool fail_invalid_parameter(struct op *op, const char *name)
{
	return error_record(op, ERROR_INVALID_REQUEST,
	                    arena_printf(op->arena, "Invalid parameter: %s.", name), NULL);
}

bool fail_empty_parameter(struct op *op, const char *name)
{
	return error_record(op, ERROR_INVALID_REQUEST,
	                    arena_printf(op->arena, "Invalid parameter: %s: Must not be empty.", name),
	                    NULL);
}

bool fail_missing_query_parameter(struct op *op, const char *name)
{
	return error_record(op, ERROR_INVALID_INPUT,
	                    arena_printf(op->arena, "Missing required parameter: %s", name), NULL);
}

bool fail_grant_type(struct op *op, const char *value)
{
	op->errors.reason = "not a grant type of this endpoint";
	return error_record(op, ERROR_UNSUPPORTED_GRANT_TYPE,
	                    arena_printf(op->arena,
	                                 "Invalid parameter: grant_type: Invalid grant type: %s",
	                                 value),
	                    NULL);
}

bool fail_anonymous_id_in_use(struct op *op)
{
	return error_record(op, ERROR_INVALID_REQUEST, "The anonymousId is already in use.", NULL);
}
